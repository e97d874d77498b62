"""Who calls, and what they may do.

A provider turns the metadata and the connection of a call into an `Identity`, or into None for a caller it does not
know. The `dev` provider believes what it is told, so it is for a loopback address only; the one that checks
certificates and tokens is in `ledger.api.provider`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Protocol

from ledger.domain.names import parse_person, person_name
from ledger.v1.options_pb2 import Right

URN = "urn:personal-account-ledger"
"""Ids of organisations and actors are UUIDs of version 5 of names that begin so, for ever."""

ALL_RIGHTS = sum(1 << number for number in Right.values() if number)
DEV = "dev"

Headers = Mapping[str, str | bytes]
Peer = Callable[[], Mapping[str, Iterable[bytes]]]
"""Asks the connection who is at its other end, as `ServicerContext.auth_context` does: the result of the handshake."""


def organisation_id(name: str) -> bytes:
    """The 16 bytes that stand for an organisation in every entry it causes."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}:organisation:{name}").bytes


def actor_id(organisation: str, name: str) -> bytes:
    """The 16 bytes that stand for one actor (a system or a person at work) of an organisation."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}:actor:{organisation}:{name}").bytes


def right_names(mask: int) -> list[str]:
    """Names of the rights in a mask, as callers and logs read them: `RIGHT_REVERSE`."""
    return [Right.Name(number) for number in Right.values() if number and mask >> number & 1]


@dataclass(frozen=True, slots=True)
class Identity:
    """An authenticated caller.

    `organisation` and `actor` are 16 bytes; `rights` has the bit `1 << Right`. The names are for
    logs. `source` is who the commit queue is fair between. `ledgers` are the codes of the ledgers that the caller may
    know of; None means all. `person`, by full name, is whom the identity acts as: it may do what concerns that person,
    and others as their mandates say; empty means no such bound. `citizens`: it has to name the person in every call.
    """

    organisation: bytes
    actor: bytes
    rights: int
    organisation_name: str
    actor_name: str
    source: bytes = field(default=b"")
    ledgers: frozenset[str] | None = None
    person: str = ""
    citizens: bool = False

    @classmethod
    def named(cls, organisation: str, actor: str, rights: int, ledgers: frozenset[str] | None = None) -> Identity:
        """Make an identity whose ids follow from its names."""
        ids = organisation_id(organisation), actor_id(organisation, actor)
        return cls(*ids, rights, organisation, actor, source=ids[0] + ids[1], ledgers=ledgers)

    def acting_as(self, person: str) -> Identity:
        """Return the identity bound to one person, by full name. Its actor is another one for each person."""
        actor = actor_id(self.organisation_name, f"{self.actor_name}:{person}")
        return replace(self, actor=actor, person=person, citizens=False)

    def may_use(self, ledger: str) -> bool:
        """Tell whether a ledger, by its code, exists as far as this caller is concerned."""
        return self.ledgers is None or ledger in self.ledgers


ACTING_AS = "x-acting-as"
"""Metadata in which an identity of citizens says, in every call, who of them acts."""


@lru_cache(maxsize=10_000)
def bound(identity: Identity, acting_as: str) -> Identity | None:
    """Return an identity of citizens bound to the person that a call names; None unless it names one."""
    try:
        ledger, stream = parse_person(acting_as.lower())
    except ValueError:
        return None
    return identity.acting_as(person_name(ledger, stream))


class Provider(Protocol):
    """Knows callers. Runs in every call, so it must not wait for anything."""

    def identify(self, headers: Headers, peer: Peer) -> Identity | None:
        """Return who sent these metadata over this connection, or None if that cannot be established."""


class DevProvider:
    """Everybody is `dev` with every right, unless the metadata say otherwise.

    `x-dev-organisation` and `x-dev-actor` are names; `x-dev-rights` lists rights by name, separated
    by commas, with or without `RIGHT_`; empty means none. They let one machine act as several
    organisations. With `x-acting-as` the caller is one person.
    """

    def identify(self, headers: Headers, peer: Peer) -> Identity | None:
        identity = _dev_identity(
            str(headers.get("x-dev-organisation", DEV)),
            str(headers.get("x-dev-actor", DEV)),
            headers.get("x-dev-rights"),
        )
        person = headers.get(ACTING_AS)
        return identity if identity is None or person is None else bound(identity, str(person))


@lru_cache(maxsize=1024)
def _dev_identity(organisation: str, actor: str, rights: str | bytes | None) -> Identity | None:
    mask = ALL_RIGHTS if rights is None else _mask(str(rights))
    return None if mask is None else Identity.named(organisation, actor, mask)


def _mask(listed: str) -> int | None:
    """The mask of a list of right names; None when a name is unknown."""
    mask = 0
    for name in filter(None, (part.strip() for part in listed.split(","))):
        number = right_number(name)
        if number is None:
            return None
        mask |= 1 << number
    return mask


def right_number(name: str) -> int | None:
    """The number of a right, with or without `RIGHT_`; None for one that does not exist."""
    return _right_numbers().get(name.upper().removeprefix("RIGHT_"))


@cache
def _right_numbers() -> dict[str, int]:
    return {name.removeprefix("RIGHT_"): number for name, number in Right.items() if number}
