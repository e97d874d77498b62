"""Wraps every stored key again with the newest master key, while the service runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag

from ledger.log.keystore import person_context, secret_context
from ledger.log.master import MasterKey, wrapper
from ledger.proof.keys import signing_context

PAGE: Final = 1_000
"""Keys that are wrapped again in one transaction."""


class _Table(NamedTuple):
    name: str
    key: LiteralString
    read: LiteralString
    write: LiteralString
    context: Callable[[bytes, bytes, bytes], bytes]


# Each row: ledger, what tells it from others, what its context needs besides, the wrapped key. A key that is destroyed
# meanwhile is not brought back: what is written depends on what was read.
_TABLES: Final = (
    _Table(
        "secrets",
        "ledger",
        "SELECT ledger, ledger, ledger, wrapped FROM ledger_keys.secrets WHERE ledger > %s ORDER BY ledger LIMIT %s",
        "UPDATE ledger_keys.secrets SET wrapped = %s WHERE ledger = %s AND wrapped = %s",
        lambda ledger, _, __: secret_context(ledger),
    ),
    _Table(
        "person_keys",
        "key_id",
        "SELECT ledger, key_id, stream, wrapped FROM ledger_keys.person_keys"
        " WHERE key_id > %s AND wrapped IS NOT NULL ORDER BY key_id LIMIT %s",
        "UPDATE ledger_keys.person_keys SET wrapped = %s WHERE key_id = %s AND wrapped = %s",
        lambda ledger, key_id, stream: person_context(ledger, stream, key_id),
    ),
    _Table(
        "signing_keys",
        "public",
        "SELECT ledger, public, public, wrapped FROM ledger_keys.signing_keys"
        " WHERE public > %s ORDER BY public LIMIT %s",
        "UPDATE ledger_keys.signing_keys SET wrapped = %s WHERE public = %s AND wrapped = %s",
        lambda ledger, public, _: signing_context(ledger, public),
    ),
)


def rewrap(connection: psycopg.Connection, master_key: MasterKey) -> dict[str, int]:
    """Wrap again what an older master key has wrapped; return how many keys of each kind were.

    It may be cut off and begun again. Raise LookupError where none of the master keys opens a key.
    """
    master = wrapper(master_key)
    done: dict[str, int] = {}
    for table in _TABLES:
        done[table.name] = 0
        after: UUID | bytes = b"" if table.key == "public" else UUID(int=0)
        while rows := connection.execute(table.read, (after, PAGE)).fetchall():
            with connection.transaction():
                for ledger, key, other, wrapped in rows:
                    context = table.context(_bytes(ledger), _bytes(key), _bytes(other))
                    if master.is_current(wrapped, context):
                        continue
                    try:
                        fresh = master.wrap(master.unwrap(wrapped, context), context)
                    except InvalidTag:
                        raise LookupError(f"none of the master keys opens a key of {table.name}") from None
                    done[table.name] += connection.execute(table.write, (fresh, key, wrapped)).rowcount
            after = rows[-1][1]
    return done


def _bytes(value: UUID | bytes) -> bytes:
    return value.bytes if isinstance(value, UUID) else bytes(value)
