"""The shape of the contents about what changes in a person: kind, coverage, data, cards, sanctions, risk flags,
claims. A flag may be of an institution, too.
"""

from __future__ import annotations

from google.protobuf.message import Message

from ledger.api.contents import APART, BILL, CODE_MAX, DOCUMENTS_MAX, ENTRY, POSITION_MAX, UPSTREAM
from ledger.api.shape import Field, Shape, choice, civil_date, exactly, flag, many, number, text, timestamp
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t

FLAG_POSITIONS_MAX = 100

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
        institution=text(32).required(),
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
}

PERSON_CONTENTS = {message.DESCRIPTOR.full_name: shape for message, shape in _SHAPES.items()}
"""The shape of each content message by its full name."""
