-- The service reads what it answers from as the writer of the log; only the runner needs the projector.
SET LOCAL ROLE ledger_owner;
GRANT USAGE ON SCHEMA {schema} TO ledger_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO ledger_writer;
RESET ROLE;
