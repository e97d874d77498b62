"""Every malformed request is refused with the path of each field that is at fault."""

from __future__ import annotations

import time
import uuid

import pytest

from ledger.api import kinds
from ledger.api.errors import InvalidRequest, Rejected
from ledger.api.identity import ALL_RIGHTS
from ledger.api.kinds import CONTENTS, KINDS
from ledger.api.normalise import WINDOW_AFTER, WINDOW_BEFORE, normalise, request_id
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.options_pb2 import RIGHT_BACKDATE, RIGHT_PIN_POLICY

LEDGER = "ledgers/410100"
ID = "0198c0de-0000-7000-8000-000000000001"
OTHER_ID = "0198c0de-0000-7000-8000-000000000002"
ACCOUNT = f"{LEDGER}/accounts/{ID}"
PERSON = f"{LEDGER}/persons/{ID}"
INSTITUTION = f"{LEDGER}/institutions/H41010000005"
NOW = 1_700_000_000_000_000

VALID = {
    "register_person": {
        "person": PERSON,
        "registration": {"scheme": "SCHEME_RESIDENT", "person_type": "PERSON_TYPE_ACTIVE"},
    },
    "open_account": {
        "account": ACCOUNT,
        "opening": {"scheme": "SCHEME_EMPLOYEE", "person_type": "PERSON_TYPE_ACTIVE"},
    },
    "activate_account": {"account": ACCOUNT, "activation": {}},
    "import_opening": {
        "account": ACCOUNT,
        "opening": {
            "scheme": "SCHEME_EMPLOYEE",
            "person_type": "PERSON_TYPE_RETIRED",
            "source_sha256": bytes(32),
        },
    },
    "record_deposit": {
        "account": ACCOUNT,
        "deposit": {"amount": 1, "source": "DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION"},
    },
    "record_purchase": {
        "person": PERSON,
        "purchase": {
            "bill": {"total": 100},
            "institution": "H1",
            "category": "CATEGORY_DRUG",
        },
    },
    "grant_share": {
        "account": ACCOUNT,
        "grant": {"beneficiary": PERSON, "relation": "RELATION_CHILD"},
    },
    "revoke_share": {"account": ACCOUNT, "revocation": {"beneficiary": PERSON}},
    "transfer_share": {"account": ACCOUNT, "transfer": {"receiver": ACCOUNT, "amount": 1}},
    "reverse_entry": {"ledger": LEDGER, "reversal": {"entry": f"{LEDGER}/entries/7"}},
    "order_payers": {"person": PERSON, "order": {"payers": [ACCOUNT]}},
    "amend_purchase": {
        "ledger": LEDGER,
        "amendment": {
            "entry": f"{LEDGER}/entries/7",
            "purchase": {"bill": {"total": 100}, "institution": "H1", "category": "CATEGORY_DRUG"},
        },
    },
    "propose_adjustment": {
        "account": ACCOUNT,
        "adjustment": {"amount": -1, "reason": "ADJUSTMENT_REASON_SYSTEM_ERROR"},
    },
    "deduct_premium": {
        "account": ACCOUNT,
        "deduction": {"amount": 1, "kind": "PREMIUM_KIND_LARGE_AMOUNT_SUPPLEMENT", "year": 2025},
    },
    "change_person_type": {
        "person": PERSON,
        "change": {"person_type": "PERSON_TYPE_RETIRED", "effective_from": {"year": 2025, "month": 1, "day": 1}},
    },
    "suspend_coverage": {
        "person": PERSON,
        "suspension": {
            "cause": "COVERAGE_CAUSE_OTHER",
            "effective_from": {"year": 2025, "month": 1, "day": 1},
        },
    },
    "restore_coverage": {
        "person": PERSON,
        "restoration": {"effective_from": {"year": 2025, "month": 1, "day": 1}},
    },
    "change_holder_info": {"person": PERSON, "change": {"fields": [{"field": "HOLDER_FIELD_NAME"}]}},
    "record_credential_event": {"person": PERSON, "event": {"kind": "CREDENTIAL_EVENT_KIND_PIN_SET"}},
    "file_claim": {
        "person": PERSON,
        "claim": {
            "cause": "CLAIM_CAUSE_CARD_REISSUE",
            "bill": {"total": 1},
            "institution": "H1",
            "category": "CATEGORY_OUTPATIENT",
            "service_date": {"year": 2025, "month": 1, "day": 1},
        },
    },
    "review_claim": {
        "person": PERSON,
        "claim_review": {"claim": f"{LEDGER}/entries/7", "decision": "CLAIM_DECISION_REJECTED"},
    },
    "record_claim_payment": {"person": PERSON, "claim_payment": {"claim": f"{LEDGER}/entries/7"}},
    "settle_transfer": {
        "account": ACCOUNT,
        "settled": {
            "transfer_id": bytes(15) + b"1",
            "receiver": ACCOUNT,
            "accepted_position": 7,
            "credited_position": 8,
            "credited_leaf": bytes(32),
        },
    },
    "grant_mandate": {
        "person": PERSON,
        "mandate": {"agent": PERSON, "kind": "MANDATE_KIND_AGENT", "rights": ["RIGHT_READ_ACCOUNT"]},
    },
    "revoke_mandate": {"person": PERSON, "mandate_revocation": {"mandate": f"{LEDGER}/entries/7"}},
    "post_interest": {
        "account": ACCOUNT,
        "posting": {
            "amount": 1,
            "from_date": {"year": 2025, "month": 1, "day": 1},
            "to_date": {"year": 2025, "month": 3, "day": 31},
            "rate_ppm": 3_500,
            "balance_days": 90_000,
        },
    },
    "settle_payable": {"account": ACCOUNT, "settlement": {"amount": 1}},
    "merge_accounts": {"account": ACCOUNT, "merge": {"absorbed": ACCOUNT}},
    "request_reissue": {"account": ACCOUNT, "reissue": {}},
    "issue_card": {"account": ACCOUNT, "issue": {}},
    "impose_sanction": {
        "person": PERSON,
        "sanction": {"kind": "SANCTION_KIND_ACCOUNT_FROZEN", "cause": "SANCTION_CAUSE_LENDING"},
    },
    "raise_risk_flag": {
        "subject": PERSON,
        "flag": {"kind": "RISK_FLAG_KIND_VELOCITY", "rule": "velocity/3", "severity": 2},
    },
    "clear_risk_flag": {"subject": PERSON, "clearance": {"flag": f"{LEDGER}/entries/7", "reason": "EXPLAINED"}},
    "propose_openings": {
        "ledger": LEDGER,
        "openings": {"count": 1, "balance": 100, "source_sha256": bytes(32)},
    },
    "lift_sanction": {"person": PERSON, "sanction_lift": {"sanction": f"{LEDGER}/entries/7"}},
    "report_loss": {"account": ACCOUNT, "loss": {"kind": "LOSS_KIND_FORMAL"}},
    "lift_loss": {"account": ACCOUNT, "lift": {}},
    "close_account": {"account": ACCOUNT, "closing": {"reason": "CLOSE_REASON_DEATH"}},
    "review_proposal": {
        "ledger": LEDGER,
        "review": {"proposal": f"{LEDGER}/entries/7", "decision": "PROPOSAL_DECISION_REJECTED"},
    },
    "withdraw_policy": {"ledger": LEDGER, "withdrawal": {"policy": f"{LEDGER}/policies/general-2025"}},
    "designate_institution": {
        "institution": INSTITUTION,
        "designation": {
            "institution": "H41010000005",
            "kind": "INSTITUTION_KIND_HOSPITAL",
            "level": "INSTITUTION_LEVEL_TERTIARY",
            "region": "410100",
            "effective_from": {"year": 2025, "month": 1, "day": 1},
        },
    },
    "revoke_designation": {
        "institution": INSTITUTION,
        "designation_revocation": {"effective_from": {"year": 2025, "month": 1, "day": 1}},
    },
    "file_cross_region": {
        "person": PERSON,
        "filing": {
            "kind": "FILING_KIND_TEMPORARY",
            "region": "310000",
            "effective_from": {"year": 2025, "month": 1, "day": 1},
        },
    },
    "end_cross_region_filing": {
        "person": PERSON,
        "end": {"filing": f"{LEDGER}/entries/7", "effective_to": {"year": 2025, "month": 1, "day": 1}},
    },
    "propose_policy": {
        "ledger": LEDGER,
        "draft": {
            "policy": f"{LEDGER}/policies/general-2025",
            "effective_from": {"year": 2025, "month": 1, "day": 1},
            "content": b"{}",
            "content_sha256": bytes(32),
            "source_sha256": bytes(32),
        },
    },
    "initiate_transfer": {
        "account": ACCOUNT,
        "transfer": {"receiver": ACCOUNT, "amount": 1, "transfer_id": b"T" * 16},
    },
    "accept_transfer": {"ledger": LEDGER, "acceptance": {"transfer_id": b"T" * 16, "receiver": ACCOUNT}},
    "return_transfer": {
        "ledger": LEDGER,
        "transfer_return": {"transfer_id": b"T" * 16, "reason": "TRANSFER_RETURN_REASON_DECLINED"},
    },
    "credit_transfer": {
        "account": ACCOUNT,
        "credit": {
            "transfer_id": b"T" * 16,
            "sender": ACCOUNT,
            "amount": 1,
            "accepted_position": 1,
            "accepted_leaf": bytes(32),
        },
    },
}


def request(kind: str):
    """A well-formed request of a kind."""
    return KINDS[kind].request(**VALID[kind])


def violations(kind: str, message, rights: int = ALL_RIGHTS) -> dict[str, str]:
    """Paths and texts that the request is refused with."""
    with pytest.raises(InvalidRequest) as caught:
        normalise(KINDS[kind], message, NOW, rights)
    assert caught.value.reason == reasons.REFUSAL_REASON_INVALID_REQUEST
    return dict(caught.value.violations)


@pytest.mark.parametrize("kind", VALID)
def test_the_smallest_request_of_each_kind_is_accepted(kind):
    """What is not marked as required may be left out."""
    normalised = normalise(KINDS[kind], request(kind), NOW, ALL_RIGHTS)
    assert normalised.ledger == "410100"
    assert normalised.command.kind == KINDS[kind].number
    assert normalised.command.rights == KINDS[kind].rights
    streams = {"ledger": bytes(16), "institution": institution_stream(ledger_id("410100"), "H41010000005")}
    expected = streams.get(KINDS[kind].subject, uuid.UUID(ID).bytes)
    assert normalised.command.stream == expected


@pytest.mark.parametrize("kind", VALID)
def test_an_empty_request_names_subject_and_content(kind):
    """Everything that is missing is named at once, so that a caller corrects it at once."""
    assert violations(kind, KINDS[kind].request()) == {
        KINDS[kind].subject: "is required",
        KINDS[kind].content: "is required",
    }


def test_the_table_covers_the_contract():
    """A command, or a content, that is added to the protos cannot be forgotten here."""
    assert set(VALID) == set(KINDS) == {field.name for field in pb.Command.DESCRIPTOR.fields}
    assert len(CONTENTS) == len(KINDS)
    assert all(kind.rights for kind in KINDS.values())
    typed = {kind.method for kind in KINDS.values()}
    rest = {method.name for method in kinds.SERVICE.methods} - typed
    others = {"BatchExecute", "VoidCommand", "GetCommandOutcome", "QuotePurchase", "CheckEligibility", "ExecuteStream"}
    assert rest == others


def set_path(message, path: str, value) -> None:
    """Set `deposit.amount`, or append to a repeated field."""
    *parents, last = path.split(".")
    for parent in parents:
        message = getattr(message, parent)
    if isinstance(value, dict):
        getattr(message, last).add(**value)
    elif isinstance(value, list):
        getattr(message, last).extend(value)
    else:
        setattr(message, last, value)


PURCHASE, DEPOSIT = "record_purchase", "record_deposit"
TOO_MUCH = 10**12 + 1
BAD = [
    (DEPOSIT, "deposit.amount", 0, "deposit.amount"),
    (DEPOSIT, "deposit.amount", -1, "deposit.amount"),
    (DEPOSIT, "deposit.amount", TOO_MUCH, "deposit.amount"),
    (DEPOSIT, "deposit.source", 0, "deposit.source"),
    (DEPOSIT, "deposit.source", 99, "deposit.source"),
    (DEPOSIT, "deposit.channel", 99, "deposit.channel"),
    (DEPOSIT, "deposit.channel", -1, "deposit.channel"),
    (DEPOSIT, "deposit.period", 202413, "deposit.period"),
    (DEPOSIT, "deposit.period", -202401, "deposit.period"),
    (DEPOSIT, "deposit.base", -1, "deposit.base"),
    (DEPOSIT, "deposit.rate_bp", 10_001, "deposit.rate_bp"),
    (DEPOSIT, "expected_version", -1, "expected_version"),
    (DEPOSIT, "account", PERSON, "account"),
    (DEPOSIT, "account", f"{LEDGER}/accounts/{ID[:-1]}", "account"),
    (DEPOSIT, "account", f"{LEDGER}/accounts/{uuid.UUID(int=0)}", "account"),
    (DEPOSIT, "account", f"{ACCOUNT}/", "account"),
    (DEPOSIT, "effective_time.seconds", 10**15, "effective_time"),
    (DEPOSIT, "effective_time.nanos", -1, "effective_time"),
    (DEPOSIT, "effective_time.nanos", 0, "effective_time"),
    (DEPOSIT, "deposit.confidential.note", "注" * 501, "deposit.confidential.note"),
    (DEPOSIT, "deposit.confidential.payment_ref", "x" * 129, "deposit.confidential.payment_ref"),
    (PURCHASE, "purchase.bill.total", 0, "purchase.bill.total"),
    (PURCHASE, "purchase.bill.in_scope", -1, "purchase.bill.in_scope"),
    (PURCHASE, "purchase.bill.in_scope", TOO_MUCH, "purchase.bill.in_scope"),
    (PURCHASE, "purchase.institution", "", "purchase.institution"),
    (PURCHASE, "purchase.institution", "x" * 33, "purchase.institution"),
    (PURCHASE, "purchase.care_type", "1234567", "purchase.care_type"),
    (PURCHASE, "purchase.category", 0, "purchase.category"),
    (PURCHASE, "purchase.category", 13, "purchase.category"),
    (PURCHASE, "purchase.clearing_type", 12, "purchase.clearing_type"),
    (PURCHASE, "purchase.presenter", 7, "purchase.presenter"),
    (PURCHASE, "purchase.exclusion_reason", "hit by a car", "purchase.exclusion_reason"),
    (PURCHASE, "purchase.payers", [PERSON], "purchase.payers[0]"),
    (PURCHASE, "purchase.payers", [ACCOUNT, ACCOUNT.replace("de-", "DE-")], "purchase.payers"),
    (
        PURCHASE,
        "purchase.payers",
        [f"{LEDGER}/accounts/{uuid.UUID(int=n)}" for n in range(1, 10)],
        "purchase.payers",
    ),
    (PURCHASE, "purchase.policy", f"{LEDGER}/policies/A B", "purchase.policy"),
    (PURCHASE, "purchase.policy", "ledgers/110000/policies/p1", "purchase.policy"),
    (PURCHASE, "purchase.service_date.year", 2024, "purchase.service_date"),
    (PURCHASE, "purchase.upstream.cash", -1, "purchase.upstream.cash"),
    (PURCHASE, "purchase.upstream.hospital", -1, "purchase.upstream.hospital"),
    (PURCHASE, "purchase.upstream.funds", {"fund": "A"}, "purchase.upstream.funds[0].amount"),
    (PURCHASE, "purchase.upstream.funds", {"amount": 1}, "purchase.upstream.funds[0].fund"),
    (
        PURCHASE,
        "purchase.confidential.trace_codes",
        [str(n) for n in range(101)],
        "purchase.confidential.trace_codes",
    ),
    (
        PURCHASE,
        "purchase.confidential.trace_codes",
        ["1", "1"],
        "purchase.confidential.trace_codes",
    ),
    (PURCHASE, "purchase.confidential.trace_codes", [""], "purchase.confidential.trace_codes[0]"),
    (
        PURCHASE,
        "purchase.confidential.documents",
        {"kind": 1, "sha256": b"short"},
        "purchase.confidential.documents[0].sha256",
    ),
    ("grant_share", "grant.beneficiary", ACCOUNT, "grant.beneficiary"),
    ("grant_share", "grant.relation", 0, "grant.relation"),
    ("grant_share", "grant.year_limit", -1, "grant.year_limit"),
    ("grant_share", "grant.expire_time.nanos", -5, "grant.expire_time"),
    ("transfer_share", "transfer.amount", 0, "transfer.amount"),
    ("transfer_share", "transfer.receiver", "", "transfer.receiver"),
    ("reverse_entry", "reversal.entry", f"{LEDGER}/entries/0", "reversal.entry"),
    ("reverse_entry", "reversal.entry", f"{LEDGER}/entries/{2**63}", "reversal.entry"),
    ("reverse_entry", "reversal.entry", "ledgers/110000/entries/7", "reversal.entry"),
    ("reverse_entry", "reversal.reason", "x" * 65, "reversal.reason"),
    ("import_opening", "opening.balance", -1, "opening.balance"),
    ("import_opening", "opening.source_sha256", b"x", "opening.source_sha256"),
    ("import_opening", "opening.accumulators", {"year": 2024}, "opening.accumulators[0].benefit"),
    ("close_account", "closing.evidence", [0], "closing.evidence[0]"),
    ("close_account", "closing.evidence", [99], "closing.evidence[0]"),
    ("report_loss", "loss.kind", 3, "loss.kind"),
    ("register_person", "registration.scheme", 1, "registration.scheme"),
    ("review_proposal", "review.decision", 4, "review.decision"),
]


@pytest.mark.parametrize(("kind", "path", "value", "named"), BAD)
def test_each_bad_value_is_named(kind, path, value, named):
    """One bad value gives exactly one violation, with the path that leads to it."""
    message = request(kind)
    set_path(message, path, value)
    if path == "effective_time.nanos" and not value:
        message.effective_time.SetInParent()  # present, but the epoch: nobody meant that
    assert list(violations(kind, message)) == [named]


def test_the_words_say_what_would_do():
    """An account that is no UUID hears that it must be one, and a number the name of the enum that it is not of."""
    message = request("record_deposit")
    message.account = f"{LEDGER}/accounts/123"
    assert violations("record_deposit", message) == {"account": "must look like ledgers/{ledger}/accounts/{uuid}"}
    message = request("open_account")
    message.opening.scheme = 1
    assert violations("open_account", message) == {"opening.scheme": "1 is not a value of Scheme"}


@pytest.mark.parametrize("text", ["", "x", ID[:-1], ID + "0", ID.replace("-", " "), "0" * 36])
def test_a_request_id_is_a_uuid(text):
    """Blanks and missing dashes are no UUID, whatever a lenient parser thinks."""
    with pytest.raises(InvalidRequest) as caught:
        request_id(text)
    assert [path for path, _ in caught.value.violations] == ["request_id"]


def test_zeros_are_nobodys_request_id():
    """An id that was never filled in would be shared by everybody who forgot it."""
    with pytest.raises(InvalidRequest):
        request_id(str(uuid.UUID(int=0)))


@pytest.mark.parametrize(
    ("offset", "outside"),
    [
        (-WINDOW_BEFORE, False),
        (-WINDOW_BEFORE - 1, True),
        (WINDOW_AFTER, False),
        (WINDOW_AFTER + 1, True),
    ],
)
def test_the_window_of_a_live_caller(offset, outside):
    """Outside it, a caller without RIGHT_BACKDATE is refused by the log, unless it is a replay."""
    for rights in (ALL_RIGHTS, ALL_RIGHTS & ~(1 << RIGHT_BACKDATE)):
        message = request(DEPOSIT)
        message.effective_time.FromMicroseconds(NOW + offset)
        normalised = normalise(KINDS[DEPOSIT], message, NOW, rights)
        assert normalised.command.effective_time == NOW + offset
        assert normalised.command.effective_time_given
        assert bool(normalised.command.rights >> RIGHT_BACKDATE & 1) == outside
        assert normalised.out_of_window == (outside and rights != ALL_RIGHTS)


def test_an_unset_effective_time_is_the_service_time():
    """The entry tells that the caller did not name it."""
    command = normalise(KINDS[DEPOSIT], request(DEPOSIT), NOW, ALL_RIGHTS).command
    assert (command.effective_time, command.effective_time_given) == (NOW, False)


def test_a_pinned_policy_needs_its_right():
    """It is part of what the command needed, and so of the entry."""

    def pinned():
        message = request(PURCHASE)
        message.purchase.policy = f"{LEDGER}/policies/outpatient-2024"
        return message

    command = normalise(KINDS[PURCHASE], pinned(), NOW, ALL_RIGHTS).command
    assert command.rights == KINDS[PURCHASE].rights | 1 << RIGHT_PIN_POLICY
    with pytest.raises(Rejected) as caught:
        normalise(KINDS[PURCHASE], pinned(), NOW, KINDS[PURCHASE].rights)
    assert caught.value.reason == reasons.REFUSAL_REASON_PERMISSION_DENIED
    assert caught.value.metadata == {"right": "RIGHT_PIN_POLICY"}


def test_checking_a_request_is_quick():
    """A bound far above the measured 6 µs: it finds a rule that became quadratic."""
    raw = request(DEPOSIT).SerializeToString()
    kind = KINDS[DEPOSIT]
    begin = time.perf_counter()
    for _ in range(1_000):
        normalise(kind, kind.request.FromString(raw), NOW, ALL_RIGHTS)
    assert time.perf_counter() - begin < 1
