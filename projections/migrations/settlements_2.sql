-- Settlements by institution, version {v}: one row for each purchase that was settled, one with negative amounts for each
-- reversal. Amounts are fen, times microseconds since 1970 UTC. Rows are only added.
CREATE TABLE {schema}.settlements_v{v} (
    position       bigint   NOT NULL,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    reverses       bigint   NOT NULL,  -- position of the purchase, 0 = it is one
    total          bigint   NOT NULL,
    pooled         bigint   NOT NULL,
    funds          bigint   NOT NULL,
    hospital       bigint   NOT NULL,
    own_account    bigint   NOT NULL,
    shared         bigint   NOT NULL,
    cash           bigint   NOT NULL,
    settled_on     integer  NOT NULL,  -- civil date of the effective time, YYYYMMDD
    served_on      integer  NOT NULL,  -- YYYYMMDD
    clearing_type  smallint NOT NULL,
    category       smallint NOT NULL,
    benefit        smallint NOT NULL,
    key            uuid,               -- keyed hash of the institution's own settlement id
    person         uuid     NOT NULL,
    place          uuid     NOT NULL,  -- id of the institution's stream
    institution    text     NOT NULL,
    PRIMARY KEY (institution, effective_time, position)
) PARTITION BY RANGE (position);
CREATE INDEX ON {schema}.settlements_v{v} (institution, served_on);
CREATE INDEX ON {schema}.settlements_v{v} (institution, key) WHERE key IS NOT NULL;
CREATE INDEX ON {schema}.settlements_v{v} (institution, reverses) WHERE reverses > 0;
CREATE INDEX ON {schema}.settlements_v{v} USING brin (position);
