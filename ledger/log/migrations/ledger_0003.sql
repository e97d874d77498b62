-- Wallet transfers that are pending (18) or were accepted (19), by the position of the entry that says so. Only these
-- two kinds of keys are in the index: whoever never sends a transfer never writes it.
SET LOCAL ROLE ledger_owner;
CREATE INDEX transfers_by_position ON {schema}.unique_keys (kind, position) WHERE active AND kind IN (18, 19);
RESET ROLE;
