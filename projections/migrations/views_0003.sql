-- Rebuilding, comparing and steering versions; positions of consumers.
SET LOCAL ROLE ledger_owner;

-- `building` parts are filled side by side; a `past` version ends at one position for good. `served_until` says which
-- version answered before.
ALTER TABLE {schema}.tracking
    ADD COLUMN paused boolean NOT NULL DEFAULT false,
    ADD COLUMN served_until timestamptz,
    DROP CONSTRAINT tracking_state_check,
    ADD CONSTRAINT tracking_state_check CHECK (state IN ('live', 'shadow', 'standby', 'building', 'past'));

-- The script of each shape and the tables that it makes. Only a migration writes it: `create_version` runs what is here.
CREATE TABLE {schema}.scripts (
    projection text    NOT NULL,
    shape      integer NOT NULL,
    tables     text[]  NOT NULL,
    ranged     text[]  NOT NULL,
    script     text    NOT NULL,
    PRIMARY KEY (projection, shape)
);

-- A version that is, or was, built from the log beside the one that answers.
CREATE TABLE {schema}.builds (
    begun_at   timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    goal       bigint      NOT NULL,             -- where all parts go to
    position   bigint      NOT NULL DEFAULT 0,   -- where it was compared
    build      integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version    integer     NOT NULL,
    against    integer     NOT NULL,             -- version to compare with
    parts      smallint    NOT NULL,
    switches   boolean     NOT NULL DEFAULT false,
    equal      boolean,                          -- unknown until it was compared
    salt       bytea       NOT NULL DEFAULT '',  -- of the hashes of rows
    projection text        NOT NULL,
    purpose    text        NOT NULL CHECK (purpose IN ('rebuild', 'verification', 'past')),
    state      text        NOT NULL CHECK (state IN
        ('building', 'joining', 'comparing', 'ready', 'done', 'failed', 'dropped')),
    problem    text        NOT NULL DEFAULT ''
);

-- What was compared: rows of a table that belong to one of 16 parts, counted, and the sums of both halves of their hashes.
CREATE TABLE {schema}.sums (
    build      integer  NOT NULL REFERENCES {schema}.builds,
    part       smallint NOT NULL,
    version    integer  NOT NULL,
    rows       bigint   NOT NULL,
    high       numeric  NOT NULL,
    low        numeric  NOT NULL,
    table_name text     NOT NULL,
    PRIMARY KEY (build, table_name, part, version)
);

-- Keys of rows that are not the same in both versions, some of them where there are many.
CREATE TABLE {schema}.differences (
    build      integer  NOT NULL REFERENCES {schema}.builds,
    part       smallint NOT NULL,
    table_name text     NOT NULL,
    kind       text     NOT NULL,
    key        text     NOT NULL,
    PRIMARY KEY (build, table_name, key)
);

-- How far somebody who subscribes to the log has come, as they said themselves.
CREATE TABLE {schema}.consumers (
    position     bigint      NOT NULL,
    record_time  bigint      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    moved_at     timestamptz NOT NULL DEFAULT now(),
    organisation uuid        NOT NULL,
    consumer     text        NOT NULL,
    PRIMARY KEY (consumer)
) WITH (fillfactor = 10);

-- Makes the empty tables of a version, which begins before position 1 in as many parts.
CREATE FUNCTION {schema}.create_version(
    of_projection text, of_shape integer, number integer, of_state text, of_parts integer
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    known  {schema}.scripts;
    name   text;
BEGIN
    SELECT * INTO STRICT known FROM {schema}.scripts WHERE projection = of_projection AND shape = of_shape;
    EXECUTE replace(known.script, '{v}', number::text);
    FOREACH name IN ARRAY known.tables LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON %I.%I TO ledger_projector',
            '{schema_name}', name || '_v' || number);
        EXECUTE format('GRANT SELECT ON %I.%I TO ledger_writer, ledger_auditor', '{schema_name}', name || '_v' || number);
    END LOOP;
    FOREACH name IN ARRAY known.ranged LOOP
        PERFORM {schema}.ensure_ranges(name || '_v' || number, 1);
    END LOOP;
    INSERT INTO {schema}.tracking (projection, version, shape, state, partition, partitions)
        SELECT of_projection, number, of_shape, of_state, part, of_parts FROM generate_series(0, of_parts - 1) part;
END $$;

-- Removes a version that does not answer.
CREATE FUNCTION {schema}.drop_version(of_projection text, number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    name text;
BEGIN
    PERFORM FROM {schema}.tracking WHERE projection = of_projection AND version = number FOR UPDATE;
    IF EXISTS (SELECT FROM {schema}.tracking WHERE projection = of_projection AND version = number AND state = 'live') THEN
        RAISE EXCEPTION 'version % of % answers', number, of_projection;
    END IF;
    FOR name IN SELECT DISTINCT unnest(s.tables) FROM {schema}.scripts s JOIN {schema}.tracking t USING (projection, shape)
        WHERE t.projection = of_projection AND t.version = number LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I.%I', '{schema_name}', name || '_v' || number);
    END LOOP;
    DELETE FROM {schema}.dead_letters WHERE projection = of_projection AND version = number;
    DELETE FROM {schema}.tracking WHERE projection = of_projection AND version = number;
END $$;
REVOKE ALL ON FUNCTION {schema}.create_version(text, integer, integer, text, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION {schema}.drop_version(text, integer) FROM PUBLIC;

-- The service steers for whoever has the right to; what is in the tables of a version, the projector alone writes.
GRANT EXECUTE ON FUNCTION {schema}.create_version(text, integer, integer, text, integer), {schema}.drop_version(text, integer)
    TO ledger_projector, ledger_writer;
GRANT SELECT ON {schema}.builds, {schema}.sums, {schema}.differences, {schema}.consumers, {schema}.scripts
    TO ledger_projector, ledger_writer, ledger_auditor;
GRANT INSERT, UPDATE ON {schema}.builds TO ledger_projector, ledger_writer;
GRANT INSERT, DELETE ON {schema}.sums, {schema}.differences TO ledger_projector;
GRANT UPDATE (state, paused, problem, served_until) ON {schema}.tracking TO ledger_writer;
GRANT INSERT, UPDATE, DELETE ON {schema}.consumers TO ledger_projector, ledger_writer;
RESET ROLE;
