"""Small values that a person's state is made of, and the error of a broken continuation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE = types_pb2.ACCOUNT_STATE_UNSPECIFIED
PENDING = types_pb2.ACCOUNT_STATE_PENDING_ACTIVATION
ACTIVE = types_pb2.ACCOUNT_STATE_ACTIVE
FROZEN = types_pb2.ACCOUNT_STATE_FROZEN
CLOSED = types_pb2.ACCOUNT_STATE_CLOSED


class EvolveError(Exception):
    """The entry does not continue the state: a defect, or a log that was tampered with. Never a
    business "no".
    """


class Grant(NamedTuple):
    """What a payer allows a beneficiary. Limits in fen, 0 = none.

    It holds from `start_time` on, the effective time of the command that gave it, and before
    `expire_time`, 0 = for ever; both in µs since 1970 UTC.
    """

    beneficiary_name: str
    relation: types_pb2.Relation
    purchase_limit: int
    year_limit: int
    expire_time: int
    start_time: int = 0

    def ended(self, time: int) -> bool:
        """Tell whether its time has run out at an effective time (µs). Such a grant counts for nothing."""
        return 0 < self.expire_time <= time


class Sums(NamedTuple):
    """Sums of one service year and benefit: fen, and counts of visits and admissions."""

    deductible: int = 0
    pooled: int = 0
    eligible: int = 0
    visits: int = 0
    admissions: int = 0


NO_SUMS: Final = Sums()
"""Those of a year and benefit without a purchase."""


class InFlight(NamedTuple):
    """A pending wallet transfer: its id (16 bytes), fen, the civil date that counts it (YYYYMMDD), and when it returns
    (µs since 1970 UTC).
    """

    transfer_id: bytes
    amount: int
    counted_on: int
    return_time: int


class Wallet(NamedTuple):
    """What an account sent by wallet: pending transfers by the position of their initiation, and how many each civil
    date (YYYYMMDD) counts.
    """

    in_flight: Mapping[int, InFlight]
    days: Mapping[int, int]


class Card(NamedTuple):
    """What is under way with the card of an account: the loss that is recorded, and the new card that was asked for.

    Positions are 0 for none. `loss_time` and `lapse_time` are µs since 1970 UTC; `lapse_time` 0 = it never lapses.
    """

    loss_position: int = 0
    loss_time: int = 0
    lapse_time: int = 0
    request_position: int = 0
    expedited: bool = False
    due: tuple[int, int, int] = (0, 0, 0)


NO_CARD: Final = Card()
"""Nothing is lost, and nothing was asked for."""


class Term(NamedTuple):
    """A sanction: from `start` on and before `end`, 0 = until it is lifted; both µs since 1970 UTC."""

    kind: types_pb2.SanctionKind
    cause: types_pb2.SanctionCause
    start: int
    end: int
    lifted: bool = False

    def ended(self, time: int) -> bool:
        """Tell whether it was lifted, or its time has run out at an effective time (µs)."""
        return self.lifted or 0 < self.end <= time


class Mandate(NamedTuple):
    """What somebody may do for a person: `rights` is a mask, times are µs since 1970 UTC, `end` 0 = until revoked.

    `beneficiaries`, by full name, are those to whom the agent may give what is the person's.
    """

    agent: str
    kind: types_pb2.MandateKind
    rights: int
    start: int
    end: int
    beneficiaries: tuple[str, ...] = ()

    def ended(self, time: int) -> bool:
        """Tell whether its time has run out."""
        return 0 < self.end <= time


EMPTY_WALLET: Final = Wallet({}, {})
"""That of everybody who never sent a transfer."""
