"""Tamperings with the rows of the live database, which is exported afterwards as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.tamper_table import KEY, ROWS, WHOLE, Tampering

Plant = Callable[[Any], int | None]
COMMIT, COMMAND = "the end of the commit", "its entry"


def row(what: str, kind: str, where: str, plant: Plant, why: str = "") -> Tampering:
    """A tampering with rows."""
    return Tampering(ROWS, what, KEY, kind, where, plant, why)


def on(statement: str, find: Callable[[Any], int]) -> Plant:
    """Run a statement about a position."""

    def plant(rows: Any) -> int | None:
        position = find(rows)
        rows.run(statement, position)
        return position

    return plant


def deposit(rows: Any) -> int:
    """An ordinary entry inside a full tile."""
    return int(rows.base.plain(late=False))


def commit(rows: Any) -> int:
    """The end of a commit."""
    return int(rows.run("SELECT last_position FROM {s}.commits WHERE last_position > 20 ORDER BY 1 LIMIT 1")[0][0])


def command(rows: Any) -> int:
    """The first entry of a command."""
    return int(rows.run("SELECT first_position FROM {s}.commands WHERE first_position > 20 ORDER BY 1 LIMIT 1")[0][0])


def key(rows: Any) -> int:
    """An entry that took a unique key."""
    return int(rows.run("SELECT position FROM {s}.unique_keys WHERE active ORDER BY 1 LIMIT 1")[0][0])


def whole(statement: str) -> Plant:
    """Run a statement about the whole log."""

    def plant(rows: Any) -> int | None:
        rows.run(statement)
        return int(rows.base.size)

    return plant


def rows() -> Iterator[Tampering]:
    """All of them."""
    set_ = "UPDATE {s}.entries SET "
    other = "gen_random_uuid()"
    yield row("the column `stream`", "column", "the entry", on(f"{set_}stream = {other} WHERE position = %s", deposit))
    yield row("the column `version`", "column", "the entry", on(f"{set_}version = 999 WHERE position = %s", deposit))
    yield row(
        "a row of the entries deleted",
        "position",
        "where it was",
        on("DELETE FROM {s}.entries WHERE position = %s", deposit),
    )
    before = "(SELECT entry FROM {s}.entries AS b WHERE b.position = entries.position - 1)"
    copied = on(f"{set_}entry = {before} WHERE position = %s", deposit)
    yield row("an entry overwritten by the one before", "leaf", "the entry", copied)
    yield row("two entries swapped", "leaf", "the first of them", _swapped)
    yield row("an entry emptied", "layout", "the entry", on(f"{set_}entry = '' WHERE position = %s", deposit))
    yield row("an entry behind the last commit", "", "", _uncommitted,
              "it is no part of the log: no commit covers it. `ledgerctl log verify` names it")  # fmt: skip
    for name, value in (
        ("root", "'\\x00'"), ("frontier", "'\\x00'"), ("last_leaf_hash", "'\\x00'"), ("record_time", "1"),
        ("entries", "entries + 1"), ("feature_level", "-1"),
    ):  # fmt: skip
        statement = f"UPDATE {{s}}.commits SET {name} = {value} WHERE last_position = %s"
        yield row(f"`{name}` of a commit", "commit", COMMIT, on(statement, commit))
    yield row("the last commits deleted", "commit", WHOLE, whole("DELETE FROM {s}.commits WHERE last_position > 300"))
    for name, value in (("command_hash", "'\\x00'"), ("first_position", "first_position + 1"), ("entries", "99")):
        statement = f"UPDATE {{s}}.commands SET {name} = {value} WHERE first_position = %s"
        yield row(f"`{name}` of a request id", "command", COMMAND, on(statement, command))
    yield row(
        "a request id deleted", "command", COMMAND, on("DELETE FROM {s}.commands WHERE first_position = %s", command)
    )
    yield row("a request id invented", "command", "where it points", on(
        f"INSERT INTO {{s}}.commands VALUES ({other}, {other}, sha256(''), %s, 1)", command))  # fmt: skip
    for name, value in (("active", "NOT active"), ("position", "position - 1"), ("kind", "kind + 20")):
        statement = f"UPDATE {{s}}.unique_keys SET {name} = {value} WHERE position = %s"
        yield row(f"`{name}` of a unique key", "unique_key", COMMAND, on(statement, key))
    yield row("a unique key deleted", "unique_key", COMMAND, on("DELETE FROM {s}.unique_keys WHERE position = %s", key))
    behind = "UPDATE {s}.unique_keys SET active = false, position = 1000000 WHERE position = %s"
    yield row("a unique key set free, as if by an entry that is still to come", "unique_key", COMMAND, on(behind, key))
    flip = "UPDATE {s}.tiles SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE level = 0 AND index = 0"
    yield row("a bit of a stored tile", "leaf", "the entry below it", _second(flip))
    yield row("a stored tile deleted", "tile", "the end of the tile", _tile("DELETE FROM {s}.tiles WHERE level = 0"))
    yield row("the newest checkpoint edited", "checkpoint", "0", _edited_note)


def _second(statement: str) -> Plant:
    def plant(rows: Any) -> int | None:
        rows.run(statement)
        return 2

    return plant


def _tile(statement: str) -> Plant:
    def plant(rows: Any) -> int | None:
        rows.run(statement)
        return 256

    return plant


def _swapped(rows: Any) -> int | None:
    position = deposit(rows)
    rows.run(
        "UPDATE {s}.entries SET entry = (SELECT entry FROM {s}.entries AS b"
        " WHERE b.position = 2 * %s + 1 - entries.position) WHERE position IN (%s, %s)",
        position,
        position,
        position + 1,
    )
    return position


def _uncommitted(rows: Any) -> int | None:
    rows.run(
        "INSERT INTO {s}.entries SELECT (SELECT max(position) + 1 FROM {s}.entries), stream, version + 10000, entry"
        " FROM {s}.entries WHERE position = 20"
    )
    return None


def _edited_note(rows: Any) -> int | None:
    rows.run(
        "UPDATE {s}.checkpoints SET note = replace(note, E'\\n' || size || E'\\n', E'\\n' || (size - 1) || E'\\n')"
        " WHERE size = (SELECT max(size) FROM {s}.checkpoints)"
    )
    return None
