-- Balances, version {v}. Amounts are fen, times microseconds since 1970 UTC.
CREATE TABLE {schema}.balances_v{v} (
    balance         bigint NOT NULL,
    position        bigint NOT NULL,  -- of the entry that spoke last
    effective_time  bigint NOT NULL,  -- the greatest of all entries
    account         uuid   PRIMARY KEY
) WITH (fillfactor = 70);

-- Every entry that opened an account or moved its balance: what was known when, and when it was so.
CREATE TABLE {schema}.balance_changes_v{v} (
    position       bigint   NOT NULL,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    change         bigint   NOT NULL,
    balance_after  bigint   NOT NULL,
    account        uuid     NOT NULL,
    type           smallint NOT NULL,
    PRIMARY KEY (account, position)
) PARTITION BY RANGE (position);
