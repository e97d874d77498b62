-- Keys with which checkpoints are signed, wrapped by the master key. A retired key signs nothing more; its public part
-- stays, since notes that it signed stay good. Times are microseconds since 1970 UTC.
CREATE TABLE ledger_keys.signing_keys (
    ledger     uuid   NOT NULL,
    public     bytea  NOT NULL,
    wrapped    bytea  NOT NULL,
    taken_at   bigint NOT NULL,
    retired_at bigint,
    PRIMARY KEY (ledger, public)
);
ALTER TABLE ledger_keys.signing_keys OWNER TO ledger_owner;
GRANT SELECT, INSERT ON ledger_keys.signing_keys TO ledger_keeper;
GRANT UPDATE (retired_at) ON ledger_keys.signing_keys TO ledger_keeper;
