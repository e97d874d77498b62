-- Bills as a statement of an institution would list them, version {v}: one row for each settlement, and one with negative
-- amounts for each refund. Amounts are fen.
CREATE TABLE {schema}.bills_v{v} (
    position      bigint   NOT NULL,
    reverses      bigint   NOT NULL,  -- position of the settlement, 0 = it is one
    total         bigint   NOT NULL,
    funds         bigint   NOT NULL,  -- pooled and others
    own_account   bigint   NOT NULL,
    shared        bigint   NOT NULL,
    cash          bigint   NOT NULL,
    day           integer  NOT NULL,  -- civil date of the effective time, YYYYMMDD
    clearing_type smallint NOT NULL,  -- 0 = not stated
    key           uuid,               -- keyed hash of the institution's own settlement id
    institution   text     NOT NULL,
    PRIMARY KEY (institution, position)
) PARTITION BY RANGE (position);
CREATE INDEX ON {schema}.bills_v{v} (institution, day);
CREATE INDEX ON {schema}.bills_v{v} (institution, key) WHERE key IS NOT NULL;
CREATE INDEX ON {schema}.bills_v{v} (institution, reverses) WHERE reverses > 0;
