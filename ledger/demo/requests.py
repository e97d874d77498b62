"""From a step of a case to the request that asks for it.

Only where a case says so is the pooled part handed over as the split of the settlement centre; otherwise the service
computes it from the policies that its ledger has published.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from ledger.demo.books import UPSTREAM, is_pinned
from ledger.demo.cases import institution
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t

Step = Mapping[str, Any]
Fields = dict[str, Any]

_SCHEMES: Final = {"310": t.SCHEME_EMPLOYEE, "390": t.SCHEME_RESIDENT}
_BENEFITS: Final = {
    "inpatient": t.BENEFIT_INPATIENT,
    "hypertension": t.BENEFIT_HYPERTENSION,
    "diabetes": t.BENEFIT_DIABETES,
}


class Transfer(NamedTuple):
    """A wallet transfer of a case: its id (16 bytes), and the accounts of who sends and who receives it."""

    id: bytes
    sender: str
    receiver: str

    @property
    def ledger(self) -> str:
        """The ledger that decides about it."""
        return self.sender.partition("/accounts/")[0]

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"{self.ledger}/transfers/{UUID(bytes=self.id)}"


class Names(Protocol):
    """Resource names for the labels that a case uses."""

    ledger: str

    def account(self, label: str) -> str:
        """Return somebody's account."""

    def person(self, label: str) -> str:
        """Return a person."""

    def policy(self, label: str) -> str:
        """Return a policy version."""

    def entry(self, label: str) -> str:
        """Return the first entry of an earlier step."""

    def transfer(self, label: str) -> Transfer:
        """Return the wallet transfer of a step."""


def moment(step: Step) -> dt.datetime:
    """Return when a step happens."""
    return dt.datetime.fromisoformat(step["at"])


def timestamp(time: dt.datetime) -> Timestamp:
    """Return a time as the API writes it."""
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


def registration(known: Step) -> c.PersonRegistration:
    """Return how somebody who is given without an account becomes known."""
    return c.PersonRegistration(scheme=_SCHEMES[known["scheme"]], person_type=t.PERSON_TYPE_ACTIVE)


def opening(known: Step, years: Mapping[str, Any], opened: dt.datetime, source: str) -> c.Opening:
    """Return how an account that is given, with its yearly sums, is taken over."""
    pending = known.get("status") == "PENDING_ACTIVATION"
    return c.Opening(
        scheme=t.SCHEME_EMPLOYEE,
        person_type=f"PERSON_TYPE_{known['person_type']}",
        balance=known["balance"],
        accumulators=[
            t.Accumulator(year=int(year), benefit=t.BENEFIT_OUTPATIENT, **sums) for year, sums in years.items()
        ],
        opened_time=timestamp(opened),
        activated_time=None if pending else timestamp(opened),
        source_sha256=sha256(source.encode()).digest(),
    )


def _purchase(step: Step, names: Names) -> Fields:
    rules = step["policy"]
    benefit = next((b for word, b in _BENEFITS.items() if word in rules), t.BENEFIT_OUTPATIENT)
    usual = "INPATIENT" if benefit == t.BENEFIT_INPATIENT else "OUTPATIENT"
    purchase = c.Purchase(
        bill=t.Bill(
            total=step["total"],
            in_scope=step.get("in_scope", 0),
            full_self_pay=step.get("full_self_pay", 0),
        ),
        institution=institution(step["inst"]),
        category=f"CATEGORY_{step.get('category', usual)}",
        benefit=benefit,
        presenter=f"PRESENTER_{step.get('presented_by', 'HOLDER')}",
        own_account_unused=not step.get("use_account", True),
        payers=[names.account(label) for label in step.get("payers", ())],
        upstream=c.UpstreamSplit(pooled=step["pooled"]) if rules == UPSTREAM else None,
        policy=names.policy(rules) if is_pinned(rules, step["inst"]) else "",
    )
    if agent := step.get("agent"):
        purchase.confidential.agent.principal_id_ref = agent["principal_id"]
        purchase.confidential.agent.agent_id_ref = agent["agent_id"]
    person = names.person(step.get("account") or step["beneficiary"])
    return {"person": person, "purchase": purchase}


def _amend(step: Step, names: Names) -> Fields:
    kept = _purchase(step, names)["purchase"]
    return {"ledger": names.ledger, "amendment": c.PurchaseAmendment(entry=names.entry(step["target"]), purchase=kept)}


def _reverse(step: Step, names: Names) -> Fields:
    return {"ledger": names.ledger, "reversal": c.Reversal(entry=names.entry(step["target"]))}


def _deposit(step: Step, names: Names) -> Fields:
    deposit = c.Deposit(
        amount=step["amount"],
        source=f"DEPOSIT_SOURCE_{step['source']}",
        period=step.get("period", 0),
    )
    return {"account": names.account(step["account"]), "deposit": deposit}


def _contribution(step: Step, names: Names) -> Fields:
    """Base, rate and amount are left to what the service quotes for the wage."""
    at = moment(step)
    source = t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION
    deposit = c.Deposit(source=source, period=at.year * 100 + at.month)
    return {"account": names.account(step["account"]), "deposit": deposit}


def _grant_share(step: Step, names: Names) -> Fields:
    grant = c.ShareGrant(beneficiary=names.person(step["beneficiary"]), relation=f"RELATION_{step['relation']}")
    return {"account": names.account(step["payer"]), "grant": grant}


def _revoke_share(step: Step, names: Names) -> Fields:
    end = c.ShareRevocation(beneficiary=names.person(step["beneficiary"]))
    return {"account": names.account(step["payer"]), "revocation": end}


def _transfer(step: Step, names: Names) -> Fields:
    sent = names.transfer(step["id"])
    transfer = c.WalletTransfer(receiver=sent.receiver, amount=step["amount"], transfer_id=sent.id)
    return {"account": sent.sender, "transfer": transfer}


def _accept_transfer(step: Step, names: Names) -> Fields:
    sent = names.transfer(step["target"])
    acceptance = c.TransferAcceptance(transfer_id=sent.id, receiver=sent.receiver)
    return {"ledger": sent.ledger, "acceptance": acceptance}


def _report_loss(step: Step, names: Names) -> Fields:
    loss = c.LossReport(kind=f"LOSS_KIND_{step['kind']}", channel=t.CHANNEL_PHONE)
    return {"account": names.account(step["account"]), "loss": loss}


def _lift_loss(step: Step, names: Names) -> Fields:
    lift = c.LossLift(channel=t.CHANNEL_APP)
    return {"account": names.account(step["account"]), "lift": lift}


def _request_reissue(step: Step, names: Names) -> Fields:
    reissue = c.ReissueRequest(
        expedited=step["expedited"], evidence=[f"EVIDENCE_KIND_{kind}" for kind in step.get("evidence", ())]
    )
    return {"account": names.account(step["account"]), "reissue": reissue}


def _issue_card(step: Step, names: Names) -> Fields:
    issue = c.CardIssue(channel=t.CHANNEL_AGENCY_COUNTER, confidential=t.Confidential(auth_ref="voucher"))
    return {"account": names.account(step["account"]), "issue": issue}


def _suspend_settlement(step: Step, names: Names) -> Fields:
    """The cases count the months of a sanction; the service is told its end."""
    begin = moment(step)
    years, month = divmod(begin.month - 1 + step["months"], 12)
    sanction = c.Sanction(
        kind=t.SANCTION_KIND_SETTLEMENT_SUSPENDED,
        cause=t.SANCTION_CAUSE_LENDING,
        expire_time=timestamp(begin.replace(year=begin.year + years, month=month + 1)),
    )
    return {"person": names.person(step["account"]), "sanction": sanction}


def _file_claim(step: Step, names: Names) -> Fields:
    """A cause that the service has no word for is another one. The cases give no bill: any will do."""
    cause = f"CLAIM_CAUSE_{step['cause']}"
    claim = c.ClaimFiling(
        cause=cause if cause in t.ClaimCause.keys() else t.CLAIM_CAUSE_OTHER,  # noqa: SIM118 - no dict
        bill=t.Bill(total=10_000, in_scope=10_000),
        institution=institution("HBJ"),
        category=t.CATEGORY_OUTPATIENT,
        service_date=civil_date(step["service_date"]),
        confidential=t.Confidential(invoice_number=step["invoice"]),
    )
    return {"person": names.person(step["account"]), "claim": claim}


def _deduct_premium(step: Step, names: Names) -> Fields:
    deduction = c.PremiumDeduction(
        amount=step["amount"], kind=t.PREMIUM_KIND_LARGE_AMOUNT_SUPPLEMENT, year=step["year"]
    )
    return {"account": names.account(step["account"]), "deduction": deduction}


def _activate(step: Step, names: Names) -> Fields:
    activation = c.Activation(channel=t.CHANNEL_APP)
    return {"account": names.account(step["account"]), "activation": activation}


def _open_account(step: Step, names: Names) -> Fields:
    content = c.AccountOpening(
        scheme=_SCHEMES[step["scheme"]],
        person_type=f"PERSON_TYPE_{step.get('person_type', 'ACTIVE')}",
    )
    return {"account": names.account(step["person"]), "opening": content}


def _file_cross_region(step: Step, names: Names) -> Fields:
    filing = c.CrossRegionFiling(
        kind=t.FILING_KIND_TEMPORARY,
        region=step["region"],
        effective_from=civil_date(step["valid_from"]),
        effective_to=civil_date(step["valid_to"]),
        channel=t.CHANNEL_APP,
    )
    return {"person": names.person(step["account"]), "filing": filing}


def civil_date(text: str) -> t.CivilDate:
    """Return a date as the API writes it."""
    date = dt.date.fromisoformat(text)
    return t.CivilDate(year=date.year, month=date.month, day=date.day)


def _close(step: Step, names: Names) -> Fields:
    closing = c.Closing(
        reason=f"CLOSE_REASON_{step['reason']}",
        evidence=[f"EVIDENCE_KIND_{kind}" for kind in step.get("evidence", ())],
    )
    return {"account": names.account(step["account"]), "closing": closing}


class Operation(NamedTuple):
    """The method that a step calls, and how its request is filled."""

    method: str
    fields: Callable[[Step, Names], Fields]


OPERATIONS: Final[Mapping[str, Operation]] = {
    "purchase": Operation("RecordPurchase", _purchase),
    "amend": Operation("AmendPurchase", _amend),
    "reverse": Operation("ReverseEntry", _reverse),
    "deposit": Operation("RecordDeposit", _deposit),
    "contribution": Operation("RecordDeposit", _contribution),
    "grant_share": Operation("GrantShare", _grant_share),
    "revoke_share": Operation("RevokeShare", _revoke_share),
    "transfer": Operation("InitiateTransfer", _transfer),
    "accept_transfer": Operation("AcceptTransfer", _accept_transfer),
    "report_loss": Operation("ReportLoss", _report_loss),
    "lift_loss": Operation("LiftLoss", _lift_loss),
    "file_claim": Operation("FileClaim", _file_claim),
    "request_reissue": Operation("RequestReissue", _request_reissue),
    "issue_card": Operation("IssueCard", _issue_card),
    "suspend_settlement": Operation("ImposeSanction", _suspend_settlement),
    "deduct_premium": Operation("DeductPremium", _deduct_premium),
    "activate": Operation("ActivateAccount", _activate),
    "open_account": Operation("OpenAccount", _open_account),
    "close": Operation("CloseAccount", _close),
    "file_cross_region": Operation("FileCrossRegion", _file_cross_region),
}
"""The operations of the cases that the service has."""
