"""Reasons about proposals and policies: they need published policies, so they are provoked where those are made."""

from __future__ import annotations

PROVOKED = {
    **dict.fromkeys(
        (
            "PROPOSAL_ALREADY_DECIDED",
            "FOUR_EYES_REQUIRED",
            "PROPOSAL_EXPIRED",
            "NOT_A_PROPOSAL",
            "PROPOSAL_NOT_OWN",
            "POLICY_VERSION_EXISTS",
        ),
        "tests/test_proposals.py",
    ),
    **dict.fromkeys(
        (
            "POLICY_AMBIGUOUS",
            "RECORD_NOT_FOUND",
            "POLICY_BAND_UNDEFINED",
            "POLICY_INVALID",
            "POLICY_NOT_APPLICABLE",
            "POLICY_OVERLAP",
            "CATEGORY_NOT_ALLOWED",
            "QUOTE_CHANGED",
            "INSTITUTION_NOT_DESIGNATED",
            "CROSS_REGION_FILING_REQUIRED",
            "FILING_CHANGE_LIMIT",
            "FILING_INSTITUTIONS_LIMIT",
            "FILING_NOT_IN_FORCE",
        ),
        "tests/test_policies.py",
    ),
}
"""Reason → where it is provoked."""
