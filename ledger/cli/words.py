"""What an entry says, in a sentence. Sealed parts are not opened, so nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.cli.money import yuan
from ledger.domain.names import id_text
from ledger.domain.recorded import Recorded
from ledger.log.entry import EVENT_NAMES
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import types_pb2 as t


def _value(enum: Any, number: int, prefix: str) -> str:
    """Write an enum value as words: DEPOSIT_SOURCE_SUBSIDY → subsidy."""
    known = number in enum.values()
    text = str(enum.Name(number)).removeprefix(prefix) if known else f"number {number}"
    return text.lower().replace("_", " ")


def _short(account: str | bytes) -> str:
    """Write an id by its end: time-ordered ids begin alike."""
    text = id_text(account) if isinstance(account, bytes) else account
    return f"…{text[-8:]}"


def _owed(event: Any) -> str:
    owed = event.payable_after_close
    return f"; {yuan(owed)} is owed outside because the account is closed" if owed else ""


def _deposit(event: Any) -> str:
    asked = event.deposit
    period = f" for {asked.period // 100}-{asked.period % 100:02}" if asked.period else ""
    return f"deposit, {_value(t.DepositSource, asked.source, 'DEPOSIT_SOURCE_')}{period}"


def _purchase(event: Any) -> str:
    asked, split = event.purchase, event.split
    parts = [f"pooled {yuan(split.pooled)}"] if split.pooled else []
    parts += [f"fund {fund.fund} {yuan(fund.amount)}" for fund in split.funds]
    parts += [f"hospital {yuan(split.hospital)}"] if split.hospital else []
    parts += [f"own account {yuan(split.own_account)}"]
    parts += [f"shared by {_short(share.payer)} {yuan(share.amount)}" for share in split.shared]
    parts += [f"cash {yuan(split.cash)}"] if split.cash else []
    what = _value(t.Category, asked.category, "CATEGORY_")
    where = f"{what} at {asked.institution}"
    used = f" (deductible used {yuan(split.deductible)})" if split.deductible else ""
    return f"purchase of {yuan(asked.bill.total)}, {where}: {' + '.join(parts)}{used}"


def _purchase_reversed(event: Any) -> str:
    cash = f"; cash to hand back {yuan(event.split.cash)}" if event.split.cash else ""
    return f"purchase at position {event.reversed_position} reversed{cash}{_owed(event)}"


def _premium(event: Any) -> str:
    asked = event.deduction
    whom = f" of {_short(asked.covered)}" if asked.covered else ""
    return f"premium{whom} for {asked.year}, {_value(t.PremiumKind, asked.kind, 'PREMIUM_KIND_')}"


def _opening(event: Any) -> str:
    state = "in use" if event.opening.HasField("activated_time") else "waits for activation"
    return f"account taken over from the system before; {state}"


def _granted(event: Any) -> str:
    grant = event.grant
    who = f"{_short(grant.beneficiary)} ({_value(t.Relation, grant.relation, 'RELATION_')})"
    limits = [f"at most {yuan(grant.purchase_limit)} a purchase"] if grant.purchase_limit else []
    limits += [f"at most {yuan(grant.year_limit)} a year"] if grant.year_limit else []
    return f"{who} may use this account{''.join(f', {limit}' for limit in limits)}"


def _closed(event: Any) -> str:
    reason = event.closing.reason if event.HasField("closing") else event.reason
    return f"account closed: {_value(t.CloseReason, reason, 'CLOSE_REASON_')}"


def _transfer_reversed(event: Any) -> str:
    leg = "taken back to the sender" if event.receiver_leg else "came back"
    return f"family transfer at position {event.reversed_position} {leg}{_owed(event)}"


def _refused(event: Any) -> str:
    kind = event.command.WhichOneof("content") or "command"
    reason = reasons.RefusalReason.Name(event.reason).removeprefix("REFUSAL_REASON_")
    about = f" about {_short(event.subject)}" if any(event.subject) else ""
    return f"refused {kind.replace('_', ' ')}{about}: {reason}"


def _date(date: t.CivilDate) -> str:
    return f"{date.year}-{date.month:02}-{date.day:02}"


_PERSON: Final = "PERSON_TYPE_"
_WORDS: Final[dict[str, Callable[[Any], str]]] = {
    "ledger_opened": lambda e: f"ledger {e.ledger} opened, zone {e.time_zone}, {e.currency}",
    "command_refused": _refused,
    "command_voided": lambda e: (
        f"command voided: it began at position {e.voided_position}"
        if e.voided_position
        else "command voided before it came"
    ),
    "person_registered": lambda e: f"person registered, {_value(t.Scheme, e.registration.scheme, 'SCHEME_')} scheme",
    "account_opened": lambda e: (
        f"account opened, {_value(t.PersonType, e.opening.person_type, _PERSON)}; waits for activation"
    ),
    "account_activated": lambda _: "account activated",
    "opening_imported": _opening,
    "account_frozen": lambda e: f"account frozen: {_value(t.FreezeCause, e.cause, 'FREEZE_CAUSE_')}",
    "account_unfrozen": lambda e: f"account in use again: {_value(t.FreezeCause, e.cause, 'FREEZE_CAUSE_')} ended",
    "account_closed": _closed,
    "balance_paid_out": lambda e: f"balance paid out: {_value(t.CloseReason, e.reason, 'CLOSE_REASON_')}",
    "deposit_posted": _deposit,
    "deposit_reversed": lambda e: f"deposit at position {e.reversed_position} reversed",
    "purchase_settled": _purchase,
    "purchase_reversed": _purchase_reversed,
    "purchase_amended": lambda e: (
        f"purchase at position {e.amended_position} amended: what is kept stands at position {e.kept_position}"
    ),
    "adjustment_proposed": lambda e: f"adjustment of {yuan(e.proposal.amount)} proposed for {_short(e.account)}",
    "adjustment_posted": lambda e: (
        f"adjustment, {_value(t.AdjustmentReason, e.reason, 'ADJUSTMENT_REASON_')},"
        f" proposed at position {e.proposal_position}{_owed(e)}"
    ),
    "premium_deducted": _premium,
    "premium_reversed": lambda e: f"premium at position {e.reversed_position} came back{_owed(e)}",
    "share_paid": lambda e: (
        f"paid for {_short(e.beneficiary)}'s purchase at {e.institution} (position {e.purchase_position})"
    ),
    "share_refunded": lambda e: (
        f"share for {_short(e.beneficiary)}'s purchase at position {e.purchase_position} came back{_owed(e)}"
    ),
    "share_granted": _granted,
    "payer_bound": lambda e: f"{_short(e.payer)} pays for this person ({_value(t.Relation, e.relation, 'RELATION_')})",
    "share_revoked": lambda e: f"{_short(e.beneficiary or e.revocation.beneficiary)} may no longer use this account",
    "payer_unbound": lambda e: f"{_short(e.payer)} no longer pays for this person",
    "payers_ordered": lambda e: f"payers are asked in this order: {', '.join(_short(payer) for payer in e.payers)}",
    "family_transfer_sent": lambda e: f"family transfer to {_short(e.transfer.receiver)}",
    "family_transfer_received": lambda e: f"family transfer from {_short(e.sender)}",
    "family_transfer_reversed": _transfer_reversed,
    "transfer_initiated": lambda e: f"wallet transfer to {_short(e.transfer.receiver)}; in flight",
    "transfer_accepted": lambda e: f"wallet transfer at position {e.initiated_position} accepted by its receiver",
    "transfer_returned": lambda e: (
        f"wallet transfer at position {e.initiated_position} came back, "
        f"{_value(t.TransferReturnReason, e.reason, 'TRANSFER_RETURN_REASON_')}{_owed(e)}"
    ),
    "transfer_settled": lambda e: f"wallet transfer accepted at position {e.settlement.accepted_position} has arrived",
    "transfer_credited": lambda e: f"wallet transfer from {_short(e.credit.sender)}{_owed(e)}",
    "person_type_changed": lambda e: (
        f"{_value(t.PersonType, e.change.person_type, _PERSON)} from {_date(e.change.effective_from)} on,"
        f" {_value(t.PersonType, e.previous, _PERSON)} before"
    ),
    "coverage_suspended": lambda e: (
        f"no coverage from {_date(e.suspension.effective_from)} on:"
        f" {_value(t.CoverageCause, e.suspension.cause, 'COVERAGE_CAUSE_')}"
    ),
    "coverage_restored": lambda e: (
        f"covered again from {_date(e.restoration.effective_from)} on"
        + (", and for the time between" if e.restoration.gap_covered else "")
    ),
    "holder_info_changed": lambda e: (
        "holder data changed: "
        + ", ".join(_value(t.HolderField, each.field, "HOLDER_FIELD_") for each in e.change.fields)
    ),
    "credential_event_recorded": lambda e: (
        f"credential: {_value(t.CredentialEventKind, e.event.kind, 'CREDENTIAL_EVENT_KIND_')}"
    ),
    "loss_reported": lambda e: f"card reported lost, {_value(t.LossKind, e.loss.kind, 'LOSS_KIND_')}",
    "loss_lapsed": lambda e: f"loss report at position {e.loss_position} lapsed",
    "reissue_requested": lambda e: (
        f"{'expedited' if e.request.expedited else 'new'} card requested, ready by {_date(e.due_date)}"
    ),
    "card_issued": lambda _: "new card handed out",
    "sanction_imposed": lambda e: (
        f"sanction: {_value(t.SanctionKind, e.sanction.kind, 'SANCTION_KIND_')} for"
        f" {_value(t.SanctionCause, e.sanction.cause, 'SANCTION_CAUSE_')}"
    ),
    "sanction_lifted": lambda e: f"sanction at position {e.sanction_position} lifted",
    "risk_flag_raised": lambda e: (
        f"risk flag: {_value(t.RiskFlagKind, e.flag.kind, 'RISK_FLAG_KIND_')},"
        f" {_value(t.RiskSeverity, e.flag.severity, 'RISK_SEVERITY_')}, found by {e.flag.rule}"
    ),
    "risk_flag_cleared": lambda e: f"risk flag at position {e.flag_position} cleared",
    "mandate_granted": lambda e: (
        f"{_short(e.mandate.agent)} may act for this person, {_value(t.MandateKind, e.mandate.kind, 'MANDATE_KIND_')}"
    ),
    "mandate_revoked": lambda e: f"mandate at position {e.granted_position} taken back",
    "claim_filed": lambda e: (
        f"claim filed: {_value(t.ClaimCause, e.filing.cause, 'CLAIM_CAUSE_')}, {yuan(e.filing.bill.total)}"
    ),
    "claim_decided": lambda e: (
        f"claim at position {e.claim_position} {_value(t.ClaimDecision, e.decision, 'CLAIM_DECISION_')}"
        + (f", {yuan(e.split.pooled)} pooled" if e.HasField("split") else "")
    ),
    "claim_paid": lambda e: f"claim at position {e.claim_position} paid: {yuan(e.amount)}",
    "interest_posted": lambda e: f"interest from {_date(e.posting.from_date)} to {_date(e.posting.to_date)}",
    "payable_settled": lambda e: f"{yuan(e.settlement.amount)} paid outside, {yuan(e.remaining)} still owed",
    "payout_proposed": lambda e: f"payout of {yuan(e.amount)} proposed for {_short(e.account)}",
    "payout_approved": lambda e: f"payout approved, proposed at position {e.proposal_position}",
    "accounts_merged": lambda e: f"account {_short(e.merge.absorbed)} merged into this one",
    "account_absorbed": lambda e: f"merged into account {_short(e.survivor)}",
    "loss_lifted": lambda _: "loss report lifted",
}


def sentence(recorded: Recorded) -> str:
    """Return what happened. An event without words of its own is called by its name."""
    name = EVENT_NAMES[recorded.type]
    words = _WORDS.get(name)
    return words(recorded.event) if words else name.replace("_", " ")
