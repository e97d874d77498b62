-- Risk flags, version {v}. Times are microseconds since 1970 UTC.
CREATE TABLE {schema}.risk_flags_v{v} (
    position       bigint   PRIMARY KEY,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    kind           smallint NOT NULL,
    severity       smallint NOT NULL,
    subject        uuid     NOT NULL,  -- of the person or institution
    rule           text     NOT NULL,
    positions      bigint[] NOT NULL   -- entries that it rests on
);
CREATE INDEX ON {schema}.risk_flags_v{v} (subject, position);

-- What the streams of institutions are called.
CREATE TABLE {schema}.risk_places_v{v} (
    place       uuid PRIMARY KEY,
    institution text NOT NULL
);

CREATE TABLE {schema}.risk_clearances_v{v} (
    flag           bigint PRIMARY KEY,  -- position of the flag
    position       bigint NOT NULL,
    effective_time bigint NOT NULL,
    record_time    bigint NOT NULL,
    subject        uuid   NOT NULL,
    reason         text   NOT NULL
);
