-- Restraints of accounts, and designations of institutions, version {v}. Times are microseconds since 1970 UTC.
CREATE TABLE {schema}.restraints_v{v} (
    position       bigint   NOT NULL,
    first_position bigint   NOT NULL,  -- of its transaction
    ends           bigint   NOT NULL,  -- a time or a position, by kind; 0 = none
    of             bigint   NOT NULL,  -- position of the sanction that is lifted; 0 = none
    kind           smallint NOT NULL,  -- see projections/restraints.py
    account        uuid     NOT NULL,
    PRIMARY KEY (account, position)
);
CREATE INDEX ON {schema}.restraints_v{v} (kind, position);

-- What was recorded of an institution from a civil date (YYYYMMDD) on; of those that had begun, the last one counts.
CREATE TABLE {schema}.designations_v{v} (
    position    bigint   NOT NULL,
    begins_on   integer  NOT NULL,
    ends_on     integer  NOT NULL,
    designated  smallint NOT NULL,  -- 0 = from here on it is not
    place       uuid     NOT NULL,  -- id of the institution's stream
    institution text     NOT NULL,  -- its code where the entry says it
    PRIMARY KEY (place, position)
);
