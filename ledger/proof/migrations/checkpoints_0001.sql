-- Signed checkpoints of one ledger, and what witnesses put under them. {schema} is the ledger's schema.
SET LOCAL ROLE ledger_owner;
CREATE TABLE {schema}.checkpoints (
    size      bigint PRIMARY KEY CHECK (size > 0),
    note      text   NOT NULL,
    signed_at bigint NOT NULL
);
CREATE TABLE {schema}.cosignatures (
    size    bigint NOT NULL REFERENCES {schema}.checkpoints,
    witness text   NOT NULL,
    line    text   NOT NULL,
    PRIMARY KEY (size, witness)
);
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['checkpoints', 'cosignatures'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_row_change BEFORE UPDATE OR DELETE ON %I.%I '
            'FOR EACH ROW EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
        EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_row_change', '{schema_name}', name);
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
        EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_truncate', '{schema_name}', name);
    END LOOP;
END $$;
GRANT SELECT ON {schema}.checkpoints, {schema}.cosignatures TO ledger_writer, ledger_projector, ledger_auditor;
GRANT INSERT ON {schema}.checkpoints, {schema}.cosignatures TO ledger_writer;
RESET ROLE;
