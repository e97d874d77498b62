"""The shape of every command's content: the table of what a caller may write into each field.

Amounts are fen, at most 10¹² of them. A list has a limit and so has a text, so that an entry stays
below 65,535 bytes whatever a caller sends. Rules that look at two fields at once, or at state, are
the domain's.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message

from ledger.api.shape import (
    FINE,
    YEAR_MAX,
    YEAR_MIN,
    Field,
    Problems,
    Shape,
    choice,
    civil_date,
    code,
    data,
    digits,
    exactly,
    fen,
    flag,
    identifier,
    many,
    month,
    number,
    resource,
    sha256,
    text,
    timestamp,
)
from ledger.domain import names
from ledger.domain.amounts import AMOUNT_LIMIT
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t

PAYERS_MAX = 8
FUNDS_MAX = 8
TRACE_CODES_MAX = 100
DOCUMENTS_MAX = 16
ACCUMULATORS_MAX = 64
PATH_MAX = 63
"""Hashes of a path in a tree of up to 2^63 leaves."""
NOTE_MAX = 500
REFERENCE_MAX = 128
CODE_MAX = 64
COUNT_MAX = 1_000_000
BASIS_POINTS = 10_000
RATE_PPM_MAX = 1_000_000
POLICY_BYTES_MAX = 32_768
FILED_INSTITUTIONS_MAX = 8
POSITION_MAX = 2**63 - 1


def _entry(name: str) -> None:
    if names.parse_entry(name)[1] > POSITION_MAX:
        raise ValueError(name)


def _change(amount: int) -> Problems:
    if abs(amount) <= AMOUNT_LIMIT:
        return FINE
    return [("", f"must be from {-AMOUNT_LIMIT:,} to {AMOUNT_LIMIT:,}")]


def _return_reason() -> Field:
    """A reason that a caller may give: VOIDED is left to VoidCommand, which knows whose command it was."""
    known = choice(t.TransferReturnReason)

    def rule(value: int) -> Problems:
        if value == t.TRANSFER_RETURN_REASON_VOIDED:
            return [("", "is given by VoidCommand only")]
        return known.rule(value)

    return Field(rule)


def _decision() -> Field:
    """A decision that a reviewer may make: that the time of a proposal is over follows from the proposal."""
    known = choice(t.ProposalDecision)

    def rule(value: int) -> Problems:
        if value == t.PROPOSAL_DECISION_EXPIRED:
            return [("", "is nobody's decision")]
        return known.rule(value)

    return Field(rule)


INSTITUTION = Field(
    lambda value: (
        [] if names.INSTITUTION_CODE.fullmatch(value) else [("", "must be a code of 1 to 32 letters, digits, _ and -")]
    )
)
_ACCOUNT = resource(names.parse_account, "ledgers/{ledger}/accounts/{uuid}")


def _holder(name: str) -> None:
    """An account that somebody may come to have: ids of version 5 name streams of a ledger itself."""
    if names.is_named(names.parse_account(name)[1]):
        raise ValueError(name)


_HOLDER = resource(_holder, "ledgers/{ledger}/accounts/{uuid}, the UUID not being of version 5")
PERSON = resource(names.parse_person, "ledgers/{ledger}/persons/{uuid}")
ENTRY = resource(_entry, "ledgers/{ledger}/entries/{position}")
_POLICY = resource(names.parse_policy, "ledgers/{ledger}/policies/{policy}")
_REFERENCE = text(REFERENCE_MAX)
APART = ("confidential",)  # taken out of the content before it is looked at

_APPROVAL = Shape(
    c.OpeningApproval,
    entry=ENTRY.required(),
    index=number(0, POSITION_MAX),
    path=many(sha256(), PATH_MAX),
)
_FUNDS = many(
    Field(Shape(t.FundPayment, fund=text(16).required(), amount=fen(1))),
    FUNDS_MAX,
    unique=lambda payment: payment.fund,
)
BILL = Shape(
    t.Bill,
    total=fen(1),
    in_scope=fen(0),
    pre_self_pay=fen(0),
    over_limit_self_pay=fen(0),
    full_self_pay=fen(0),
)
UPSTREAM = Shape(
    c.UpstreamSplit,
    deductible=fen(0),
    pooled=fen(0),
    funds=_FUNDS,
    own_account=fen(0),
    cash=fen(0),
    full_self_pay_payable=flag(),
    hospital=fen(0),
)
_ACCUMULATOR = Shape(
    t.Accumulator,
    year=number(1900, 9999),
    benefit=choice(t.Benefit).required(),
    deductible=fen(0),
    pooled=fen(0),
    eligible=fen(0),
    visits=number(0, COUNT_MAX),
    admissions=number(0, COUNT_MAX),
)
_PERSON_FIELDS = {
    "scheme": choice(t.Scheme).required(),
    "person_type": choice(t.PersonType).required(),
}

CONFIDENTIAL = Shape(
    t.Confidential,
    insured_person_id=_REFERENCE,
    disease_code=_REFERENCE,
    trace_codes=many(text(CODE_MAX), TRACE_CODES_MAX, unique=lambda code: code),
    invoice_number=_REFERENCE,
    visit_id=_REFERENCE,
    settlement_id=_REFERENCE,
    institution_settlement_id=_REFERENCE,
    agent=Field(Shape(t.Agent, principal_id_ref=_REFERENCE, agent_id_ref=_REFERENCE)),
    auth_ref=_REFERENCE,
    operator_id=_REFERENCE,
    note=text(NOTE_MAX),
    payment_ref=_REFERENCE,
    documents=many(
        Field(Shape(t.Document, kind=choice(t.EvidenceKind).required(), sha256=sha256())),
        DOCUMENTS_MAX,
    ),
    payee_ref=_REFERENCE,
)

_PURCHASE_FIELDS: dict[str, Any] = {
    "bill": Field(BILL).required(),
    "institution": INSTITUTION.required(),
    "category": choice(t.Category).required(),
    "benefit": choice(t.Benefit),
    "care_type": text(6),
    "clearing_type": choice(t.ClearingType),
    "credential": choice(t.CredentialType),
    "presenter": choice(t.Presenter),
    "own_account_unused": flag(),
    "payers": many(_ACCOUNT, PAYERS_MAX, unique=str.lower),
    "shares_unused": flag(),
    "service_date": civil_date(),
    "upstream": Field(UPSTREAM),
    "policy": _POLICY,
    "exclusion_reason": code(CODE_MAX),
    "quote": exactly(16),
}
_KEPT_PURCHASE = Shape(
    c.Purchase,
    **_PURCHASE_FIELDS,
    confidential=Field(lambda _: [("", "must be empty: personal data stand in the amendment")]),
)

_SHAPES: dict[type[Message], Shape] = {
    c.PersonRegistration: Shape(c.PersonRegistration, apart=APART, **_PERSON_FIELDS),
    c.AccountOpening: Shape(c.AccountOpening, apart=APART, **_PERSON_FIELDS),
    c.Activation: Shape(c.Activation, apart=APART, channel=choice(t.Channel)),
    c.Opening: Shape(
        c.Opening,
        apart=APART,
        **_PERSON_FIELDS,
        balance=fen(0),
        accumulators=many(Field(_ACCUMULATOR), ACCUMULATORS_MAX, unique=lambda sums: (sums.year, sums.benefit)),
        opened_time=timestamp(),
        activated_time=timestamp(),
        source_sha256=sha256().required(),
        approval=Field(_APPROVAL),
    ),
    c.OpeningsProposal: Shape(
        c.OpeningsProposal, count=number(1, POSITION_MAX).required(), balance=fen(0), source_sha256=sha256().required()
    ),
    c.Deposit: Shape(
        c.Deposit,
        apart=APART,
        amount=fen(1),
        source=choice(t.DepositSource).required(),
        channel=choice(t.Channel),
        period=month(),
        base=fen(0),
        rate_bp=number(0, BASIS_POINTS),
    ),
    c.Purchase: Shape(
        c.Purchase,
        apart=APART,
        **_PURCHASE_FIELDS,
    ),
    c.ShareGrant: Shape(
        c.ShareGrant,
        apart=APART,
        beneficiary=PERSON.required(),
        relation=choice(t.Relation).required(),
        purchase_limit=fen(0),
        year_limit=fen(0),
        expire_time=timestamp(),
    ),
    c.PayerOrder: Shape(c.PayerOrder, apart=APART, payers=many(_ACCOUNT, PAYERS_MAX, unique=str.lower).required()),
    c.ShareRevocation: Shape(c.ShareRevocation, apart=APART, beneficiary=PERSON.required()),
    c.FamilyTransfer: Shape(c.FamilyTransfer, apart=APART, receiver=_ACCOUNT.required(), amount=fen(1)),
    c.WalletTransfer: Shape(
        c.WalletTransfer,
        apart=APART,
        receiver=_HOLDER.required(),
        amount=fen(1),
        transfer_id=identifier().required(),
        relation=choice(t.Relation),
    ),
    c.TransferAcceptance: Shape(
        c.TransferAcceptance, apart=APART, transfer_id=identifier().required(), receiver=_HOLDER.required()
    ),
    c.TransferReturn: Shape(
        c.TransferReturn,
        apart=APART,
        transfer_id=identifier().required(),
        reason=_return_reason().required(),
        receiver=_HOLDER,
    ),
    c.TransferCredit: Shape(
        c.TransferCredit,
        apart=APART,
        transfer_id=identifier().required(),
        sender=_ACCOUNT.required(),
        amount=fen(1),
        accepted_position=number(1, POSITION_MAX),
        accepted_leaf=sha256().required(),
    ),
    c.TransferSettlement: Shape(
        c.TransferSettlement,
        transfer_id=identifier().required(),
        receiver=_ACCOUNT.required(),
        accepted_position=number(1, POSITION_MAX),
        credited_position=number(1, POSITION_MAX),
        credited_leaf=sha256().required(),
    ),
    c.Reversal: Shape(c.Reversal, apart=APART, entry=ENTRY.required(), reason=text(CODE_MAX)),
    c.PurchaseAmendment: Shape(
        c.PurchaseAmendment,
        apart=APART,
        entry=ENTRY.required(),
        purchase=Field(_KEPT_PURCHASE).required(),
        reason=text(CODE_MAX),
    ),
    c.AdjustmentProposal: Shape(
        c.AdjustmentProposal,
        apart=APART,
        account=_ACCOUNT,
        amount=Field(_change, "must not be zero"),
        reason=choice(t.AdjustmentReason).required(),
        entry=ENTRY,
        expire_time=timestamp(),
    ),
    c.PremiumDeduction: Shape(
        c.PremiumDeduction,
        apart=APART,
        amount=fen(1),
        kind=choice(t.PremiumKind).required(),
        year=number(YEAR_MIN, YEAR_MAX),
        covered=PERSON,
        fund=text(16),
    ),
    c.InterestPosting: Shape(
        c.InterestPosting,
        apart=APART,
        amount=fen(1),
        from_date=civil_date().required(),
        to_date=civil_date().required(),
        rate_ppm=number(1, RATE_PPM_MAX),
        balance_days=number(1, POSITION_MAX),
    ),
    c.PayableSettlement: Shape(c.PayableSettlement, apart=APART, amount=fen(1)),
    c.AccountMerge: Shape(c.AccountMerge, apart=APART, absorbed=_ACCOUNT.required()),
    c.LossReport: Shape(c.LossReport, apart=APART, kind=choice(t.LossKind).required(), channel=choice(t.Channel)),
    c.LossLift: Shape(c.LossLift, apart=APART, channel=choice(t.Channel)),
    c.Closing: Shape(
        c.Closing,
        apart=APART,
        reason=choice(t.CloseReason).required(),
        evidence=many(choice(t.EvidenceKind), DOCUMENTS_MAX, unique=int),
    ),
    c.ProposalReview: Shape(
        c.ProposalReview,
        apart=APART,
        proposal=ENTRY.required(),
        decision=_decision().required(),
        reason=text(CODE_MAX),
    ),
    c.PolicyDraft: Shape(
        c.PolicyDraft,
        policy=_POLICY.required(),
        benefit=choice(t.Benefit),
        effective_from=civil_date().required(),
        effective_to=civil_date(),
        content_sha256=sha256().required(),
        content=data(POLICY_BYTES_MAX).required(),
        source_sha256=sha256().required(),
        approximate=flag(),
        replaces=_POLICY,
    ),
    c.PolicyWithdrawal: Shape(c.PolicyWithdrawal, policy=_POLICY.required(), reason=text(CODE_MAX)),
    c.InstitutionDesignation: Shape(
        c.InstitutionDesignation,
        institution=INSTITUTION.required(),
        display_name=text(128),
        kind=choice(t.InstitutionKind).required(),
        level=choice(t.InstitutionLevel).required(),
        region=digits(6).required(),
        categories=many(choice(t.Category), len(t.Category.values()), unique=int),
        effective_from=civil_date().required(),
        effective_to=civil_date(),
        organisation=exactly(16),
    ),
    c.DesignationRevocation: Shape(
        c.DesignationRevocation, effective_from=civil_date().required(), reason=text(CODE_MAX)
    ),
    c.CrossRegionFiling: Shape(
        c.CrossRegionFiling,
        apart=APART,
        kind=choice(t.FilingKind).required(),
        region=digits(6).required(),
        institutions=many(INSTITUTION, FILED_INSTITUTIONS_MAX, unique=lambda code: code),
        effective_from=civil_date().required(),
        effective_to=civil_date(),
        channel=choice(t.Channel),
    ),
    c.FilingEnd: Shape(c.FilingEnd, apart=APART, filing=ENTRY.required(), effective_to=civil_date().required()),
}

GENERAL_CONTENTS = {message.DESCRIPTOR.full_name: shape for message, shape in _SHAPES.items()}
"""The shape of each content message by its full name."""
