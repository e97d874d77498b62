"""The tables of the log: what each role may do, and that nobody, whatever the role, can change what is recorded."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd
from tests.world import World, group, item

ROLES = ("ledger_owner", "ledger_writer", "ledger_projector", "ledger_auditor", "ledger_keeper")
READERS = ("ledger_writer", "ledger_projector", "ledger_auditor")
APPEND_ONLY = ("entries", "entries_000000", "commits", "commands", "tiles", "head")
DERIVED = ("unique_keys", "snapshots")
PROOF = ("checkpoints", "cosignatures")
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
APPENDED = ("entries", "commits", "commands", "unique_keys", "tiles", *PROOF)


@pytest.fixture(scope="module")
def ledger(database):
    """A ledger with something in every table, and a full tile."""
    code = database.new_ledger()
    with Ledgerd(database, [code]) as process:
        client = Client(process.channel())
        world = World(client, code)
        world.done(world.opening("ann"))
        world.done(world.deposit("ann", period=202501))
        world.batch(group(*(world.deposit("ann") for _ in range(300))), item(world.lift("ann")))
        client.close()
    return f"ledger_{code}"


@pytest.fixture
def connection(database, ledger):
    """A connection of the superuser whose work is rolled back."""
    with psycopg.connect(database.url) as connection:
        yield connection
        connection.rollback()


def attempt(connection, role, statement, ledger, table):
    """Run a statement as a role. Returns the error, None where it is allowed; what it did is undone."""
    named = sql.SQL(statement).format(t=sql.Identifier(ledger, table))
    try:
        with connection.transaction(force_rollback=True):
            if role:
                connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            connection.execute(named)
    except psycopg.Error as error:
        return error
    return None


def column(connection, ledger, table):
    """The first column of a table."""
    query = (
        "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
        " JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s AND relname = %s AND attnum = 1"
    )
    return connection.execute(query, (ledger, table)).fetchone()[0]


@pytest.mark.parametrize("role", [*ROLES, ""], ids=[*ROLES, "superuser"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_nobody_changes_what_is_recorded(connection, ledger, table, role):
    """UPDATE, DELETE, TRUNCATE and upserts are refused: rights stop most roles, triggers the rest."""
    assert connection.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(ledger, table))).fetchone()
    name = column(connection, ledger, table)
    for statement in (
        f"UPDATE {{t}} SET {name} = {name}",
        "DELETE FROM {t}",
        "TRUNCATE {t}",
        "TRUNCATE {t} CASCADE",
        f"INSERT INTO {{t}} SELECT * FROM {{t}} ON CONFLICT ({key(table)}) DO UPDATE SET {name} = excluded.{name}",
    ):
        if "ON CONFLICT" in statement and table == "entries":
            continue  # the parent has no constraint to name
        error = attempt(connection, role, statement, ledger, table)
        assert isinstance(error, psycopg.errors.InsufficientPrivilege), statement
        if role in {"", "ledger_owner"}:
            assert "append-only" in str(error)


def key(table):
    """The columns of the primary key."""
    keys = {
        "commits": "last_position",
        "commands": "request_id, organisation",
        "tiles": "level, index",
        "head": "locked_by_every_commit",
    }
    return keys.get(table, "position")


def test_triggers_fire_in_a_session_that_replicates(connection, ledger):
    """`session_replication_role = replica` switches ordinary triggers off, and not these."""
    connection.execute("SET LOCAL session_replication_role = replica")
    for table in APPEND_ONLY:
        for statement in ("DELETE FROM {t}", "TRUNCATE {t}"):
            error = attempt(connection, "", statement, ledger, table)
            assert isinstance(error, psycopg.errors.InsufficientPrivilege), (table, statement)
    assert attempt(connection, "", "TRUNCATE {t}", ledger, "unique_keys") is not None


def test_new_ranges_are_guarded_too(connection, ledger):
    """A range of positions that is made later refuses the same."""
    with connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("SET LOCAL ROLE ledger_writer"))
        made = connection.execute(sql.SQL("SELECT {}(1048577)").format(sql.Identifier(ledger, "ensure_ranges")))
        assert made.fetchone() == (1,)
        connection.execute("RESET ROLE")
        connection.execute(
            sql.SQL("INSERT INTO {} VALUES (1048577, gen_random_uuid(), 1, 'x')").format(
                sql.Identifier(ledger, "entries")
            )
        )
        for statement in ("DELETE FROM {t}", "UPDATE {t} SET version = 2", "TRUNCATE {t}"):
            error = attempt(connection, "", statement, ledger, "entries_000001")
            assert isinstance(error, psycopg.errors.InsufficientPrivilege), statement


def expected_privileges(schema, table, ledger):
    """What each role may do with a table, beside its owner."""
    if schema == "ledger_keys":
        rights = {"SELECT", "INSERT"}  # a key is destroyed by overwriting two columns, and its row stays
        return {"ledger_keeper": rights, "ledger_writer": rights}
    allowed = {role: {"SELECT"} for role in READERS}
    if schema == ledger and table in APPENDED:
        allowed["ledger_writer"] = {"SELECT", "INSERT"}
    if schema == ledger and table == "snapshots":
        allowed["ledger_writer"] = {"SELECT", "INSERT", "UPDATE"}  # nobody believes them without looking at the log
    if schema == ledger and table == "head":
        allowed["ledger_writer"] = {"SELECT", "UPDATE"}  # to lock it; the trigger refuses the update
    return allowed


def test_roles_have_the_rights_that_they_need_and_no_others(connection, ledger):
    """Every table, every role, every privilege; nothing is PUBLIC's."""
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(%s)"
        " UNION SELECT schemaname, viewname FROM pg_views WHERE schemaname = ANY(%s)",
        ([ledger, "ledger_keys", "ledger_registry"],) * 2,
    ).fetchall()
    assert len(tables) >= 12
    for schema, table in tables:
        for role in ROLES[1:]:
            name = sql.Identifier(schema, table).as_string(connection)
            held = {
                privilege
                for privilege in PRIVILEGES
                if connection.execute("SELECT has_table_privilege(%s, %s, %s)", (role, name, privilege)).fetchone()[0]
            }
            assert held == expected_privileges(schema, table, ledger).get(role, set()), (name, role)


def test_roles_cannot_log_in_or_make_anything(connection, ledger):
    """No role is a superuser, logs in, owns what it should not, or creates in the schemas."""
    rows = connection.execute(
        "SELECT rolname, rolsuper OR rolcanlogin OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        " FROM pg_roles WHERE rolname = ANY(%s)",
        (list(ROLES),),
    ).fetchall()
    assert dict(rows) == dict.fromkeys(ROLES, False)
    for role in ROLES[1:]:
        for schema in (ledger, "ledger_keys", "ledger_registry"):
            query = "SELECT has_schema_privilege(%s, %s, 'CREATE')"
            assert not connection.execute(query, (role, schema)).fetchone()[0], (role, schema)
    owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = %s", (ledger,))
    assert owners.fetchall() == [("ledger_owner",)]


def test_only_the_writer_makes_ranges(connection, ledger):
    """The function runs with the owner's rights, so that few may call it."""
    query = "SELECT has_function_privilege(%s, %s, 'EXECUTE')"
    name = f'"{ledger}".ensure_ranges(bigint)'
    allowed = {role for role in ROLES if connection.execute(query, (role, name)).fetchone()[0]}
    assert allowed == {"ledger_owner", "ledger_writer"}


def test_the_service_needs_no_more_than_the_writer_may(database, ledger):
    """Every kind of command, sealed data, reads and a restart, as a login that is a member of the writer."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE test_service LOGIN IN ROLE ledger_writer")
    parts = conninfo_to_dict(database.url) | {"user": "test_service"}
    code = ledger.removeprefix("ledger_")
    for _ in range(2):
        with Ledgerd(database, [code], url=make_conninfo(**parts)) as process:
            client = Client(process.channel())
            world = World(client, code)
            world.done(world.opening("ann"))
            world.done(world.opening("bob"))
            world.done(world.grant("ann", "bob"))
            world.done(world.purchase("bob", 1_500, sealed=t.Confidential(note="x")))
            deposit = world.deposit("ann", period=202502)
            world.done(deposit)
            world.done(world.void(deposit.request_id))
            world.batch(*(item(world.deposit("bob", amount=1)) for _ in range(300)))
            assert world.state("bob").balance == 300
            assert len(world.entries()) == world.size()
            client.close()


def test_unique_keys_may_only_be_released_and_taken_again(connection, ledger):
    """They are believed, although they are updated: the writer moves position and state, nothing else."""
    for statement in ("UPDATE {t} SET kind = 1", "DELETE FROM {t}", "TRUNCATE {t}"):
        error = attempt(connection, "ledger_writer", statement, ledger, "unique_keys")
        assert isinstance(error, psycopg.errors.InsufficientPrivilege), statement
    assert attempt(connection, "ledger_writer", "UPDATE {t} SET active = active", ledger, "unique_keys") is None


def test_every_table_of_the_schema_is_looked_at(connection, ledger):
    """A table that is added later has to be added here."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (ledger,))
    assert {name for (name,) in rows} == {*APPEND_ONLY, *DERIVED, *PROOF}
