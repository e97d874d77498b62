-- Spending history, version {v}: one row for each entry that moves money of an account, or settles a purchase.
-- Amounts are fen, times microseconds since 1970 UTC. Rows are only added, so that what a page showed stays true.
CREATE TABLE {schema}.transactions_v{v} (
    position       bigint   NOT NULL,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    first_position bigint   NOT NULL,
    change         bigint   NOT NULL,
    balance_after  bigint   NOT NULL,
    account        uuid     NOT NULL,
    type           smallint NOT NULL,
    category       smallint NOT NULL,
    benefit        smallint NOT NULL,
    source         smallint NOT NULL,
    period         integer  NOT NULL,
    reverses       bigint   NOT NULL,  -- position, 0 = nothing
    payable        bigint   NOT NULL,  -- owed outside, because the account is closed
    beneficiary    uuid,
    counterparty   text,               -- name of the account on the other side of a transfer
    institution    text,
    -- The bill of a purchase; a reversal has the same amounts, negative.
    total          bigint,
    pooled         bigint,
    funds          bigint,
    hospital       bigint,
    own_account    bigint,
    shared         bigint,
    cash           bigint,
    payers         uuid[],             -- who shared, in the order in which they were asked
    shares         bigint[],           -- what each of them paid
    PRIMARY KEY (account, effective_time, position)
) PARTITION BY RANGE (position);
