-- A key is made before the log says that it is used, and signs nothing until then: `taken_at` is null. `request` is the
-- command that asked for it, so that the command sent again finds the same key.
ALTER TABLE ledger_keys.signing_keys ALTER COLUMN taken_at DROP NOT NULL;
ALTER TABLE ledger_keys.signing_keys ADD COLUMN request uuid, ADD UNIQUE (ledger, request);
GRANT UPDATE (taken_at) ON ledger_keys.signing_keys TO ledger_keeper;
