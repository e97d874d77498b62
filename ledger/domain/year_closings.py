"""Closing a civil year of the books (年度结转): what the year was is fixed, and every entry to come counts later.

An entry counts in the year of its effective time, unless that year was closed before the entry was recorded: then it
counts in the first year that is open. So the closing balance of a year is the opening balance of the next, for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain import settle
from ledger.domain.proposals import Admin
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


READ_BEHIND_MAX = 100_000
"""Entries between the position that figures rest on and their closing, at most: whoever verifies looks back so far."""


class YearFigures(NamedTuple):
    """What counts in a year, in fen, up to a position. It is read beside the log, so it is no part of the command."""

    last_position: int
    accounts: int
    balance: int
    credits: int
    debits: int
    interest: int
    opening_balance: int


def close_year(command: Command, view: View) -> list[Leg]:
    """Close a year that is over, once, in the order of the years.

    Balances carry over as they are; deductibles, caps and visits do not, as they belong to the year of the service.
    """
    content = cast("commands_pb2.YearClosing", command.content)
    closed = Admin.of(view.state(view.admin)).closed_year
    if content.year <= closed.year:
        raise Refusal(reasons.REFUSAL_REASON_YEAR_ALREADY_CLOSED, {"year": str(closed.year)})
    if closed.year and content.year != closed.year + 1:
        raise Refusal(reasons.REFUSAL_REASON_YEAR_NOT_NEXT, {"year": str(closed.year + 1)})
    if content.year >= view.civil_date(command.effective_time)[0]:
        raise Refusal(reasons.REFUSAL_REASON_YEAR_NOT_OVER, {"year": str(content.year)})
    found = cast("YearFigures", command.facts)
    _check(found, closed.balance, closed.last_position, view.next_position)
    event = events_pb2.YearClosed(
        closing=content,
        last_position=found.last_position,
        accounts=found.accounts,
        balance=found.balance,
        credits=found.credits,
        debits=found.debits,
        interest=found.interest,
        opening_balance=found.opening_balance,
    )
    return [Leg(view.admin, types.YEAR_CLOSED, event)]


def _check(found: YearFigures, opening: int, last_position: int, next_position: int) -> None:
    """Refuse figures that are old, or do not continue the year before: somebody closed it while they were read."""
    if next_position - 1 - found.last_position > READ_BEHIND_MAX:
        settle.mismatch(f"the figures rest on position {found.last_position}, and {next_position - 1} is recorded")
    if found.opening_balance != opening or found.last_position < last_position:
        settle.mismatch(f"the year begins with {found.opening_balance} fen, and the one before ended with {opening}")
    if found.opening_balance + found.credits - found.debits != found.balance:
        settle.mismatch(
            f"{found.opening_balance} + {found.credits} - {found.debits} fen are not {found.balance} at the end"
        )
