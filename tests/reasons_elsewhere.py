"""Reasons that `tests/test_bad_input.py` cannot provoke, or that have tests of their own, and where."""

from tests import bad_policies

ELSEWHERE = {
    "POSITION_BEYOND_END": "tests/test_subscribe.py",
    "POSITION_INSIDE_TRANSACTION": "tests/test_subscribe.py",
    "SHARE_CATEGORY_NOT_PERMITTED": "tests/test_family.py, with rules of a region",
    "REVERSAL_OUT_OF_ORDER": "tests/test_corrections.py, with a ledger that reverses the latest first",
    "CONTRIBUTION_RULES_NOT_PUBLISHED": "tests/test_yearly_money.py",
    "PAYOUT_CHANGED": "tests/test_closing.py, with rules of a region",
    "MERGE_TRANSFERS_PENDING": "tests/test_closing.py, with a transfer in flight",
    **dict.fromkeys(
        (
            "NOT_PERSONAL",
            "MANDATE_INSUFFICIENT",
            "MANDATE_LIMIT_EXCEEDED",
            "MANDATE_NOT_IN_FAVOUR",
            "GUARDIANSHIP_BY_AGENCY",
        ),
        "tests/test_mandates.py",
    ),
    **dict.fromkeys(
        ("SIGNING_KEY_LAST", "SIGNING_KEY_NOT_FOUND", "SIGNING_KEY_RETIRED"),
        "tests/test_signing_keys.py",
    ),
    **dict.fromkeys(
        ("FEATURE_LEVEL_REACHED", "FEATURE_LEVEL_UNKNOWN", "UPGRADE_NOT_FINISHED"), "tests/test_upgrade.py"
    ),
    "CHECKPOINT_NOT_COSIGNED": "tests/test_witnessed_service.py",
    "ACCESS_NOT_RECORDED": "tests/test_access_records.py",
    **dict.fromkeys(("YEAR_ALREADY_CLOSED", "YEAR_NOT_NEXT", "YEAR_NOT_OVER"), "tests/test_year_closing.py"),
    **dict.fromkeys(
        ("RECONCILIATION_PERIOD_INVALID", "STATEMENT_NOT_CONSISTENT", "INSTITUTION_OF_ANOTHER_ORGANISATION"),
        "tests/test_reconciliation.py",
    ),
    **dict.fromkeys(("KEY_ALREADY_DESTROYED", "KEY_IN_USE"), "tests/test_erasure.py"),
    **dict.fromkeys(
        ("IDENTITY_CHANGED", "IDENTITY_ERASED", "IDENTITY_EXISTS", "IDENTITY_NOT_FOUND"), "tests/test_identities.py"
    ),
    "OPENING_NOT_APPROVED": "tests/test_openings.py",
    "PAYER_CANNOT_PAY": "tests/test_eligibility.py",
    "CARD_REPORTED_LOST": "tests/test_cards.py, with rules of a region",
    "TOO_MANY_REFUSALS": "tests/test_operation_watch.py",
    **dict.fromkeys(
        (
            "PAGE_TOKEN_INVALID",
            "PAGE_TOKEN_OUTDATED",
            "PROJECTION_NOT_FOUND",
            "PROJECTION_UNAVAILABLE",
            "PROJECTION_PAUSED",
        ),
        "tests/test_history_errors.py",
    ),
    **dict.fromkeys(
        (
            "PROJECTION_VERSION_NOT_FOUND",
            "PROJECTION_VERSION_NOT_PROVEN",
            "PROJECTION_VERSION_BEHIND",
            "PROJECTION_VERSION_PAUSED",
            "PROJECTION_VERSION_SERVING",
            "BUILD_IN_PROGRESS",
            "PAST_NOT_FOUND",
        ),
        "tests/test_builds.py",
    ),
    **dict.fromkeys(
        ("BUILD_NOT_FOUND", "CONSUMER_NOT_FOUND", "CONSUMER_POSITION_CONFLICT"), "tests/test_projection_service.py"
    ),
    "OVERLOADED": "tests/test_bad_input.py, with a queue of one",
    "DEADLINE_EXPIRED": "tests/test_interrupted_calls.py and tests/test_log_limits.py",
    "OUTCOME_UNKNOWN": "needs a database that goes away in COMMIT",
    "UNAVAILABLE": "needs a database that is away",
    "LEDGER_FORKED": "needs a log that lost entries",
    "CLOCK_SUSPECT": "needs a wrong clock",
    "INTERNAL": "needs a defect",
    **bad_policies.PROVOKED,
    **dict.fromkeys(
        (
            "TRANSFER_NOT_FOUND",
            "TRANSFER_NOT_YET_SENT",
            "TRANSFER_ALREADY_SETTLED",
            "TRANSFER_LIMIT_EXCEEDED",
            "TRANSFER_COUNT_EXCEEDED",
            "TRANSFER_WINDOW_CLOSED",
            "TRANSFER_ALREADY_ACCEPTED",
            "TRANSFER_ALREADY_RETURNED",
            "TRANSFER_EXPIRED",
            "TRANSFER_NOT_EXPIRED",
            "TRANSFER_ALREADY_CREDITED",
            "DUPLICATE_TRANSFER_ID",
        ),
        "tests/test_transfers.py",
    ),
}
