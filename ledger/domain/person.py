"""A person as the log tells it: registration, account, grants, payers and yearly sums, folded from
one stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ledger.domain.changes import CHANGES
from ledger.domain.particulars import NO_PARTICULARS, NOTHING, Particulars, particular
from ledger.domain.values import NONE, Card, EvolveError, Grant, Sums, Wallet
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.claims import Claim
    from ledger.domain.filings import Filing
    from ledger.domain.flags import Flags
    from ledger.domain.insurance import Insurance
    from ledger.domain.recorded import Recorded
    from ledger.domain.values import Mandate, Term
    from ledger.policy.rules import Date

__all__ = ["EvolveError", "Grant", "Person", "Sums", "evolve"]

_OWN = (
    "accumulators", "balance", "id", "last_position", "particulars", "registered", "standing", "state", "version",
)  # fmt: skip
"""What a purchase or a deposit changes or looks at, so that each lies in two lines of the processor's cache."""


class Person:
    """State of one stream after its entry `version`. Never changed once made: `evolve` makes a new
    one.

    `registered`: known to the ledger, with or without an account. `activated` outlives a freeze.
    `filings` holds cross-region filings by position, `filing_changes` how often a civil year changed
    their institutions. `insurance`: what changed since `person_type` was registered. `freeze_causes` holds
    `FreezeCause` numbers. `grants` is what this person allows others (by
    beneficiary), `payers` who allows this person (in the order in which they are asked) and
    `payer_ends` until when (µs, 0 = no end); an ended grant stays until its place is needed.
    `grant_use` counts fen by (beneficiary, civil year) and outlives a revocation. `standing` holds
    the positions of purchases that are not reversed, by (service year, benefit) in recorded order;
    `reversed` those of reversed entries of this stream. `number_keys` holds the key hashes of the
    insured person numbers that this stream claimed. `payable_after_close` is owed outside, in fen. `interest_to`
    is the last civil date for which interest was credited.
    `claims` holds the manual claims and `sanctions` those that
    were ever imposed, by position. `flags` are those of the risk team. `mandates`: who may
    act for this person, by position. `wallet` holds the transfers that are pending.
    """

    # Named by a constant: type checkers would not let a name be set that is a property, and no slot.
    __slots__ = _OWN

    FIELDS: ClassVar[tuple[str, ...]]
    """All that a person consists of, by name."""

    id: bytes
    version: int
    last_position: int
    registered: bool
    state: types_pb2.AccountState
    balance: int
    accumulators: Mapping[tuple[int, int], Sums]
    standing: Mapping[tuple[int, int], tuple[int, ...]]
    particulars: Particulars
    """What follows lies in it, and is read and set like what is above."""
    scheme: types_pb2.Scheme
    person_type: types_pb2.PersonType
    activated: bool
    imported: bool
    insurance: Insurance
    interest_to: Date
    payable_after_close: int
    loss: types_pb2.LossKind
    mandates: Mapping[int, Mandate]
    card: Card
    claims: Mapping[int, Claim]
    sanctions: Mapping[int, Term]
    filing_changes: Mapping[int, int]
    filings: Mapping[int, Filing]
    flags: Flags
    freeze_causes: frozenset[int]
    grants: Mapping[bytes, Grant]
    payers: tuple[bytes, ...]
    payer_ends: Mapping[bytes, int]
    grant_use: Mapping[tuple[bytes, int], int]
    reversed: frozenset[int]
    number_keys: frozenset[bytes]
    wallet: Wallet

    def __init__(self, stream: bytes) -> None:
        """Make the person of a stream that has no entries yet."""
        self.id = stream
        self.version = 0
        self.last_position = 0
        self.registered = False
        self.state = NONE
        self.balance = 0
        self.accumulators = NOTHING
        self.standing = NOTHING
        self.particulars = NO_PARTICULARS

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Person):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.FIELDS)

    # Equal by value, so it must not be hashed by identity.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Person {self.id.hex()} version {self.version} state {self.state}>"


for _name in Particulars.__slots__:
    setattr(Person, _name, particular(_name))
Person.FIELDS = tuple(sorted((*set(_OWN) - {"particulars"}, *Particulars.__slots__)))

_new = object.__new__


def evolve(person: Person, recorded: Recorded) -> Person:
    """Return the person after one more entry of its stream; raise EvolveError if the entry does not
    continue it.
    """
    balance = person.balance + recorded.balance_change
    if (
        recorded.version != person.version + 1
        or recorded.balance_after != balance
        or balance < 0
        or recorded.stream != person.id
        or recorded.position <= person.last_position
    ):
        raise EvolveError(
            f"entry {recorded.position} (stream {recorded.stream.hex()}, "
            f"version {recorded.version}, change {recorded.balance_change} fen, "
            f"after {recorded.balance_after} fen) does not continue {person!r} "
            f"with {person.balance} fen and last position {person.last_position}"
        )
    try:
        change = CHANGES[recorded.type]
    except KeyError:
        raise EvolveError(
            f"entry {recorded.position} has type {recorded.type}, which no person's stream holds"
        ) from None
    # Written out because this runs for every entry: a generic copy costs three times as much.
    after = _new(Person)
    after.id = person.id
    after.version = recorded.version
    after.last_position = recorded.position
    after.registered = person.registered
    after.state = person.state
    after.balance = balance
    after.accumulators = person.accumulators
    after.standing = person.standing
    after.particulars = person.particulars
    if change is not None:
        change(after, recorded, recorded.event)
    return after
