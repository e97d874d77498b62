-- Snapshots of persons: short cuts for reading long streams, one for each stream, derived and never needed. `mac` is
-- keyed with the ledger's secret, so that nobody without it can make one that is believed.
SET LOCAL ROLE ledger_owner;
CREATE TABLE {schema}.snapshots (
    stream       uuid    PRIMARY KEY,
    version      bigint  NOT NULL,
    position     bigint  NOT NULL,
    leaf_hash    bytea   NOT NULL,
    state_format integer NOT NULL,
    state        bytea   NOT NULL,
    mac          bytea   NOT NULL
);
GRANT SELECT ON {schema}.snapshots TO ledger_writer, ledger_projector, ledger_auditor;
GRANT INSERT, UPDATE ON {schema}.snapshots TO ledger_writer;
RESET ROLE;
