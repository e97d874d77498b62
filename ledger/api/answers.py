"""From the outcome of a command to what its caller is told.

An answer is rebuilt from entries each time it is given, so a replay reads like the first answer.
A caller sees the balance of the accounts its commands were about; an entry in the stream of
somebody else's relative shows only the change. Which entries those are follows from their type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from google.rpc.status_pb2 import Status

from ledger.api import errors
from ledger.api.explanation import explain
from ledger.domain import entry_types as types
from ledger.domain.names import id_text
from ledger.domain.recorded import Recorded
from ledger.domain.settle import quote_token
from ledger.domain.values import NONE as NO_ACCOUNT
from ledger.log.outcome import Committed, Failed, Quoted, Refused
from ledger.v1 import types_pb2 as t
from ledger.v1.command_service_pb2 import ExplanationStep, QuotePurchaseResponse, Transaction
from ledger.v1.entry_pb2 import Entry
from ledger.v1.events_pb2 import VOID_EFFECT_UNSPECIFIED, VoidEffect

TYPE_NAMES = {field.number: field.name for field in Entry.DESCRIPTOR.oneofs_by_name["event"].fields}
"""Field name of each event in `Entry` by its number."""

# Streams of the ledger itself, and what whoever raises a flag is told: no account, no balance.
_NOBODYS = (
    types.ADMIN
    | types.POLICY
    | types.INSTITUTION
    | types.RISK
    | {types.COMMAND_REFUSED, types.COMMAND_VOIDED, types.PROPOSAL_DECIDED}
)
# Entries that a command leaves in the stream of another person than the one it is about.
_RELATIVES = frozenset(
    (
        types.SHARE_PAID,
        types.SHARE_REFUNDED,
        types.PAYER_BOUND,
        types.PAYER_UNBOUND,
        types.FAMILY_TRANSFER_RECEIVED,
        types.TRANSFER_ACCEPTED,
    )
)
_SETTLEMENTS = frozenset((types.PURCHASE_SETTLED, types.PURCHASE_REVERSED))
_AMENDED = 2  # settlements of an amendment: what is reversed and what is kept
_HIDDEN = _NOBODYS | _RELATIVES | {types.FAMILY_TRANSFER_REVERSED, types.TRANSFER_RETURNED}
_BY_SENDER = frozenset((t.TRANSFER_RETURN_REASON_CANCELLED, t.TRANSFER_RETURN_REASON_VOIDED))


def _split(answer: Transaction, event: Any) -> None:
    answer.split.CopyFrom(event.split)
    if event.HasField("computation"):
        answer.computation.CopyFrom(event.computation)


def _split_and_owed(answer: Transaction, event: Any) -> None:
    answer.split.CopyFrom(event.split)
    answer.payable_after_close += event.payable_after_close


def _owed(answer: Transaction, event: Any) -> None:
    answer.payable_after_close += event.payable_after_close


def _paid_out(answer: Transaction, event: Any) -> None:
    answer.paid_out += event.amount


def _due(answer: Transaction, event: Any) -> None:
    answer.due_date.CopyFrom(event.due_date)


def _claim_filed(answer: Transaction, event: Any) -> None:
    answer.deadline.CopyFrom(event.deadline)


def _claim_decided(answer: Transaction, event: Any) -> None:
    if event.HasField("split"):
        answer.split.CopyFrom(event.split)
        answer.claim_amount = event.split.pooled + sum(fund.amount for fund in event.split.funds)


def _claim_paid(answer: Transaction, event: Any) -> None:
    answer.claim_amount = event.amount


def _still_owed(answer: Transaction, event: Any) -> None:
    answer.payable_after_close = event.remaining


# What an event adds to the answer beside its entry.
_EXTRAS: dict[int, Callable[[Transaction, Any], None]] = {
    types.PURCHASE_SETTLED: _split,
    types.PURCHASE_REVERSED: _split_and_owed,
    types.PREMIUM_REVERSED: _owed,
    types.ADJUSTMENT_POSTED: _owed,
    types.SHARE_REFUNDED: _owed,
    types.FAMILY_TRANSFER_REVERSED: _owed,
    types.TRANSFER_RETURNED: _owed,
    types.TRANSFER_CREDITED: _owed,
    types.BALANCE_PAID_OUT: _paid_out,
    types.REISSUE_REQUESTED: _due,
    types.PAYABLE_SETTLED: _still_owed,
    types.CLAIM_FILED: _claim_filed,
    types.CLAIM_DECIDED: _claim_decided,
    types.CLAIM_PAID: _claim_paid,
}


def fill(answer: Transaction, outcome: Committed, ledger: str) -> None:
    """Write what was recorded into an empty `Transaction`.

    A group that settles several purchases has several splits, and the answer has room for one: it
    then has none, and each is found in its entry.
    """
    entries = outcome.entries
    first = entries[0]
    answer.first_position = first.position
    answer.last_position = first.position + len(entries) - 1
    seconds, micros = divmod(first.record_time, 1_000_000)
    time = answer.record_time
    time.seconds = seconds
    time.nanos = micros * 1000
    if outcome.replayed:
        answer.replayed = True
    prefix = f"ledgers/{ledger}/"
    add = answer.entries.add
    for entry in entries:
        number = entry.type
        # Field by field: keywords cost three times as much.
        told = add()
        told.name = f"{prefix}entries/{entry.position}"
        told.type = TYPE_NAMES[number]
        told.balance_change = entry.balance_change
        if number not in _HIDDEN or _own_leg(entry):
            told.account = f"{prefix}accounts/{id_text(entry.stream)}"
            told.balance_after = entry.balance_after
            told.version = entry.version
        elif number not in _NOBODYS:
            told.account = f"{prefix}accounts/{id_text(entry.stream)}"
        if number in _EXTRAS:
            _EXTRAS[number](answer, entry.event)
    if len(entries) > 1 and (settlements := [entry for entry in entries if entry.type in _SETTLEMENTS])[1:]:
        if first.type == types.PURCHASE_AMENDED and len(settlements) == _AMENDED:
            answer.reversed_split.CopyFrom(settlements[0].event.split)
        else:
            answer.ClearField("split")
            answer.ClearField("computation")


def quote(outcome: Quoted) -> QuotePurchaseResponse:
    """Word what a purchase would be settled as."""
    settled, before = outcome.legs[0], outcome.before
    event = settled.event
    balance = None if before.state == NO_ACCOUNT else before.balance
    after = None if balance is None else balance + settled.balance_change
    return QuotePurchaseResponse(
        split=event.split,
        computation=event.computation if event.HasField("computation") else None,
        explanation=explain(event, balance, after),
        quote=quote_token(settled.stream, event.split),
        balance_before=balance,
        balance_after=after,
        accumulator=event.accumulator,
        position=outcome.position,
    )


def explanation(entries: Sequence[Recorded]) -> list[ExplanationStep]:
    """Explain the settlement of a transaction line by line."""
    settled = next(entry for entry in entries if entry.type == types.PURCHASE_SETTLED)
    balance = settled.balance_after
    return explain(settled.event, balance - settled.balance_change, balance)


def _own_leg(entry: Recorded) -> bool:
    """Whether a transfer's end is told to its sender, who sees the balance."""
    if entry.type == types.TRANSFER_RETURNED:
        return entry.event.reason in _BY_SENDER
    return entry.type == types.FAMILY_TRANSFER_REVERSED and not entry.event.receiver_leg


def refusal(outcome: Refused | Failed, language: str) -> Status:
    """Word an outcome that is not a commit. A recorded refusal says where it is recorded."""
    if isinstance(outcome, Failed):
        return errors.status(outcome.reason, outcome.metadata, language)
    metadata = dict(outcome.metadata)
    metadata["position"] = str(outcome.position)
    if outcome.item is not None:
        metadata["item"] = str(outcome.item)
    if outcome.replayed:
        metadata["replayed"] = "true"
    return errors.status(outcome.reason, metadata, language)


def void_effect(entries: Sequence[Recorded]) -> VoidEffect:
    """What a void did, from the entry that recorded it."""
    for entry in entries:
        if entry.type == types.COMMAND_VOIDED:
            effect: VoidEffect = entry.event.effect
            return effect
    return VOID_EFFECT_UNSPECIFIED
