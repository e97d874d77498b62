"""What each event means in the books: balanced postings. Pure: an entry, and at most one other that it refers to.

A debit is positive, a credit negative, in fen. The postings of each entry add up to zero by themselves: what one entry
of a transaction takes and another one gives goes through the account `clearing`, which is zero behind each transaction.
The part of an event that concerns a person's balance is exactly the change that the entry's header states, with the
other sign, because a balance is what the ledger owes.

Every type of event stands in `POSTINGS` or in `MONEYLESS`; one that stands in neither cannot be taken into the books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ledger.v1 import types_pb2 as t
from projections import chart

Posting = tuple[int, bytes, int]
"""Number of the account, owner, fen."""

_POOL: Final = t.DEPOSIT_SOURCE_POOL_ALLOCATION
_ALLOCATION: Final = b"ALLOCATION"
_NOBODY: Final = b""


class UnbalancedError(ValueError):
    """The postings of an entry do not add up to zero, or not to what its header says about the balance."""


class _Rule(NamedTuple):
    """How a type posts, and which field of its event holds the position of its origin; empty = it needs none."""

    post: Callable[[bytes, Any, Any], list[Posting]]
    origin: str = ""


@lru_cache(maxsize=256)
def _word(enum: Any, prefix: str, number: int) -> bytes:
    name: str = enum.Name(number)
    return name.removeprefix(prefix).replace("_", "-").encode()


def _source(source: int) -> tuple[int, bytes]:
    """Where the money of a deposit comes from: what the pooled fund credits is its expense."""
    if source == _POOL:
        return chart.POOLED, _ALLOCATION
    return chart.CONTRIBUTIONS, _word(t.DepositSource, "DEPOSIT_SOURCE_", source)


def _premium_fund(deduction: Any) -> bytes:
    if deduction.fund:
        return str(deduction.fund).encode()
    return _word(t.PremiumKind, "PREMIUM_KIND_", deduction.kind)


def _came_back(stream: bytes, amount: int, payable: int) -> list[Posting]:
    """Credit what came back: to the balance, and what a closed account can no longer take to what is owed outside."""
    return [(chart.PERSONAL, stream, payable - amount), (chart.PAYABLE, stream, -payable)]


def _ledger_of(name: str) -> bytes:
    """Return the ledger of an account's or person's name, `ledgers/{ledger}/…/{id}`."""
    return name.split("/")[1].encode()


def _opening(stream: bytes, event: Any, _: Any) -> list[Posting]:
    balance = event.opening.balance
    return [(chart.OPENINGS, _NOBODY, balance), (chart.PERSONAL, stream, -balance)]


def _paid_out(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.PERSONAL, stream, event.amount), (chart.PAYOUTS, _NOBODY, -event.amount)]


def _payable_settled(stream: bytes, event: Any, _: Any) -> list[Posting]:
    amount = event.settlement.amount
    return [(chart.PAYABLE, stream, amount), (chart.PAYOUTS, _NOBODY, -amount)]


def _merged(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.CLEARING, _NOBODY, event.amount), (chart.PERSONAL, stream, -event.amount)]


def _absorbed(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.PERSONAL, stream, event.amount), (chart.CLEARING, _NOBODY, -event.amount)]


def _deposit(stream: bytes, event: Any, _: Any) -> list[Posting]:
    deposit = event.deposit
    return [(*_source(deposit.source), deposit.amount), (chart.PERSONAL, stream, -deposit.amount)]


def _deposit_reversed(stream: bytes, event: Any, origin: Any) -> list[Posting]:
    return [(chart.PERSONAL, stream, event.amount), (*_source(origin.deposit.source), -event.amount)]


def _interest(stream: bytes, event: Any, _: Any) -> list[Posting]:
    amount = event.posting.amount
    return [(chart.INTEREST, _NOBODY, amount), (chart.PERSONAL, stream, -amount)]


def _adjustment(stream: bytes, event: Any, _: Any) -> list[Posting]:
    reason = _word(t.AdjustmentReason, "ADJUSTMENT_REASON_", event.reason)
    back = _came_back(stream, event.amount, event.payable_after_close)
    return [(chart.ADJUSTMENTS, reason, event.amount), *back]


def _premium(stream: bytes, event: Any, _: Any) -> list[Posting]:
    deduction = event.deduction
    return [
        (chart.PERSONAL, stream, deduction.amount),
        (chart.PREMIUMS, _premium_fund(deduction), -deduction.amount),
    ]


def _premium_reversed(stream: bytes, event: Any, origin: Any) -> list[Posting]:
    back = _came_back(stream, event.amount, event.payable_after_close)
    return [(chart.PREMIUMS, _premium_fund(origin.deduction), event.amount), *back]


def _funds(split: Any, benefit: int, sign: int) -> list[Posting]:
    """What the funds bear of a bill: their expense."""
    pooled = [(chart.POOLED, _word(t.Benefit, "BENEFIT_", benefit), sign * split.pooled)]
    if split.funds:
        pooled += [(chart.SUPPLEMENT, fund.fund.encode(), sign * fund.amount) for fund in split.funds]
    return pooled


def _memos(split: Any, institution: bytes, sign: int) -> list[Posting]:
    """What never passes through the agency, for the record: cash of the person, and what the hospital bears."""
    cash, hospital = sign * split.cash, sign * split.hospital
    return [
        (chart.MEMO_CASH, institution, cash),
        (chart.MEMO_HOSPITAL, institution, hospital),
        (chart.MEMO_CONTRA, institution, -cash - hospital),
    ]


def _settlement(stream: bytes, event: Any, institution: str, sign: int, payable: int) -> list[Posting]:
    """Funds, own account and relatives pay the institution; the relatives' parts come from their own entries."""
    split, code = event.split, institution.encode()
    own, others = split.own_account, split.shared
    shared = sum([share.amount for share in others]) if others else 0
    found = _funds(split, event.accumulator.benefit, sign)
    funds = sum([posting[2] for posting in found])
    found += (
        (chart.PERSONAL, stream, sign * own + payable),
        (chart.PAYABLE, stream, -payable),
        (chart.CLEARING, _NOBODY, sign * shared),
        (chart.INSTITUTIONS, code, -funds - sign * (own + shared)),
        *_memos(split, code, sign),
    )
    return found


def _purchase(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return _settlement(stream, event, event.purchase.institution, 1, 0)


def _purchase_reversed(stream: bytes, event: Any, origin: Any) -> list[Posting]:
    return _settlement(stream, event, origin.purchase.institution, -1, event.payable_after_close)


def _share(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.PERSONAL, stream, event.amount), (chart.CLEARING, _NOBODY, -event.amount)]


def _share_refunded(stream: bytes, event: Any, _: Any) -> list[Posting]:
    back = _came_back(stream, event.amount, event.payable_after_close)
    return [(chart.CLEARING, _NOBODY, event.amount), *back]


def _family_sent(stream: bytes, event: Any, _: Any) -> list[Posting]:
    amount = event.transfer.amount
    return [(chart.PERSONAL, stream, amount), (chart.CLEARING, _NOBODY, -amount)]


def _family_reversed(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return (_share if event.receiver_leg else _share_refunded)(stream, event, None)


def _wallet_sent(stream: bytes, event: Any, _: Any) -> list[Posting]:
    amount = event.transfer.amount
    return [(chart.PERSONAL, stream, amount), (chart.IN_FLIGHT, stream, -amount)]


def _wallet_accepted(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.IN_FLIGHT, stream, event.amount), (chart.LEDGERS, _ledger_of(event.receiver), -event.amount)]


def _wallet_returned(stream: bytes, event: Any, _: Any) -> list[Posting]:
    back = _came_back(stream, event.amount, event.payable_after_close)
    return [(chart.IN_FLIGHT, stream, event.amount), *back]


def _wallet_credited(stream: bytes, event: Any, _: Any) -> list[Posting]:
    credit = event.credit
    back = _came_back(stream, credit.amount, event.payable_after_close)
    return [(chart.LEDGERS, _ledger_of(credit.sender), credit.amount), *back]


def _hold(stream: bytes, event: Any, _: Any) -> list[Posting]:
    amount = event.hold.amount
    return [(chart.PERSONAL, stream, amount), (chart.HOLDS, stream, -amount)]


def _hold_captured(stream: bytes, event: Any, origin: Any) -> list[Posting]:
    """What was used is owed to the ledger of the beneficiary, which settles the purchase."""
    used = event.capture.amount
    return [
        (chart.HOLDS, stream, used + event.returned),
        (chart.LEDGERS, _ledger_of(origin.hold.beneficiary), -used),
        *_came_back(stream, event.returned, event.payable_after_close),
    ]


def _hold_released(stream: bytes, event: Any, _: Any) -> list[Posting]:
    back = _came_back(stream, event.amount, event.payable_after_close)
    return [(chart.HOLDS, stream, event.amount), *back]


def _claim(stream: bytes, event: Any, origin: Any) -> list[Posting]:
    """What the funds owe to the person for a bill that was prepaid; nothing for a claim that was not approved."""
    if not event.HasField("split"):
        return []
    split, code = event.split, origin.filing.institution.encode()
    due = split.pooled + sum(fund.amount for fund in split.funds)
    return [
        *_funds(split, event.accumulator.benefit, 1),
        (chart.CLAIMS, stream, -due),
        *_memos(split, code, 1),
    ]


def _claim_paid(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.CLAIMS, stream, event.amount), (chart.PAYOUTS, _NOBODY, -event.amount)]


def _relocation_out(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.PERSONAL, stream, event.amount), (chart.IN_FLIGHT, stream, -event.amount)]


def _relocation_in(stream: bytes, event: Any, _: Any) -> list[Posting]:
    arrival = event.arrival
    back = _came_back(stream, arrival.amount, event.payable_after_close)
    return [(chart.LEDGERS, _ledger_of(arrival.origin), arrival.amount), *back]


def _relocation_confirmed(stream: bytes, _: Any, origin: Any) -> list[Posting]:
    return [
        (chart.IN_FLIGHT, stream, origin.amount),
        (chart.LEDGERS, _ledger_of(origin.departure.destination), -origin.amount),
    ]


def _relocation_returned(stream: bytes, event: Any, _: Any) -> list[Posting]:
    return [(chart.IN_FLIGHT, stream, event.amount), (chart.PERSONAL, stream, -event.amount)]


POSTINGS: Final[Mapping[str, _Rule]] = {
    "opening_imported": _Rule(_opening),
    "balance_paid_out": _Rule(_paid_out),
    "payable_settled": _Rule(_payable_settled),
    "accounts_merged": _Rule(_merged),
    "account_absorbed": _Rule(_absorbed),
    "deposit_posted": _Rule(_deposit),
    "deposit_reversed": _Rule(_deposit_reversed, "reversed_position"),
    "interest_posted": _Rule(_interest),
    "adjustment_posted": _Rule(_adjustment),
    "premium_deducted": _Rule(_premium),
    "premium_reversed": _Rule(_premium_reversed, "reversed_position"),
    "purchase_settled": _Rule(_purchase),
    "purchase_reversed": _Rule(_purchase_reversed, "reversed_position"),
    "share_paid": _Rule(_share),
    "share_refunded": _Rule(_share_refunded),
    "family_transfer_sent": _Rule(_family_sent),
    "family_transfer_received": _Rule(_merged),
    "family_transfer_reversed": _Rule(_family_reversed),
    "transfer_initiated": _Rule(_wallet_sent),
    "transfer_accepted": _Rule(_wallet_accepted),
    "transfer_returned": _Rule(_wallet_returned),
    "transfer_credited": _Rule(_wallet_credited),
    "hold_placed": _Rule(_hold),
    "hold_captured": _Rule(_hold_captured, "placed_position"),
    "hold_released": _Rule(_hold_released),
    "claim_decided": _Rule(_claim, "claim_position"),
    "claim_paid": _Rule(_claim_paid),
    "relocation_out": _Rule(_relocation_out),
    "relocation_in": _Rule(_relocation_in),
    "relocation_confirmed": _Rule(_relocation_confirmed, "departure_position"),
    "relocation_returned": _Rule(_relocation_returned),
}
"""Types of events that move money, by the name of their field in `Entry`."""

MONEYLESS: Final = frozenset(
    (
        *("ledger_opened", "command_refused", "command_voided", "access_recorded", "year_closed"),
        *("key_destruction_proposed", "key_destruction_approved", "key_destroyed", "proposal_decided"),
        *("ledger_secret_changed", "signing_key_changed", "feature_level_raised"),
        *("person_registered", "person_type_changed", "coverage_suspended", "coverage_restored"),
        *("holder_info_changed", "credential_event_recorded", "account_opened", "account_activated"),
        *("mandate_granted", "mandate_revoked", "transfer_settled"),
        *("account_frozen", "account_unfrozen", "account_closed", "payout_proposed", "payout_approved"),
        *("openings_proposed", "openings_approved", "adjustment_proposed", "claim_filed", "purchase_amended"),
        *("share_granted", "share_revoked", "payer_bound", "payer_unbound", "payers_ordered"),
        *("loss_reported", "loss_lifted", "loss_lapsed", "reissue_requested", "card_issued"),
        *("sanction_imposed", "sanction_lifted", "policy_proposed", "policy_published"),
        *("policy_withdrawal_proposed", "policy_withdrawn"),
        *("institution_designated", "designation_revoked", "cross_region_filed", "cross_region_filing_ended"),
        *("reconciliation_run", "risk_flag_raised", "risk_flag_cleared"),
    )
)
"""Types of events that move no money."""


def postings(name: str, stream: bytes, event: Any, origin: Any, change: int) -> list[Posting]:
    """Return the postings of an event of the type `name` in a stream (16 bytes), without those of nothing.

    `origin` is the event at the position that `POSTINGS[name].origin` names, `change` (fen) what the entry's header
    says of the balance. Raise UnbalancedError for an event that contradicts itself or its header, KeyError for a type
    that nobody knows.
    """
    found: list[Posting] = []
    total = moved = 0
    for posting in () if name in MONEYLESS else POSTINGS[name].post(stream, event, origin):
        if amount := posting[2]:
            total += amount
            if posting[0] == chart.PERSONAL:
                moved -= amount
            found.append(posting)
    if total:
        raise UnbalancedError(f"the postings of {name} add up to {total} fen, not to zero")
    if moved != change:
        raise UnbalancedError(f"the postings of {name} move {moved} fen, its header {change} fen")
    return found
