-- A person's key that was destroyed leaves its row without the key: so no new one is ever made for that person, and a
-- process that has the key in memory can see that it must forget it. Times are microseconds since 1970 UTC.
ALTER TABLE ledger_keys.person_keys ALTER COLUMN wrapped DROP NOT NULL;
ALTER TABLE ledger_keys.person_keys ADD COLUMN destroyed_at bigint,
    ADD CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL));
CREATE INDEX destroyed_keys ON ledger_keys.person_keys (destroyed_at) WHERE destroyed_at IS NOT NULL;
GRANT UPDATE (wrapped, destroyed_at) ON ledger_keys.person_keys TO ledger_keeper;
-- Wrapped again when the master key changes.
GRANT UPDATE (wrapped) ON ledger_keys.secrets TO ledger_keeper;
REVOKE DELETE ON ledger_keys.person_keys FROM ledger_keeper;

-- Who somebody is, sealed under the person's key: names and numbers are here and nowhere else. `lookup` is a keyed hash
-- of the number of the identity document.
CREATE SCHEMA ledger_identity AUTHORIZATION ledger_owner;
GRANT USAGE ON SCHEMA ledger_identity TO ledger_keeper;
CREATE TABLE ledger_identity.identities (
    ledger     uuid    NOT NULL,
    stream     uuid    NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    lookup     bytea   NOT NULL,
    nonce      bytea   NOT NULL,
    ciphertext bytea   NOT NULL,
    changed_at bigint  NOT NULL,
    PRIMARY KEY (ledger, stream),
    UNIQUE (ledger, lookup)
);
ALTER TABLE ledger_identity.identities OWNER TO ledger_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_identity.identities TO ledger_keeper;
