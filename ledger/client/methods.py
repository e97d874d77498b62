"""One typed method for each RPC, written by `make protos` from protos/ledger/v1 and never edited."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from ledger.client.calls import AsyncCalls, Calls, Rpc, moment
from ledger.client.streams import AsyncStream, Stream
from ledger.v1 import (
    audit_service_pb2,
    books_service_pb2,
    command_service_pb2,
    commands_pb2,
    history_service_pb2,
    identity_service_pb2,
    key_service_pb2,
    oversight_service_pb2,
    period_service_pb2,
    projection_service_pb2,
    query_service_pb2,
    subscription_service_pb2,
    types_pb2,
    upgrade_service_pb2,
)

__all__ = ["AsyncMethods", "Methods"]


_GET_CHECKPOINT = Rpc(
    "/ledger.v1.AuditService/GetCheckpoint",
    audit_service_pb2.GetCheckpointRequest,
    audit_service_pb2.GetCheckpointResponse,
)
_GET_RECEIPT = Rpc(
    "/ledger.v1.AuditService/GetReceipt",
    audit_service_pb2.GetReceiptRequest,
    audit_service_pb2.GetReceiptResponse,
)
_GET_INCLUSION_PROOF = Rpc(
    "/ledger.v1.AuditService/GetInclusionProof",
    audit_service_pb2.GetInclusionProofRequest,
    audit_service_pb2.GetInclusionProofResponse,
)
_GET_CONSISTENCY_PROOF = Rpc(
    "/ledger.v1.AuditService/GetConsistencyProof",
    audit_service_pb2.GetConsistencyProofRequest,
    audit_service_pb2.GetConsistencyProofResponse,
)
_GET_TILE = Rpc(
    "/ledger.v1.AuditService/GetTile",
    audit_service_pb2.GetTileRequest,
    audit_service_pb2.GetTileResponse,
)
_LIST_SIGNING_KEYS = Rpc(
    "/ledger.v1.AuditService/ListSigningKeys",
    audit_service_pb2.ListSigningKeysRequest,
    audit_service_pb2.ListSigningKeysResponse,
)
_RECORD_ACCESS = Rpc(
    "/ledger.v1.AuditService/RecordAccess",
    audit_service_pb2.RecordAccessRequest,
    audit_service_pb2.RecordAccessResponse,
)
_REGISTER_PERSON = Rpc(
    "/ledger.v1.CommandService/RegisterPerson",
    command_service_pb2.RegisterPersonRequest,
    command_service_pb2.RegisterPersonResponse,
)
_OPEN_ACCOUNT = Rpc(
    "/ledger.v1.CommandService/OpenAccount",
    command_service_pb2.OpenAccountRequest,
    command_service_pb2.OpenAccountResponse,
)
_ACTIVATE_ACCOUNT = Rpc(
    "/ledger.v1.CommandService/ActivateAccount",
    command_service_pb2.ActivateAccountRequest,
    command_service_pb2.ActivateAccountResponse,
)
_IMPORT_OPENING = Rpc(
    "/ledger.v1.CommandService/ImportOpening",
    command_service_pb2.ImportOpeningRequest,
    command_service_pb2.ImportOpeningResponse,
)
_RECORD_DEPOSIT = Rpc(
    "/ledger.v1.CommandService/RecordDeposit",
    command_service_pb2.RecordDepositRequest,
    command_service_pb2.RecordDepositResponse,
)
_RECORD_PURCHASE = Rpc(
    "/ledger.v1.CommandService/RecordPurchase",
    command_service_pb2.RecordPurchaseRequest,
    command_service_pb2.RecordPurchaseResponse,
)
_GRANT_SHARE = Rpc(
    "/ledger.v1.CommandService/GrantShare",
    command_service_pb2.GrantShareRequest,
    command_service_pb2.GrantShareResponse,
)
_REVOKE_SHARE = Rpc(
    "/ledger.v1.CommandService/RevokeShare",
    command_service_pb2.RevokeShareRequest,
    command_service_pb2.RevokeShareResponse,
)
_TRANSFER_SHARE = Rpc(
    "/ledger.v1.CommandService/TransferShare",
    command_service_pb2.TransferShareRequest,
    command_service_pb2.TransferShareResponse,
)
_INITIATE_TRANSFER = Rpc(
    "/ledger.v1.CommandService/InitiateTransfer",
    command_service_pb2.InitiateTransferRequest,
    command_service_pb2.InitiateTransferResponse,
)
_ACCEPT_TRANSFER = Rpc(
    "/ledger.v1.CommandService/AcceptTransfer",
    command_service_pb2.AcceptTransferRequest,
    command_service_pb2.AcceptTransferResponse,
)
_RETURN_TRANSFER = Rpc(
    "/ledger.v1.CommandService/ReturnTransfer",
    command_service_pb2.ReturnTransferRequest,
    command_service_pb2.ReturnTransferResponse,
)
_CREDIT_TRANSFER = Rpc(
    "/ledger.v1.CommandService/CreditTransfer",
    command_service_pb2.CreditTransferRequest,
    command_service_pb2.CreditTransferResponse,
)
_SETTLE_TRANSFER = Rpc(
    "/ledger.v1.CommandService/SettleTransfer",
    command_service_pb2.SettleTransferRequest,
    command_service_pb2.SettleTransferResponse,
)
_REVERSE_ENTRY = Rpc(
    "/ledger.v1.CommandService/ReverseEntry",
    command_service_pb2.ReverseEntryRequest,
    command_service_pb2.ReverseEntryResponse,
)
_REPORT_LOSS = Rpc(
    "/ledger.v1.CommandService/ReportLoss",
    command_service_pb2.ReportLossRequest,
    command_service_pb2.ReportLossResponse,
)
_LIFT_LOSS = Rpc(
    "/ledger.v1.CommandService/LiftLoss",
    command_service_pb2.LiftLossRequest,
    command_service_pb2.LiftLossResponse,
)
_CLOSE_ACCOUNT = Rpc(
    "/ledger.v1.CommandService/CloseAccount",
    command_service_pb2.CloseAccountRequest,
    command_service_pb2.CloseAccountResponse,
)
_REVIEW_PROPOSAL = Rpc(
    "/ledger.v1.CommandService/ReviewProposal",
    command_service_pb2.ReviewProposalRequest,
    command_service_pb2.ReviewProposalResponse,
)
_PROPOSE_POLICY = Rpc(
    "/ledger.v1.CommandService/ProposePolicy",
    command_service_pb2.ProposePolicyRequest,
    command_service_pb2.ProposePolicyResponse,
)
_ORDER_PAYERS = Rpc(
    "/ledger.v1.CommandService/OrderPayers",
    command_service_pb2.OrderPayersRequest,
    command_service_pb2.OrderPayersResponse,
)
_AMEND_PURCHASE = Rpc(
    "/ledger.v1.CommandService/AmendPurchase",
    command_service_pb2.AmendPurchaseRequest,
    command_service_pb2.AmendPurchaseResponse,
)
_DEDUCT_PREMIUM = Rpc(
    "/ledger.v1.CommandService/DeductPremium",
    command_service_pb2.DeductPremiumRequest,
    command_service_pb2.DeductPremiumResponse,
)
_WITHDRAW_POLICY = Rpc(
    "/ledger.v1.CommandService/WithdrawPolicy",
    command_service_pb2.WithdrawPolicyRequest,
    command_service_pb2.WithdrawPolicyResponse,
)
_DESIGNATE_INSTITUTION = Rpc(
    "/ledger.v1.CommandService/DesignateInstitution",
    command_service_pb2.DesignateInstitutionRequest,
    command_service_pb2.DesignateInstitutionResponse,
)
_REVOKE_DESIGNATION = Rpc(
    "/ledger.v1.CommandService/RevokeDesignation",
    command_service_pb2.RevokeDesignationRequest,
    command_service_pb2.RevokeDesignationResponse,
)
_FILE_CROSS_REGION = Rpc(
    "/ledger.v1.CommandService/FileCrossRegion",
    command_service_pb2.FileCrossRegionRequest,
    command_service_pb2.FileCrossRegionResponse,
)
_END_CROSS_REGION_FILING = Rpc(
    "/ledger.v1.CommandService/EndCrossRegionFiling",
    command_service_pb2.EndCrossRegionFilingRequest,
    command_service_pb2.EndCrossRegionFilingResponse,
)
_QUOTE_PURCHASE = Rpc(
    "/ledger.v1.CommandService/QuotePurchase",
    command_service_pb2.QuotePurchaseRequest,
    command_service_pb2.QuotePurchaseResponse,
)
_CHECK_ELIGIBILITY = Rpc(
    "/ledger.v1.CommandService/CheckEligibility",
    command_service_pb2.CheckEligibilityRequest,
    command_service_pb2.CheckEligibilityResponse,
)
_GRANT_MANDATE = Rpc(
    "/ledger.v1.CommandService/GrantMandate",
    command_service_pb2.GrantMandateRequest,
    command_service_pb2.GrantMandateResponse,
)
_REVOKE_MANDATE = Rpc(
    "/ledger.v1.CommandService/RevokeMandate",
    command_service_pb2.RevokeMandateRequest,
    command_service_pb2.RevokeMandateResponse,
)
_PROPOSE_OPENINGS = Rpc(
    "/ledger.v1.CommandService/ProposeOpenings",
    command_service_pb2.ProposeOpeningsRequest,
    command_service_pb2.ProposeOpeningsResponse,
)
_PROPOSE_ADJUSTMENT = Rpc(
    "/ledger.v1.CommandService/ProposeAdjustment",
    command_service_pb2.ProposeAdjustmentRequest,
    command_service_pb2.ProposeAdjustmentResponse,
)
_CHANGE_PERSON_TYPE = Rpc(
    "/ledger.v1.CommandService/ChangePersonType",
    command_service_pb2.ChangePersonTypeRequest,
    command_service_pb2.ChangePersonTypeResponse,
)
_SUSPEND_COVERAGE = Rpc(
    "/ledger.v1.CommandService/SuspendCoverage",
    command_service_pb2.SuspendCoverageRequest,
    command_service_pb2.SuspendCoverageResponse,
)
_RESTORE_COVERAGE = Rpc(
    "/ledger.v1.CommandService/RestoreCoverage",
    command_service_pb2.RestoreCoverageRequest,
    command_service_pb2.RestoreCoverageResponse,
)
_CHANGE_HOLDER_INFO = Rpc(
    "/ledger.v1.CommandService/ChangeHolderInfo",
    command_service_pb2.ChangeHolderInfoRequest,
    command_service_pb2.ChangeHolderInfoResponse,
)
_RECORD_CREDENTIAL_EVENT = Rpc(
    "/ledger.v1.CommandService/RecordCredentialEvent",
    command_service_pb2.RecordCredentialEventRequest,
    command_service_pb2.RecordCredentialEventResponse,
)
_REQUEST_REISSUE = Rpc(
    "/ledger.v1.CommandService/RequestReissue",
    command_service_pb2.RequestReissueRequest,
    command_service_pb2.RequestReissueResponse,
)
_ISSUE_CARD = Rpc(
    "/ledger.v1.CommandService/IssueCard",
    command_service_pb2.IssueCardRequest,
    command_service_pb2.IssueCardResponse,
)
_IMPOSE_SANCTION = Rpc(
    "/ledger.v1.CommandService/ImposeSanction",
    command_service_pb2.ImposeSanctionRequest,
    command_service_pb2.ImposeSanctionResponse,
)
_LIFT_SANCTION = Rpc(
    "/ledger.v1.CommandService/LiftSanction",
    command_service_pb2.LiftSanctionRequest,
    command_service_pb2.LiftSanctionResponse,
)
_RAISE_RISK_FLAG = Rpc(
    "/ledger.v1.CommandService/RaiseRiskFlag",
    command_service_pb2.RaiseRiskFlagRequest,
    command_service_pb2.RaiseRiskFlagResponse,
)
_CLEAR_RISK_FLAG = Rpc(
    "/ledger.v1.CommandService/ClearRiskFlag",
    command_service_pb2.ClearRiskFlagRequest,
    command_service_pb2.ClearRiskFlagResponse,
)
_FILE_CLAIM = Rpc(
    "/ledger.v1.CommandService/FileClaim",
    command_service_pb2.FileClaimRequest,
    command_service_pb2.FileClaimResponse,
)
_REVIEW_CLAIM = Rpc(
    "/ledger.v1.CommandService/ReviewClaim",
    command_service_pb2.ReviewClaimRequest,
    command_service_pb2.ReviewClaimResponse,
)
_RECORD_CLAIM_PAYMENT = Rpc(
    "/ledger.v1.CommandService/RecordClaimPayment",
    command_service_pb2.RecordClaimPaymentRequest,
    command_service_pb2.RecordClaimPaymentResponse,
)
_POST_INTEREST = Rpc(
    "/ledger.v1.CommandService/PostInterest",
    command_service_pb2.PostInterestRequest,
    command_service_pb2.PostInterestResponse,
)
_SETTLE_PAYABLE = Rpc(
    "/ledger.v1.CommandService/SettlePayable",
    command_service_pb2.SettlePayableRequest,
    command_service_pb2.SettlePayableResponse,
)
_MERGE_ACCOUNTS = Rpc(
    "/ledger.v1.CommandService/MergeAccounts",
    command_service_pb2.MergeAccountsRequest,
    command_service_pb2.MergeAccountsResponse,
)
_BATCH_EXECUTE = Rpc(
    "/ledger.v1.CommandService/BatchExecute",
    command_service_pb2.BatchExecuteRequest,
    command_service_pb2.BatchExecuteResponse,
)
_EXECUTE_STREAM = Rpc(
    "/ledger.v1.CommandService/ExecuteStream",
    command_service_pb2.ExecuteStreamRequest,
    command_service_pb2.ExecuteStreamResponse,
)
_VOID_COMMAND = Rpc(
    "/ledger.v1.CommandService/VoidCommand",
    command_service_pb2.VoidCommandRequest,
    command_service_pb2.VoidCommandResponse,
)
_GET_COMMAND_OUTCOME = Rpc(
    "/ledger.v1.CommandService/GetCommandOutcome",
    command_service_pb2.GetCommandOutcomeRequest,
    command_service_pb2.GetCommandOutcomeResponse,
)
_GET_ACCOUNT = Rpc(
    "/ledger.v1.QueryService/GetAccount",
    query_service_pb2.GetAccountRequest,
    query_service_pb2.GetAccountResponse,
)
_REPLAY_ACCOUNT = Rpc(
    "/ledger.v1.QueryService/ReplayAccount",
    query_service_pb2.ReplayAccountRequest,
    query_service_pb2.ReplayAccountResponse,
)
_EXPLAIN_ACCOUNT = Rpc(
    "/ledger.v1.QueryService/ExplainAccount",
    query_service_pb2.ExplainAccountRequest,
    query_service_pb2.ExplainAccountResponse,
)
_GET_SHARE_USE = Rpc(
    "/ledger.v1.QueryService/GetShareUse",
    query_service_pb2.GetShareUseRequest,
    query_service_pb2.GetShareUseResponse,
)
_GET_LEDGER = Rpc(
    "/ledger.v1.QueryService/GetLedger",
    query_service_pb2.GetLedgerRequest,
    query_service_pb2.GetLedgerResponse,
)
_LIST_CLAIMS = Rpc(
    "/ledger.v1.QueryService/ListClaims",
    query_service_pb2.ListClaimsRequest,
    query_service_pb2.ListClaimsResponse,
)
_QUOTE_CONTRIBUTION = Rpc(
    "/ledger.v1.QueryService/QuoteContribution",
    query_service_pb2.QuoteContributionRequest,
    query_service_pb2.QuoteContributionResponse,
)
_QUOTE_INTEREST = Rpc(
    "/ledger.v1.QueryService/QuoteInterest",
    query_service_pb2.QuoteInterestRequest,
    query_service_pb2.QuoteInterestResponse,
)
_GET_TRANSFER = Rpc(
    "/ledger.v1.QueryService/GetTransfer",
    query_service_pb2.GetTransferRequest,
    query_service_pb2.GetTransferResponse,
)
_LIST_TRANSFERS = Rpc(
    "/ledger.v1.QueryService/ListTransfers",
    query_service_pb2.ListTransfersRequest,
    query_service_pb2.ListTransfersResponse,
)
_GET_POLICY = Rpc(
    "/ledger.v1.QueryService/GetPolicy",
    query_service_pb2.GetPolicyRequest,
    query_service_pb2.GetPolicyResponse,
)
_LIST_POLICIES = Rpc(
    "/ledger.v1.QueryService/ListPolicies",
    query_service_pb2.ListPoliciesRequest,
    query_service_pb2.ListPoliciesResponse,
)
_GET_INSTITUTION = Rpc(
    "/ledger.v1.QueryService/GetInstitution",
    query_service_pb2.GetInstitutionRequest,
    query_service_pb2.GetInstitutionResponse,
)
_READ_ENTRIES = Rpc(
    "/ledger.v1.QueryService/ReadEntries",
    query_service_pb2.ReadEntriesRequest,
    query_service_pb2.ReadEntriesResponse,
)
_LIST_POSTINGS = Rpc(
    "/ledger.v1.BooksService/ListPostings",
    books_service_pb2.ListPostingsRequest,
    books_service_pb2.ListPostingsResponse,
)
_GET_TRIAL_BALANCE = Rpc(
    "/ledger.v1.BooksService/GetTrialBalance",
    books_service_pb2.GetTrialBalanceRequest,
    books_service_pb2.GetTrialBalanceResponse,
)
_LIST_BOOK_BALANCES = Rpc(
    "/ledger.v1.BooksService/ListBookBalances",
    books_service_pb2.ListBookBalancesRequest,
    books_service_pb2.ListBookBalancesResponse,
)
_GET_BALANCE = Rpc(
    "/ledger.v1.HistoryService/GetBalance",
    history_service_pb2.GetBalanceRequest,
    history_service_pb2.GetBalanceResponse,
)
_LIST_TRANSACTIONS = Rpc(
    "/ledger.v1.HistoryService/ListTransactions",
    history_service_pb2.ListTransactionsRequest,
    history_service_pb2.ListTransactionsResponse,
)
_GET_SPENDING_SUMMARY = Rpc(
    "/ledger.v1.HistoryService/GetSpendingSummary",
    history_service_pb2.GetSpendingSummaryRequest,
    history_service_pb2.GetSpendingSummaryResponse,
)
_GET_STATEMENT = Rpc(
    "/ledger.v1.HistoryService/GetStatement",
    history_service_pb2.GetStatementRequest,
    history_service_pb2.GetStatementResponse,
)
_RENDER_STATEMENT = Rpc(
    "/ledger.v1.HistoryService/RenderStatement",
    history_service_pb2.RenderStatementRequest,
    history_service_pb2.RenderStatementResponse,
)
_LIST_AGENTS = Rpc(
    "/ledger.v1.HistoryService/ListAgents",
    history_service_pb2.ListAgentsRequest,
    history_service_pb2.ListAgentsResponse,
)
_LIST_PRINCIPALS = Rpc(
    "/ledger.v1.HistoryService/ListPrincipals",
    history_service_pb2.ListPrincipalsRequest,
    history_service_pb2.ListPrincipalsResponse,
)
_GET_PROJECTION_STATUS = Rpc(
    "/ledger.v1.HistoryService/GetProjectionStatus",
    history_service_pb2.GetProjectionStatusRequest,
    history_service_pb2.GetProjectionStatusResponse,
)
_LIST_PROJECTIONS = Rpc(
    "/ledger.v1.HistoryService/ListProjections",
    history_service_pb2.ListProjectionsRequest,
    history_service_pb2.ListProjectionsResponse,
)
_PUT_IDENTITY = Rpc(
    "/ledger.v1.IdentityService/PutIdentity",
    identity_service_pb2.PutIdentityRequest,
    identity_service_pb2.PutIdentityResponse,
)
_CORRECT_IDENTITY = Rpc(
    "/ledger.v1.IdentityService/CorrectIdentity",
    identity_service_pb2.CorrectIdentityRequest,
    identity_service_pb2.CorrectIdentityResponse,
)
_GET_IDENTITY = Rpc(
    "/ledger.v1.IdentityService/GetIdentity",
    identity_service_pb2.GetIdentityRequest,
    identity_service_pb2.GetIdentityResponse,
)
_ROTATE_SIGNING_KEY = Rpc(
    "/ledger.v1.KeyService/RotateSigningKey",
    key_service_pb2.RotateSigningKeyRequest,
    key_service_pb2.RotateSigningKeyResponse,
)
_RETIRE_SIGNING_KEY = Rpc(
    "/ledger.v1.KeyService/RetireSigningKey",
    key_service_pb2.RetireSigningKeyRequest,
    key_service_pb2.RetireSigningKeyResponse,
)
_PROPOSE_KEY_DESTRUCTION = Rpc(
    "/ledger.v1.KeyService/ProposeKeyDestruction",
    key_service_pb2.ProposeKeyDestructionRequest,
    key_service_pb2.ProposeKeyDestructionResponse,
)
_REVIEW_KEY_DESTRUCTION = Rpc(
    "/ledger.v1.KeyService/ReviewKeyDestruction",
    key_service_pb2.ReviewKeyDestructionRequest,
    key_service_pb2.ReviewKeyDestructionResponse,
)
_GET_INSTITUTION_TOTALS = Rpc(
    "/ledger.v1.OversightService/GetInstitutionTotals",
    oversight_service_pb2.GetInstitutionTotalsRequest,
    oversight_service_pb2.GetInstitutionTotalsResponse,
)
_LIST_SETTLEMENTS = Rpc(
    "/ledger.v1.OversightService/ListSettlements",
    oversight_service_pb2.ListSettlementsRequest,
    oversight_service_pb2.ListSettlementsResponse,
)
_LIST_RISK_FLAGS = Rpc(
    "/ledger.v1.OversightService/ListRiskFlags",
    oversight_service_pb2.ListRiskFlagsRequest,
    oversight_service_pb2.ListRiskFlagsResponse,
)
_LIST_CLAIM_CASES = Rpc(
    "/ledger.v1.OversightService/ListClaimCases",
    oversight_service_pb2.ListClaimCasesRequest,
    oversight_service_pb2.ListClaimCasesResponse,
)
_LIST_EXCEPTIONS = Rpc(
    "/ledger.v1.OversightService/ListExceptions",
    oversight_service_pb2.ListExceptionsRequest,
    oversight_service_pb2.ListExceptionsResponse,
)
_RECONCILE_TOTALS = Rpc(
    "/ledger.v1.PeriodService/ReconcileTotals",
    period_service_pb2.ReconcileTotalsRequest,
    period_service_pb2.ReconcileTotalsResponse,
)
_RECONCILE_DETAILS = Rpc(
    "/ledger.v1.PeriodService/ReconcileDetails",
    period_service_pb2.ReconcileDetailsRequest,
    period_service_pb2.ReconcileDetailsResponse,
)
_CLOSE_YEAR = Rpc(
    "/ledger.v1.PeriodService/CloseYear",
    period_service_pb2.CloseYearRequest,
    period_service_pb2.CloseYearResponse,
)
_QUOTE_YEAR_CLOSING = Rpc(
    "/ledger.v1.PeriodService/QuoteYearClosing",
    period_service_pb2.QuoteYearClosingRequest,
    period_service_pb2.QuoteYearClosingResponse,
)
_CREATE_BUILD = Rpc(
    "/ledger.v1.ProjectionService/CreateBuild",
    projection_service_pb2.CreateBuildRequest,
    projection_service_pb2.CreateBuildResponse,
)
_GET_BUILD = Rpc(
    "/ledger.v1.ProjectionService/GetBuild",
    projection_service_pb2.GetBuildRequest,
    projection_service_pb2.GetBuildResponse,
)
_LIST_BUILDS = Rpc(
    "/ledger.v1.ProjectionService/ListBuilds",
    projection_service_pb2.ListBuildsRequest,
    projection_service_pb2.ListBuildsResponse,
)
_WATCH_BUILD = Rpc(
    "/ledger.v1.ProjectionService/WatchBuild",
    projection_service_pb2.WatchBuildRequest,
    projection_service_pb2.WatchBuildResponse,
)
_SWITCH_PROJECTION = Rpc(
    "/ledger.v1.ProjectionService/SwitchProjection",
    projection_service_pb2.SwitchProjectionRequest,
    projection_service_pb2.SwitchProjectionResponse,
)
_ROLL_BACK_PROJECTION = Rpc(
    "/ledger.v1.ProjectionService/RollBackProjection",
    projection_service_pb2.RollBackProjectionRequest,
    projection_service_pb2.RollBackProjectionResponse,
)
_PAUSE_PROJECTION = Rpc(
    "/ledger.v1.ProjectionService/PauseProjection",
    projection_service_pb2.PauseProjectionRequest,
    projection_service_pb2.PauseProjectionResponse,
)
_RESUME_PROJECTION = Rpc(
    "/ledger.v1.ProjectionService/ResumeProjection",
    projection_service_pb2.ResumeProjectionRequest,
    projection_service_pb2.ResumeProjectionResponse,
)
_DROP_PROJECTION_VERSION = Rpc(
    "/ledger.v1.ProjectionService/DropProjectionVersion",
    projection_service_pb2.DropProjectionVersionRequest,
    projection_service_pb2.DropProjectionVersionResponse,
)
_LIST_DEAD_LETTERS = Rpc(
    "/ledger.v1.ProjectionService/ListDeadLetters",
    projection_service_pb2.ListDeadLettersRequest,
    projection_service_pb2.ListDeadLettersResponse,
)
_REPLAY_DEAD_LETTERS = Rpc(
    "/ledger.v1.ProjectionService/ReplayDeadLetters",
    projection_service_pb2.ReplayDeadLettersRequest,
    projection_service_pb2.ReplayDeadLettersResponse,
)
_SET_CONSUMER_POSITION = Rpc(
    "/ledger.v1.ProjectionService/SetConsumerPosition",
    projection_service_pb2.SetConsumerPositionRequest,
    projection_service_pb2.SetConsumerPositionResponse,
)
_GET_CONSUMER = Rpc(
    "/ledger.v1.ProjectionService/GetConsumer",
    projection_service_pb2.GetConsumerRequest,
    projection_service_pb2.GetConsumerResponse,
)
_LIST_CONSUMERS = Rpc(
    "/ledger.v1.ProjectionService/ListConsumers",
    projection_service_pb2.ListConsumersRequest,
    projection_service_pb2.ListConsumersResponse,
)
_DELETE_CONSUMER = Rpc(
    "/ledger.v1.ProjectionService/DeleteConsumer",
    projection_service_pb2.DeleteConsumerRequest,
    projection_service_pb2.DeleteConsumerResponse,
)
_SUBSCRIBE = Rpc(
    "/ledger.v1.SubscriptionService/Subscribe",
    subscription_service_pb2.SubscribeRequest,
    subscription_service_pb2.SubscribeResponse,
)
_FINISH_UPGRADE = Rpc(
    "/ledger.v1.UpgradeService/FinishUpgrade",
    upgrade_service_pb2.FinishUpgradeRequest,
    upgrade_service_pb2.FinishUpgradeResponse,
)


class Methods(Calls):
    """Blocking methods."""

    def get_checkpoint(
        self,
        *,
        ledger: str,
        min_position: int | None = None,
        cosigned: bool | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetCheckpointResponse:
        """A signed note (C2SP signed-note, tlog-checkpoint) over everything that was committed a second ago or earlier.

        Nothing is signed, and the call fails with LEDGER_FORKED, when the log does not continue what was signed before.
        """
        request = audit_service_pb2.GetCheckpointRequest(
            ledger=ledger,
            min_position=min_position,
            cosigned=cosigned,
        )
        return self.unary(_GET_CHECKPOINT, request, timeout)

    def get_receipt(
        self,
        *,
        entry: str,
        cosigned: bool | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetReceiptResponse:
        """A receipt (C2SP tlog-proof) of an entry.

        With it and the entry's stored bytes anybody shows, offline, that the entry is in the log. Recorded refusals
        have receipts like any other entry.
        """
        request = audit_service_pb2.GetReceiptRequest(
            entry=entry,
            cosigned=cosigned,
        )
        return self.unary(_GET_RECEIPT, request, timeout)

    def get_inclusion_proof(
        self,
        *,
        entry: str,
        size: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetInclusionProofResponse:
        """The hashes that prove an entry in the tree of a given size (RFC 6962 section 2.1.1)."""
        request = audit_service_pb2.GetInclusionProofRequest(
            entry=entry,
            size=size,
        )
        return self.unary(_GET_INCLUSION_PROOF, request, timeout)

    def get_consistency_proof(
        self,
        *,
        ledger: str,
        first_size: int,
        second_size: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetConsistencyProofResponse:
        """The hashes that prove that a tree continues a smaller one (RFC 6962 section 2.1.2)."""
        request = audit_service_pb2.GetConsistencyProofRequest(
            ledger=ledger,
            first_size=first_size,
            second_size=second_size,
        )
        return self.unary(_GET_CONSISTENCY_PROOF, request, timeout)

    def get_tile(
        self,
        *,
        ledger: str,
        level: int | None = None,
        number: int | None = None,
        width: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetTileResponse:
        """The hashes of a tile (C2SP tlog-tiles)."""
        request = audit_service_pb2.GetTileRequest(
            ledger=ledger,
            level=level,
            number=number,
            width=width,
        )
        return self.unary(_GET_TILE, request, timeout)

    def list_signing_keys(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.ListSigningKeysResponse:
        """The public keys under which a ledger's checkpoints are or were signed, oldest first."""
        request = audit_service_pb2.ListSigningKeysRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_SIGNING_KEYS, request, timeout)

    def signing_keys(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[audit_service_pb2.SigningKey]:
        """The public keys under which a ledger's checkpoints are or were signed, oldest first.

        Asks for page after page; `timeout` is for each.
        """
        request = audit_service_pb2.ListSigningKeysRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_SIGNING_KEYS, request, "keys", timeout)

    def record_access(
        self,
        *,
        ledger: str,
        kind: types_pb2.AccessKind,
        command: str,
        person: str | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        purpose: str | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.RecordAccessResponse:
        """Records that the caller is about to read entries without the service, as `ledgerctl` does from the database.

        The answer comes when the record is durable; who gets none must not read.
        """
        request = audit_service_pb2.RecordAccessRequest(
            ledger=ledger,
            kind=kind,
            command=command,
            person=person,
            from_position=from_position,
            to_position=to_position,
            purpose=purpose,
        )
        return self.unary(_RECORD_ACCESS, request, timeout)

    def register_person(
        self,
        *,
        person: str,
        registration: commands_pb2.PersonRegistration,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RegisterPersonResponse:
        """Registers a person who may be a beneficiary without having an account."""
        request = command_service_pb2.RegisterPersonRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            registration=registration,
        )
        return self.unary(_REGISTER_PERSON, request, timeout)

    def open_account(
        self,
        *,
        account: str,
        opening: commands_pb2.AccountOpening,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.OpenAccountResponse:
        """Opens a personal account; it waits for activation."""
        request = command_service_pb2.OpenAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            opening=opening,
        )
        return self.unary(_OPEN_ACCOUNT, request, timeout)

    def activate_account(
        self,
        *,
        account: str,
        activation: commands_pb2.Activation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ActivateAccountResponse:
        """Activates an account."""
        request = command_service_pb2.ActivateAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            activation=activation,
        )
        return self.unary(_ACTIVATE_ACCOUNT, request, timeout)

    def import_opening(
        self,
        *,
        account: str,
        opening: commands_pb2.Opening,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ImportOpeningResponse:
        """Takes over an account from the system that kept it before."""
        request = command_service_pb2.ImportOpeningRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            opening=opening,
        )
        return self.unary(_IMPORT_OPENING, request, timeout)

    def record_deposit(
        self,
        *,
        account: str,
        deposit: commands_pb2.Deposit,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordDepositResponse:
        """Credits money."""
        request = command_service_pb2.RecordDepositRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            deposit=deposit,
        )
        return self.unary(_RECORD_DEPOSIT, request, timeout)

    def record_purchase(
        self,
        *,
        person: str,
        purchase: commands_pb2.Purchase,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordPurchaseResponse:
        """Settles a purchase: own account, then relatives' accounts in binding order, then cash."""
        request = command_service_pb2.RecordPurchaseRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            purchase=purchase,
        )
        return self.unary(_RECORD_PURCHASE, request, timeout)

    def grant_share(
        self,
        *,
        account: str,
        grant: commands_pb2.ShareGrant,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.GrantShareResponse:
        """Lets a beneficiary use the payer's account."""
        request = command_service_pb2.GrantShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            grant=grant,
        )
        return self.unary(_GRANT_SHARE, request, timeout)

    def revoke_share(
        self,
        *,
        account: str,
        revocation: commands_pb2.ShareRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeShareResponse:
        """Ends a grant."""
        request = command_service_pb2.RevokeShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            revocation=revocation,
        )
        return self.unary(_REVOKE_SHARE, request, timeout)

    def transfer_share(
        self,
        *,
        account: str,
        transfer: commands_pb2.FamilyTransfer,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.TransferShareResponse:
        """Moves money into a relative's account of the same ledger."""
        request = command_service_pb2.TransferShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer=transfer,
        )
        return self.unary(_TRANSFER_SHARE, request, timeout)

    def initiate_transfer(
        self,
        *,
        account: str,
        transfer: commands_pb2.WalletTransfer,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.InitiateTransferResponse:
        """Sends money to a relative's account of any ledger (医保钱包).

        It leaves the balance and is in flight until it is accepted or returned.
        """
        request = command_service_pb2.InitiateTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer=transfer,
        )
        return self.unary(_INITIATE_TRANSFER, request, timeout)

    def accept_transfer(
        self,
        *,
        ledger: str,
        acceptance: commands_pb2.TransferAcceptance,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.AcceptTransferResponse:
        """Accepts a transfer on behalf of its receiver: in the sender's ledger, then credits it in the receiver's.

        When only the first was possible the service goes on by itself.
        """
        request = command_service_pb2.AcceptTransferRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            acceptance=acceptance,
        )
        return self.unary(_ACCEPT_TRANSFER, request, timeout)

    def return_transfer(
        self,
        *,
        ledger: str,
        transfer_return: commands_pb2.TransferReturn,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReturnTransferResponse:
        """Sends a pending transfer back: the receiver declines it, the sender cancels it, or its time has run out."""
        request = command_service_pb2.ReturnTransferRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer_return=transfer_return,
        )
        return self.unary(_RETURN_TRANSFER, request, timeout)

    def credit_transfer(
        self,
        *,
        account: str,
        credit: commands_pb2.TransferCredit,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CreditTransferResponse:
        """Credits an accepted transfer in the receiver's ledger, once.

        The acceptance is looked up in the sender's log, so this resumes a transfer that stopped half way, and cannot
        make money.
        """
        request = command_service_pb2.CreditTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            credit=credit,
        )
        return self.unary(_CREDIT_TRANSFER, request, timeout)

    def settle_transfer(
        self,
        *,
        account: str,
        settled: commands_pb2.TransferSettlement,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SettleTransferResponse:
        """Records in the sender's ledger that an accepted transfer was credited.

        The credit is looked up in the receiver's log. The service does this by itself.
        """
        request = command_service_pb2.SettleTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            settled=settled,
        )
        return self.unary(_SETTLE_TRANSFER, request, timeout)

    def reverse_entry(
        self,
        *,
        ledger: str,
        reversal: commands_pb2.Reversal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReverseEntryResponse:
        """Negates a deposit, a purchase, a premium or a family transfer as it was recorded."""
        request = command_service_pb2.ReverseEntryRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            reversal=reversal,
        )
        return self.unary(_REVERSE_ENTRY, request, timeout)

    def report_loss(
        self,
        *,
        account: str,
        loss: commands_pb2.LossReport,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReportLossResponse:
        """Reports a card as lost; the account is frozen at once."""
        request = command_service_pb2.ReportLossRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            loss=loss,
        )
        return self.unary(_REPORT_LOSS, request, timeout)

    def lift_loss(
        self,
        *,
        account: str,
        lift: commands_pb2.LossLift,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.LiftLossResponse:
        """Lifts a provisional loss report."""
        request = command_service_pb2.LiftLossRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            lift=lift,
        )
        return self.unary(_LIFT_LOSS, request, timeout)

    def close_account(
        self,
        *,
        account: str,
        closing: commands_pb2.Closing,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CloseAccountResponse:
        """Closes an account and pays the balance out.

        Above the limit of the region's rules the payout is proposed instead: the entry is a `payout_proposed`, and
        closes the account when another identity approves it with ReviewProposal.
        """
        request = command_service_pb2.CloseAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            closing=closing,
        )
        return self.unary(_CLOSE_ACCOUNT, request, timeout)

    def review_proposal(
        self,
        *,
        ledger: str,
        review: commands_pb2.ProposalReview,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReviewProposalResponse:
        """Decides a proposal.

        Approving needs another identity than the proposer's. What an approval brings about is recorded by the same
        transaction.
        """
        request = command_service_pb2.ReviewProposalRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            review=review,
        )
        return self.unary(_REVIEW_PROPOSAL, request, timeout)

    def propose_policy(
        self,
        *,
        ledger: str,
        draft: commands_pb2.PolicyDraft,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposePolicyResponse:
        """Proposes a version of a policy; another identity publishes it with ReviewProposal."""
        request = command_service_pb2.ProposePolicyRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            draft=draft,
        )
        return self.unary(_PROPOSE_POLICY, request, timeout)

    def order_payers(
        self,
        *,
        person: str,
        order: commands_pb2.PayerOrder,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.OrderPayersResponse:
        """Changes the order in which a beneficiary's payers are asked."""
        request = command_service_pb2.OrderPayersRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            order=order,
        )
        return self.unary(_ORDER_PAYERS, request, timeout)

    def amend_purchase(
        self,
        *,
        ledger: str,
        amendment: commands_pb2.PurchaseAmendment,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.AmendPurchaseResponse:
        """Reverses a purchase and settles what is kept of it, together or not at all.

        A return of goods and a corrected bill are amendments.
        """
        request = command_service_pb2.AmendPurchaseRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            amendment=amendment,
        )
        return self.unary(_AMEND_PURCHASE, request, timeout)

    def deduct_premium(
        self,
        *,
        account: str,
        deduction: commands_pb2.PremiumDeduction,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.DeductPremiumResponse:
        """Takes a premium from an account, once per civil year, kind and insured person."""
        request = command_service_pb2.DeductPremiumRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            deduction=deduction,
        )
        return self.unary(_DEDUCT_PREMIUM, request, timeout)

    def withdraw_policy(
        self,
        *,
        ledger: str,
        withdrawal: commands_pb2.PolicyWithdrawal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.WithdrawPolicyResponse:
        """Proposes to withdraw a published version of a policy for purchases to come.

        Another identity approves with ReviewProposal, and until then the version counts.
        """
        request = command_service_pb2.WithdrawPolicyRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            withdrawal=withdrawal,
        )
        return self.unary(_WITHDRAW_POLICY, request, timeout)

    def designate_institution(
        self,
        *,
        institution: str,
        designation: commands_pb2.InstitutionDesignation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.DesignateInstitutionResponse:
        """Designates an institution from a civil date on, or changes what is recorded of it."""
        request = command_service_pb2.DesignateInstitutionRequest(
            institution=institution,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            designation=designation,
        )
        return self.unary(_DESIGNATE_INSTITUTION, request, timeout)

    def revoke_designation(
        self,
        *,
        institution: str,
        designation_revocation: commands_pb2.DesignationRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeDesignationResponse:
        """Ends a designation from a civil date on."""
        request = command_service_pb2.RevokeDesignationRequest(
            institution=institution,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            designation_revocation=designation_revocation,
        )
        return self.unary(_REVOKE_DESIGNATION, request, timeout)

    def file_cross_region(
        self,
        *,
        person: str,
        filing: commands_pb2.CrossRegionFiling,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.FileCrossRegionResponse:
        """Files treatment in another region (异地就医备案)."""
        request = command_service_pb2.FileCrossRegionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            filing=filing,
        )
        return self.unary(_FILE_CROSS_REGION, request, timeout)

    def end_cross_region_filing(
        self,
        *,
        person: str,
        end: commands_pb2.FilingEnd,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.EndCrossRegionFilingResponse:
        """Ends a filing of treatment in another region."""
        request = command_service_pb2.EndCrossRegionFilingRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            end=end,
        )
        return self.unary(_END_CROSS_REGION_FILING, request, timeout)

    def quote_purchase(
        self,
        *,
        person: str,
        purchase: commands_pb2.Purchase,
        effective_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.QuotePurchaseResponse:
        """Tells what a purchase would be settled as, by the same rules, and records nothing (预结算)."""
        request = command_service_pb2.QuotePurchaseRequest(
            person=person,
            effective_time=moment(effective_time),
            purchase=purchase,
        )
        return self.unary(_QUOTE_PURCHASE, request, timeout)

    def check_eligibility(
        self,
        *,
        person: str,
        institution: str,
        category: types_pb2.Category,
        effective_time: datetime | Timestamp | None = None,
        benefit: types_pb2.Benefit | None = None,
        credential: types_pb2.CredentialType | None = None,
        presenter: types_pb2.Presenter | None = None,
        service_date: types_pb2.CivilDate | None = None,
        split_supplied: bool | None = None,
        confidential: types_pb2.Confidential | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CheckEligibilityResponse:
        """Tells whether a person may settle here and now, and which accounts could pay, with reasons (待遇享受检查).

        It takes the decisions of RecordPurchase for a bill of one fen and records nothing, not even its refusals.
        Balances stay untold, and of relatives no more than whether they could pay.
        """
        request = command_service_pb2.CheckEligibilityRequest(
            person=person,
            effective_time=moment(effective_time),
            institution=institution,
            category=category,
            benefit=benefit,
            credential=credential,
            presenter=presenter,
            service_date=service_date,
            split_supplied=split_supplied,
            confidential=confidential,
        )
        return self.unary(_CHECK_ELIGIBILITY, request, timeout)

    def grant_mandate(
        self,
        *,
        person: str,
        mandate: commands_pb2.Mandate,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.GrantMandateResponse:
        """Lets somebody act for a person: read, report a loss, share, settle (代办、监护)."""
        request = command_service_pb2.GrantMandateRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            mandate=mandate,
        )
        return self.unary(_GRANT_MANDATE, request, timeout)

    def revoke_mandate(
        self,
        *,
        person: str,
        mandate_revocation: commands_pb2.MandateRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeMandateResponse:
        """Takes a mandate back; it counts no more from the moment it is recorded."""
        request = command_service_pb2.RevokeMandateRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            mandate_revocation=mandate_revocation,
        )
        return self.unary(_REVOKE_MANDATE, request, timeout)

    def propose_openings(
        self,
        *,
        ledger: str,
        openings: commands_pb2.OpeningsProposal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposeOpeningsResponse:
        """Proposes to take over the openings of a list; another identity approves it with ReviewProposal.

        Each of them is then imported with ImportOpening, which proves that it stands in the list.
        """
        request = command_service_pb2.ProposeOpeningsRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            openings=openings,
        )
        return self.unary(_PROPOSE_OPENINGS, request, timeout)

    def propose_adjustment(
        self,
        *,
        account: str,
        adjustment: commands_pb2.AdjustmentProposal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposeAdjustmentResponse:
        """Proposes to correct a balance; another identity approves it with ReviewProposal."""
        request = command_service_pb2.ProposeAdjustmentRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            adjustment=adjustment,
        )
        return self.unary(_PROPOSE_ADJUSTMENT, request, timeout)

    def change_person_type(
        self,
        *,
        person: str,
        change: commands_pb2.PersonTypeChange,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ChangePersonTypeResponse:
        """Changes the kind of a person from a civil date on, such as a retirement.

        A purchase is settled by the kind on its service date.
        """
        request = command_service_pb2.ChangePersonTypeRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            change=change,
        )
        return self.unary(_CHANGE_PERSON_TYPE, request, timeout)

    def suspend_coverage(
        self,
        *,
        person: str,
        suspension: commands_pb2.CoverageSuspension,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SuspendCoverageResponse:
        """Stops coverage by the pooled fund from a civil date on.

        The account still pays.
        """
        request = command_service_pb2.SuspendCoverageRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            suspension=suspension,
        )
        return self.unary(_SUSPEND_COVERAGE, request, timeout)

    def restore_coverage(
        self,
        *,
        person: str,
        restoration: commands_pb2.CoverageRestoration,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RestoreCoverageResponse:
        """Restores coverage by the pooled fund from a civil date on, and for the gap where arrears were paid."""
        request = command_service_pb2.RestoreCoverageRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            restoration=restoration,
        )
        return self.unary(_RESTORE_COVERAGE, request, timeout)

    def change_holder_info(
        self,
        *,
        person: str,
        change: commands_pb2.HolderInfoChange,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ChangeHolderInfoResponse:
        """Records that data of the holder changed: keyed hashes, never the data.

        The account and its id stay the same.
        """
        request = command_service_pb2.ChangeHolderInfoRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            change=change,
        )
        return self.unary(_CHANGE_HOLDER_INFO, request, timeout)

    def record_credential_event(
        self,
        *,
        person: str,
        event: commands_pb2.CredentialEvent,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordCredentialEventResponse:
        """Records what happened to a credential or a PIN.

        The ledger keeps neither.
        """
        request = command_service_pb2.RecordCredentialEventRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            event=event,
        )
        return self.unary(_RECORD_CREDENTIAL_EVENT, request, timeout)

    def request_reissue(
        self,
        *,
        account: str,
        reissue: commands_pb2.ReissueRequest,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RequestReissueResponse:
        """Asks for a new card, after the loss period where the old one was lost.

        The answer says by when it is ready.
        """
        request = command_service_pb2.RequestReissueRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            reissue=reissue,
        )
        return self.unary(_REQUEST_REISSUE, request, timeout)

    def issue_card(
        self,
        *,
        account: str,
        issue: commands_pb2.CardIssue,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.IssueCardResponse:
        """Hands out the card that was asked for.

        A loss report in force ends with it; account and balance stay the same.
        """
        request = command_service_pb2.IssueCardRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            issue=issue,
        )
        return self.unary(_ISSUE_CARD, request, timeout)

    def impose_sanction(
        self,
        *,
        person: str,
        sanction: commands_pb2.Sanction,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ImposeSanctionResponse:
        """Imposes a sanction, until its end or until it is lifted."""
        request = command_service_pb2.ImposeSanctionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            sanction=sanction,
        )
        return self.unary(_IMPOSE_SANCTION, request, timeout)

    def lift_sanction(
        self,
        *,
        person: str,
        sanction_lift: commands_pb2.SanctionLift,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.LiftSanctionResponse:
        """Lifts a sanction before its end."""
        request = command_service_pb2.LiftSanctionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            sanction_lift=sanction_lift,
        )
        return self.unary(_LIFT_SANCTION, request, timeout)

    def raise_risk_flag(
        self,
        *,
        subject: str,
        flag: commands_pb2.RiskFlag,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RaiseRiskFlagResponse:
        """Raises a risk flag.

        It blocks nothing; a sanction does.
        """
        request = command_service_pb2.RaiseRiskFlagRequest(
            subject=subject,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            flag=flag,
        )
        return self.unary(_RAISE_RISK_FLAG, request, timeout)

    def clear_risk_flag(
        self,
        *,
        subject: str,
        clearance: commands_pb2.RiskFlagClearance,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ClearRiskFlagResponse:
        """Clears a risk flag."""
        request = command_service_pb2.ClearRiskFlagRequest(
            subject=subject,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            clearance=clearance,
        )
        return self.unary(_CLEAR_RISK_FLAG, request, timeout)

    def file_claim(
        self,
        *,
        person: str,
        claim: commands_pb2.ClaimFiling,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.FileClaimResponse:
        """Files a claim for a bill that the person prepaid (零星报销), within the deadline after the service."""
        request = command_service_pb2.FileClaimRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim=claim,
        )
        return self.unary(_FILE_CLAIM, request, timeout)

    def review_claim(
        self,
        *,
        person: str,
        claim_review: commands_pb2.ClaimReview,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReviewClaimResponse:
        """Decides a claim: what the pooled fund owes the person is computed like a settlement, or supplied."""
        request = command_service_pb2.ReviewClaimRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim_review=claim_review,
        )
        return self.unary(_REVIEW_CLAIM, request, timeout)

    def record_claim_payment(
        self,
        *,
        person: str,
        claim_payment: commands_pb2.ClaimPayment,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordClaimPaymentResponse:
        """Records that an approved claim was paid to the person, outside of the account."""
        request = command_service_pb2.RecordClaimPaymentRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim_payment=claim_payment,
        )
        return self.unary(_RECORD_CLAIM_PAYMENT, request, timeout)

    def post_interest(
        self,
        *,
        account: str,
        posting: commands_pb2.InterestPosting,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.PostInterestResponse:
        """Credits interest for a period, once.

        The amount must follow from balance days, rate and the region's days of a year.
        """
        request = command_service_pb2.PostInterestRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            posting=posting,
        )
        return self.unary(_POST_INTEREST, request, timeout)

    def settle_payable(
        self,
        *,
        account: str,
        settlement: commands_pb2.PayableSettlement,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SettlePayableResponse:
        """Records that money which came back after an account was closed was paid outside."""
        request = command_service_pb2.SettlePayableRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            settlement=settlement,
        )
        return self.unary(_SETTLE_PAYABLE, request, timeout)

    def merge_accounts(
        self,
        *,
        account: str,
        merge: commands_pb2.AccountMerge,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.MergeAccountsResponse:
        """Merges another account of the same person into this one: balance and yearly sums move, the other closes."""
        request = command_service_pb2.MergeAccountsRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            merge=merge,
        )
        return self.unary(_MERGE_ACCOUNTS, request, timeout)

    def batch_execute(
        self,
        *,
        ledger: str,
        items: Iterable[command_service_pb2.BatchItem],
        timeout: float | None = None,
    ) -> command_service_pb2.BatchExecuteResponse:
        """Executes many commands in order, each by itself or in atomic groups.

        Each command needs the rights of its own method as well.
        """
        request = command_service_pb2.BatchExecuteRequest(
            ledger=ledger,
            items=items,
        )
        return self.unary(_BATCH_EXECUTE, request, timeout)

    def execute_stream(
        self, requests: Iterable[command_service_pb2.ExecuteStreamRequest], *, timeout: float | None = None
    ) -> Stream[command_service_pb2.ExecuteStreamResponse]:
        """Executes commands as they come, in the order of the stream, and answers in the same order.

        Each message carries many items, as BatchExecute has them, and is answered by one message: the n-th answer has
        the results of the n-th message, one per item. What BatchExecute says of items holds here: each has its own
        request id and result, or is an atomic group; one that cannot be executed, even one that is malformed, is
        answered and does not stop those behind it. Each command needs the rights of its own method as well. A request
        id that comes again, in the same stream or elsewhere, is answered with the first answer, and with
        IDEMPOTENCY_CONFLICT when the content differs. At most 1,000 commands are in flight, that is, read and their
        answer not yet sent; then the service stops reading until answers have left. Who does not take answers in is not
        read from. A command is executed unless its turn comes later than the deadline of the stream or ten seconds
        after it was read; then its result is DEADLINE_EXCEEDED, reason DEADLINE_EXPIRED, or UNAVAILABLE. A caller that
        cancels, or is cut off, does not undo what was read; what became of it is learnt by sending it again with the
        same request ids, or from GetCommandOutcome. The stream ends well when the caller has ended its side and
        everything is answered. A message that cannot be taken (malformed, without items, of more than 1,000 commands,
        about another ledger) ends it with INVALID_ARGUMENT, and the shutdown of the service with UNAVAILABLE; either
        only when everything read before is answered. Messages without an answer were not executed then.
        """
        return self.exchange(_EXECUTE_STREAM, requests, timeout)

    def void_command(
        self,
        *,
        ledger: str,
        voided_request_id: str,
        request_id: str | None = None,
        confidential: types_pb2.Confidential | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.VoidCommandResponse:
        """Voids a command of the caller's organisation by its request id (冲正), whether it is known or not."""
        request = command_service_pb2.VoidCommandRequest(
            ledger=ledger,
            request_id=request_id,
            voided_request_id=voided_request_id,
            confidential=confidential,
        )
        return self.unary(_VOID_COMMAND, request, timeout)

    def get_command_outcome(
        self,
        *,
        ledger: str,
        command_request_id: str,
        timeout: float | None = None,
    ) -> command_service_pb2.GetCommandOutcomeResponse:
        """Tells what became of a command of the caller's organisation.

        The answer is final: it is read under the lock that every commit takes.
        """
        request = command_service_pb2.GetCommandOutcomeRequest(
            ledger=ledger,
            command_request_id=command_request_id,
        )
        return self.unary(_GET_COMMAND_OUTCOME, request, timeout)

    def get_account(
        self,
        *,
        name: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetAccountResponse:
        """The state of a person and account, by default as of the newest commit."""
        request = query_service_pb2.GetAccountRequest(
            name=name,
            consistency=consistency,
            min_position=min_position,
        )
        return self.unary(_GET_ACCOUNT, request, timeout)

    def replay_account(
        self,
        *,
        name: str,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ReplayAccountResponse:
        """The state of an account behind each of its events, with the arithmetic of every change.

        Every page folds the account's entries anew: the states are what the entries say, not what a view remembers.
        """
        request = query_service_pb2.ReplayAccountRequest(
            name=name,
            to_position=to_position,
            to_time=moment(to_time),
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_REPLAY_ACCOUNT, request, timeout)

    def all_replay_account(
        self,
        *,
        name: str,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[query_service_pb2.ReplayStep]:
        """The state of an account behind each of its events, with the arithmetic of every change.

        Every page folds the account's entries anew: the states are what the entries say, not what a view remembers.
        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ReplayAccountRequest(
            name=name,
            to_position=to_position,
            to_time=moment(to_time),
            page_size=page_size,
        )
        return self.pages(_REPLAY_ACCOUNT, request, "steps", timeout)

    def explain_account(
        self,
        *,
        name: str,
        from_position: int | None = None,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ExplainAccountResponse:
        """What a balance is made of, and what changed between two positions of the log."""
        request = query_service_pb2.ExplainAccountRequest(
            name=name,
            from_position=from_position,
            to_position=to_position,
            to_time=moment(to_time),
        )
        return self.unary(_EXPLAIN_ACCOUNT, request, timeout)

    def get_share_use(
        self,
        *,
        account: str,
        year: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetShareUseResponse:
        """Who spent what of an account's money, by beneficiary, in one civil year, and what the limits leave."""
        request = query_service_pb2.GetShareUseRequest(
            account=account,
            year=year,
            consistency=consistency,
            min_position=min_position,
        )
        return self.unary(_GET_SHARE_USE, request, timeout)

    def get_ledger(
        self,
        *,
        name: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetLedgerResponse:
        """The size and root of a ledger as of the newest commit."""
        request = query_service_pb2.GetLedgerRequest(
            name=name,
            consistency=consistency,
            min_position=min_position,
        )
        return self.unary(_GET_LEDGER, request, timeout)

    def list_claims(
        self,
        *,
        parent: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        states: Iterable[types_pb2.ClaimState] | None = None,
        cause: types_pb2.ClaimCause | None = None,
        institution: str | None = None,
        from_date: types_pb2.CivilDate | None = None,
        to_date: types_pb2.CivilDate | None = None,
        only_due: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListClaimsResponse:
        """The claims of a person, the latest first, and where each stands."""
        request = query_service_pb2.ListClaimsRequest(
            parent=parent,
            consistency=consistency,
            min_position=min_position,
            states=states,
            cause=cause,
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            only_due=only_due,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_CLAIMS, request, timeout)

    def claims(
        self,
        *,
        parent: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        states: Iterable[types_pb2.ClaimState] | None = None,
        cause: types_pb2.ClaimCause | None = None,
        institution: str | None = None,
        from_date: types_pb2.CivilDate | None = None,
        to_date: types_pb2.CivilDate | None = None,
        only_due: bool | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[query_service_pb2.Claim]:
        """The claims of a person, the latest first, and where each stands.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListClaimsRequest(
            parent=parent,
            consistency=consistency,
            min_position=min_position,
            states=states,
            cause=cause,
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            only_due=only_due,
            page_size=page_size,
        )
        return self.pages(_LIST_CLAIMS, request, "claims", timeout)

    def quote_contribution(
        self,
        *,
        ledger: str,
        wage: int,
        period: int,
        source: types_pb2.DepositSource,
        person_type: types_pb2.PersonType | None = None,
        rate_bp: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.QuoteContributionResponse:
        """What a month's contribution comes to: the wage within floor and ceiling, times the rate.

        Nothing is recorded.
        """
        request = query_service_pb2.QuoteContributionRequest(
            ledger=ledger,
            wage=wage,
            period=period,
            source=source,
            person_type=person_type,
            rate_bp=rate_bp,
        )
        return self.unary(_QUOTE_CONTRIBUTION, request, timeout)

    def quote_interest(
        self,
        *,
        account: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        rate_ppm: int,
        timeout: float | None = None,
    ) -> query_service_pb2.QuoteInterestResponse:
        """What the interest of an account comes to for a period, from its balances as they are known now.

        Nothing is recorded.
        """
        request = query_service_pb2.QuoteInterestRequest(
            account=account,
            from_date=from_date,
            to_date=to_date,
            rate_ppm=rate_ppm,
        )
        return self.unary(_QUOTE_INTEREST, request, timeout)

    def get_transfer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetTransferResponse:
        """A wallet transfer: where its money is, as of the newest commits of both ledgers."""
        request = query_service_pb2.GetTransferRequest(
            name=name,
        )
        return self.unary(_GET_TRANSFER, request, timeout)

    def list_transfers(
        self,
        *,
        parent: str,
        state: types_pb2.TransferState | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListTransfersResponse:
        """Wallet transfers that have not ended: pending ones, or accepted ones that are not credited yet."""
        request = query_service_pb2.ListTransfersRequest(
            parent=parent,
            state=state,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_TRANSFERS, request, timeout)

    def transfers(
        self,
        *,
        parent: str,
        state: types_pb2.TransferState | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[query_service_pb2.Transfer]:
        """Wallet transfers that have not ended: pending ones, or accepted ones that are not credited yet.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListTransfersRequest(
            parent=parent,
            state=state,
            page_size=page_size,
        )
        return self.pages(_LIST_TRANSFERS, request, "transfers", timeout)

    def get_policy(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetPolicyResponse:
        """A version of a policy with its document, whatever became of it."""
        request = query_service_pb2.GetPolicyRequest(
            name=name,
        )
        return self.unary(_GET_POLICY, request, timeout)

    def list_policies(
        self,
        *,
        parent: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListPoliciesResponse:
        """Every version of the ledger's policies without its document, in the order of their entries."""
        request = query_service_pb2.ListPoliciesRequest(
            parent=parent,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_POLICIES, request, timeout)

    def policies(
        self,
        *,
        parent: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[query_service_pb2.Policy]:
        """Every version of the ledger's policies without its document, in the order of their entries.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListPoliciesRequest(
            parent=parent,
            page_size=page_size,
        )
        return self.pages(_LIST_POLICIES, request, "policies", timeout)

    def get_institution(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetInstitutionResponse:
        """What an institution is and was designated as."""
        request = query_service_pb2.GetInstitutionRequest(
            name=name,
        )
        return self.unary(_GET_INSTITUTION, request, timeout)

    def read_entries(
        self,
        *,
        ledger: str,
        from_position: int,
        page_size: int | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ReadEntriesResponse:
        """Stored entries as they are, in pages that end on transaction ends."""
        request = query_service_pb2.ReadEntriesRequest(
            ledger=ledger,
            from_position=from_position,
            page_size=page_size,
            min_position=min_position,
        )
        return self.unary(_READ_ENTRIES, request, timeout)

    def list_postings(
        self,
        *,
        ledger: str,
        from_position: int | None = None,
        to_position: int | None = None,
        account: books_service_pb2.BookAccount | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.ListPostingsResponse:
        """The postings of entries, in the order of the log."""
        request = books_service_pb2.ListPostingsRequest(
            ledger=ledger,
            from_position=from_position,
            to_position=to_position,
            account=account,
            owner=owner,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_POSTINGS, request, timeout)

    def postings(
        self,
        *,
        ledger: str,
        from_position: int | None = None,
        to_position: int | None = None,
        account: books_service_pb2.BookAccount | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[books_service_pb2.JournalEntry]:
        """The postings of entries, in the order of the log.

        Asks for page after page; `timeout` is for each.
        """
        request = books_service_pb2.ListPostingsRequest(
            ledger=ledger,
            from_position=from_position,
            to_position=to_position,
            account=account,
            owner=owner,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_POSTINGS, request, "entries", timeout)

    def get_trial_balance(
        self,
        *,
        ledger: str,
        position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.GetTrialBalanceResponse:
        """The sums of all accounts of the books at a position.

        Debits and credits are equal.
        """
        request = books_service_pb2.GetTrialBalanceRequest(
            ledger=ledger,
            position=position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_GET_TRIAL_BALANCE, request, timeout)

    def list_book_balances(
        self,
        *,
        ledger: str,
        account: books_service_pb2.BookAccount,
        position: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.ListBookBalancesResponse:
        """The sums of one account of the books at a position by whose part it is, such as each institution's."""
        request = books_service_pb2.ListBookBalancesRequest(
            ledger=ledger,
            account=account,
            position=position,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_BOOK_BALANCES, request, timeout)

    def book_balances(
        self,
        *,
        ledger: str,
        account: books_service_pb2.BookAccount,
        position: int | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[books_service_pb2.BookBalance]:
        """The sums of one account of the books at a position by whose part it is, such as each institution's.

        Asks for page after page; `timeout` is for each.
        """
        request = books_service_pb2.ListBookBalancesRequest(
            ledger=ledger,
            account=account,
            position=position,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_BOOK_BALANCES, request, "balances", timeout)

    def get_balance(
        self,
        *,
        account: str,
        effective_time: datetime | Timestamp | None = None,
        known_time: datetime | Timestamp | None = None,
        known_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetBalanceResponse:
        """The balance of an account, now or at any time, as it is known now or as it was known at any time."""
        request = history_service_pb2.GetBalanceRequest(
            account=account,
            effective_time=moment(effective_time),
            known_time=moment(known_time),
            known_position=known_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_GET_BALANCE, request, timeout)

    def list_transactions(
        self,
        *,
        account: str,
        page_size: int | None = None,
        page_token: str | None = None,
        order: history_service_pb2.TransactionOrder | None = None,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        recorded_from: datetime | Timestamp | None = None,
        recorded_to: datetime | Timestamp | None = None,
        kinds: Iterable[history_service_pb2.TransactionKind] | None = None,
        categories: Iterable[types_pb2.Category] | None = None,
        institution: str | None = None,
        beneficiary: str | None = None,
        payer: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListTransactionsResponse:
        """What moved an account's money and what was bought, in pages.

        Ordered by effective time, then by position. All pages show the log as it was when the first one was asked for:
        nothing comes twice and nothing is left out, whatever is recorded meanwhile. A page token is bound to the ledger
        and to all other fields but `page_size`, `min_position` and `consistency`; it gives no rights.
        """
        request = history_service_pb2.ListTransactionsRequest(
            account=account,
            page_size=page_size,
            page_token=page_token,
            order=order,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            recorded_from=moment(recorded_from),
            recorded_to=moment(recorded_to),
            kinds=kinds,
            categories=categories,
            institution=institution,
            beneficiary=beneficiary,
            payer=payer,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_TRANSACTIONS, request, timeout)

    def transactions(
        self,
        *,
        account: str,
        page_size: int | None = None,
        order: history_service_pb2.TransactionOrder | None = None,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        recorded_from: datetime | Timestamp | None = None,
        recorded_to: datetime | Timestamp | None = None,
        kinds: Iterable[history_service_pb2.TransactionKind] | None = None,
        categories: Iterable[types_pb2.Category] | None = None,
        institution: str | None = None,
        beneficiary: str | None = None,
        payer: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[history_service_pb2.AccountTransaction]:
        """What moved an account's money and what was bought, in pages.

        Ordered by effective time, then by position. All pages show the log as it was when the first one was asked for:
        nothing comes twice and nothing is left out, whatever is recorded meanwhile. A page token is bound to the ledger
        and to all other fields but `page_size`, `min_position` and `consistency`; it gives no rights. Asks for page
        after page; `timeout` is for each.
        """
        request = history_service_pb2.ListTransactionsRequest(
            account=account,
            page_size=page_size,
            order=order,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            recorded_from=moment(recorded_from),
            recorded_to=moment(recorded_to),
            kinds=kinds,
            categories=categories,
            institution=institution,
            beneficiary=beneficiary,
            payer=payer,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_TRANSACTIONS, request, "transactions", timeout)

    def get_spending_summary(
        self,
        *,
        account: str,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        grouping: history_service_pb2.SummaryGrouping | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetSpendingSummaryResponse:
        """Sums over a period, by month, category, institution or beneficiary.

        They add up to the change of the balance.
        """
        request = history_service_pb2.GetSpendingSummaryRequest(
            account=account,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            grouping=grouping,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_GET_SPENDING_SUMMARY, request, timeout)

    def get_statement(
        self,
        *,
        account: str,
        year: int,
        drawn_time: datetime | Timestamp | None = None,
        previous_drawn_time: datetime | Timestamp | None = None,
        sums_only: bool | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetStatementResponse:
        """The yearly statement of an account: opening, late entries, credits, interest, debits, closing.

        A statement counts what was recorded before it was drawn, by default at the end of its year. So a statement of a
        year that is over never changes, and closes with the balance with which the next one opens. What is recorded
        later with an effective time of that year or before stands in the next statement as a late entry.
        """
        request = history_service_pb2.GetStatementRequest(
            account=account,
            year=year,
            drawn_time=moment(drawn_time),
            previous_drawn_time=moment(previous_drawn_time),
            sums_only=sums_only,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_GET_STATEMENT, request, timeout)

    def render_statement(
        self,
        *,
        account: str,
        year: int,
        drawn_time: datetime | Timestamp | None = None,
        previous_drawn_time: datetime | Timestamp | None = None,
        sums_only: bool | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        language: str | None = None,
        holder: str | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.RenderStatementResponse:
        """A statement as a page to be printed on A4: HTML without scripts."""
        request = history_service_pb2.RenderStatementRequest(
            account=account,
            year=year,
            drawn_time=moment(drawn_time),
            previous_drawn_time=moment(previous_drawn_time),
            sums_only=sums_only,
            min_position=min_position,
            consistency=consistency,
            language=language,
            holder=holder,
            past_position=past_position,
        )
        return self.unary(_RENDER_STATEMENT, request, timeout)

    def list_agents(
        self,
        *,
        person: str,
        ended_too: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListAgentsResponse:
        """Who may act for a person: agents and guardians, in pages, the oldest mandate first.

        All pages show who could act when the first one was asked for. Whoever is one person only (`x-acting-as`) asks
        about that person; what others ask leaves an access entry before it is answered.
        """
        request = history_service_pb2.ListAgentsRequest(
            person=person,
            ended_too=ended_too,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
        )
        return self.unary(_LIST_AGENTS, request, timeout)

    def agents(
        self,
        *,
        person: str,
        ended_too: bool | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> Iterator[history_service_pb2.ListedMandate]:
        """Who may act for a person: agents and guardians, in pages, the oldest mandate first.

        All pages show who could act when the first one was asked for. Whoever is one person only (`x-acting-as`) asks
        about that person; what others ask leaves an access entry before it is answered. Asks for page after page;
        `timeout` is for each.
        """
        request = history_service_pb2.ListAgentsRequest(
            person=person,
            ended_too=ended_too,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
        )
        return self.pages(_LIST_AGENTS, request, "mandates", timeout)

    def list_principals(
        self,
        *,
        agent: str,
        ledger: str | None = None,
        ended_too: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListPrincipalsResponse:
        """For whom a person may act, in one ledger: wards, and whoever gave a mandate.

        Pages and access entries are those of ListAgents.
        """
        request = history_service_pb2.ListPrincipalsRequest(
            agent=agent,
            ledger=ledger,
            ended_too=ended_too,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
        )
        return self.unary(_LIST_PRINCIPALS, request, timeout)

    def principals(
        self,
        *,
        agent: str,
        ledger: str | None = None,
        ended_too: bool | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> Iterator[history_service_pb2.ListedMandate]:
        """For whom a person may act, in one ledger: wards, and whoever gave a mandate.

        Pages and access entries are those of ListAgents. Asks for page after page; `timeout` is for each.
        """
        request = history_service_pb2.ListPrincipalsRequest(
            agent=agent,
            ledger=ledger,
            ended_too=ended_too,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
        )
        return self.pages(_LIST_PRINCIPALS, request, "mandates", timeout)

    def get_projection_status(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> history_service_pb2.GetProjectionStatusResponse:
        """How far a projection has come."""
        request = history_service_pb2.GetProjectionStatusRequest(
            name=name,
        )
        return self.unary(_GET_PROJECTION_STATUS, request, timeout)

    def list_projections(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListProjectionsResponse:
        """How far every projection of a ledger has come, each version of it."""
        request = history_service_pb2.ListProjectionsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_PROJECTIONS, request, timeout)

    def projections(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[history_service_pb2.ProjectionStatus]:
        """How far every projection of a ledger has come, each version of it.

        Asks for page after page; `timeout` is for each.
        """
        request = history_service_pb2.ListProjectionsRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_PROJECTIONS, request, "projections", timeout)

    def put_identity(
        self,
        *,
        person: str,
        identity: identity_service_pb2.PersonIdentity,
        timeout: float | None = None,
    ) -> identity_service_pb2.PutIdentityResponse:
        """Stores who a person is.

        The same identity again changes nothing.
        """
        request = identity_service_pb2.PutIdentityRequest(
            person=person,
            identity=identity,
        )
        return self.unary(_PUT_IDENTITY, request, timeout)

    def correct_identity(
        self,
        *,
        person: str,
        identity: identity_service_pb2.PersonIdentity,
        expected_version: int,
        timeout: float | None = None,
    ) -> identity_service_pb2.CorrectIdentityResponse:
        """Replaces what is stored."""
        request = identity_service_pb2.CorrectIdentityRequest(
            person=person,
            identity=identity,
            expected_version=expected_version,
        )
        return self.unary(_CORRECT_IDENTITY, request, timeout)

    def get_identity(
        self,
        *,
        person: str,
        purpose: str,
        timeout: float | None = None,
    ) -> identity_service_pb2.GetIdentityResponse:
        """Tells who a person is; IDENTITY_ERASED where that was erased, and nobody knows it any more."""
        request = identity_service_pb2.GetIdentityRequest(
            person=person,
            purpose=purpose,
        )
        return self.unary(_GET_IDENTITY, request, timeout)

    def rotate_signing_key(
        self,
        *,
        ledger: str,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.RotateSigningKeyResponse:
        """Takes a new signing key into use, beside those that sign already.

        Both sign until the old one is retired, so that verifiers have time to learn the new one. The first checkpoint
        that a new key signs covers the entry that announces it.
        """
        request = key_service_pb2.RotateSigningKeyRequest(
            ledger=ledger,
            request_id=request_id,
        )
        return self.unary(_ROTATE_SIGNING_KEY, request, timeout)

    def retire_signing_key(
        self,
        *,
        ledger: str,
        verifier_key: str,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.RetireSigningKeyResponse:
        """Retires a signing key.

        It stays listed, since what it signed stays good.
        """
        request = key_service_pb2.RetireSigningKeyRequest(
            ledger=ledger,
            request_id=request_id,
            verifier_key=verifier_key,
        )
        return self.unary(_RETIRE_SIGNING_KEY, request, timeout)

    def propose_key_destruction(
        self,
        *,
        person: str,
        cause: types_pb2.KeyDestructionCause,
        request_id: str | None = None,
        order_sha256: bytes | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.ProposeKeyDestructionResponse:
        """Proposes to destroy a person's key, and with it the person's identity.

        Needs an account that is closed, or none.
        """
        request = key_service_pb2.ProposeKeyDestructionRequest(
            person=person,
            request_id=request_id,
            cause=cause,
            order_sha256=order_sha256,
        )
        return self.unary(_PROPOSE_KEY_DESTRUCTION, request, timeout)

    def review_key_destruction(
        self,
        *,
        ledger: str,
        proposal: str,
        decision: types_pb2.ProposalDecision,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.ReviewKeyDestructionResponse:
        """Decides such a proposal.

        Approving needs another identity than the proposer's, and cannot be undone. The key is destroyed before this
        answers, and every process forgets it within seconds. Entries, balances and proofs stay as they are.
        """
        request = key_service_pb2.ReviewKeyDestructionRequest(
            ledger=ledger,
            request_id=request_id,
            proposal=proposal,
            decision=decision,
        )
        return self.unary(_REVIEW_KEY_DESTRUCTION, request, timeout)

    def get_institution_totals(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        grouping: oversight_service_pb2.TotalsGrouping | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.GetInstitutionTotalsResponse:
        """What an institution settled in a period, by clearing type: totals of 对总账, of a month, of a shift.

        PERMISSION_DENIED, reason INSTITUTION_OF_ANOTHER_ORGANISATION, unless its designation names the caller's
        organisation or the caller has ANY_INSTITUTION; so too for ListSettlements.
        """
        request = oversight_service_pb2.GetInstitutionTotalsRequest(
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            grouping=grouping,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_GET_INSTITUTION_TOTALS, request, timeout)

    def list_settlements(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        page_size: int | None = None,
        page_token: str | None = None,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListSettlementsResponse:
        """The settlements of an institution, in pages.

        Ordered by effective time, then by position.
        """
        request = oversight_service_pb2.ListSettlementsRequest(
            institution=institution,
            page_size=page_size,
            page_token=page_token,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_SETTLEMENTS, request, timeout)

    def settlements(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        page_size: int | None = None,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[oversight_service_pb2.Settlement]:
        """The settlements of an institution, in pages.

        Ordered by effective time, then by position. Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListSettlementsRequest(
            institution=institution,
            page_size=page_size,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_SETTLEMENTS, request, "settlements", timeout)

    def list_risk_flags(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        state: oversight_service_pb2.RiskFlagState | None = None,
        kinds: Iterable[types_pb2.RiskFlagKind] | None = None,
        min_severity: types_pb2.RiskSeverity | None = None,
        subject: str | None = None,
        rule: str | None = None,
        after_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListRiskFlagsResponse:
        """Risk flags on persons and institutions, in pages: newest first, or as a feed from a position on."""
        request = oversight_service_pb2.ListRiskFlagsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            state=state,
            kinds=kinds,
            min_severity=min_severity,
            subject=subject,
            rule=rule,
            after_position=after_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_RISK_FLAGS, request, timeout)

    def risk_flags(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        state: oversight_service_pb2.RiskFlagState | None = None,
        kinds: Iterable[types_pb2.RiskFlagKind] | None = None,
        min_severity: types_pb2.RiskSeverity | None = None,
        subject: str | None = None,
        rule: str | None = None,
        after_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[oversight_service_pb2.RiskFlagRecord]:
        """Risk flags on persons and institutions, in pages: newest first, or as a feed from a position on.

        Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListRiskFlagsRequest(
            ledger=ledger,
            page_size=page_size,
            state=state,
            kinds=kinds,
            min_severity=min_severity,
            subject=subject,
            rule=rule,
            after_position=after_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_RISK_FLAGS, request, "flags", timeout)

    def list_claim_cases(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        state: types_pb2.ClaimState | None = None,
        institution: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListClaimCasesResponse:
        """Claims of a whole ledger, in pages, the oldest first: what waits to be decided or paid."""
        request = oversight_service_pb2.ListClaimCasesRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            state=state,
            institution=institution,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_CLAIM_CASES, request, timeout)

    def claim_cases(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        state: types_pb2.ClaimState | None = None,
        institution: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[oversight_service_pb2.ClaimCase]:
        """Claims of a whole ledger, in pages, the oldest first: what waits to be decided or paid.

        Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListClaimCasesRequest(
            ledger=ledger,
            page_size=page_size,
            state=state,
            institution=institution,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_CLAIM_CASES, request, "cases", timeout)

    def list_exceptions(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        kinds: Iterable[oversight_service_pb2.ExceptionKind] | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListExceptionsResponse:
        """What must not have happened, in pages by position.

        It is found from the entries alone, by other rules than those that decided them; a ledger that is in order has
        none.
        """
        request = oversight_service_pb2.ListExceptionsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            kinds=kinds,
            from_position=from_position,
            to_position=to_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.unary(_LIST_EXCEPTIONS, request, timeout)

    def exceptions(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        kinds: Iterable[oversight_service_pb2.ExceptionKind] | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[oversight_service_pb2.LedgerException]:
        """What must not have happened, in pages by position.

        It is found from the entries alone, by other rules than those that decided them; a ledger that is in order has
        none. Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListExceptionsRequest(
            ledger=ledger,
            page_size=page_size,
            kinds=kinds,
            from_position=from_position,
            to_position=to_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_EXCEPTIONS, request, "exceptions", timeout)

    def reconcile_totals(
        self,
        *,
        institution: str,
        reconciliation: commands_pb2.Reconciliation,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> period_service_pb2.ReconcileTotalsResponse:
        """Compares an institution's totals of a period with the ledger's (对总账), and records the result."""
        request = period_service_pb2.ReconcileTotalsRequest(
            institution=institution,
            request_id=request_id,
            reconciliation=reconciliation,
        )
        return self.unary(_RECONCILE_TOTALS, request, timeout)

    def reconcile_details(
        self, requests: Iterable[period_service_pb2.ReconcileDetailsRequest], *, timeout: float | None = None
    ) -> Stream[period_service_pb2.ReconcileDetailsResponse]:
        """Compares an institution's statement of a period with the ledger row by row (对明细账), and records it.

        The first message says what is compared. The service answers how many rows it has of this request id; the caller
        sends the rows behind them, at most 1,000 in a message, each of which is answered with the new number when the
        rows are durable. A call that breaks off is resumed by another one with the same first message. `finish`
        compares: the differences follow, at most 1,000 in a message, and then what was recorded. The same again gives
        the same again.
        """
        return self.exchange(_RECONCILE_DETAILS, requests, timeout)

    def close_year(
        self,
        *,
        ledger: str,
        closing: commands_pb2.YearClosing,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> period_service_pb2.CloseYearResponse:
        """Closes a civil year of the books (年度结转) that is over, once and in the order of the years.

        Balances carry over as they are, whatever is closed; deductibles, caps and visits belong to the year of the
        service and begin anew. An entry counts in the year of its effective time, unless that year was closed before it
        was recorded: then in the first year that is open. So interest for a year is credited before the year is closed,
        with an effective time inside of it.
        """
        request = period_service_pb2.CloseYearRequest(
            ledger=ledger,
            request_id=request_id,
            closing=closing,
        )
        return self.unary(_CLOSE_YEAR, request, timeout)

    def quote_year_closing(
        self,
        *,
        ledger: str,
        year: int,
        timeout: float | None = None,
    ) -> period_service_pb2.QuoteYearClosingResponse:
        """What closing a year would record now.

        Nothing is recorded.
        """
        request = period_service_pb2.QuoteYearClosingRequest(
            ledger=ledger,
            year=year,
        )
        return self.unary(_QUOTE_YEAR_CLOSING, request, timeout)

    def create_build(
        self,
        *,
        projection: str,
        purpose: projection_service_pb2.BuildPurpose | None = None,
        switch_when_equal: bool | None = None,
        parts: int | None = None,
        past_position: int | None = None,
        past_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.CreateBuildResponse:
        """Begins to make a version from the log, beside the one that answers.

        Which does not notice: writes and reads go on. Reason BUILD_IN_PROGRESS when one of that purpose is under way. A
        past that was built before is given as it is.
        """
        request = projection_service_pb2.CreateBuildRequest(
            projection=projection,
            purpose=purpose,
            switch_when_equal=switch_when_equal,
            parts=parts,
            past_position=past_position,
            past_time=moment(past_time),
        )
        return self.unary(_CREATE_BUILD, request, timeout)

    def get_build(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.GetBuildResponse:
        """A build and how far it has come."""
        request = projection_service_pb2.GetBuildRequest(
            name=name,
        )
        return self.unary(_GET_BUILD, request, timeout)

    def list_builds(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListBuildsResponse:
        """Builds of a ledger, newest first."""
        request = projection_service_pb2.ListBuildsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_BUILDS, request, timeout)

    def builds(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[projection_service_pb2.Build]:
        """Builds of a ledger, newest first.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListBuildsRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_BUILDS, request, "builds", timeout)

    def watch_build(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> Stream[projection_service_pb2.WatchBuildResponse]:
        """A build again and again while it goes on, until nothing is left to do.

        Ending the call does not end the build.
        """
        request = projection_service_pb2.WatchBuildRequest(
            name=name,
        )
        return self.stream(_WATCH_BUILD, request, timeout)

    def switch_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        accept_differences: bool | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.SwitchProjectionResponse:
        """Lets a version answer.

        The one that did so is fed on, for RollBackProjection. Reason PROJECTION_VERSION_PAUSED,
        PROJECTION_VERSION_BEHIND, or PROJECTION_VERSION_NOT_PROVEN when it was not found equal to the one that answers.
        """
        request = projection_service_pb2.SwitchProjectionRequest(
            projection=projection,
            version=version,
            accept_differences=accept_differences,
        )
        return self.unary(_SWITCH_PROJECTION, request, timeout)

    def roll_back_projection(
        self,
        *,
        projection: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.RollBackProjectionResponse:
        """Lets the version answer again that answered before.

        Reason PROJECTION_VERSION_PAUSED or PROJECTION_VERSION_BEHIND.
        """
        request = projection_service_pb2.RollBackProjectionRequest(
            projection=projection,
        )
        return self.unary(_ROLL_BACK_PROJECTION, request, timeout)

    def pause_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.PauseProjectionResponse:
        """Stops feeding and building versions.

        Reads of what is there go on; those that would wait for more are turned away.
        """
        request = projection_service_pb2.PauseProjectionRequest(
            projection=projection,
            version=version,
        )
        return self.unary(_PAUSE_PROJECTION, request, timeout)

    def resume_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ResumeProjectionResponse:
        """Goes on with what was paused, and tries builds again that failed."""
        request = projection_service_pb2.ResumeProjectionRequest(
            projection=projection,
            version=version,
        )
        return self.unary(_RESUME_PROJECTION, request, timeout)

    def drop_projection_version(
        self,
        *,
        projection: str,
        version: int,
        timeout: float | None = None,
    ) -> projection_service_pb2.DropProjectionVersionResponse:
        """Removes a version that does not answer.

        Reason PROJECTION_VERSION_SERVING.
        """
        request = projection_service_pb2.DropProjectionVersionRequest(
            projection=projection,
            version=version,
        )
        return self.unary(_DROP_PROJECTION_VERSION, request, timeout)

    def list_dead_letters(
        self,
        *,
        ledger: str,
        after_position: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListDeadLettersResponse:
        """What projections could not take in, by position."""
        request = projection_service_pb2.ListDeadLettersRequest(
            ledger=ledger,
            after_position=after_position,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_DEAD_LETTERS, request, timeout)

    def dead_letters(
        self,
        *,
        ledger: str,
        after_position: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[projection_service_pb2.DeadLetter]:
        """What projections could not take in, by position.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListDeadLettersRequest(
            ledger=ledger,
            after_position=after_position,
            page_size=page_size,
        )
        return self.pages(_LIST_DEAD_LETTERS, request, "dead_letters", timeout)

    def replay_dead_letters(
        self,
        *,
        projection: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.ReplayDeadLettersResponse:
        """Takes the dead letters of a projection in, after it was mended."""
        request = projection_service_pb2.ReplayDeadLettersRequest(
            projection=projection,
        )
        return self.unary(_REPLAY_DEAD_LETTERS, request, timeout)

    def set_consumer_position(
        self,
        *,
        consumer: str,
        position: int,
        expected_position: int | None = None,
        rewind: bool | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.SetConsumerPositionResponse:
        """Stores how far a consumer of the log has come.

        It begins with its first call, and belongs to the organisation of the caller. Fails with ABORTED, reason
        CONSUMER_POSITION_CONFLICT, when it is not where it is expected.
        """
        request = projection_service_pb2.SetConsumerPositionRequest(
            consumer=consumer,
            position=position,
            expected_position=expected_position,
            rewind=rewind,
        )
        return self.unary(_SET_CONSUMER_POSITION, request, timeout)

    def get_consumer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.GetConsumerResponse:
        """How far a consumer has come, and how far it is behind."""
        request = projection_service_pb2.GetConsumerRequest(
            name=name,
        )
        return self.unary(_GET_CONSUMER, request, timeout)

    def list_consumers(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListConsumersResponse:
        """All consumers of a ledger."""
        request = projection_service_pb2.ListConsumersRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return self.unary(_LIST_CONSUMERS, request, timeout)

    def consumers(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> Iterator[projection_service_pb2.Consumer]:
        """All consumers of a ledger.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListConsumersRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_CONSUMERS, request, "consumers", timeout)

    def delete_consumer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.DeleteConsumerResponse:
        """Forgets a consumer that is no more."""
        request = projection_service_pb2.DeleteConsumerRequest(
            name=name,
        )
        return self.unary(_DELETE_CONSUMER, request, timeout)

    def subscribe(
        self,
        *,
        ledger: str,
        from_position: int,
        selection: subscription_service_pb2.EntrySelection | None = None,
        timeout: float | None = None,
    ) -> Stream[subscription_service_pb2.SubscribeResponse]:
        """Sends every selected entry of a ledger from a position on, exactly once and in order.

        First come those that are recorded already, then, without end, each one as soon as it is committed. Where to go
        on after an interruption: keep the `next_position` of the last message that was taken in, best in the same
        transaction as what was made of it, and send it as `from_position`. Every message has one, and everything that
        is selected before it has been sent. So nothing is lost and nothing comes twice, whatever ends the stream: the
        network, the caller, a restart of the service or of its database, another process that takes over. A message
        holds whole transactions. It has about a mebibyte at most, unless one transaction is larger (its request may
        have 16 MiB): let the client receive messages of 32 MiB. Who does not read is not waited for: the service keeps
        a few mebibytes for each subscriber, then sends `FellBehind` and reads again from the log. That costs nothing
        but time. The stream has no deadline unless the caller sets one. It ends with UNAVAILABLE when the service shuts
        down or cannot read its database: subscribe again, with a growing wait; with OUT_OF_RANGE, reason
        POSITION_BEYOND_END, when `from_position` is beyond the position that comes next; with INVALID_ARGUMENT, reason
        POSITION_INSIDE_TRANSACTION, when it is not the first of its transaction; with INVALID_ARGUMENT, reason
        INVALID_REQUEST, for a malformed name, an unknown type, a selection that is too long; with NOT_FOUND, reason
        LEDGER_NOT_FOUND, for an unknown ledger; with FAILED_PRECONDITION, reason LEDGER_FORKED, when the log is not the
        one that was acknowledged; with RESOURCE_EXHAUSTED, reason OVERLOADED, when the service has too many streams.
        """
        request = subscription_service_pb2.SubscribeRequest(
            ledger=ledger,
            from_position=from_position,
            selection=selection,
        )
        return self.stream(_SUBSCRIBE, request, timeout)

    def finish_upgrade(
        self,
        *,
        ledger: str,
        feature_level: int,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> upgrade_service_pb2.FinishUpgradeResponse:
        """Raises a ledger's feature level.

        It cannot be lowered again. Until then programs of the version before serve the ledger side by side with newer
        ones, and commands that those would not understand are refused with UPGRADE_NOT_FINISHED. From then on an older
        process that still runs stops serving the ledger at its next command or read, and writes nothing more. Recorded
        as `FeatureLevelRaised`.
        """
        request = upgrade_service_pb2.FinishUpgradeRequest(
            ledger=ledger,
            request_id=request_id,
            feature_level=feature_level,
        )
        return self.unary(_FINISH_UPGRADE, request, timeout)


class AsyncMethods(AsyncCalls):
    """Methods for asyncio."""

    async def get_checkpoint(
        self,
        *,
        ledger: str,
        min_position: int | None = None,
        cosigned: bool | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetCheckpointResponse:
        """A signed note (C2SP signed-note, tlog-checkpoint) over everything that was committed a second ago or earlier.

        Nothing is signed, and the call fails with LEDGER_FORKED, when the log does not continue what was signed before.
        """
        request = audit_service_pb2.GetCheckpointRequest(
            ledger=ledger,
            min_position=min_position,
            cosigned=cosigned,
        )
        return await self.unary(_GET_CHECKPOINT, request, timeout)

    async def get_receipt(
        self,
        *,
        entry: str,
        cosigned: bool | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetReceiptResponse:
        """A receipt (C2SP tlog-proof) of an entry.

        With it and the entry's stored bytes anybody shows, offline, that the entry is in the log. Recorded refusals
        have receipts like any other entry.
        """
        request = audit_service_pb2.GetReceiptRequest(
            entry=entry,
            cosigned=cosigned,
        )
        return await self.unary(_GET_RECEIPT, request, timeout)

    async def get_inclusion_proof(
        self,
        *,
        entry: str,
        size: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetInclusionProofResponse:
        """The hashes that prove an entry in the tree of a given size (RFC 6962 section 2.1.1)."""
        request = audit_service_pb2.GetInclusionProofRequest(
            entry=entry,
            size=size,
        )
        return await self.unary(_GET_INCLUSION_PROOF, request, timeout)

    async def get_consistency_proof(
        self,
        *,
        ledger: str,
        first_size: int,
        second_size: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetConsistencyProofResponse:
        """The hashes that prove that a tree continues a smaller one (RFC 6962 section 2.1.2)."""
        request = audit_service_pb2.GetConsistencyProofRequest(
            ledger=ledger,
            first_size=first_size,
            second_size=second_size,
        )
        return await self.unary(_GET_CONSISTENCY_PROOF, request, timeout)

    async def get_tile(
        self,
        *,
        ledger: str,
        level: int | None = None,
        number: int | None = None,
        width: int | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.GetTileResponse:
        """The hashes of a tile (C2SP tlog-tiles)."""
        request = audit_service_pb2.GetTileRequest(
            ledger=ledger,
            level=level,
            number=number,
            width=width,
        )
        return await self.unary(_GET_TILE, request, timeout)

    async def list_signing_keys(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.ListSigningKeysResponse:
        """The public keys under which a ledger's checkpoints are or were signed, oldest first."""
        request = audit_service_pb2.ListSigningKeysRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_SIGNING_KEYS, request, timeout)

    def signing_keys(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[audit_service_pb2.SigningKey]:
        """The public keys under which a ledger's checkpoints are or were signed, oldest first.

        Asks for page after page; `timeout` is for each.
        """
        request = audit_service_pb2.ListSigningKeysRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_SIGNING_KEYS, request, "keys", timeout)

    async def record_access(
        self,
        *,
        ledger: str,
        kind: types_pb2.AccessKind,
        command: str,
        person: str | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        purpose: str | None = None,
        timeout: float | None = None,
    ) -> audit_service_pb2.RecordAccessResponse:
        """Records that the caller is about to read entries without the service, as `ledgerctl` does from the database.

        The answer comes when the record is durable; who gets none must not read.
        """
        request = audit_service_pb2.RecordAccessRequest(
            ledger=ledger,
            kind=kind,
            command=command,
            person=person,
            from_position=from_position,
            to_position=to_position,
            purpose=purpose,
        )
        return await self.unary(_RECORD_ACCESS, request, timeout)

    async def register_person(
        self,
        *,
        person: str,
        registration: commands_pb2.PersonRegistration,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RegisterPersonResponse:
        """Registers a person who may be a beneficiary without having an account."""
        request = command_service_pb2.RegisterPersonRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            registration=registration,
        )
        return await self.unary(_REGISTER_PERSON, request, timeout)

    async def open_account(
        self,
        *,
        account: str,
        opening: commands_pb2.AccountOpening,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.OpenAccountResponse:
        """Opens a personal account; it waits for activation."""
        request = command_service_pb2.OpenAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            opening=opening,
        )
        return await self.unary(_OPEN_ACCOUNT, request, timeout)

    async def activate_account(
        self,
        *,
        account: str,
        activation: commands_pb2.Activation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ActivateAccountResponse:
        """Activates an account."""
        request = command_service_pb2.ActivateAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            activation=activation,
        )
        return await self.unary(_ACTIVATE_ACCOUNT, request, timeout)

    async def import_opening(
        self,
        *,
        account: str,
        opening: commands_pb2.Opening,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ImportOpeningResponse:
        """Takes over an account from the system that kept it before."""
        request = command_service_pb2.ImportOpeningRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            opening=opening,
        )
        return await self.unary(_IMPORT_OPENING, request, timeout)

    async def record_deposit(
        self,
        *,
        account: str,
        deposit: commands_pb2.Deposit,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordDepositResponse:
        """Credits money."""
        request = command_service_pb2.RecordDepositRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            deposit=deposit,
        )
        return await self.unary(_RECORD_DEPOSIT, request, timeout)

    async def record_purchase(
        self,
        *,
        person: str,
        purchase: commands_pb2.Purchase,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordPurchaseResponse:
        """Settles a purchase: own account, then relatives' accounts in binding order, then cash."""
        request = command_service_pb2.RecordPurchaseRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            purchase=purchase,
        )
        return await self.unary(_RECORD_PURCHASE, request, timeout)

    async def grant_share(
        self,
        *,
        account: str,
        grant: commands_pb2.ShareGrant,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.GrantShareResponse:
        """Lets a beneficiary use the payer's account."""
        request = command_service_pb2.GrantShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            grant=grant,
        )
        return await self.unary(_GRANT_SHARE, request, timeout)

    async def revoke_share(
        self,
        *,
        account: str,
        revocation: commands_pb2.ShareRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeShareResponse:
        """Ends a grant."""
        request = command_service_pb2.RevokeShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            revocation=revocation,
        )
        return await self.unary(_REVOKE_SHARE, request, timeout)

    async def transfer_share(
        self,
        *,
        account: str,
        transfer: commands_pb2.FamilyTransfer,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.TransferShareResponse:
        """Moves money into a relative's account of the same ledger."""
        request = command_service_pb2.TransferShareRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer=transfer,
        )
        return await self.unary(_TRANSFER_SHARE, request, timeout)

    async def initiate_transfer(
        self,
        *,
        account: str,
        transfer: commands_pb2.WalletTransfer,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.InitiateTransferResponse:
        """Sends money to a relative's account of any ledger (医保钱包).

        It leaves the balance and is in flight until it is accepted or returned.
        """
        request = command_service_pb2.InitiateTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer=transfer,
        )
        return await self.unary(_INITIATE_TRANSFER, request, timeout)

    async def accept_transfer(
        self,
        *,
        ledger: str,
        acceptance: commands_pb2.TransferAcceptance,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.AcceptTransferResponse:
        """Accepts a transfer on behalf of its receiver: in the sender's ledger, then credits it in the receiver's.

        When only the first was possible the service goes on by itself.
        """
        request = command_service_pb2.AcceptTransferRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            acceptance=acceptance,
        )
        return await self.unary(_ACCEPT_TRANSFER, request, timeout)

    async def return_transfer(
        self,
        *,
        ledger: str,
        transfer_return: commands_pb2.TransferReturn,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReturnTransferResponse:
        """Sends a pending transfer back: the receiver declines it, the sender cancels it, or its time has run out."""
        request = command_service_pb2.ReturnTransferRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            transfer_return=transfer_return,
        )
        return await self.unary(_RETURN_TRANSFER, request, timeout)

    async def credit_transfer(
        self,
        *,
        account: str,
        credit: commands_pb2.TransferCredit,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CreditTransferResponse:
        """Credits an accepted transfer in the receiver's ledger, once.

        The acceptance is looked up in the sender's log, so this resumes a transfer that stopped half way, and cannot
        make money.
        """
        request = command_service_pb2.CreditTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            credit=credit,
        )
        return await self.unary(_CREDIT_TRANSFER, request, timeout)

    async def settle_transfer(
        self,
        *,
        account: str,
        settled: commands_pb2.TransferSettlement,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SettleTransferResponse:
        """Records in the sender's ledger that an accepted transfer was credited.

        The credit is looked up in the receiver's log. The service does this by itself.
        """
        request = command_service_pb2.SettleTransferRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            settled=settled,
        )
        return await self.unary(_SETTLE_TRANSFER, request, timeout)

    async def reverse_entry(
        self,
        *,
        ledger: str,
        reversal: commands_pb2.Reversal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReverseEntryResponse:
        """Negates a deposit, a purchase, a premium or a family transfer as it was recorded."""
        request = command_service_pb2.ReverseEntryRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            reversal=reversal,
        )
        return await self.unary(_REVERSE_ENTRY, request, timeout)

    async def report_loss(
        self,
        *,
        account: str,
        loss: commands_pb2.LossReport,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReportLossResponse:
        """Reports a card as lost; the account is frozen at once."""
        request = command_service_pb2.ReportLossRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            loss=loss,
        )
        return await self.unary(_REPORT_LOSS, request, timeout)

    async def lift_loss(
        self,
        *,
        account: str,
        lift: commands_pb2.LossLift,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.LiftLossResponse:
        """Lifts a provisional loss report."""
        request = command_service_pb2.LiftLossRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            lift=lift,
        )
        return await self.unary(_LIFT_LOSS, request, timeout)

    async def close_account(
        self,
        *,
        account: str,
        closing: commands_pb2.Closing,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CloseAccountResponse:
        """Closes an account and pays the balance out.

        Above the limit of the region's rules the payout is proposed instead: the entry is a `payout_proposed`, and
        closes the account when another identity approves it with ReviewProposal.
        """
        request = command_service_pb2.CloseAccountRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            closing=closing,
        )
        return await self.unary(_CLOSE_ACCOUNT, request, timeout)

    async def review_proposal(
        self,
        *,
        ledger: str,
        review: commands_pb2.ProposalReview,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReviewProposalResponse:
        """Decides a proposal.

        Approving needs another identity than the proposer's. What an approval brings about is recorded by the same
        transaction.
        """
        request = command_service_pb2.ReviewProposalRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            review=review,
        )
        return await self.unary(_REVIEW_PROPOSAL, request, timeout)

    async def propose_policy(
        self,
        *,
        ledger: str,
        draft: commands_pb2.PolicyDraft,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposePolicyResponse:
        """Proposes a version of a policy; another identity publishes it with ReviewProposal."""
        request = command_service_pb2.ProposePolicyRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            draft=draft,
        )
        return await self.unary(_PROPOSE_POLICY, request, timeout)

    async def order_payers(
        self,
        *,
        person: str,
        order: commands_pb2.PayerOrder,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.OrderPayersResponse:
        """Changes the order in which a beneficiary's payers are asked."""
        request = command_service_pb2.OrderPayersRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            order=order,
        )
        return await self.unary(_ORDER_PAYERS, request, timeout)

    async def amend_purchase(
        self,
        *,
        ledger: str,
        amendment: commands_pb2.PurchaseAmendment,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.AmendPurchaseResponse:
        """Reverses a purchase and settles what is kept of it, together or not at all.

        A return of goods and a corrected bill are amendments.
        """
        request = command_service_pb2.AmendPurchaseRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            amendment=amendment,
        )
        return await self.unary(_AMEND_PURCHASE, request, timeout)

    async def deduct_premium(
        self,
        *,
        account: str,
        deduction: commands_pb2.PremiumDeduction,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.DeductPremiumResponse:
        """Takes a premium from an account, once per civil year, kind and insured person."""
        request = command_service_pb2.DeductPremiumRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            deduction=deduction,
        )
        return await self.unary(_DEDUCT_PREMIUM, request, timeout)

    async def withdraw_policy(
        self,
        *,
        ledger: str,
        withdrawal: commands_pb2.PolicyWithdrawal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.WithdrawPolicyResponse:
        """Proposes to withdraw a published version of a policy for purchases to come.

        Another identity approves with ReviewProposal, and until then the version counts.
        """
        request = command_service_pb2.WithdrawPolicyRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            withdrawal=withdrawal,
        )
        return await self.unary(_WITHDRAW_POLICY, request, timeout)

    async def designate_institution(
        self,
        *,
        institution: str,
        designation: commands_pb2.InstitutionDesignation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.DesignateInstitutionResponse:
        """Designates an institution from a civil date on, or changes what is recorded of it."""
        request = command_service_pb2.DesignateInstitutionRequest(
            institution=institution,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            designation=designation,
        )
        return await self.unary(_DESIGNATE_INSTITUTION, request, timeout)

    async def revoke_designation(
        self,
        *,
        institution: str,
        designation_revocation: commands_pb2.DesignationRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeDesignationResponse:
        """Ends a designation from a civil date on."""
        request = command_service_pb2.RevokeDesignationRequest(
            institution=institution,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            designation_revocation=designation_revocation,
        )
        return await self.unary(_REVOKE_DESIGNATION, request, timeout)

    async def file_cross_region(
        self,
        *,
        person: str,
        filing: commands_pb2.CrossRegionFiling,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.FileCrossRegionResponse:
        """Files treatment in another region (异地就医备案)."""
        request = command_service_pb2.FileCrossRegionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            filing=filing,
        )
        return await self.unary(_FILE_CROSS_REGION, request, timeout)

    async def end_cross_region_filing(
        self,
        *,
        person: str,
        end: commands_pb2.FilingEnd,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.EndCrossRegionFilingResponse:
        """Ends a filing of treatment in another region."""
        request = command_service_pb2.EndCrossRegionFilingRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            end=end,
        )
        return await self.unary(_END_CROSS_REGION_FILING, request, timeout)

    async def quote_purchase(
        self,
        *,
        person: str,
        purchase: commands_pb2.Purchase,
        effective_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.QuotePurchaseResponse:
        """Tells what a purchase would be settled as, by the same rules, and records nothing (预结算)."""
        request = command_service_pb2.QuotePurchaseRequest(
            person=person,
            effective_time=moment(effective_time),
            purchase=purchase,
        )
        return await self.unary(_QUOTE_PURCHASE, request, timeout)

    async def check_eligibility(
        self,
        *,
        person: str,
        institution: str,
        category: types_pb2.Category,
        effective_time: datetime | Timestamp | None = None,
        benefit: types_pb2.Benefit | None = None,
        credential: types_pb2.CredentialType | None = None,
        presenter: types_pb2.Presenter | None = None,
        service_date: types_pb2.CivilDate | None = None,
        split_supplied: bool | None = None,
        confidential: types_pb2.Confidential | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.CheckEligibilityResponse:
        """Tells whether a person may settle here and now, and which accounts could pay, with reasons (待遇享受检查).

        It takes the decisions of RecordPurchase for a bill of one fen and records nothing, not even its refusals.
        Balances stay untold, and of relatives no more than whether they could pay.
        """
        request = command_service_pb2.CheckEligibilityRequest(
            person=person,
            effective_time=moment(effective_time),
            institution=institution,
            category=category,
            benefit=benefit,
            credential=credential,
            presenter=presenter,
            service_date=service_date,
            split_supplied=split_supplied,
            confidential=confidential,
        )
        return await self.unary(_CHECK_ELIGIBILITY, request, timeout)

    async def grant_mandate(
        self,
        *,
        person: str,
        mandate: commands_pb2.Mandate,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.GrantMandateResponse:
        """Lets somebody act for a person: read, report a loss, share, settle (代办、监护)."""
        request = command_service_pb2.GrantMandateRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            mandate=mandate,
        )
        return await self.unary(_GRANT_MANDATE, request, timeout)

    async def revoke_mandate(
        self,
        *,
        person: str,
        mandate_revocation: commands_pb2.MandateRevocation,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RevokeMandateResponse:
        """Takes a mandate back; it counts no more from the moment it is recorded."""
        request = command_service_pb2.RevokeMandateRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            mandate_revocation=mandate_revocation,
        )
        return await self.unary(_REVOKE_MANDATE, request, timeout)

    async def propose_openings(
        self,
        *,
        ledger: str,
        openings: commands_pb2.OpeningsProposal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposeOpeningsResponse:
        """Proposes to take over the openings of a list; another identity approves it with ReviewProposal.

        Each of them is then imported with ImportOpening, which proves that it stands in the list.
        """
        request = command_service_pb2.ProposeOpeningsRequest(
            ledger=ledger,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            openings=openings,
        )
        return await self.unary(_PROPOSE_OPENINGS, request, timeout)

    async def propose_adjustment(
        self,
        *,
        account: str,
        adjustment: commands_pb2.AdjustmentProposal,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ProposeAdjustmentResponse:
        """Proposes to correct a balance; another identity approves it with ReviewProposal."""
        request = command_service_pb2.ProposeAdjustmentRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            adjustment=adjustment,
        )
        return await self.unary(_PROPOSE_ADJUSTMENT, request, timeout)

    async def change_person_type(
        self,
        *,
        person: str,
        change: commands_pb2.PersonTypeChange,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ChangePersonTypeResponse:
        """Changes the kind of a person from a civil date on, such as a retirement.

        A purchase is settled by the kind on its service date.
        """
        request = command_service_pb2.ChangePersonTypeRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            change=change,
        )
        return await self.unary(_CHANGE_PERSON_TYPE, request, timeout)

    async def suspend_coverage(
        self,
        *,
        person: str,
        suspension: commands_pb2.CoverageSuspension,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SuspendCoverageResponse:
        """Stops coverage by the pooled fund from a civil date on.

        The account still pays.
        """
        request = command_service_pb2.SuspendCoverageRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            suspension=suspension,
        )
        return await self.unary(_SUSPEND_COVERAGE, request, timeout)

    async def restore_coverage(
        self,
        *,
        person: str,
        restoration: commands_pb2.CoverageRestoration,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RestoreCoverageResponse:
        """Restores coverage by the pooled fund from a civil date on, and for the gap where arrears were paid."""
        request = command_service_pb2.RestoreCoverageRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            restoration=restoration,
        )
        return await self.unary(_RESTORE_COVERAGE, request, timeout)

    async def change_holder_info(
        self,
        *,
        person: str,
        change: commands_pb2.HolderInfoChange,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ChangeHolderInfoResponse:
        """Records that data of the holder changed: keyed hashes, never the data.

        The account and its id stay the same.
        """
        request = command_service_pb2.ChangeHolderInfoRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            change=change,
        )
        return await self.unary(_CHANGE_HOLDER_INFO, request, timeout)

    async def record_credential_event(
        self,
        *,
        person: str,
        event: commands_pb2.CredentialEvent,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordCredentialEventResponse:
        """Records what happened to a credential or a PIN.

        The ledger keeps neither.
        """
        request = command_service_pb2.RecordCredentialEventRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            event=event,
        )
        return await self.unary(_RECORD_CREDENTIAL_EVENT, request, timeout)

    async def request_reissue(
        self,
        *,
        account: str,
        reissue: commands_pb2.ReissueRequest,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RequestReissueResponse:
        """Asks for a new card, after the loss period where the old one was lost.

        The answer says by when it is ready.
        """
        request = command_service_pb2.RequestReissueRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            reissue=reissue,
        )
        return await self.unary(_REQUEST_REISSUE, request, timeout)

    async def issue_card(
        self,
        *,
        account: str,
        issue: commands_pb2.CardIssue,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.IssueCardResponse:
        """Hands out the card that was asked for.

        A loss report in force ends with it; account and balance stay the same.
        """
        request = command_service_pb2.IssueCardRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            issue=issue,
        )
        return await self.unary(_ISSUE_CARD, request, timeout)

    async def impose_sanction(
        self,
        *,
        person: str,
        sanction: commands_pb2.Sanction,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ImposeSanctionResponse:
        """Imposes a sanction, until its end or until it is lifted."""
        request = command_service_pb2.ImposeSanctionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            sanction=sanction,
        )
        return await self.unary(_IMPOSE_SANCTION, request, timeout)

    async def lift_sanction(
        self,
        *,
        person: str,
        sanction_lift: commands_pb2.SanctionLift,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.LiftSanctionResponse:
        """Lifts a sanction before its end."""
        request = command_service_pb2.LiftSanctionRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            sanction_lift=sanction_lift,
        )
        return await self.unary(_LIFT_SANCTION, request, timeout)

    async def raise_risk_flag(
        self,
        *,
        subject: str,
        flag: commands_pb2.RiskFlag,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RaiseRiskFlagResponse:
        """Raises a risk flag.

        It blocks nothing; a sanction does.
        """
        request = command_service_pb2.RaiseRiskFlagRequest(
            subject=subject,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            flag=flag,
        )
        return await self.unary(_RAISE_RISK_FLAG, request, timeout)

    async def clear_risk_flag(
        self,
        *,
        subject: str,
        clearance: commands_pb2.RiskFlagClearance,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ClearRiskFlagResponse:
        """Clears a risk flag."""
        request = command_service_pb2.ClearRiskFlagRequest(
            subject=subject,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            clearance=clearance,
        )
        return await self.unary(_CLEAR_RISK_FLAG, request, timeout)

    async def file_claim(
        self,
        *,
        person: str,
        claim: commands_pb2.ClaimFiling,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.FileClaimResponse:
        """Files a claim for a bill that the person prepaid (零星报销), within the deadline after the service."""
        request = command_service_pb2.FileClaimRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim=claim,
        )
        return await self.unary(_FILE_CLAIM, request, timeout)

    async def review_claim(
        self,
        *,
        person: str,
        claim_review: commands_pb2.ClaimReview,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.ReviewClaimResponse:
        """Decides a claim: what the pooled fund owes the person is computed like a settlement, or supplied."""
        request = command_service_pb2.ReviewClaimRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim_review=claim_review,
        )
        return await self.unary(_REVIEW_CLAIM, request, timeout)

    async def record_claim_payment(
        self,
        *,
        person: str,
        claim_payment: commands_pb2.ClaimPayment,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.RecordClaimPaymentResponse:
        """Records that an approved claim was paid to the person, outside of the account."""
        request = command_service_pb2.RecordClaimPaymentRequest(
            person=person,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            claim_payment=claim_payment,
        )
        return await self.unary(_RECORD_CLAIM_PAYMENT, request, timeout)

    async def post_interest(
        self,
        *,
        account: str,
        posting: commands_pb2.InterestPosting,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.PostInterestResponse:
        """Credits interest for a period, once.

        The amount must follow from balance days, rate and the region's days of a year.
        """
        request = command_service_pb2.PostInterestRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            posting=posting,
        )
        return await self.unary(_POST_INTEREST, request, timeout)

    async def settle_payable(
        self,
        *,
        account: str,
        settlement: commands_pb2.PayableSettlement,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.SettlePayableResponse:
        """Records that money which came back after an account was closed was paid outside."""
        request = command_service_pb2.SettlePayableRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            settlement=settlement,
        )
        return await self.unary(_SETTLE_PAYABLE, request, timeout)

    async def merge_accounts(
        self,
        *,
        account: str,
        merge: commands_pb2.AccountMerge,
        request_id: str | None = None,
        effective_time: datetime | Timestamp | None = None,
        expected_version: int | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.MergeAccountsResponse:
        """Merges another account of the same person into this one: balance and yearly sums move, the other closes."""
        request = command_service_pb2.MergeAccountsRequest(
            account=account,
            request_id=request_id,
            effective_time=moment(effective_time),
            expected_version=expected_version,
            merge=merge,
        )
        return await self.unary(_MERGE_ACCOUNTS, request, timeout)

    async def batch_execute(
        self,
        *,
        ledger: str,
        items: Iterable[command_service_pb2.BatchItem],
        timeout: float | None = None,
    ) -> command_service_pb2.BatchExecuteResponse:
        """Executes many commands in order, each by itself or in atomic groups.

        Each command needs the rights of its own method as well.
        """
        request = command_service_pb2.BatchExecuteRequest(
            ledger=ledger,
            items=items,
        )
        return await self.unary(_BATCH_EXECUTE, request, timeout)

    def execute_stream(
        self, requests: AsyncIterable[command_service_pb2.ExecuteStreamRequest], *, timeout: float | None = None
    ) -> AsyncStream[command_service_pb2.ExecuteStreamResponse]:
        """Executes commands as they come, in the order of the stream, and answers in the same order.

        Each message carries many items, as BatchExecute has them, and is answered by one message: the n-th answer has
        the results of the n-th message, one per item. What BatchExecute says of items holds here: each has its own
        request id and result, or is an atomic group; one that cannot be executed, even one that is malformed, is
        answered and does not stop those behind it. Each command needs the rights of its own method as well. A request
        id that comes again, in the same stream or elsewhere, is answered with the first answer, and with
        IDEMPOTENCY_CONFLICT when the content differs. At most 1,000 commands are in flight, that is, read and their
        answer not yet sent; then the service stops reading until answers have left. Who does not take answers in is not
        read from. A command is executed unless its turn comes later than the deadline of the stream or ten seconds
        after it was read; then its result is DEADLINE_EXCEEDED, reason DEADLINE_EXPIRED, or UNAVAILABLE. A caller that
        cancels, or is cut off, does not undo what was read; what became of it is learnt by sending it again with the
        same request ids, or from GetCommandOutcome. The stream ends well when the caller has ended its side and
        everything is answered. A message that cannot be taken (malformed, without items, of more than 1,000 commands,
        about another ledger) ends it with INVALID_ARGUMENT, and the shutdown of the service with UNAVAILABLE; either
        only when everything read before is answered. Messages without an answer were not executed then.
        """
        return self.exchange(_EXECUTE_STREAM, requests, timeout)

    async def void_command(
        self,
        *,
        ledger: str,
        voided_request_id: str,
        request_id: str | None = None,
        confidential: types_pb2.Confidential | None = None,
        timeout: float | None = None,
    ) -> command_service_pb2.VoidCommandResponse:
        """Voids a command of the caller's organisation by its request id (冲正), whether it is known or not."""
        request = command_service_pb2.VoidCommandRequest(
            ledger=ledger,
            request_id=request_id,
            voided_request_id=voided_request_id,
            confidential=confidential,
        )
        return await self.unary(_VOID_COMMAND, request, timeout)

    async def get_command_outcome(
        self,
        *,
        ledger: str,
        command_request_id: str,
        timeout: float | None = None,
    ) -> command_service_pb2.GetCommandOutcomeResponse:
        """Tells what became of a command of the caller's organisation.

        The answer is final: it is read under the lock that every commit takes.
        """
        request = command_service_pb2.GetCommandOutcomeRequest(
            ledger=ledger,
            command_request_id=command_request_id,
        )
        return await self.unary(_GET_COMMAND_OUTCOME, request, timeout)

    async def get_account(
        self,
        *,
        name: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetAccountResponse:
        """The state of a person and account, by default as of the newest commit."""
        request = query_service_pb2.GetAccountRequest(
            name=name,
            consistency=consistency,
            min_position=min_position,
        )
        return await self.unary(_GET_ACCOUNT, request, timeout)

    async def replay_account(
        self,
        *,
        name: str,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ReplayAccountResponse:
        """The state of an account behind each of its events, with the arithmetic of every change.

        Every page folds the account's entries anew: the states are what the entries say, not what a view remembers.
        """
        request = query_service_pb2.ReplayAccountRequest(
            name=name,
            to_position=to_position,
            to_time=moment(to_time),
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_REPLAY_ACCOUNT, request, timeout)

    def all_replay_account(
        self,
        *,
        name: str,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[query_service_pb2.ReplayStep]:
        """The state of an account behind each of its events, with the arithmetic of every change.

        Every page folds the account's entries anew: the states are what the entries say, not what a view remembers.
        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ReplayAccountRequest(
            name=name,
            to_position=to_position,
            to_time=moment(to_time),
            page_size=page_size,
        )
        return self.pages(_REPLAY_ACCOUNT, request, "steps", timeout)

    async def explain_account(
        self,
        *,
        name: str,
        from_position: int | None = None,
        to_position: int | None = None,
        to_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ExplainAccountResponse:
        """What a balance is made of, and what changed between two positions of the log."""
        request = query_service_pb2.ExplainAccountRequest(
            name=name,
            from_position=from_position,
            to_position=to_position,
            to_time=moment(to_time),
        )
        return await self.unary(_EXPLAIN_ACCOUNT, request, timeout)

    async def get_share_use(
        self,
        *,
        account: str,
        year: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetShareUseResponse:
        """Who spent what of an account's money, by beneficiary, in one civil year, and what the limits leave."""
        request = query_service_pb2.GetShareUseRequest(
            account=account,
            year=year,
            consistency=consistency,
            min_position=min_position,
        )
        return await self.unary(_GET_SHARE_USE, request, timeout)

    async def get_ledger(
        self,
        *,
        name: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.GetLedgerResponse:
        """The size and root of a ledger as of the newest commit."""
        request = query_service_pb2.GetLedgerRequest(
            name=name,
            consistency=consistency,
            min_position=min_position,
        )
        return await self.unary(_GET_LEDGER, request, timeout)

    async def list_claims(
        self,
        *,
        parent: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        states: Iterable[types_pb2.ClaimState] | None = None,
        cause: types_pb2.ClaimCause | None = None,
        institution: str | None = None,
        from_date: types_pb2.CivilDate | None = None,
        to_date: types_pb2.CivilDate | None = None,
        only_due: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListClaimsResponse:
        """The claims of a person, the latest first, and where each stands."""
        request = query_service_pb2.ListClaimsRequest(
            parent=parent,
            consistency=consistency,
            min_position=min_position,
            states=states,
            cause=cause,
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            only_due=only_due,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_CLAIMS, request, timeout)

    def claims(
        self,
        *,
        parent: str,
        consistency: query_service_pb2.Consistency | None = None,
        min_position: int | None = None,
        states: Iterable[types_pb2.ClaimState] | None = None,
        cause: types_pb2.ClaimCause | None = None,
        institution: str | None = None,
        from_date: types_pb2.CivilDate | None = None,
        to_date: types_pb2.CivilDate | None = None,
        only_due: bool | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[query_service_pb2.Claim]:
        """The claims of a person, the latest first, and where each stands.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListClaimsRequest(
            parent=parent,
            consistency=consistency,
            min_position=min_position,
            states=states,
            cause=cause,
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            only_due=only_due,
            page_size=page_size,
        )
        return self.pages(_LIST_CLAIMS, request, "claims", timeout)

    async def quote_contribution(
        self,
        *,
        ledger: str,
        wage: int,
        period: int,
        source: types_pb2.DepositSource,
        person_type: types_pb2.PersonType | None = None,
        rate_bp: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.QuoteContributionResponse:
        """What a month's contribution comes to: the wage within floor and ceiling, times the rate.

        Nothing is recorded.
        """
        request = query_service_pb2.QuoteContributionRequest(
            ledger=ledger,
            wage=wage,
            period=period,
            source=source,
            person_type=person_type,
            rate_bp=rate_bp,
        )
        return await self.unary(_QUOTE_CONTRIBUTION, request, timeout)

    async def quote_interest(
        self,
        *,
        account: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        rate_ppm: int,
        timeout: float | None = None,
    ) -> query_service_pb2.QuoteInterestResponse:
        """What the interest of an account comes to for a period, from its balances as they are known now.

        Nothing is recorded.
        """
        request = query_service_pb2.QuoteInterestRequest(
            account=account,
            from_date=from_date,
            to_date=to_date,
            rate_ppm=rate_ppm,
        )
        return await self.unary(_QUOTE_INTEREST, request, timeout)

    async def get_transfer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetTransferResponse:
        """A wallet transfer: where its money is, as of the newest commits of both ledgers."""
        request = query_service_pb2.GetTransferRequest(
            name=name,
        )
        return await self.unary(_GET_TRANSFER, request, timeout)

    async def list_transfers(
        self,
        *,
        parent: str,
        state: types_pb2.TransferState | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListTransfersResponse:
        """Wallet transfers that have not ended: pending ones, or accepted ones that are not credited yet."""
        request = query_service_pb2.ListTransfersRequest(
            parent=parent,
            state=state,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_TRANSFERS, request, timeout)

    def transfers(
        self,
        *,
        parent: str,
        state: types_pb2.TransferState | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[query_service_pb2.Transfer]:
        """Wallet transfers that have not ended: pending ones, or accepted ones that are not credited yet.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListTransfersRequest(
            parent=parent,
            state=state,
            page_size=page_size,
        )
        return self.pages(_LIST_TRANSFERS, request, "transfers", timeout)

    async def get_policy(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetPolicyResponse:
        """A version of a policy with its document, whatever became of it."""
        request = query_service_pb2.GetPolicyRequest(
            name=name,
        )
        return await self.unary(_GET_POLICY, request, timeout)

    async def list_policies(
        self,
        *,
        parent: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ListPoliciesResponse:
        """Every version of the ledger's policies without its document, in the order of their entries."""
        request = query_service_pb2.ListPoliciesRequest(
            parent=parent,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_POLICIES, request, timeout)

    def policies(
        self,
        *,
        parent: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[query_service_pb2.Policy]:
        """Every version of the ledger's policies without its document, in the order of their entries.

        Asks for page after page; `timeout` is for each.
        """
        request = query_service_pb2.ListPoliciesRequest(
            parent=parent,
            page_size=page_size,
        )
        return self.pages(_LIST_POLICIES, request, "policies", timeout)

    async def get_institution(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> query_service_pb2.GetInstitutionResponse:
        """What an institution is and was designated as."""
        request = query_service_pb2.GetInstitutionRequest(
            name=name,
        )
        return await self.unary(_GET_INSTITUTION, request, timeout)

    async def read_entries(
        self,
        *,
        ledger: str,
        from_position: int,
        page_size: int | None = None,
        min_position: int | None = None,
        timeout: float | None = None,
    ) -> query_service_pb2.ReadEntriesResponse:
        """Stored entries as they are, in pages that end on transaction ends."""
        request = query_service_pb2.ReadEntriesRequest(
            ledger=ledger,
            from_position=from_position,
            page_size=page_size,
            min_position=min_position,
        )
        return await self.unary(_READ_ENTRIES, request, timeout)

    async def list_postings(
        self,
        *,
        ledger: str,
        from_position: int | None = None,
        to_position: int | None = None,
        account: books_service_pb2.BookAccount | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.ListPostingsResponse:
        """The postings of entries, in the order of the log."""
        request = books_service_pb2.ListPostingsRequest(
            ledger=ledger,
            from_position=from_position,
            to_position=to_position,
            account=account,
            owner=owner,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_POSTINGS, request, timeout)

    def postings(
        self,
        *,
        ledger: str,
        from_position: int | None = None,
        to_position: int | None = None,
        account: books_service_pb2.BookAccount | None = None,
        owner: str | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[books_service_pb2.JournalEntry]:
        """The postings of entries, in the order of the log.

        Asks for page after page; `timeout` is for each.
        """
        request = books_service_pb2.ListPostingsRequest(
            ledger=ledger,
            from_position=from_position,
            to_position=to_position,
            account=account,
            owner=owner,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_POSTINGS, request, "entries", timeout)

    async def get_trial_balance(
        self,
        *,
        ledger: str,
        position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.GetTrialBalanceResponse:
        """The sums of all accounts of the books at a position.

        Debits and credits are equal.
        """
        request = books_service_pb2.GetTrialBalanceRequest(
            ledger=ledger,
            position=position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_GET_TRIAL_BALANCE, request, timeout)

    async def list_book_balances(
        self,
        *,
        ledger: str,
        account: books_service_pb2.BookAccount,
        position: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> books_service_pb2.ListBookBalancesResponse:
        """The sums of one account of the books at a position by whose part it is, such as each institution's."""
        request = books_service_pb2.ListBookBalancesRequest(
            ledger=ledger,
            account=account,
            position=position,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_BOOK_BALANCES, request, timeout)

    def book_balances(
        self,
        *,
        ledger: str,
        account: books_service_pb2.BookAccount,
        position: int | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[books_service_pb2.BookBalance]:
        """The sums of one account of the books at a position by whose part it is, such as each institution's.

        Asks for page after page; `timeout` is for each.
        """
        request = books_service_pb2.ListBookBalancesRequest(
            ledger=ledger,
            account=account,
            position=position,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_BOOK_BALANCES, request, "balances", timeout)

    async def get_balance(
        self,
        *,
        account: str,
        effective_time: datetime | Timestamp | None = None,
        known_time: datetime | Timestamp | None = None,
        known_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetBalanceResponse:
        """The balance of an account, now or at any time, as it is known now or as it was known at any time."""
        request = history_service_pb2.GetBalanceRequest(
            account=account,
            effective_time=moment(effective_time),
            known_time=moment(known_time),
            known_position=known_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_GET_BALANCE, request, timeout)

    async def list_transactions(
        self,
        *,
        account: str,
        page_size: int | None = None,
        page_token: str | None = None,
        order: history_service_pb2.TransactionOrder | None = None,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        recorded_from: datetime | Timestamp | None = None,
        recorded_to: datetime | Timestamp | None = None,
        kinds: Iterable[history_service_pb2.TransactionKind] | None = None,
        categories: Iterable[types_pb2.Category] | None = None,
        institution: str | None = None,
        beneficiary: str | None = None,
        payer: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListTransactionsResponse:
        """What moved an account's money and what was bought, in pages.

        Ordered by effective time, then by position. All pages show the log as it was when the first one was asked for:
        nothing comes twice and nothing is left out, whatever is recorded meanwhile. A page token is bound to the ledger
        and to all other fields but `page_size`, `min_position` and `consistency`; it gives no rights.
        """
        request = history_service_pb2.ListTransactionsRequest(
            account=account,
            page_size=page_size,
            page_token=page_token,
            order=order,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            recorded_from=moment(recorded_from),
            recorded_to=moment(recorded_to),
            kinds=kinds,
            categories=categories,
            institution=institution,
            beneficiary=beneficiary,
            payer=payer,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_TRANSACTIONS, request, timeout)

    def transactions(
        self,
        *,
        account: str,
        page_size: int | None = None,
        order: history_service_pb2.TransactionOrder | None = None,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        recorded_from: datetime | Timestamp | None = None,
        recorded_to: datetime | Timestamp | None = None,
        kinds: Iterable[history_service_pb2.TransactionKind] | None = None,
        categories: Iterable[types_pb2.Category] | None = None,
        institution: str | None = None,
        beneficiary: str | None = None,
        payer: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[history_service_pb2.AccountTransaction]:
        """What moved an account's money and what was bought, in pages.

        Ordered by effective time, then by position. All pages show the log as it was when the first one was asked for:
        nothing comes twice and nothing is left out, whatever is recorded meanwhile. A page token is bound to the ledger
        and to all other fields but `page_size`, `min_position` and `consistency`; it gives no rights. Asks for page
        after page; `timeout` is for each.
        """
        request = history_service_pb2.ListTransactionsRequest(
            account=account,
            page_size=page_size,
            order=order,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            recorded_from=moment(recorded_from),
            recorded_to=moment(recorded_to),
            kinds=kinds,
            categories=categories,
            institution=institution,
            beneficiary=beneficiary,
            payer=payer,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_TRANSACTIONS, request, "transactions", timeout)

    async def get_spending_summary(
        self,
        *,
        account: str,
        effective_from: datetime | Timestamp | None = None,
        effective_to: datetime | Timestamp | None = None,
        grouping: history_service_pb2.SummaryGrouping | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetSpendingSummaryResponse:
        """Sums over a period, by month, category, institution or beneficiary.

        They add up to the change of the balance.
        """
        request = history_service_pb2.GetSpendingSummaryRequest(
            account=account,
            effective_from=moment(effective_from),
            effective_to=moment(effective_to),
            grouping=grouping,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_GET_SPENDING_SUMMARY, request, timeout)

    async def get_statement(
        self,
        *,
        account: str,
        year: int,
        drawn_time: datetime | Timestamp | None = None,
        previous_drawn_time: datetime | Timestamp | None = None,
        sums_only: bool | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.GetStatementResponse:
        """The yearly statement of an account: opening, late entries, credits, interest, debits, closing.

        A statement counts what was recorded before it was drawn, by default at the end of its year. So a statement of a
        year that is over never changes, and closes with the balance with which the next one opens. What is recorded
        later with an effective time of that year or before stands in the next statement as a late entry.
        """
        request = history_service_pb2.GetStatementRequest(
            account=account,
            year=year,
            drawn_time=moment(drawn_time),
            previous_drawn_time=moment(previous_drawn_time),
            sums_only=sums_only,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_GET_STATEMENT, request, timeout)

    async def render_statement(
        self,
        *,
        account: str,
        year: int,
        drawn_time: datetime | Timestamp | None = None,
        previous_drawn_time: datetime | Timestamp | None = None,
        sums_only: bool | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        language: str | None = None,
        holder: str | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.RenderStatementResponse:
        """A statement as a page to be printed on A4: HTML without scripts."""
        request = history_service_pb2.RenderStatementRequest(
            account=account,
            year=year,
            drawn_time=moment(drawn_time),
            previous_drawn_time=moment(previous_drawn_time),
            sums_only=sums_only,
            min_position=min_position,
            consistency=consistency,
            language=language,
            holder=holder,
            past_position=past_position,
        )
        return await self.unary(_RENDER_STATEMENT, request, timeout)

    async def list_agents(
        self,
        *,
        person: str,
        ended_too: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListAgentsResponse:
        """Who may act for a person: agents and guardians, in pages, the oldest mandate first.

        All pages show who could act when the first one was asked for. Whoever is one person only (`x-acting-as`) asks
        about that person; what others ask leaves an access entry before it is answered.
        """
        request = history_service_pb2.ListAgentsRequest(
            person=person,
            ended_too=ended_too,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
        )
        return await self.unary(_LIST_AGENTS, request, timeout)

    def agents(
        self,
        *,
        person: str,
        ended_too: bool | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[history_service_pb2.ListedMandate]:
        """Who may act for a person: agents and guardians, in pages, the oldest mandate first.

        All pages show who could act when the first one was asked for. Whoever is one person only (`x-acting-as`) asks
        about that person; what others ask leaves an access entry before it is answered. Asks for page after page;
        `timeout` is for each.
        """
        request = history_service_pb2.ListAgentsRequest(
            person=person,
            ended_too=ended_too,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
        )
        return self.pages(_LIST_AGENTS, request, "mandates", timeout)

    async def list_principals(
        self,
        *,
        agent: str,
        ledger: str | None = None,
        ended_too: bool | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListPrincipalsResponse:
        """For whom a person may act, in one ledger: wards, and whoever gave a mandate.

        Pages and access entries are those of ListAgents.
        """
        request = history_service_pb2.ListPrincipalsRequest(
            agent=agent,
            ledger=ledger,
            ended_too=ended_too,
            page_size=page_size,
            page_token=page_token,
            min_position=min_position,
            consistency=consistency,
        )
        return await self.unary(_LIST_PRINCIPALS, request, timeout)

    def principals(
        self,
        *,
        agent: str,
        ledger: str | None = None,
        ended_too: bool | None = None,
        page_size: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[history_service_pb2.ListedMandate]:
        """For whom a person may act, in one ledger: wards, and whoever gave a mandate.

        Pages and access entries are those of ListAgents. Asks for page after page; `timeout` is for each.
        """
        request = history_service_pb2.ListPrincipalsRequest(
            agent=agent,
            ledger=ledger,
            ended_too=ended_too,
            page_size=page_size,
            min_position=min_position,
            consistency=consistency,
        )
        return self.pages(_LIST_PRINCIPALS, request, "mandates", timeout)

    async def get_projection_status(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> history_service_pb2.GetProjectionStatusResponse:
        """How far a projection has come."""
        request = history_service_pb2.GetProjectionStatusRequest(
            name=name,
        )
        return await self.unary(_GET_PROJECTION_STATUS, request, timeout)

    async def list_projections(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> history_service_pb2.ListProjectionsResponse:
        """How far every projection of a ledger has come, each version of it."""
        request = history_service_pb2.ListProjectionsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_PROJECTIONS, request, timeout)

    def projections(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[history_service_pb2.ProjectionStatus]:
        """How far every projection of a ledger has come, each version of it.

        Asks for page after page; `timeout` is for each.
        """
        request = history_service_pb2.ListProjectionsRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_PROJECTIONS, request, "projections", timeout)

    async def put_identity(
        self,
        *,
        person: str,
        identity: identity_service_pb2.PersonIdentity,
        timeout: float | None = None,
    ) -> identity_service_pb2.PutIdentityResponse:
        """Stores who a person is.

        The same identity again changes nothing.
        """
        request = identity_service_pb2.PutIdentityRequest(
            person=person,
            identity=identity,
        )
        return await self.unary(_PUT_IDENTITY, request, timeout)

    async def correct_identity(
        self,
        *,
        person: str,
        identity: identity_service_pb2.PersonIdentity,
        expected_version: int,
        timeout: float | None = None,
    ) -> identity_service_pb2.CorrectIdentityResponse:
        """Replaces what is stored."""
        request = identity_service_pb2.CorrectIdentityRequest(
            person=person,
            identity=identity,
            expected_version=expected_version,
        )
        return await self.unary(_CORRECT_IDENTITY, request, timeout)

    async def get_identity(
        self,
        *,
        person: str,
        purpose: str,
        timeout: float | None = None,
    ) -> identity_service_pb2.GetIdentityResponse:
        """Tells who a person is; IDENTITY_ERASED where that was erased, and nobody knows it any more."""
        request = identity_service_pb2.GetIdentityRequest(
            person=person,
            purpose=purpose,
        )
        return await self.unary(_GET_IDENTITY, request, timeout)

    async def rotate_signing_key(
        self,
        *,
        ledger: str,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.RotateSigningKeyResponse:
        """Takes a new signing key into use, beside those that sign already.

        Both sign until the old one is retired, so that verifiers have time to learn the new one. The first checkpoint
        that a new key signs covers the entry that announces it.
        """
        request = key_service_pb2.RotateSigningKeyRequest(
            ledger=ledger,
            request_id=request_id,
        )
        return await self.unary(_ROTATE_SIGNING_KEY, request, timeout)

    async def retire_signing_key(
        self,
        *,
        ledger: str,
        verifier_key: str,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.RetireSigningKeyResponse:
        """Retires a signing key.

        It stays listed, since what it signed stays good.
        """
        request = key_service_pb2.RetireSigningKeyRequest(
            ledger=ledger,
            request_id=request_id,
            verifier_key=verifier_key,
        )
        return await self.unary(_RETIRE_SIGNING_KEY, request, timeout)

    async def propose_key_destruction(
        self,
        *,
        person: str,
        cause: types_pb2.KeyDestructionCause,
        request_id: str | None = None,
        order_sha256: bytes | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.ProposeKeyDestructionResponse:
        """Proposes to destroy a person's key, and with it the person's identity.

        Needs an account that is closed, or none.
        """
        request = key_service_pb2.ProposeKeyDestructionRequest(
            person=person,
            request_id=request_id,
            cause=cause,
            order_sha256=order_sha256,
        )
        return await self.unary(_PROPOSE_KEY_DESTRUCTION, request, timeout)

    async def review_key_destruction(
        self,
        *,
        ledger: str,
        proposal: str,
        decision: types_pb2.ProposalDecision,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> key_service_pb2.ReviewKeyDestructionResponse:
        """Decides such a proposal.

        Approving needs another identity than the proposer's, and cannot be undone. The key is destroyed before this
        answers, and every process forgets it within seconds. Entries, balances and proofs stay as they are.
        """
        request = key_service_pb2.ReviewKeyDestructionRequest(
            ledger=ledger,
            request_id=request_id,
            proposal=proposal,
            decision=decision,
        )
        return await self.unary(_REVIEW_KEY_DESTRUCTION, request, timeout)

    async def get_institution_totals(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        grouping: oversight_service_pb2.TotalsGrouping | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.GetInstitutionTotalsResponse:
        """What an institution settled in a period, by clearing type: totals of 对总账, of a month, of a shift.

        PERMISSION_DENIED, reason INSTITUTION_OF_ANOTHER_ORGANISATION, unless its designation names the caller's
        organisation or the caller has ANY_INSTITUTION; so too for ListSettlements.
        """
        request = oversight_service_pb2.GetInstitutionTotalsRequest(
            institution=institution,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            grouping=grouping,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_GET_INSTITUTION_TOTALS, request, timeout)

    async def list_settlements(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        page_size: int | None = None,
        page_token: str | None = None,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListSettlementsResponse:
        """The settlements of an institution, in pages.

        Ordered by effective time, then by position.
        """
        request = oversight_service_pb2.ListSettlementsRequest(
            institution=institution,
            page_size=page_size,
            page_token=page_token,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_SETTLEMENTS, request, timeout)

    def settlements(
        self,
        *,
        institution: str,
        from_date: types_pb2.CivilDate,
        to_date: types_pb2.CivilDate,
        page_size: int | None = None,
        clearing_type: types_pb2.ClearingType | None = None,
        date: oversight_service_pb2.SettlementDate | None = None,
        refunds: oversight_service_pb2.RefundCounting | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[oversight_service_pb2.Settlement]:
        """The settlements of an institution, in pages.

        Ordered by effective time, then by position. Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListSettlementsRequest(
            institution=institution,
            page_size=page_size,
            from_date=from_date,
            to_date=to_date,
            clearing_type=clearing_type,
            date=date,
            refunds=refunds,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_SETTLEMENTS, request, "settlements", timeout)

    async def list_risk_flags(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        state: oversight_service_pb2.RiskFlagState | None = None,
        kinds: Iterable[types_pb2.RiskFlagKind] | None = None,
        min_severity: types_pb2.RiskSeverity | None = None,
        subject: str | None = None,
        rule: str | None = None,
        after_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListRiskFlagsResponse:
        """Risk flags on persons and institutions, in pages: newest first, or as a feed from a position on."""
        request = oversight_service_pb2.ListRiskFlagsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            state=state,
            kinds=kinds,
            min_severity=min_severity,
            subject=subject,
            rule=rule,
            after_position=after_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_RISK_FLAGS, request, timeout)

    def risk_flags(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        state: oversight_service_pb2.RiskFlagState | None = None,
        kinds: Iterable[types_pb2.RiskFlagKind] | None = None,
        min_severity: types_pb2.RiskSeverity | None = None,
        subject: str | None = None,
        rule: str | None = None,
        after_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[oversight_service_pb2.RiskFlagRecord]:
        """Risk flags on persons and institutions, in pages: newest first, or as a feed from a position on.

        Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListRiskFlagsRequest(
            ledger=ledger,
            page_size=page_size,
            state=state,
            kinds=kinds,
            min_severity=min_severity,
            subject=subject,
            rule=rule,
            after_position=after_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_RISK_FLAGS, request, "flags", timeout)

    async def list_claim_cases(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        state: types_pb2.ClaimState | None = None,
        institution: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListClaimCasesResponse:
        """Claims of a whole ledger, in pages, the oldest first: what waits to be decided or paid."""
        request = oversight_service_pb2.ListClaimCasesRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            state=state,
            institution=institution,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_CLAIM_CASES, request, timeout)

    def claim_cases(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        state: types_pb2.ClaimState | None = None,
        institution: str | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[oversight_service_pb2.ClaimCase]:
        """Claims of a whole ledger, in pages, the oldest first: what waits to be decided or paid.

        Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListClaimCasesRequest(
            ledger=ledger,
            page_size=page_size,
            state=state,
            institution=institution,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_CLAIM_CASES, request, "cases", timeout)

    async def list_exceptions(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        kinds: Iterable[oversight_service_pb2.ExceptionKind] | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> oversight_service_pb2.ListExceptionsResponse:
        """What must not have happened, in pages by position.

        It is found from the entries alone, by other rules than those that decided them; a ledger that is in order has
        none.
        """
        request = oversight_service_pb2.ListExceptionsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
            kinds=kinds,
            from_position=from_position,
            to_position=to_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return await self.unary(_LIST_EXCEPTIONS, request, timeout)

    def exceptions(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        kinds: Iterable[oversight_service_pb2.ExceptionKind] | None = None,
        from_position: int | None = None,
        to_position: int | None = None,
        min_position: int | None = None,
        consistency: query_service_pb2.Consistency | None = None,
        past_position: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[oversight_service_pb2.LedgerException]:
        """What must not have happened, in pages by position.

        It is found from the entries alone, by other rules than those that decided them; a ledger that is in order has
        none. Asks for page after page; `timeout` is for each.
        """
        request = oversight_service_pb2.ListExceptionsRequest(
            ledger=ledger,
            page_size=page_size,
            kinds=kinds,
            from_position=from_position,
            to_position=to_position,
            min_position=min_position,
            consistency=consistency,
            past_position=past_position,
        )
        return self.pages(_LIST_EXCEPTIONS, request, "exceptions", timeout)

    async def reconcile_totals(
        self,
        *,
        institution: str,
        reconciliation: commands_pb2.Reconciliation,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> period_service_pb2.ReconcileTotalsResponse:
        """Compares an institution's totals of a period with the ledger's (对总账), and records the result."""
        request = period_service_pb2.ReconcileTotalsRequest(
            institution=institution,
            request_id=request_id,
            reconciliation=reconciliation,
        )
        return await self.unary(_RECONCILE_TOTALS, request, timeout)

    def reconcile_details(
        self, requests: AsyncIterable[period_service_pb2.ReconcileDetailsRequest], *, timeout: float | None = None
    ) -> AsyncStream[period_service_pb2.ReconcileDetailsResponse]:
        """Compares an institution's statement of a period with the ledger row by row (对明细账), and records it.

        The first message says what is compared. The service answers how many rows it has of this request id; the caller
        sends the rows behind them, at most 1,000 in a message, each of which is answered with the new number when the
        rows are durable. A call that breaks off is resumed by another one with the same first message. `finish`
        compares: the differences follow, at most 1,000 in a message, and then what was recorded. The same again gives
        the same again.
        """
        return self.exchange(_RECONCILE_DETAILS, requests, timeout)

    async def close_year(
        self,
        *,
        ledger: str,
        closing: commands_pb2.YearClosing,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> period_service_pb2.CloseYearResponse:
        """Closes a civil year of the books (年度结转) that is over, once and in the order of the years.

        Balances carry over as they are, whatever is closed; deductibles, caps and visits belong to the year of the
        service and begin anew. An entry counts in the year of its effective time, unless that year was closed before it
        was recorded: then in the first year that is open. So interest for a year is credited before the year is closed,
        with an effective time inside of it.
        """
        request = period_service_pb2.CloseYearRequest(
            ledger=ledger,
            request_id=request_id,
            closing=closing,
        )
        return await self.unary(_CLOSE_YEAR, request, timeout)

    async def quote_year_closing(
        self,
        *,
        ledger: str,
        year: int,
        timeout: float | None = None,
    ) -> period_service_pb2.QuoteYearClosingResponse:
        """What closing a year would record now.

        Nothing is recorded.
        """
        request = period_service_pb2.QuoteYearClosingRequest(
            ledger=ledger,
            year=year,
        )
        return await self.unary(_QUOTE_YEAR_CLOSING, request, timeout)

    async def create_build(
        self,
        *,
        projection: str,
        purpose: projection_service_pb2.BuildPurpose | None = None,
        switch_when_equal: bool | None = None,
        parts: int | None = None,
        past_position: int | None = None,
        past_time: datetime | Timestamp | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.CreateBuildResponse:
        """Begins to make a version from the log, beside the one that answers.

        Which does not notice: writes and reads go on. Reason BUILD_IN_PROGRESS when one of that purpose is under way. A
        past that was built before is given as it is.
        """
        request = projection_service_pb2.CreateBuildRequest(
            projection=projection,
            purpose=purpose,
            switch_when_equal=switch_when_equal,
            parts=parts,
            past_position=past_position,
            past_time=moment(past_time),
        )
        return await self.unary(_CREATE_BUILD, request, timeout)

    async def get_build(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.GetBuildResponse:
        """A build and how far it has come."""
        request = projection_service_pb2.GetBuildRequest(
            name=name,
        )
        return await self.unary(_GET_BUILD, request, timeout)

    async def list_builds(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListBuildsResponse:
        """Builds of a ledger, newest first."""
        request = projection_service_pb2.ListBuildsRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_BUILDS, request, timeout)

    def builds(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[projection_service_pb2.Build]:
        """Builds of a ledger, newest first.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListBuildsRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_BUILDS, request, "builds", timeout)

    def watch_build(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> AsyncStream[projection_service_pb2.WatchBuildResponse]:
        """A build again and again while it goes on, until nothing is left to do.

        Ending the call does not end the build.
        """
        request = projection_service_pb2.WatchBuildRequest(
            name=name,
        )
        return self.stream(_WATCH_BUILD, request, timeout)

    async def switch_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        accept_differences: bool | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.SwitchProjectionResponse:
        """Lets a version answer.

        The one that did so is fed on, for RollBackProjection. Reason PROJECTION_VERSION_PAUSED,
        PROJECTION_VERSION_BEHIND, or PROJECTION_VERSION_NOT_PROVEN when it was not found equal to the one that answers.
        """
        request = projection_service_pb2.SwitchProjectionRequest(
            projection=projection,
            version=version,
            accept_differences=accept_differences,
        )
        return await self.unary(_SWITCH_PROJECTION, request, timeout)

    async def roll_back_projection(
        self,
        *,
        projection: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.RollBackProjectionResponse:
        """Lets the version answer again that answered before.

        Reason PROJECTION_VERSION_PAUSED or PROJECTION_VERSION_BEHIND.
        """
        request = projection_service_pb2.RollBackProjectionRequest(
            projection=projection,
        )
        return await self.unary(_ROLL_BACK_PROJECTION, request, timeout)

    async def pause_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.PauseProjectionResponse:
        """Stops feeding and building versions.

        Reads of what is there go on; those that would wait for more are turned away.
        """
        request = projection_service_pb2.PauseProjectionRequest(
            projection=projection,
            version=version,
        )
        return await self.unary(_PAUSE_PROJECTION, request, timeout)

    async def resume_projection(
        self,
        *,
        projection: str,
        version: int | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ResumeProjectionResponse:
        """Goes on with what was paused, and tries builds again that failed."""
        request = projection_service_pb2.ResumeProjectionRequest(
            projection=projection,
            version=version,
        )
        return await self.unary(_RESUME_PROJECTION, request, timeout)

    async def drop_projection_version(
        self,
        *,
        projection: str,
        version: int,
        timeout: float | None = None,
    ) -> projection_service_pb2.DropProjectionVersionResponse:
        """Removes a version that does not answer.

        Reason PROJECTION_VERSION_SERVING.
        """
        request = projection_service_pb2.DropProjectionVersionRequest(
            projection=projection,
            version=version,
        )
        return await self.unary(_DROP_PROJECTION_VERSION, request, timeout)

    async def list_dead_letters(
        self,
        *,
        ledger: str,
        after_position: int | None = None,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListDeadLettersResponse:
        """What projections could not take in, by position."""
        request = projection_service_pb2.ListDeadLettersRequest(
            ledger=ledger,
            after_position=after_position,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_DEAD_LETTERS, request, timeout)

    def dead_letters(
        self,
        *,
        ledger: str,
        after_position: int | None = None,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[projection_service_pb2.DeadLetter]:
        """What projections could not take in, by position.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListDeadLettersRequest(
            ledger=ledger,
            after_position=after_position,
            page_size=page_size,
        )
        return self.pages(_LIST_DEAD_LETTERS, request, "dead_letters", timeout)

    async def replay_dead_letters(
        self,
        *,
        projection: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.ReplayDeadLettersResponse:
        """Takes the dead letters of a projection in, after it was mended."""
        request = projection_service_pb2.ReplayDeadLettersRequest(
            projection=projection,
        )
        return await self.unary(_REPLAY_DEAD_LETTERS, request, timeout)

    async def set_consumer_position(
        self,
        *,
        consumer: str,
        position: int,
        expected_position: int | None = None,
        rewind: bool | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.SetConsumerPositionResponse:
        """Stores how far a consumer of the log has come.

        It begins with its first call, and belongs to the organisation of the caller. Fails with ABORTED, reason
        CONSUMER_POSITION_CONFLICT, when it is not where it is expected.
        """
        request = projection_service_pb2.SetConsumerPositionRequest(
            consumer=consumer,
            position=position,
            expected_position=expected_position,
            rewind=rewind,
        )
        return await self.unary(_SET_CONSUMER_POSITION, request, timeout)

    async def get_consumer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.GetConsumerResponse:
        """How far a consumer has come, and how far it is behind."""
        request = projection_service_pb2.GetConsumerRequest(
            name=name,
        )
        return await self.unary(_GET_CONSUMER, request, timeout)

    async def list_consumers(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        page_token: str | None = None,
        timeout: float | None = None,
    ) -> projection_service_pb2.ListConsumersResponse:
        """All consumers of a ledger."""
        request = projection_service_pb2.ListConsumersRequest(
            ledger=ledger,
            page_size=page_size,
            page_token=page_token,
        )
        return await self.unary(_LIST_CONSUMERS, request, timeout)

    def consumers(
        self,
        *,
        ledger: str,
        page_size: int | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[projection_service_pb2.Consumer]:
        """All consumers of a ledger.

        Asks for page after page; `timeout` is for each.
        """
        request = projection_service_pb2.ListConsumersRequest(
            ledger=ledger,
            page_size=page_size,
        )
        return self.pages(_LIST_CONSUMERS, request, "consumers", timeout)

    async def delete_consumer(
        self,
        *,
        name: str,
        timeout: float | None = None,
    ) -> projection_service_pb2.DeleteConsumerResponse:
        """Forgets a consumer that is no more."""
        request = projection_service_pb2.DeleteConsumerRequest(
            name=name,
        )
        return await self.unary(_DELETE_CONSUMER, request, timeout)

    def subscribe(
        self,
        *,
        ledger: str,
        from_position: int,
        selection: subscription_service_pb2.EntrySelection | None = None,
        timeout: float | None = None,
    ) -> AsyncStream[subscription_service_pb2.SubscribeResponse]:
        """Sends every selected entry of a ledger from a position on, exactly once and in order.

        First come those that are recorded already, then, without end, each one as soon as it is committed. Where to go
        on after an interruption: keep the `next_position` of the last message that was taken in, best in the same
        transaction as what was made of it, and send it as `from_position`. Every message has one, and everything that
        is selected before it has been sent. So nothing is lost and nothing comes twice, whatever ends the stream: the
        network, the caller, a restart of the service or of its database, another process that takes over. A message
        holds whole transactions. It has about a mebibyte at most, unless one transaction is larger (its request may
        have 16 MiB): let the client receive messages of 32 MiB. Who does not read is not waited for: the service keeps
        a few mebibytes for each subscriber, then sends `FellBehind` and reads again from the log. That costs nothing
        but time. The stream has no deadline unless the caller sets one. It ends with UNAVAILABLE when the service shuts
        down or cannot read its database: subscribe again, with a growing wait; with OUT_OF_RANGE, reason
        POSITION_BEYOND_END, when `from_position` is beyond the position that comes next; with INVALID_ARGUMENT, reason
        POSITION_INSIDE_TRANSACTION, when it is not the first of its transaction; with INVALID_ARGUMENT, reason
        INVALID_REQUEST, for a malformed name, an unknown type, a selection that is too long; with NOT_FOUND, reason
        LEDGER_NOT_FOUND, for an unknown ledger; with FAILED_PRECONDITION, reason LEDGER_FORKED, when the log is not the
        one that was acknowledged; with RESOURCE_EXHAUSTED, reason OVERLOADED, when the service has too many streams.
        """
        request = subscription_service_pb2.SubscribeRequest(
            ledger=ledger,
            from_position=from_position,
            selection=selection,
        )
        return self.stream(_SUBSCRIBE, request, timeout)

    async def finish_upgrade(
        self,
        *,
        ledger: str,
        feature_level: int,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> upgrade_service_pb2.FinishUpgradeResponse:
        """Raises a ledger's feature level.

        It cannot be lowered again. Until then programs of the version before serve the ledger side by side with newer
        ones, and commands that those would not understand are refused with UPGRADE_NOT_FINISHED. From then on an older
        process that still runs stops serving the ledger at its next command or read, and writes nothing more. Recorded
        as `FeatureLevelRaised`.
        """
        request = upgrade_service_pb2.FinishUpgradeRequest(
            ledger=ledger,
            request_id=request_id,
            feature_level=feature_level,
        )
        return await self.unary(_FINISH_UPGRADE, request, timeout)
