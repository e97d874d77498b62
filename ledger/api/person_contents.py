"""The shape of the contents about what changes in a person: kind, coverage, data, cards, sanctions, risk flags,
claims. A flag may be of an institution, too.
"""

from __future__ import annotations

from google.protobuf.message import Message

from ledger.api.contents import APART, BILL, CODE_MAX, DOCUMENTS_MAX, ENTRY, INSTITUTION, PERSON, POSITION_MAX, UPSTREAM
from ledger.api.shape import Field, Shape, choice, civil_date, exactly, flag, many, number, text, timestamp
from ledger.v1 import commands_pb2 as c
from ledger.v1 import options_pb2 as o
from ledger.v1 import types_pb2 as t

FLAG_POSITIONS_MAX = 100
BENEFICIARIES_MAX = 8
MANDATED = frozenset(
    (
        o.RIGHT_READ_ACCOUNT,
        o.RIGHT_RECORD_PURCHASE,
        o.RIGHT_MANAGE_SHARE,
        o.RIGHT_REPORT_LOSS,
        o.RIGHT_CHECK_ELIGIBILITY,
    )
)
"""Rights that a person may let somebody use: not the right to give mandates, which ends with the person."""


def _mandated() -> Field:
    """A right that a mandate may give."""
    names = ", ".join(sorted(o.Right.Name(right).removeprefix("RIGHT_") for right in MANDATED))
    return Field(lambda value: [] if value in MANDATED else [("", f"must be one of {names}")])


_HOLDER_FIELD = Shape(
    c.HolderFieldChange,
    field=choice(t.HolderField).required(),
    old_hash=exactly(32),
    new_hash=exactly(32),
)

_SHAPES: dict[type[Message], Shape] = {
    c.PersonTypeChange: Shape(
        c.PersonTypeChange,
        apart=APART,
        person_type=choice(t.PersonType).required(),
        effective_from=civil_date().required(),
    ),
    c.CoverageSuspension: Shape(
        c.CoverageSuspension,
        apart=APART,
        cause=choice(t.CoverageCause).required(),
        effective_from=civil_date().required(),
    ),
    c.CoverageRestoration: Shape(
        c.CoverageRestoration, apart=APART, effective_from=civil_date().required(), gap_covered=flag()
    ),
    c.HolderInfoChange: Shape(
        c.HolderInfoChange,
        apart=APART,
        fields=many(Field(_HOLDER_FIELD), DOCUMENTS_MAX, unique=lambda change: change.field).required(),
        channel=choice(t.Channel),
    ),
    c.CredentialEvent: Shape(
        c.CredentialEvent,
        apart=APART,
        kind=choice(t.CredentialEventKind).required(),
        credential=choice(t.CredentialType),
        channel=choice(t.Channel),
    ),
    c.ReissueRequest: Shape(
        c.ReissueRequest,
        apart=APART,
        expedited=flag(),
        evidence=many(choice(t.EvidenceKind), DOCUMENTS_MAX, unique=int),
        channel=choice(t.Channel),
    ),
    c.CardIssue: Shape(c.CardIssue, apart=APART, channel=choice(t.Channel)),
    c.Sanction: Shape(
        c.Sanction,
        apart=APART,
        kind=choice(t.SanctionKind).required(),
        cause=choice(t.SanctionCause).required(),
        expire_time=timestamp(),
    ),
    c.SanctionLift: Shape(c.SanctionLift, apart=APART, sanction=ENTRY.required(), reason=text(CODE_MAX)),
    c.RiskFlag: Shape(
        c.RiskFlag,
        apart=APART,
        kind=choice(t.RiskFlagKind).required(),
        severity=choice(t.RiskSeverity).required(),
        rule=text(CODE_MAX).required(),
        positions=many(number(1, POSITION_MAX), FLAG_POSITIONS_MAX, unique=int),
    ),
    c.RiskFlagClearance: Shape(c.RiskFlagClearance, apart=APART, flag=ENTRY.required(), reason=text(CODE_MAX)),
    c.ClaimFiling: Shape(
        c.ClaimFiling,
        apart=APART,
        cause=choice(t.ClaimCause).required(),
        bill=Field(BILL).required(),
        institution=INSTITUTION.required(),
        category=choice(t.Category).required(),
        benefit=choice(t.Benefit),
        care_type=text(6),
        service_date=civil_date().required(),
        evidence=many(choice(t.EvidenceKind), DOCUMENTS_MAX, unique=int),
    ),
    c.ClaimReview: Shape(
        c.ClaimReview,
        apart=APART,
        claim=ENTRY.required(),
        decision=choice(t.ClaimDecision).required(),
        upstream=Field(UPSTREAM),
        reason=text(CODE_MAX),
    ),
    c.ClaimPayment: Shape(c.ClaimPayment, apart=APART, claim=ENTRY.required()),
    c.Mandate: Shape(
        c.Mandate,
        apart=APART,
        agent=PERSON.required(),
        kind=choice(t.MandateKind).required(),
        rights=many(_mandated(), len(MANDATED), unique=int).required(),
        expire_time=timestamp(),
        evidence=many(choice(t.EvidenceKind), DOCUMENTS_MAX, unique=int),
        beneficiaries=many(PERSON, BENEFICIARIES_MAX, unique=str.lower),
    ),
    c.MandateRevocation: Shape(c.MandateRevocation, apart=APART, mandate=ENTRY.required(), reason=text(CODE_MAX)),
}

PERSON_CONTENTS = {message.DESCRIPTOR.full_name: shape for message, shape in _SHAPES.items()}
"""The shape of each content message by its full name."""
