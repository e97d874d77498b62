-- `bills` was `settlements` made twice; `settlements` of shape 2 has what it had. The tables of both go, and those of
-- `settlements` are made anew and filled again from the log.
DO $$
DECLARE
    known record;
    name  text;
BEGIN
    PERFORM FROM {schema}.tracking WHERE projection IN ('bills', 'settlements') FOR UPDATE;
    FOR known IN SELECT DISTINCT t.version, s.tables FROM {schema}.tracking t JOIN {schema}.scripts s USING (projection, shape)
        WHERE projection IN ('bills', 'settlements') LOOP
        FOREACH name IN ARRAY known.tables LOOP
            EXECUTE format('DROP TABLE IF EXISTS %I.%I', '{schema_name}', name || '_v' || known.version);
        END LOOP;
    END LOOP;
    UPDATE {schema}.builds SET state = 'dropped', ended_at = coalesce(ended_at, now())
        WHERE projection IN ('bills', 'settlements') AND state IN ('building', 'joining', 'comparing', 'ready', 'failed');
    DELETE FROM {schema}.dead_letters WHERE projection IN ('bills', 'settlements');
    DELETE FROM {schema}.tracking WHERE projection IN ('bills', 'settlements');
    DELETE FROM {schema}.scripts WHERE projection IN ('bills', 'settlements');
END $$;
