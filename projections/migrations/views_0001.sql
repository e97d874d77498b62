-- The read side of one ledger. {schema} is its schema. Everything here can be made again from the log.
CREATE SCHEMA {schema} AUTHORIZATION ledger_owner;
SET LOCAL ROLE ledger_owner;

-- How far each version of a projection has come. `partition` of `partitions` counts for a version that is being built in
-- parallel; a version that serves has one partition.
CREATE TABLE {schema}.tracking (
    position    bigint      NOT NULL DEFAULT 0,
    record_time bigint      NOT NULL DEFAULT 0,
    moved_at    timestamptz NOT NULL DEFAULT now(),
    version     integer     NOT NULL,
    shape       integer     NOT NULL,
    partition   smallint    NOT NULL DEFAULT 0,
    partitions  smallint    NOT NULL DEFAULT 1 CHECK (partitions > 0 AND partition >= 0 AND partition < partitions),
    last_leaf   bytea       NOT NULL DEFAULT '',
    projection  text        NOT NULL,
    state       text        NOT NULL CHECK (state IN ('live', 'shadow', 'standby')),
    problem     text        NOT NULL DEFAULT '',
    PRIMARY KEY (projection, version, partition)
) WITH (fillfactor = 10);
CREATE UNIQUE INDEX one_version_is_live ON {schema}.tracking (projection) WHERE state = 'live';

-- Entries that a projection could not take in, all those of the transaction that failed: half of one is no state.
CREATE TABLE {schema}.dead_letters (
    position       bigint      NOT NULL,
    first_position bigint      NOT NULL,
    buried_at      timestamptz NOT NULL DEFAULT now(),
    version        integer     NOT NULL,
    type           integer     NOT NULL,
    stream         uuid        NOT NULL,
    projection     text        NOT NULL,
    error          text        NOT NULL,
    PRIMARY KEY (projection, version, position)
);
CREATE INDEX ON {schema}.dead_letters (stream);

-- Creates the ranges of a table that positions up to `reach` need. An index over (account, position) is written in random
-- order; within one range it stays in memory.
CREATE FUNCTION {schema}.ensure_ranges(parent text, reach bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    width   constant bigint := 4194304;
    number  bigint;
    name    text;
    created integer := 0;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(format('%I.%I', '{schema_name}', parent))
                   AND relkind = 'p') THEN
        RAISE EXCEPTION '%.% is no table with ranges', '{schema_name}', parent;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('{schema_name}.ensure_ranges', 0));
    FOR number IN 0 .. (greatest(reach, 1) - 1) / width LOOP
        name := parent || '_' || lpad(number::text, 6, '0');
        IF to_regclass(format('%I.%I', '{schema_name}', name)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING DEFAULTS)',
                '{schema_name}', name, '{schema_name}', parent);
            EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT range CHECK (position > %s AND position <= %s)',
                '{schema_name}', name, number * width, (number + 1) * width);
            EXECUTE format('ALTER TABLE %I.%I ATTACH PARTITION %I.%I FOR VALUES FROM (%s) TO (%s)',
                '{schema_name}', parent, '{schema_name}', name, number * width + 1, (number + 1) * width + 1);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;
REVOKE ALL ON FUNCTION {schema}.ensure_ranges(text, bigint) FROM PUBLIC;

GRANT USAGE ON SCHEMA {schema} TO ledger_projector, ledger_auditor;
GRANT SELECT ON {schema}.tracking, {schema}.dead_letters TO ledger_projector, ledger_auditor;
GRANT INSERT, UPDATE, DELETE ON {schema}.tracking, {schema}.dead_letters TO ledger_projector;
GRANT EXECUTE ON FUNCTION {schema}.ensure_ranges(text, bigint) TO ledger_projector;
RESET ROLE;
