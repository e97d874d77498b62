-- Mandates, version {v}: who may act for whom. Times are microseconds since 1970 UTC. Rows are only added.
CREATE TABLE {schema}.mandates_v{v} (
    position       bigint   PRIMARY KEY,
    effective_time bigint   NOT NULL,  -- when it begins
    expires        bigint   NOT NULL,  -- when it ends by itself; 0 = when it is revoked
    rights         bigint   NOT NULL,  -- a mask of 1 << Right
    kind           smallint NOT NULL,
    person         uuid     NOT NULL,  -- who is acted for
    agent          text     NOT NULL,  -- full name, also of a person in another ledger
    beneficiaries  text     NOT NULL   -- full names, a line each
);
CREATE INDEX ON {schema}.mandates_v{v} (person, position);
CREATE INDEX ON {schema}.mandates_v{v} (agent, position);

-- Mandates that were revoked.
CREATE TABLE {schema}.mandate_ends_v{v} (
    mandate  bigint PRIMARY KEY,  -- its position
    position bigint NOT NULL,
    person   uuid   NOT NULL
);
