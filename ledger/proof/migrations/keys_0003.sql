-- Wrapped again when the master key changes.
GRANT UPDATE (wrapped) ON ledger_keys.signing_keys TO ledger_keeper;
