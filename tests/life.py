"""A world in which persons change: their kind, coverage, data and cards."""

from __future__ import annotations

import time

from google.protobuf.timestamp_pb2 import Timestamp

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.book import Book, day
from tests.world import common_of

PHONE, NUMBER = t.HOLDER_FIELD_PHONE, t.HOLDER_FIELD_INSURED_PERSON_ID
OLD, NEW = b"\1" * 32, b"\2" * 32


class Life(Book):
    """Dates are texts such as `2025-06-01`; an empty one is left out."""

    def change_kind(self, who, person_type=t.PERSON_TYPE_RETIRED, since="2025-06-01", **common):
        content = c.PersonTypeChange(person_type=person_type, effective_from=day(since) if since else None)
        return pb.ChangePersonTypeRequest(change=content, **self.common(who, "person", **common))

    def suspend(self, who, since="2025-06-01", cause=t.COVERAGE_CAUSE_UNPAID_CONTRIBUTIONS, **common):
        content = c.CoverageSuspension(cause=cause, effective_from=day(since) if since else None)
        return pb.SuspendCoverageRequest(suspension=content, **self.common(who, "person", **common))

    def restore(self, who, since="2025-09-01", gap_covered=False, **common):
        content = c.CoverageRestoration(effective_from=day(since) if since else None, gap_covered=gap_covered)
        return pb.RestoreCoverageRequest(restoration=content, **self.common(who, "person", **common))

    def change_data(self, who, *fields, old=OLD, new=NEW, number="", **common):
        content = c.HolderInfoChange(
            fields=[c.HolderFieldChange(field=field, old_hash=old, new_hash=new) for field in fields],
            channel=t.CHANNEL_APP,
            confidential=t.Confidential(insured_person_id=number) if number else None,
        )
        return pb.ChangeHolderInfoRequest(change=content, **self.common(who, "person", **common))

    def credential(self, who, kind=t.CREDENTIAL_EVENT_KIND_PIN_RESET, sealed=None, **common):
        content = c.CredentialEvent(
            kind=kind, credential=t.CREDENTIAL_TYPE_SOCIAL_CARD, channel=t.CHANNEL_BANK, confidential=sealed
        )
        return pb.RecordCredentialEventRequest(event=content, **self.common(who, "person", **common))

    # -- cards and sanctions ----------------------------------------------------------------------

    def reissue(self, who, expedited=False, evidence=(), **common):
        content = c.ReissueRequest(expedited=expedited, evidence=evidence, channel=t.CHANNEL_AGENCY_COUNTER)
        return pb.RequestReissueRequest(reissue=content, **self.common(who, **common))

    def issue(self, who, voucher="V-1", **common):
        sealed = t.Confidential(auth_ref=voucher) if voucher else None
        content = c.CardIssue(channel=t.CHANNEL_BANK, confidential=sealed)
        return pb.IssueCardRequest(issue=content, **self.common(who, **common))

    def sanction(self, who, kind=t.SANCTION_KIND_SETTLEMENT_SUSPENDED, until=None, cause=1, **common):
        """`until` is in seconds from now."""
        end = None if until is None else Timestamp(seconds=int(time.time()) + until)
        content = c.Sanction(kind=kind, cause=cause, expire_time=end)
        return pb.ImposeSanctionRequest(sanction=content, **self.common(who, "person", **common))

    def lift_sanction(self, who, position, **common):
        content = c.SanctionLift(sanction=f"{self.ledger}/entries/{position}", reason="APPEAL")
        return pb.LiftSanctionRequest(sanction_lift=content, **self.common(who, "person", **common))

    # -- mandates ---------------------------------------------------------------------------------

    def mandate(self, who, agent, *rights, kind="AGENT", until=None, favour=(), **common):
        """`until` is in seconds from now, `favour` whom the agent may give something."""
        end = None if until is None else Timestamp(seconds=int(time.time()) + until)
        content = c.Mandate(
            agent=self.person(agent),
            kind=f"MANDATE_KIND_{kind}" if kind else None,
            rights=[f"RIGHT_{right}" for right in rights or ("READ_ACCOUNT",)],
            expire_time=end,
            beneficiaries=map(self.person, favour),
        )
        return pb.GrantMandateRequest(mandate=content, **self.common(who, "person", **common))

    def revoke_mandate(self, who, position, **common):
        content = c.MandateRevocation(mandate=f"{self.ledger}/entries/{position}", reason="OVER")
        return pb.RevokeMandateRequest(mandate_revocation=content, **self.common(who, "person", **common))

    # -- risk flags -------------------------------------------------------------------------------

    def subject(self, who):
        """A person by a word, or an institution by its code, which begins with H."""
        return f"{self.ledger}/institutions/{who}" if who.startswith("H") else self.person(who)

    def flag(self, who, kind=t.RISK_FLAG_KIND_VELOCITY, rule="velocity/3", severity=2, positions=(), **common):
        content = c.RiskFlag(kind=kind, severity=severity, rule=rule, positions=positions)
        name = who if "/" in who else self.subject(who)
        return pb.RaiseRiskFlagRequest(flag=content, **self.common(name, "subject", **common))

    def clear_flag(self, who, position, **common):
        content = c.RiskFlagClearance(flag=f"{self.ledger}/entries/{position}", reason="EXPLAINED")
        return pb.ClearRiskFlagRequest(clearance=content, **self.common(self.subject(who), "subject", **common))

    # -- claims -----------------------------------------------------------------------------------

    def claim(self, who, served="2025-06-02", invoice="I-1", cause=1, total=100_000, bill=None, **fields):
        common = common_of(fields)
        content = c.ClaimFiling(
            cause=cause,
            bill=bill or t.Bill(total=total, in_scope=total),
            service_date=day(served) if served else None,
            confidential=t.Confidential(invoice_number=invoice) if invoice else None,
            **{"institution": "H1", "category": t.CATEGORY_OUTPATIENT, "evidence": [t.EVIDENCE_KIND_INVOICE], **fields},
        )
        return pb.FileClaimRequest(claim=content, **self.common(who, "person", **common))

    def decide_claim(self, who, position, decision=t.CLAIM_DECISION_APPROVED, upstream=None, **common):
        content = c.ClaimReview(claim=f"{self.ledger}/entries/{position}", decision=decision, upstream=upstream)
        return pb.ReviewClaimRequest(claim_review=content, **self.common(who, "person", **common))

    def pay_claim(self, who, position, payment="", **common):
        sealed = t.Confidential(payment_ref=payment) if payment else None
        content = c.ClaimPayment(claim=f"{self.ledger}/entries/{position}", confidential=sealed)
        return pb.RecordClaimPaymentRequest(claim_payment=content, **self.common(who, "person", **common))

    def claims(self, who):
        """Every claim of somebody."""
        return self.send(q.ListClaimsRequest(parent=self.person(who))).claims

    # -- interest, contributions, payables ----------------------------------------------------------

    def interest(self, who, amount=1, since="2025-01-01", until="2025-03-31", rate=3_500, days=0, **common):
        """By default as many balance days as give the amount exactly."""
        content = c.InterestPosting(
            amount=amount,
            from_date=day(since) if since else None,
            to_date=day(until) if until else None,
            rate_ppm=rate,
            balance_days=days or -(-amount * 360 * 1_000_000 // rate if rate else 1),
        )
        return pb.PostInterestRequest(posting=content, **self.common(who, **common))

    def settle_payable(self, who, amount=1, payment="", **common):
        sealed = t.Confidential(payment_ref=payment) if payment else None
        content = c.PayableSettlement(amount=amount, confidential=sealed)
        return pb.SettlePayableRequest(settlement=content, **self.common(who, **common))

    def quote_contribution(self, wage, period=202503, source=t.DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION, **fields):
        asked = q.QuoteContributionRequest(ledger=self.ledger, wage=wage, period=period, source=source, **fields)
        return self.send(asked)

    # -- merges -------------------------------------------------------------------------------------

    def merge(self, who, absorbed, **common):
        name = absorbed if "/" in absorbed else self.account(absorbed)
        return pb.MergeAccountsRequest(merge=c.AccountMerge(absorbed=name), **self.common(who, **common))

    def quote_interest(self, who, since="2025-01-01", until="2025-03-31", rate=3_500):
        first, last = (day(text) if text else None for text in (since, until))
        name = self.account(who) if who else ""
        return self.send(q.QuoteInterestRequest(account=name, from_date=first, to_date=last, rate_ppm=rate))
