"""What a command makes happen: the legs of its transaction, or a refusal.

Rules are asked in the order of `ledger.domain.precedence`. Nothing is changed here; a view that
lacks something raises `NotLoaded`, and the caller decides again from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import (
    accounts,
    cards,
    claims,
    erasure,
    holders,
    insurance,
    losses,
    premiums,
    risk_flags,
    sanctions,
    shares,
    wallet,
)
from ledger.domain import command as kinds
from ledger.domain.access import record_access
from ledger.domain.adjustments import propose_adjustment
from ledger.domain.amendments import amend_purchase
from ledger.domain.closing import close_account
from ledger.domain.deposits import record_deposit
from ledger.domain.features import NEEDED_LEVELS, check_level, raise_feature_level
from ledger.domain.filings import end_cross_region_filing, file_cross_region
from ledger.domain.institutions import designate_institution, revoke_designation
from ledger.domain.interest import post_interest
from ledger.domain.mandates import check_may_act, grant_mandate, revoke_mandate
from ledger.domain.merges import merge_accounts
from ledger.domain.openings import propose_openings
from ledger.domain.payables import settle_payable
from ledger.domain.policies import propose_policy, withdraw_policy
from ledger.domain.proposals import review_proposal
from ledger.domain.purchases import record_purchase
from ledger.domain.reconciliations import reconcile
from ledger.domain.reversals import reverse_entry
from ledger.domain.signing_keys import change_signing_key
from ledger.domain.transfers import transfer_share
from ledger.domain.voids import void_command
from ledger.domain.year_closings import close_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.domain.command import Command
    from ledger.domain.recorded import Leg
    from ledger.domain.view import View

_RULES: dict[int, Callable[[Command, View], list[Leg]]] = {
    kinds.REGISTER_PERSON: accounts.register_person,
    kinds.OPEN_ACCOUNT: accounts.open_account,
    kinds.ACTIVATE_ACCOUNT: accounts.activate_account,
    kinds.IMPORT_OPENING: accounts.import_opening,
    kinds.RECORD_DEPOSIT: record_deposit,
    kinds.RECORD_PURCHASE: record_purchase,
    kinds.GRANT_SHARE: shares.grant_share,
    kinds.REVOKE_SHARE: shares.revoke_share,
    kinds.TRANSFER_SHARE: transfer_share,
    kinds.REVERSE_ENTRY: reverse_entry,
    kinds.REPORT_LOSS: losses.report_loss,
    kinds.LIFT_LOSS: losses.lift_loss,
    kinds.CLOSE_ACCOUNT: close_account,
    kinds.VOID_COMMAND: void_command,
    kinds.CHANGE_PERSON_TYPE: insurance.change_person_type,
    kinds.SUSPEND_COVERAGE: insurance.suspend_coverage,
    kinds.RESTORE_COVERAGE: insurance.restore_coverage,
    kinds.CHANGE_HOLDER_INFO: holders.change_holder_info,
    kinds.RECORD_CREDENTIAL_EVENT: holders.record_credential_event,
    kinds.REQUEST_REISSUE: cards.request_reissue,
    kinds.ISSUE_CARD: cards.issue_card,
    kinds.IMPOSE_SANCTION: sanctions.impose_sanction,
    kinds.LIFT_SANCTION: sanctions.lift_sanction,
    kinds.RAISE_RISK_FLAG: risk_flags.raise_risk_flag,
    kinds.CLEAR_RISK_FLAG: risk_flags.clear_risk_flag,
    kinds.FILE_CLAIM: claims.file_claim,
    kinds.REVIEW_CLAIM: claims.review_claim,
    kinds.RECORD_CLAIM_PAYMENT: claims.record_claim_payment,
    kinds.POST_INTEREST: post_interest,
    kinds.SETTLE_PAYABLE: settle_payable,
    kinds.MERGE_ACCOUNTS: merge_accounts,
    kinds.PROPOSE_ADJUSTMENT: propose_adjustment,
    kinds.PROPOSE_OPENINGS: propose_openings,
    kinds.REVIEW_PROPOSAL: review_proposal,
    kinds.DESIGNATE_INSTITUTION: designate_institution,
    kinds.REVOKE_DESIGNATION: revoke_designation,
    kinds.FILE_CROSS_REGION: file_cross_region,
    kinds.END_CROSS_REGION_FILING: end_cross_region_filing,
    kinds.PROPOSE_POLICY: propose_policy,
    kinds.DEDUCT_PREMIUM: premiums.deduct_premium,
    kinds.AMEND_PURCHASE: amend_purchase,
    kinds.GRANT_MANDATE: grant_mandate,
    kinds.REVOKE_MANDATE: revoke_mandate,
    kinds.ORDER_PAYERS: shares.order_payers,
    kinds.WITHDRAW_POLICY: withdraw_policy,
    kinds.INITIATE_TRANSFER: wallet.initiate_transfer,
    kinds.ACCEPT_TRANSFER: wallet.accept_transfer,
    kinds.RETURN_TRANSFER: wallet.return_transfer,
    kinds.CREDIT_TRANSFER: wallet.credit_transfer,
    kinds.SETTLE_TRANSFER: wallet.settle_transfer,
    kinds.RECONCILE: reconcile,
    kinds.CLOSE_YEAR: close_year,
    kinds.PROPOSE_KEY_DESTRUCTION: erasure.propose_key_destruction,
    kinds.RECORD_KEY_DESTRUCTION: erasure.record_key_destruction,
    kinds.RAISE_FEATURE_LEVEL: raise_feature_level,
    kinds.CHANGE_SIGNING_KEY: change_signing_key,
    kinds.RECORD_ACCESS: record_access,
}


def decide(command: Command, view: View) -> list[Leg]:
    """Return the legs that the command records, in order and at least one; raise `Refusal` for a
    business "no".
    """
    if command.kind in NEEDED_LEVELS:
        check_level(command, view)
    if command.behalf:
        check_may_act(command, view)
    return _RULES[command.kind](command, view)
