-- The log of one ledger. {schema} is its schema.
CREATE SCHEMA {schema} AUTHORIZATION ledger_owner;
SET LOCAL ROLE ledger_owner;

-- What refuses every change of what was recorded, whoever asks.
CREATE FUNCTION {schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table %.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Entries, by ranges of positions. The columns stream and version copy what is inside the entry.
CREATE TABLE {schema}.entries (
    position bigint NOT NULL,
    stream   uuid   NOT NULL,
    version  bigint NOT NULL,
    entry    bytea  NOT NULL
) PARTITION BY RANGE (position);
ALTER TABLE {schema}.entries ALTER COLUMN entry SET STORAGE EXTERNAL;

-- Creates the ranges that positions up to `reach` need. Each range has its own index over (stream, version): one such
-- index over the whole log would be written in random order and become the slowest part of every commit.
CREATE FUNCTION {schema}.ensure_ranges(reach bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    width   constant bigint := 1048576;
    number  bigint;
    name    text;
    created integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{schema_name}.ensure_ranges', 0));
    FOR number IN 0 .. (greatest(reach, 1) - 1) / width LOOP
        name := 'entries_' || lpad(number::text, 6, '0');
        IF to_regclass(format('%I.%I', '{schema_name}', name)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I.%I (LIKE %I.entries INCLUDING STORAGE)', '{schema_name}', name, '{schema_name}');
            EXECUTE format('ALTER TABLE %I.%I ADD PRIMARY KEY (position), ADD UNIQUE (stream, version), '
                'ADD CONSTRAINT range CHECK (position > %s AND position <= %s)',
                '{schema_name}', name, number * width, (number + 1) * width);
            EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I.%I '
                'FOR EACH STATEMENT EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
            EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_truncate', '{schema_name}', name);
            EXECUTE format('CREATE TRIGGER refuse_row_change BEFORE UPDATE OR DELETE ON %I.%I '
                'FOR EACH ROW EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
            EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_row_change', '{schema_name}', name);
            EXECUTE format('ALTER TABLE %I.entries ATTACH PARTITION %I.%I FOR VALUES FROM (%s) TO (%s)',
                '{schema_name}', '{schema_name}', name, number * width + 1, (number + 1) * width + 1);
            created := created + 1;
        END IF;
    END LOOP;
    RETURN created;
END $$;
REVOKE ALL ON FUNCTION {schema}.ensure_ranges(bigint) FROM PUBLIC;

-- One row per commit: the state of the log, and the root of every committed size. Times are microseconds since 1970 UTC.
CREATE TABLE {schema}.commits (
    last_position  bigint   PRIMARY KEY,
    root           bytea    NOT NULL,
    frontier       bytea    NOT NULL,
    last_leaf_hash bytea    NOT NULL,
    record_time    bigint   NOT NULL,
    entries        integer  NOT NULL,
    feature_level  smallint NOT NULL
);

-- One row that is only ever locked: updating it would leave a dead version behind with every commit.
CREATE TABLE {schema}.head (
    locked_by_every_commit boolean PRIMARY KEY CHECK (locked_by_every_commit)
);
INSERT INTO {schema}.head VALUES (true);

-- Idempotency. Time-ordered ids fill the right edge of the index, so old ones never get in the way.
CREATE TABLE {schema}.commands (
    request_id     uuid    NOT NULL,
    organisation   uuid    NOT NULL,
    command_hash   bytea   NOT NULL,
    first_position bigint  NOT NULL,
    entries        integer NOT NULL,
    PRIMARY KEY (request_id, organisation)
);

-- Keys that may be in use once at a time. Derived from the entries: `position` is the entry that spoke last.
CREATE TABLE {schema}.unique_keys (
    kind     smallint NOT NULL,
    key_hash uuid     NOT NULL,
    position bigint   NOT NULL,
    active   boolean  NOT NULL,
    PRIMARY KEY (key_hash, kind)
);

-- Full tiles of C2SP tlog-tiles: 256 hashes of 32 bytes.
CREATE TABLE {schema}.tiles (
    level  smallint NOT NULL,
    index  bigint   NOT NULL,
    hashes bytea    NOT NULL,
    PRIMARY KEY (level, index)
);
ALTER TABLE {schema}.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['commits', 'head', 'commands', 'tiles'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_row_change BEFORE UPDATE OR DELETE ON %I.%I '
            'FOR EACH ROW EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
        EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_row_change', '{schema_name}', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['entries', 'commits', 'head', 'commands', 'tiles', 'unique_keys'] LOOP
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I.%I '
            'FOR EACH STATEMENT EXECUTE FUNCTION %I.refuse_change()', '{schema_name}', name, '{schema_name}');
        EXECUTE format('ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER refuse_truncate', '{schema_name}', name);
    END LOOP;
END $$;

SELECT {schema}.ensure_ranges(1);

-- What a plain `eventsourcing` application reads: its names for our columns.
CREATE VIEW {schema}.ledger_events AS
SELECT stream AS originator_id,
       version AS originator_version,
       'ledger.log.mapper:LedgerEvent'::text AS topic,
       entry AS state,
       position AS notification_id
FROM {schema}.entries;

GRANT USAGE ON SCHEMA {schema} TO ledger_writer, ledger_projector, ledger_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO ledger_writer, ledger_projector, ledger_auditor;
GRANT INSERT ON {schema}.entries, {schema}.commits, {schema}.commands, {schema}.unique_keys, {schema}.tiles TO ledger_writer;
-- FOR UPDATE needs the right to update; the trigger refuses the update itself.
GRANT UPDATE ON {schema}.head TO ledger_writer;
GRANT UPDATE (position, active) ON {schema}.unique_keys TO ledger_writer;
GRANT EXECUTE ON FUNCTION {schema}.ensure_ranges(bigint) TO ledger_writer;
RESET ROLE;
