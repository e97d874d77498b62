"""Which refusal is given when several rules are broken: the first of these. It holds for every
command.

Two exceptions. The categories that a policy allows are known with the policy, so that its CATEGORY_NOT_ALLOWED comes
after POLICY_NOT_FOUND. A `cash` that the settlement centre fixed can be compared only when everybody who
pays is known, so that its AMOUNT_MISMATCH comes after the checks of balances, and before those of
unique keys.
"""

from __future__ import annotations

from ledger.v1 import reasons_pb2 as reasons

PRECEDENCE: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("The ledger's level permits the command", (reasons.REFUSAL_REASON_UPGRADE_NOT_FINISHED,)),
    (
        "What the command is about exists",
        (
            reasons.REFUSAL_REASON_ACCOUNT_NOT_FOUND,
            reasons.REFUSAL_REASON_PERSON_NOT_FOUND,
            reasons.REFUSAL_REASON_ENTRY_NOT_FOUND,
            reasons.REFUSAL_REASON_FILING_NOT_IN_FORCE,
            reasons.REFUSAL_REASON_TRANSFER_NOT_FOUND,
            reasons.REFUSAL_REASON_SANCTION_NOT_FOUND,
            reasons.REFUSAL_REASON_CLAIM_NOT_FOUND,
            reasons.REFUSAL_REASON_MANDATE_NOT_IN_FORCE,
            reasons.REFUSAL_REASON_INSTITUTION_NOT_FOUND,
            reasons.REFUSAL_REASON_RISK_FLAG_NOT_FOUND,
        ),
    ),
    (
        "It is of a kind that can be undone",
        (
            reasons.REFUSAL_REASON_NOT_VOIDABLE,
            reasons.REFUSAL_REASON_NOT_REVERSIBLE,
            reasons.REFUSAL_REASON_NOT_A_PROPOSAL,
            reasons.REFUSAL_REASON_INSTITUTION_DIFFERS,
        ),
    ),
    ("It is at the expected version", (reasons.REFUSAL_REASON_VERSION_MISMATCH,)),
    (
        "It is in a state that permits the command",
        (
            reasons.REFUSAL_REASON_ALREADY_REVERSED,
            reasons.REFUSAL_REASON_PROPOSAL_ALREADY_DECIDED,
            reasons.REFUSAL_REASON_PROPOSAL_EXPIRED,
            reasons.REFUSAL_REASON_REVERSAL_OUT_OF_ORDER,
            reasons.REFUSAL_REASON_TRANSFER_ALREADY_SETTLED,
            reasons.REFUSAL_REASON_TRANSFER_ALREADY_ACCEPTED,
            reasons.REFUSAL_REASON_TRANSFER_ALREADY_RETURNED,
            reasons.REFUSAL_REASON_TRANSFER_NOT_YET_SENT,
            reasons.REFUSAL_REASON_TRANSFER_EXPIRED,
            reasons.REFUSAL_REASON_TRANSFER_NOT_EXPIRED,
            reasons.REFUSAL_REASON_ACCOUNT_CLOSED,
            reasons.REFUSAL_REASON_ACCOUNT_ALREADY_OPEN,
            reasons.REFUSAL_REASON_ACCOUNT_ALREADY_ACTIVE,
            reasons.REFUSAL_REASON_ACCOUNT_FROZEN,
            reasons.REFUSAL_REASON_ACCOUNT_NOT_ACTIVATED,
            reasons.REFUSAL_REASON_PERSON_TYPE_UNCHANGED,
            reasons.REFUSAL_REASON_COVERAGE_ALREADY_SUSPENDED,
            reasons.REFUSAL_REASON_COVERAGE_NOT_SUSPENDED,
            reasons.REFUSAL_REASON_LOSS_NOT_REPORTED,
            reasons.REFUSAL_REASON_FORMAL_LOSS_REQUIRES_REISSUE,
            reasons.REFUSAL_REASON_REISSUE_ALREADY_REQUESTED,
            reasons.REFUSAL_REASON_REISSUE_NOT_REQUESTED,
            reasons.REFUSAL_REASON_FORMAL_LOSS_REQUIRED,
            reasons.REFUSAL_REASON_LOSS_PERIOD_NOT_ELAPSED,
            reasons.REFUSAL_REASON_CARD_REPORTED_LOST,
            reasons.REFUSAL_REASON_ONLINE_SETTLEMENT_SUSPENDED,
            reasons.REFUSAL_REASON_SANCTION_NOT_IN_FORCE,
            reasons.REFUSAL_REASON_PAYOUT_CHANGED,
            reasons.REFUSAL_REASON_CLAIM_ALREADY_DECIDED,
            reasons.REFUSAL_REASON_CLAIM_ALREADY_PAID,
            reasons.REFUSAL_REASON_CLAIM_NOT_APPROVED,
            reasons.REFUSAL_REASON_CLAIM_NOTHING_DUE,
            reasons.REFUSAL_REASON_RISK_FLAG_ALREADY_RAISED,
            reasons.REFUSAL_REASON_RISK_FLAG_ALREADY_CLEARED,
            reasons.REFUSAL_REASON_FEATURE_LEVEL_REACHED,
            reasons.REFUSAL_REASON_SIGNING_KEY_RETIRED,
            reasons.REFUSAL_REASON_SIGNING_KEY_LAST,
            reasons.REFUSAL_REASON_KEY_IN_USE,
            reasons.REFUSAL_REASON_KEY_ALREADY_DESTROYED,
            reasons.REFUSAL_REASON_YEAR_ALREADY_CLOSED,
            reasons.REFUSAL_REASON_YEAR_NOT_NEXT,
            reasons.REFUSAL_REASON_YEAR_NOT_OVER,
        ),
    ),
    (
        "Whoever may act acts",
        (
            reasons.REFUSAL_REASON_IDENTITY_MISMATCH,
            reasons.REFUSAL_REASON_MANDATE_INSUFFICIENT,
            reasons.REFUSAL_REASON_MANDATE_NOT_IN_FAVOUR,
            reasons.REFUSAL_REASON_GUARDIANSHIP_BY_AGENCY,
            reasons.REFUSAL_REASON_FOUR_EYES_REQUIRED,
            reasons.REFUSAL_REASON_PROPOSAL_NOT_OWN,
            reasons.REFUSAL_REASON_CARD_VOUCHER_REQUIRED,
        ),
    ),
    (
        "Such a thing is permitted at all",
        (
            reasons.REFUSAL_REASON_SCHEME_HAS_NO_PERSONAL_ACCOUNT,
            reasons.REFUSAL_REASON_PERSON_TYPE_NOT_ELIGIBLE,
            reasons.REFUSAL_REASON_VOLUNTARY_TOPUP_NOT_ALLOWED,
            reasons.REFUSAL_REASON_WITHDRAWAL_NOT_PERMITTED,
            reasons.REFUSAL_REASON_OPENING_NOT_APPROVED,
            reasons.REFUSAL_REASON_CLOSE_EVIDENCE_REQUIRED,
            reasons.REFUSAL_REASON_EXPEDITE_EVIDENCE_REQUIRED,
            reasons.REFUSAL_REASON_SANCTION_PERIOD_EMPTY,
            reasons.REFUSAL_REASON_MANDATE_WITH_SELF,
            reasons.REFUSAL_REASON_MANDATE_PERIOD_EMPTY,
            reasons.REFUSAL_REASON_MANDATE_ALREADY_GRANTED,
            reasons.REFUSAL_REASON_MANDATE_LIMIT_EXCEEDED,
            reasons.REFUSAL_REASON_MERGE_WITH_SELF,
            reasons.REFUSAL_REASON_MERGE_TRANSFERS_PENDING,
            reasons.REFUSAL_REASON_INTEREST_PERIOD_INVALID,
            reasons.REFUSAL_REASON_CLAIM_CAUSE_NOT_PERMITTED,
            reasons.REFUSAL_REASON_CLAIM_DEADLINE_PASSED,
            reasons.REFUSAL_REASON_CLAIM_SERVICE_DATE_INVALID,
            reasons.REFUSAL_REASON_CLAIM_INVOICE_REQUIRED,
            reasons.REFUSAL_REASON_INSTITUTION_NOT_DESIGNATED,
            reasons.REFUSAL_REASON_FILING_INSTITUTIONS_LIMIT,
            reasons.REFUSAL_REASON_FILING_CHANGE_LIMIT,
            reasons.REFUSAL_REASON_RECONCILIATION_PERIOD_INVALID,
        ),
    ),
    (
        "The amounts are consistent in themselves",
        (
            reasons.REFUSAL_REASON_AMOUNT_MISMATCH,
            reasons.REFUSAL_REASON_POLICY_INVALID,
            reasons.REFUSAL_REASON_HOLDER_CHANGE_INVALID,
        ),
    ),
    (
        "The policies of the ledger cover it",
        (
            reasons.REFUSAL_REASON_CATEGORY_NOT_ALLOWED,
            reasons.REFUSAL_REASON_CROSS_REGION_FILING_REQUIRED,
            reasons.REFUSAL_REASON_POLICY_NOT_FOUND,
            reasons.REFUSAL_REASON_POLICY_AMBIGUOUS,
            reasons.REFUSAL_REASON_POLICY_NOT_APPLICABLE,
            reasons.REFUSAL_REASON_POLICY_OVERLAP,
            reasons.REFUSAL_REASON_POLICY_BAND_UNDEFINED,
            reasons.REFUSAL_REASON_COVERAGE_SUSPENDED,
        ),
    ),
    (
        "The relatives may share",
        (
            reasons.REFUSAL_REASON_SHARE_ACROSS_LEDGERS_NOT_SUPPORTED,
            reasons.REFUSAL_REASON_SHARE_WITH_SELF,
            reasons.REFUSAL_REASON_SHARING_SUSPENDED,
            reasons.REFUSAL_REASON_RELATION_NOT_PERMITTED,
            reasons.REFUSAL_REASON_SHARE_CATEGORY_NOT_PERMITTED,
            reasons.REFUSAL_REASON_SHARE_NOT_AUTHORIZED,
            reasons.REFUSAL_REASON_SHARE_ALREADY_GRANTED,
            reasons.REFUSAL_REASON_SHARE_PERIOD_EMPTY,
        ),
    ),
    (
        "Limits and balances suffice",
        (
            reasons.REFUSAL_REASON_SHARE_LIMIT_EXCEEDED,
            reasons.REFUSAL_REASON_TRANSFER_WINDOW_CLOSED,
            reasons.REFUSAL_REASON_TRANSFER_LIMIT_EXCEEDED,
            reasons.REFUSAL_REASON_TRANSFER_COUNT_EXCEEDED,
            reasons.REFUSAL_REASON_INSUFFICIENT_BALANCE,
            reasons.REFUSAL_REASON_BALANCE_LIMIT_EXCEEDED,
            reasons.REFUSAL_REASON_PAYABLE_EXCEEDED,
            reasons.REFUSAL_REASON_RISK_FLAG_LIMIT_EXCEEDED,
            reasons.REFUSAL_REASON_QUOTE_CHANGED,
        ),
    ),
    (
        "What may be used once was not used before",
        (
            reasons.REFUSAL_REASON_PERSON_ALREADY_REGISTERED,
            reasons.REFUSAL_REASON_POLICY_VERSION_EXISTS,
            reasons.REFUSAL_REASON_DUPLICATE_CONTRIBUTION_PERIOD,
            reasons.REFUSAL_REASON_DUPLICATE_PAYMENT_REFERENCE,
            reasons.REFUSAL_REASON_DUPLICATE_INTEREST_PERIOD,
            reasons.REFUSAL_REASON_DUPLICATE_PREMIUM,
            reasons.REFUSAL_REASON_DUPLICATE_REIMBURSEMENT,
            reasons.REFUSAL_REASON_DUPLICATE_SETTLEMENT_ID,
            reasons.REFUSAL_REASON_TRACE_CODE_ALREADY_SETTLED,
            reasons.REFUSAL_REASON_DUPLICATE_TRANSFER_ID,
            reasons.REFUSAL_REASON_TRANSFER_ALREADY_CREDITED,
        ),
    ),
)

RANK: dict[int, int] = {
    reason: rank for rank, reason in enumerate(reason for _, group in PRECEDENCE for reason in group)
}
"""Place of each reason in the order, from 0."""
