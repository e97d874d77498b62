-- Statements of institutions while they are uploaded, and for a while behind it. Nothing here comes from the log: rows are
-- the institution's words. Its own settlement ids are kept as keyed hashes only.
SET LOCAL ROLE ledger_owner;
CREATE TABLE {schema}.uploads (
    received     bigint      NOT NULL DEFAULT 0,
    begun_at     timestamptz NOT NULL DEFAULT now(),
    upload       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation uuid        NOT NULL,
    request_id   uuid        NOT NULL,
    command_hash bytea       NOT NULL,
    UNIQUE (organisation, request_id)
);
CREATE TABLE {schema}.uploaded_rows (
    upload      bigint  NOT NULL REFERENCES {schema}.uploads ON DELETE CASCADE,
    number      bigint  NOT NULL,
    position    bigint  NOT NULL,  -- of the entry that the row names; 0 = none
    total       bigint  NOT NULL,
    funds       bigint  NOT NULL,
    own_account bigint  NOT NULL,
    shared      bigint,            -- NULL = not stated
    cash        bigint,
    day         integer NOT NULL,  -- YYYYMMDD; 0 = not stated
    refund      boolean NOT NULL,
    key         uuid,
    PRIMARY KEY (upload, number)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.uploads, {schema}.uploaded_rows TO ledger_writer;
GRANT SELECT ON {schema}.uploads, {schema}.uploaded_rows TO ledger_auditor, ledger_projector;
RESET ROLE;
