-- The double-entry books, version {v}. Amounts are fen, debit positive; times microseconds since 1970 UTC.
CREATE TABLE {schema}.journal_v{v} (
    position       bigint   NOT NULL,
    first_position bigint   NOT NULL,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    amount         bigint   NOT NULL,
    line           smallint NOT NULL,  -- from 0, in the order of the postings
    type           smallint NOT NULL,
    account        smallint NOT NULL,
    owner          bytea    NOT NULL,  -- 16 bytes of an id, or a word in UTF-8; empty = the account has no parts
    PRIMARY KEY (position, line)
) PARTITION BY RANGE (position);
CREATE INDEX ON {schema}.journal_v{v} (account, owner, position) INCLUDE (amount);

-- Sums by block of 16,384 positions, so that the sums at any position are those of the blocks before it and of the rows of
-- one block.
CREATE TABLE {schema}.journal_sums_v{v} (
    debits  bigint   NOT NULL,
    credits bigint   NOT NULL,  -- positive
    block   integer  NOT NULL,
    account smallint NOT NULL,
    PRIMARY KEY (block, account)
) WITH (fillfactor = 70);

-- What moved in personal accounts, by block and civil year of the effective time.
CREATE TABLE {schema}.journal_years_v{v} (
    credits  bigint   NOT NULL,
    debits   bigint   NOT NULL,  -- positive
    interest bigint   NOT NULL,
    opened   bigint   NOT NULL,  -- number of accounts
    closed   bigint   NOT NULL,
    block    integer  NOT NULL,
    year     smallint NOT NULL,
    PRIMARY KEY (block, year)
) WITH (fillfactor = 70);
