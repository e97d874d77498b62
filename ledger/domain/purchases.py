"""Settling a purchase: one bill, the shares of the funds, and the accounts that pay the person's
part.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names, settle
from ledger.domain.coverage import Decided, decide_shares, place_of
from ledger.domain.insurance import kind_on
from ledger.domain.payers import Payment, payers_to_ask, payments
from ledger.domain.recorded import Key, Leg
from ledger.domain.refusal import Refusal
from ledger.domain.sanctions import check_may_settle
from ledger.domain.subject import check_card, check_may_pay, registered_person
from ledger.domain.unique import claim
from ledger.domain.values import NO_SUMS, NONE
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.person import Person
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

_ONE_BYTE_LENGTH = 128
_ENCODED = b"\x0a%c%b\x12%c%b\x1a%c%b%b\x28%c\x32%c%b"
"""Fields 1 to 6 of `PurchaseSettled`, that of the date with its tag; all shorter than `_ONE_BYTE_LENGTH`."""


def record_purchase(command: Command, view: View) -> list[Leg]:
    """Settle a purchase of the subject: own account first, then relatives in order, then cash.

    A balance that does not suffice is no refusal. A beneficiary without an account has none to use;
    one whose account cannot pay is refused even if no account money is asked for, because the
    credential cannot settle. What the pooled fund pays was supplied by the settlement centre, or is
    computed from the policies of the ledger.
    """
    purchase = cast("commands_pb2.Purchase", command.content)
    beneficiary = registered_person(command, view)
    if beneficiary.state != NONE:
        check_may_pay(beneficiary, command.effective_time)
    check_card(purchase.credential, beneficiary, command.effective_time)
    check_may_settle(beneficiary, command.effective_time)
    _check_presenter(purchase, command.confidential)
    service_date = _service_date(purchase, command, view)
    place = place_of(purchase, beneficiary, service_date, view)
    settle.check_bill(purchase.bill)
    decided = decide_shares(purchase, beneficiary, service_date, place)
    shares = decided.shares
    settle.check_shares(purchase, shares)
    personal = settle.personal_part(purchase.bill, shares)
    payable = settle.payable_part(purchase.bill, shares, personal)
    settle.check_fixed_own_part(purchase, shares, payable)
    asked = payers_to_ask(purchase, beneficiary, service_date, command, view)
    own = settle.own_part(purchase, shares, payable, beneficiary.balance)
    # A grant's yearly limit counts like its other terms by effective time; sums of benefits count
    # by service date.
    grant_year = view.civil_date(command.effective_time)[0] if asked else service_date[0]
    paid = payments(asked, beneficiary.id, grant_year, payable - own, command.effective_time)
    split = _split(shares, personal, payable, own, paid, view.ledger)
    settle.check_fixed_cash(shares, split.cash)
    settle.check_quote(purchase.quote, command.stream, split)
    keys = _keys(purchase.institution, command.confidential, view)
    event, encoded = _settled(purchase, command.encoded, split, beneficiary, service_date, decided)
    settled = Leg(
        stream=command.stream,
        type=types.PURCHASE_SETTLED,
        event=event,
        balance_change=-own,
        keys=keys,
        confidential=command.confidential,
        encoded=encoded,
        policy=decided.policy,
        decided_by=decided.decided_by + tuple([(payer.id, payer.version) for payer, _ in asked]),
    )
    return [
        settled,
        *(_share_paid(payment, purchase, command.stream, grant_year, view) for payment in paid),
    ]


def _check_presenter(purchase: commands_pb2.Purchase, confidential: types_pb2.Confidential | None) -> None:
    if purchase.presenter != types_pb2.PRESENTER_OTHER:
        return
    agent = confidential.agent if confidential else None
    if not (agent and agent.principal_id_ref and agent.agent_id_ref):
        raise Refusal(reasons.REFUSAL_REASON_IDENTITY_MISMATCH)


def _service_date(purchase: commands_pb2.Purchase, command: Command, view: View) -> tuple[int, int, int]:
    if purchase.HasField("service_date"):
        date = purchase.service_date
        return date.year, date.month, date.day
    return view.civil_date(command.effective_time)


def _split(
    shares: commands_pb2.UpstreamSplit,
    personal: int,
    payable: int,
    own: int,
    paid: list[Payment],
    ledger: str,
) -> types_pb2.Split:
    split = types_pb2.Split(
        deductible=shares.deductible,
        pooled=shares.pooled,
        hospital=shares.hospital,
        personal=personal,
        account_payable=payable,
        own_account=own,
        cash=personal - own - sum([payment.amount for payment in paid]),
    )
    if shares.funds:
        split.funds.extend(shares.funds)
    for payment in paid:
        split.shared.add(payer=names.account_name(ledger, payment.payer), amount=payment.amount)
    return split


def _settled(
    purchase: commands_pb2.Purchase,
    encoded: bytes,
    split: types_pb2.Split,
    beneficiary: Person,
    service_date: tuple[int, int, int],
    decided: Decided,
) -> tuple[events_pb2.PurchaseSettled, bytes]:
    """Return the event, and its bytes where they were put together from those of its parts.

    That takes half of the time of copying the parts into the event and encoding it.
    """
    year = service_date[0]
    benefit = settle.benefit_of(purchase)
    before = beneficiary.accumulators.get((year, benefit), NO_SUMS)
    change = settle.sums_of(purchase, split, uncounted=decided.uncounted)
    accumulator = settle.accumulator(year, benefit, before, change, 1)
    person_type = kind_on(beneficiary, service_date)
    computation = decided.computation
    if computation is not None and encoded and person_type and not decided.uncounted:
        parts = (encoded, split.SerializeToString(), accumulator.SerializeToString(), computation.SerializeToString())
        whose, who, sums, how = parts
        if max([len(part) for part in parts]) < _ONE_BYTE_LENGTH:
            date = _encoded_date(service_date)
            data = _ENCODED % (
                len(whose), whose, len(who), who, len(sums), sums, date, person_type, len(how), how,
            )  # fmt: skip
            return events_pb2.PurchaseSettled.FromString(data), data
    settled = events_pb2.PurchaseSettled(
        purchase=purchase,
        split=split,
        accumulator=accumulator,
        person_type=person_type,
        computation=computation,
        uncounted=decided.uncounted,
    )
    settled.service_date.year, settled.service_date.month, settled.service_date.day = service_date
    return settled, b""


@lru_cache(maxsize=1024)
def _encoded_date(date: tuple[int, int, int]) -> bytes:
    year, month, day = date
    data = types_pb2.CivilDate(year=year, month=month, day=day).SerializeToString()
    return b"\x22%c%b" % (len(data), data)


def _share_paid(payment: Payment, purchase: commands_pb2.Purchase, beneficiary: bytes, year: int, view: View) -> Leg:
    event = events_pb2.SharePaid(
        beneficiary=beneficiary,
        amount=payment.amount,
        purchase_position=view.next_position,  # the purchase is the first leg of this command
        institution=purchase.institution,
        year=year,
    )
    return Leg(payment.payer, types.SHARE_PAID, event, -payment.amount)


def _keys(institution: str, confidential: types_pb2.Confidential | None, view: View) -> tuple[Key, ...]:
    if confidential is None:
        return ()
    keys = []
    if confidential.invoice_number:
        reason = reasons.REFUSAL_REASON_DUPLICATE_REIMBURSEMENT
        parts = (institution, confidential.invoice_number)
        keys.append(claim(view, types_pb2.UNIQUE_KEY_KIND_INVOICE, parts, reason))
    if confidential.institution_settlement_id:
        reason = reasons.REFUSAL_REASON_DUPLICATE_SETTLEMENT_ID
        parts = (institution, confidential.institution_settlement_id)
        keys.append(claim(view, types_pb2.UNIQUE_KEY_KIND_SETTLEMENT, parts, reason))
    seen: set[str] = set()
    for index, code in enumerate(confidential.trace_codes):
        reason = reasons.REFUSAL_REASON_TRACE_CODE_ALREADY_SETTLED
        # The code itself is sealed, so that only its place in the list is told.
        place = {"index": str(index)}
        if code in seen:
            raise Refusal(reason, place)
        seen.add(code)
        keys.append(claim(view, types_pb2.UNIQUE_KEY_KIND_TRACE_CODE, (code,), reason, place))
    return tuple(keys)
