-- Roles and what all ledgers of a database share. Roles are of the whole server, hence "if not exists".
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['ledger_owner', 'ledger_writer', 'ledger_projector', 'ledger_auditor', 'ledger_keeper'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END $$;

CREATE SCHEMA ledger_registry AUTHORIZATION ledger_owner;
GRANT USAGE ON SCHEMA ledger_registry TO ledger_writer, ledger_projector, ledger_auditor;

-- Which ledgers there are, and which versions of the schema each has.
CREATE TABLE ledger_registry.ledgers (
    code        text PRIMARY KEY,
    id          uuid NOT NULL UNIQUE,
    schema_name text NOT NULL UNIQUE
);
CREATE TABLE ledger_registry.migrations (
    name       text NOT NULL,
    scope      text NOT NULL,
    version    integer NOT NULL,
    oldest_compatible integer NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, name)
);
ALTER TABLE ledger_registry.ledgers OWNER TO ledger_owner;
ALTER TABLE ledger_registry.migrations OWNER TO ledger_owner;
GRANT SELECT ON ledger_registry.ledgers, ledger_registry.migrations TO ledger_writer, ledger_projector, ledger_auditor;

-- Keys of the sealed parts and secrets of the ledgers, wrapped by the master key. Own schema and role: it is backed up
-- by itself, and may lie in another database. Destroying a row redacts what it sealed, for ever.
CREATE SCHEMA ledger_keys AUTHORIZATION ledger_owner;
GRANT USAGE ON SCHEMA ledger_keys TO ledger_keeper;
-- The service seals while it commits. In production the store may lie in another database instead.
GRANT ledger_keeper TO ledger_writer;
CREATE TABLE ledger_keys.secrets (
    ledger  uuid PRIMARY KEY,
    wrapped bytea NOT NULL
);
CREATE TABLE ledger_keys.person_keys (
    ledger  uuid NOT NULL,
    stream  uuid NOT NULL,
    key_id  uuid NOT NULL UNIQUE,
    wrapped bytea NOT NULL,
    PRIMARY KEY (ledger, stream)
);
ALTER TABLE ledger_keys.secrets OWNER TO ledger_owner;
ALTER TABLE ledger_keys.person_keys OWNER TO ledger_owner;
GRANT SELECT, INSERT ON ledger_keys.secrets, ledger_keys.person_keys TO ledger_keeper;
GRANT DELETE ON ledger_keys.person_keys TO ledger_keeper;
