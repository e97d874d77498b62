"""A person as the log tells it: registration, account, grants, payers and yearly sums, folded from
one stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ledger.domain import insurance
from ledger.domain.changes import CHANGES
from ledger.domain.flags import NO_FLAGS, Flags
from ledger.domain.values import EMPTY_WALLET, NO_CARD, NONE, Card, EvolveError, Grant, Sums, Wallet
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.claims import Claim
    from ledger.domain.filings import Filing
    from ledger.domain.insurance import Insurance
    from ledger.domain.recorded import Recorded
    from ledger.domain.values import Mandate, Term
    from ledger.policy.rules import Date

__all__ = ["EvolveError", "Grant", "Person", "Sums", "evolve"]


_NOTHING: Final[Mapping[Any, Any]] = {}


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

    __slots__ = (
        "accumulators",
        "activated",
        "balance",
        "card",
        "claims",
        "filing_changes",
        "filings",
        "flags",
        "freeze_causes",
        "grant_use",
        "grants",
        "id",
        "imported",
        "insurance",
        "interest_to",
        "last_position",
        "loss",
        "mandates",
        "number_keys",
        "payable_after_close",
        "payer_ends",
        "payers",
        "person_type",
        "registered",
        "reversed",
        "sanctions",
        "scheme",
        "standing",
        "state",
        "version",
        "wallet",
    )

    id: bytes
    version: int
    last_position: int
    registered: bool
    scheme: types_pb2.Scheme
    person_type: types_pb2.PersonType
    state: types_pb2.AccountState
    activated: bool
    imported: bool
    insurance: Insurance
    interest_to: Date
    balance: int
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
    accumulators: Mapping[tuple[int, int], Sums]
    standing: Mapping[tuple[int, int], tuple[int, ...]]
    reversed: frozenset[int]
    number_keys: frozenset[bytes]
    wallet: Wallet

    def __init__(self, stream: bytes) -> None:
        """Make the person of a stream that has no entries yet."""
        self.id = stream
        self.version = 0
        self.last_position = 0
        self.registered = False
        self.scheme = types_pb2.SCHEME_UNSPECIFIED
        self.person_type = types_pb2.PERSON_TYPE_UNSPECIFIED
        self.state = NONE
        self.activated = False
        self.imported = False
        self.insurance = insurance.EMPTY
        self.interest_to = (0, 0, 0)
        self.balance = 0
        self.payable_after_close = 0
        self.loss = types_pb2.LOSS_KIND_UNSPECIFIED
        self.mandates = _NOTHING
        self.card = NO_CARD
        self.claims = _NOTHING
        self.sanctions = _NOTHING
        self.filing_changes = _NOTHING
        self.filings = _NOTHING
        self.flags = NO_FLAGS
        self.freeze_causes = frozenset()
        self.grants = _NOTHING
        self.payers = ()
        self.payer_ends = _NOTHING
        self.grant_use = _NOTHING
        self.accumulators = _NOTHING
        self.standing = _NOTHING
        self.reversed = frozenset()
        self.number_keys = frozenset()
        self.wallet = EMPTY_WALLET

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Person):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    # Equal by value, so it must not be hashed by identity.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Person {self.id.hex()} version {self.version} state {self.state}>"


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
    after.scheme = person.scheme
    after.person_type = person.person_type
    after.state = person.state
    after.activated = person.activated
    after.imported = person.imported
    after.insurance = person.insurance
    after.interest_to = person.interest_to
    after.balance = balance
    after.payable_after_close = person.payable_after_close
    after.loss = person.loss
    after.mandates = person.mandates
    after.card = person.card
    after.claims = person.claims
    after.sanctions = person.sanctions
    after.filing_changes = person.filing_changes
    after.filings = person.filings
    after.flags = person.flags
    after.freeze_causes = person.freeze_causes
    after.grants = person.grants
    after.payers = person.payers
    after.payer_ends = person.payer_ends
    after.grant_use = person.grant_use
    after.accumulators = person.accumulators
    after.standing = person.standing
    after.reversed = person.reversed
    after.number_keys = person.number_keys
    after.wallet = person.wallet
    if change is not None:
        change(after, recorded, recorded.event)
    return after
