"""Merging two accounts of one person, who came to have a second one by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.amounts import BALANCE_LIMIT
from ledger.domain.names import parse_account
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.restrictions import state_at
from ledger.domain.subject import check_not_closed, check_version, existing_account
from ledger.domain.values import FROZEN, Sums
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def merge_accounts(command: Command, view: View) -> list[Leg]:
    """Move balance and yearly sums of another account into the subject's, and close the other one for ever.

    What comes back later for the account that ended is owed outside, as after every closing.
    """
    content = cast("commands_pb2.AccountMerge", command.content)
    survivor = existing_account(command.stream, view)
    absorbed = existing_account(parse_account(content.absorbed)[1], view)
    check_version(command, survivor)
    check_not_closed(survivor)
    check_not_closed(absorbed)
    if state_at(absorbed, command.effective_time) == FROZEN:
        raise Refusal(reasons.REFUSAL_REASON_ACCOUNT_FROZEN)
    if survivor.id == absorbed.id:
        raise Refusal(reasons.REFUSAL_REASON_MERGE_WITH_SELF)
    if absorbed.wallet.in_flight:
        raise Refusal(reasons.REFUSAL_REASON_MERGE_TRANSFERS_PENDING)
    amount = absorbed.balance
    if survivor.balance + amount > BALANCE_LIMIT:
        raise Refusal(reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED)
    merged = events_pb2.AccountsMerged(merge=content, amount=amount, accumulators=_sums(survivor, absorbed))
    left = events_pb2.AccountAbsorbed(survivor=survivor.id, amount=amount, merged_position=view.next_position)
    closed = events_pb2.AccountClosed(reason=types_pb2.CLOSE_REASON_MERGE)
    return [
        Leg(command.stream, types.ACCOUNTS_MERGED, merged, amount, confidential=command.confidential),
        Leg(absorbed.id, types.ACCOUNT_ABSORBED, left, -amount),
        Leg(absorbed.id, types.ACCOUNT_CLOSED, closed),
    ]


def _sums(survivor: Person, absorbed: Person) -> list[types_pb2.Accumulator]:
    """Return the survivor's sums after the merge, where they change."""
    changed = []
    for (year, benefit), added in sorted(absorbed.accumulators.items()):
        before = survivor.accumulators.get((year, benefit), Sums())
        after = Sums(*map(sum, zip(before, added, strict=True)))
        changed.append(types_pb2.Accumulator(year=year, benefit=cast("types_pb2.Benefit", benefit), **after._asdict()))
    return changed
