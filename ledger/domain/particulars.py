"""What seldom changes of a person: held apart, so that money that moves does not copy it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from ledger.domain import insurance
from ledger.domain.flags import NO_FLAGS, Flags
from ledger.domain.values import EMPTY_WALLET, NO_CARD, Card, Grant, Wallet
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.domain.claims import Claim
    from ledger.domain.filings import Filing
    from ledger.domain.insurance import Insurance
    from ledger.domain.values import Mandate, Term
    from ledger.policy.rules import Date

NOTHING: Final[Mapping[Any, Any]] = {}
"""Shared by all persons that hold nothing of a kind: a dictionary of their own would lie somewhere else in memory."""


class Particulars:
    """The seldom changing part of a `Person`, who says what each means. Never changed once made."""

    __slots__ = (
        "activated",
        "card",
        "claims",
        "filing_changes",
        "filings",
        "flags",
        "freeze_causes",
        "grant_use",
        "grants",
        "imported",
        "insurance",
        "interest_to",
        "loss",
        "mandates",
        "number_keys",
        "payable_after_close",
        "payer_ends",
        "payers",
        "person_type",
        "reversed",
        "sanctions",
        "scheme",
        "wallet",
    )

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

    def __init__(self) -> None:
        """Make those of a person of whom nothing is known."""
        self.scheme = types_pb2.SCHEME_UNSPECIFIED
        self.person_type = types_pb2.PERSON_TYPE_UNSPECIFIED
        self.activated = False
        self.imported = False
        self.insurance = insurance.EMPTY
        self.interest_to = (0, 0, 0)
        self.payable_after_close = 0
        self.loss = types_pb2.LOSS_KIND_UNSPECIFIED
        self.mandates = NOTHING
        self.card = NO_CARD
        self.claims = NOTHING
        self.sanctions = NOTHING
        self.filing_changes = NOTHING
        self.filings = NOTHING
        self.flags = NO_FLAGS
        self.freeze_causes = frozenset()
        self.grants = NOTHING
        self.payers = ()
        self.payer_ends = NOTHING
        self.grant_use = NOTHING
        self.reversed = frozenset()
        self.number_keys = frozenset()
        self.wallet = EMPTY_WALLET

    def replaced(self, name: str, value: Any) -> Particulars:
        """Return a copy in which one of them is another."""
        copy = object.__new__(Particulars)
        for each in Particulars.__slots__:
            setattr(copy, each, getattr(self, each))
        setattr(copy, name, value)
        return copy


def particular(name: str) -> Any:
    """Return a property of a holder of particulars: set, the holder gets others, and who shared the old keeps them."""

    def put(holder: Any, value: Any) -> None:
        holder.particulars = holder.particulars.replaced(name, value)

    return property(attrgetter(f"particulars.{name}"), put)


NO_PARTICULARS: Final = Particulars()
"""Those of everybody of whom nothing is known yet."""
