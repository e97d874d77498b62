"""Money that is owed outside because an account was closed before it came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import account_of
from ledger.domain.unique import claim
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.recorded import Key
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def settle_payable(command: Command, view: View) -> list[Leg]:
    """Record that some of what is owed was paid. The balance, which is zero, does not move."""
    content = cast("commands_pb2.PayableSettlement", command.content)
    person = account_of(command, view)
    remaining = person.payable_after_close - content.amount
    if remaining < 0:
        payable = {"payable": str(person.payable_after_close)}
        raise Refusal(reasons.REFUSAL_REASON_PAYABLE_EXCEEDED, payable)
    keys: tuple[Key, ...] = ()
    if command.confidential and command.confidential.payment_ref:
        reason = reasons.REFUSAL_REASON_DUPLICATE_PAYMENT_REFERENCE
        keys = (claim(view, types_pb2.UNIQUE_KEY_KIND_PAYMENT, (command.confidential.payment_ref,), reason),)
    event = events_pb2.PayableSettled(settlement=content, remaining=remaining)
    return [Leg(command.stream, types.PAYABLE_SETTLED, event, keys=keys, confidential=command.confidential)]
