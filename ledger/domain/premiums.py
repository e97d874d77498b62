"""Premiums that are taken from an account: once per civil year, kind and insured person.

A supplementary premium is taken from a retiree's account, because nobody deducts it from wages any
more. The contribution of a relative to the resident scheme may be taken from anybody's account, if
the holder granted the relative a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ledger.domain import entry_types as types
from ledger.domain import names, settle
from ledger.domain.insurance import kind_on
from ledger.domain.payers import holding_grant
from ledger.domain.policies import policies_of
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.subject import check_may_pay, check_version, existing_account
from ledger.domain.unique import claim
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2


def _check_amount(content: commands_pb2.PremiumDeduction, view: View) -> None:
    """Refuse another amount than the one that the region has published for the year, where it has."""
    due = policies_of(view).rules_on((content.year, 1, 1)).premiums.get(content.kind)
    if due is not None and content.amount != due:
        settle.mismatch(f"the premium {content.amount} is not {due}, which the region takes for {content.year}")


def deduct_premium(command: Command, view: View) -> list[Leg]:
    """Take a premium (fen) in full; a balance that does not suffice is a refusal, not a part payment."""
    content = cast("commands_pb2.PremiumDeduction", command.content)
    covered = names.parse_person(content.covered)[1] if content.covered else command.stream
    payer = existing_account(command.stream, view)
    insured = view.person(covered)
    if not insured.registered:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_NOT_FOUND)
    check_version(command, payer)
    check_may_pay(payer, command.effective_time)
    kind = kind_on(payer, view.civil_date(command.effective_time))
    if content.kind == types_pb2.PREMIUM_KIND_RESIDENT_SCHEME:
        eligible = insured.scheme == types_pb2.SCHEME_RESIDENT
    else:
        eligible = kind == types_pb2.PERSON_TYPE_RETIRED
    if not eligible:
        raise Refusal(reasons.REFUSAL_REASON_PERSON_TYPE_NOT_ELIGIBLE)
    _check_amount(content, view)
    if covered != payer.id and holding_grant(payer, covered, view.ledger, command.effective_time) is None:
        raise Refusal(reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED)
    if content.amount > payer.balance:
        raise Refusal(reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE)
    parts = (names.id_text(covered), str(content.year), str(content.kind))
    reason = reasons.REFUSAL_REASON_DUPLICATE_PREMIUM
    key = claim(view, types_pb2.UNIQUE_KEY_KIND_PREMIUM_YEAR, parts, reason, {"year": str(content.year)})
    event = events_pb2.PremiumDeducted(deduction=content, person_type=kind)
    return [
        Leg(
            stream=command.stream,
            type=types.PREMIUM_DEDUCTED,
            event=event,
            balance_change=-content.amount,
            keys=(key,),
            confidential=command.confidential,
        )
    ]
