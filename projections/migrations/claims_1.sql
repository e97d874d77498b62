-- Claims, version {v}. Amounts are fen, times microseconds since 1970 UTC, dates YYYYMMDD.
CREATE TABLE {schema}.claims_v{v} (
    position       bigint   PRIMARY KEY,
    effective_time bigint   NOT NULL,
    record_time    bigint   NOT NULL,
    total          bigint   NOT NULL,
    served_on      integer  NOT NULL,
    deadline       integer  NOT NULL,
    cause          smallint NOT NULL,
    category       smallint NOT NULL,
    person         uuid     NOT NULL,
    institution    text     NOT NULL
);

-- What became of a claim: its decision (1) and its payment (2).
CREATE TABLE {schema}.claim_steps_v{v} (
    claim          bigint   NOT NULL,  -- position of the claim
    position       bigint   NOT NULL,
    effective_time bigint   NOT NULL,
    amount         bigint   NOT NULL,  -- due or paid
    step           smallint NOT NULL,
    decision       smallint NOT NULL,  -- ClaimDecision, 0 for a payment
    person         uuid     NOT NULL,
    PRIMARY KEY (claim, step)
);
