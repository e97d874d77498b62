from ledger.v1 import commands_pb2 as _commands_pb2
from ledger.v1 import reasons_pb2 as _reasons_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VoidEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOID_EFFECT_UNSPECIFIED: _ClassVar[VoidEffect]
    VOID_EFFECT_REVERSED: _ClassVar[VoidEffect]
    VOID_EFFECT_TOMBSTONED: _ClassVar[VoidEffect]
    VOID_EFFECT_NOTHING_TO_UNDO: _ClassVar[VoidEffect]
VOID_EFFECT_UNSPECIFIED: VoidEffect
VOID_EFFECT_REVERSED: VoidEffect
VOID_EFFECT_TOMBSTONED: VoidEffect
VOID_EFFECT_NOTHING_TO_UNDO: VoidEffect

class LedgerOpened(_message.Message):
    __slots__ = ("ledger", "origin", "time_zone", "currency", "hash_algorithm", "format", "secret_check", "reversal_order", "approved_openings_only")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    HASH_ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    SECRET_CHECK_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_ORDER_FIELD_NUMBER: _ClassVar[int]
    APPROVED_OPENINGS_ONLY_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    origin: str
    time_zone: str
    currency: str
    hash_algorithm: str
    format: int
    secret_check: bytes
    reversal_order: _types_pb2.ReversalOrder
    approved_openings_only: bool
    def __init__(self, ledger: _Optional[str] = ..., origin: _Optional[str] = ..., time_zone: _Optional[str] = ..., currency: _Optional[str] = ..., hash_algorithm: _Optional[str] = ..., format: _Optional[int] = ..., secret_check: _Optional[bytes] = ..., reversal_order: _Optional[_Union[_types_pb2.ReversalOrder, str]] = ..., approved_openings_only: _Optional[bool] = ...) -> None: ...

class CommandRefused(_message.Message):
    __slots__ = ("reason", "metadata", "subject", "subject_version", "item", "command", "grouped")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    REASON_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_VERSION_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    GROUPED_FIELD_NUMBER: _ClassVar[int]
    reason: _reasons_pb2.RefusalReason
    metadata: _containers.ScalarMap[str, str]
    subject: bytes
    subject_version: int
    item: int
    command: CommandContent
    grouped: bool
    def __init__(self, reason: _Optional[_Union[_reasons_pb2.RefusalReason, str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., subject: _Optional[bytes] = ..., subject_version: _Optional[int] = ..., item: _Optional[int] = ..., command: _Optional[_Union[CommandContent, _Mapping]] = ..., grouped: _Optional[bool] = ...) -> None: ...

class CommandContent(_message.Message):
    __slots__ = ("person_registration", "account_opening", "activation", "opening", "deposit", "purchase", "share_grant", "share_revocation", "family_transfer", "reversal", "loss_report", "loss_lift", "closing", "voided_command", "person_type_change", "coverage_suspension", "coverage_restoration", "holder_info_change", "credential_event", "interest_posting", "adjustment_proposal", "proposal_review", "premium_deduction", "wallet_transfer", "transfer_acceptance", "transfer_return", "transfer_credit", "relocation_departure", "relocation_arrival", "relocation_conclusion", "reissue_request", "card_issue", "mandate", "mandate_revocation", "transfer_settlement", "sanction", "sanction_lift", "claim_filing", "claim_review", "claim_payment", "institution_designation", "designation_revocation", "cross_region_filing", "filing_end", "policy_draft", "policy_withdrawal", "reconciliation", "risk_flag", "risk_flag_clearance", "key_destruction_proposal", "openings_proposal", "year_closing", "account_merge", "payable_settlement", "hold", "hold_capture", "hold_release", "purchase_amendment", "payer_order", "feature_level_raise", "signing_key_change")
    PERSON_REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_OPENING_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    SHARE_GRANT_FIELD_NUMBER: _ClassVar[int]
    SHARE_REVOCATION_FIELD_NUMBER: _ClassVar[int]
    FAMILY_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    LOSS_REPORT_FIELD_NUMBER: _ClassVar[int]
    LOSS_LIFT_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    VOIDED_COMMAND_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_SUSPENSION_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_RESTORATION_FIELD_NUMBER: _ClassVar[int]
    HOLDER_INFO_CHANGE_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    INTEREST_POSTING_FIELD_NUMBER: _ClassVar[int]
    ADJUSTMENT_PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_REVIEW_FIELD_NUMBER: _ClassVar[int]
    PREMIUM_DEDUCTION_FIELD_NUMBER: _ClassVar[int]
    WALLET_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_RETURN_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_CREDIT_FIELD_NUMBER: _ClassVar[int]
    RELOCATION_DEPARTURE_FIELD_NUMBER: _ClassVar[int]
    RELOCATION_ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    RELOCATION_CONCLUSION_FIELD_NUMBER: _ClassVar[int]
    REISSUE_REQUEST_FIELD_NUMBER: _ClassVar[int]
    CARD_ISSUE_FIELD_NUMBER: _ClassVar[int]
    MANDATE_FIELD_NUMBER: _ClassVar[int]
    MANDATE_REVOCATION_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    SANCTION_FIELD_NUMBER: _ClassVar[int]
    SANCTION_LIFT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FILING_FIELD_NUMBER: _ClassVar[int]
    CLAIM_REVIEW_FIELD_NUMBER: _ClassVar[int]
    CLAIM_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_DESIGNATION_FIELD_NUMBER: _ClassVar[int]
    DESIGNATION_REVOCATION_FIELD_NUMBER: _ClassVar[int]
    CROSS_REGION_FILING_FIELD_NUMBER: _ClassVar[int]
    FILING_END_FIELD_NUMBER: _ClassVar[int]
    POLICY_DRAFT_FIELD_NUMBER: _ClassVar[int]
    POLICY_WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    RISK_FLAG_FIELD_NUMBER: _ClassVar[int]
    RISK_FLAG_CLEARANCE_FIELD_NUMBER: _ClassVar[int]
    KEY_DESTRUCTION_PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    OPENINGS_PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    YEAR_CLOSING_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_MERGE_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    HOLD_CAPTURE_FIELD_NUMBER: _ClassVar[int]
    HOLD_RELEASE_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_AMENDMENT_FIELD_NUMBER: _ClassVar[int]
    PAYER_ORDER_FIELD_NUMBER: _ClassVar[int]
    FEATURE_LEVEL_RAISE_FIELD_NUMBER: _ClassVar[int]
    SIGNING_KEY_CHANGE_FIELD_NUMBER: _ClassVar[int]
    person_registration: _commands_pb2.PersonRegistration
    account_opening: _commands_pb2.AccountOpening
    activation: _commands_pb2.Activation
    opening: _commands_pb2.Opening
    deposit: _commands_pb2.Deposit
    purchase: _commands_pb2.Purchase
    share_grant: _commands_pb2.ShareGrant
    share_revocation: _commands_pb2.ShareRevocation
    family_transfer: _commands_pb2.FamilyTransfer
    reversal: _commands_pb2.Reversal
    loss_report: _commands_pb2.LossReport
    loss_lift: _commands_pb2.LossLift
    closing: _commands_pb2.Closing
    voided_command: _commands_pb2.VoidedCommand
    person_type_change: _commands_pb2.PersonTypeChange
    coverage_suspension: _commands_pb2.CoverageSuspension
    coverage_restoration: _commands_pb2.CoverageRestoration
    holder_info_change: _commands_pb2.HolderInfoChange
    credential_event: _commands_pb2.CredentialEvent
    interest_posting: _commands_pb2.InterestPosting
    adjustment_proposal: _commands_pb2.AdjustmentProposal
    proposal_review: _commands_pb2.ProposalReview
    premium_deduction: _commands_pb2.PremiumDeduction
    wallet_transfer: _commands_pb2.WalletTransfer
    transfer_acceptance: _commands_pb2.TransferAcceptance
    transfer_return: _commands_pb2.TransferReturn
    transfer_credit: _commands_pb2.TransferCredit
    relocation_departure: _commands_pb2.RelocationDeparture
    relocation_arrival: _commands_pb2.RelocationArrival
    relocation_conclusion: _commands_pb2.RelocationConclusion
    reissue_request: _commands_pb2.ReissueRequest
    card_issue: _commands_pb2.CardIssue
    mandate: _commands_pb2.Mandate
    mandate_revocation: _commands_pb2.MandateRevocation
    transfer_settlement: _commands_pb2.TransferSettlement
    sanction: _commands_pb2.Sanction
    sanction_lift: _commands_pb2.SanctionLift
    claim_filing: _commands_pb2.ClaimFiling
    claim_review: _commands_pb2.ClaimReview
    claim_payment: _commands_pb2.ClaimPayment
    institution_designation: _commands_pb2.InstitutionDesignation
    designation_revocation: _commands_pb2.DesignationRevocation
    cross_region_filing: _commands_pb2.CrossRegionFiling
    filing_end: _commands_pb2.FilingEnd
    policy_draft: _commands_pb2.PolicyDraft
    policy_withdrawal: _commands_pb2.PolicyWithdrawal
    reconciliation: _commands_pb2.Reconciliation
    risk_flag: _commands_pb2.RiskFlag
    risk_flag_clearance: _commands_pb2.RiskFlagClearance
    key_destruction_proposal: _commands_pb2.KeyDestructionProposal
    openings_proposal: _commands_pb2.OpeningsProposal
    year_closing: _commands_pb2.YearClosing
    account_merge: _commands_pb2.AccountMerge
    payable_settlement: _commands_pb2.PayableSettlement
    hold: _commands_pb2.Hold
    hold_capture: _commands_pb2.HoldCapture
    hold_release: _commands_pb2.HoldRelease
    purchase_amendment: _commands_pb2.PurchaseAmendment
    payer_order: _commands_pb2.PayerOrder
    feature_level_raise: _commands_pb2.FeatureLevelRaise
    signing_key_change: _commands_pb2.SigningKeyChange
    def __init__(self, person_registration: _Optional[_Union[_commands_pb2.PersonRegistration, _Mapping]] = ..., account_opening: _Optional[_Union[_commands_pb2.AccountOpening, _Mapping]] = ..., activation: _Optional[_Union[_commands_pb2.Activation, _Mapping]] = ..., opening: _Optional[_Union[_commands_pb2.Opening, _Mapping]] = ..., deposit: _Optional[_Union[_commands_pb2.Deposit, _Mapping]] = ..., purchase: _Optional[_Union[_commands_pb2.Purchase, _Mapping]] = ..., share_grant: _Optional[_Union[_commands_pb2.ShareGrant, _Mapping]] = ..., share_revocation: _Optional[_Union[_commands_pb2.ShareRevocation, _Mapping]] = ..., family_transfer: _Optional[_Union[_commands_pb2.FamilyTransfer, _Mapping]] = ..., reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ..., loss_report: _Optional[_Union[_commands_pb2.LossReport, _Mapping]] = ..., loss_lift: _Optional[_Union[_commands_pb2.LossLift, _Mapping]] = ..., closing: _Optional[_Union[_commands_pb2.Closing, _Mapping]] = ..., voided_command: _Optional[_Union[_commands_pb2.VoidedCommand, _Mapping]] = ..., person_type_change: _Optional[_Union[_commands_pb2.PersonTypeChange, _Mapping]] = ..., coverage_suspension: _Optional[_Union[_commands_pb2.CoverageSuspension, _Mapping]] = ..., coverage_restoration: _Optional[_Union[_commands_pb2.CoverageRestoration, _Mapping]] = ..., holder_info_change: _Optional[_Union[_commands_pb2.HolderInfoChange, _Mapping]] = ..., credential_event: _Optional[_Union[_commands_pb2.CredentialEvent, _Mapping]] = ..., interest_posting: _Optional[_Union[_commands_pb2.InterestPosting, _Mapping]] = ..., adjustment_proposal: _Optional[_Union[_commands_pb2.AdjustmentProposal, _Mapping]] = ..., proposal_review: _Optional[_Union[_commands_pb2.ProposalReview, _Mapping]] = ..., premium_deduction: _Optional[_Union[_commands_pb2.PremiumDeduction, _Mapping]] = ..., wallet_transfer: _Optional[_Union[_commands_pb2.WalletTransfer, _Mapping]] = ..., transfer_acceptance: _Optional[_Union[_commands_pb2.TransferAcceptance, _Mapping]] = ..., transfer_return: _Optional[_Union[_commands_pb2.TransferReturn, _Mapping]] = ..., transfer_credit: _Optional[_Union[_commands_pb2.TransferCredit, _Mapping]] = ..., relocation_departure: _Optional[_Union[_commands_pb2.RelocationDeparture, _Mapping]] = ..., relocation_arrival: _Optional[_Union[_commands_pb2.RelocationArrival, _Mapping]] = ..., relocation_conclusion: _Optional[_Union[_commands_pb2.RelocationConclusion, _Mapping]] = ..., reissue_request: _Optional[_Union[_commands_pb2.ReissueRequest, _Mapping]] = ..., card_issue: _Optional[_Union[_commands_pb2.CardIssue, _Mapping]] = ..., mandate: _Optional[_Union[_commands_pb2.Mandate, _Mapping]] = ..., mandate_revocation: _Optional[_Union[_commands_pb2.MandateRevocation, _Mapping]] = ..., transfer_settlement: _Optional[_Union[_commands_pb2.TransferSettlement, _Mapping]] = ..., sanction: _Optional[_Union[_commands_pb2.Sanction, _Mapping]] = ..., sanction_lift: _Optional[_Union[_commands_pb2.SanctionLift, _Mapping]] = ..., claim_filing: _Optional[_Union[_commands_pb2.ClaimFiling, _Mapping]] = ..., claim_review: _Optional[_Union[_commands_pb2.ClaimReview, _Mapping]] = ..., claim_payment: _Optional[_Union[_commands_pb2.ClaimPayment, _Mapping]] = ..., institution_designation: _Optional[_Union[_commands_pb2.InstitutionDesignation, _Mapping]] = ..., designation_revocation: _Optional[_Union[_commands_pb2.DesignationRevocation, _Mapping]] = ..., cross_region_filing: _Optional[_Union[_commands_pb2.CrossRegionFiling, _Mapping]] = ..., filing_end: _Optional[_Union[_commands_pb2.FilingEnd, _Mapping]] = ..., policy_draft: _Optional[_Union[_commands_pb2.PolicyDraft, _Mapping]] = ..., policy_withdrawal: _Optional[_Union[_commands_pb2.PolicyWithdrawal, _Mapping]] = ..., reconciliation: _Optional[_Union[_commands_pb2.Reconciliation, _Mapping]] = ..., risk_flag: _Optional[_Union[_commands_pb2.RiskFlag, _Mapping]] = ..., risk_flag_clearance: _Optional[_Union[_commands_pb2.RiskFlagClearance, _Mapping]] = ..., key_destruction_proposal: _Optional[_Union[_commands_pb2.KeyDestructionProposal, _Mapping]] = ..., openings_proposal: _Optional[_Union[_commands_pb2.OpeningsProposal, _Mapping]] = ..., year_closing: _Optional[_Union[_commands_pb2.YearClosing, _Mapping]] = ..., account_merge: _Optional[_Union[_commands_pb2.AccountMerge, _Mapping]] = ..., payable_settlement: _Optional[_Union[_commands_pb2.PayableSettlement, _Mapping]] = ..., hold: _Optional[_Union[_commands_pb2.Hold, _Mapping]] = ..., hold_capture: _Optional[_Union[_commands_pb2.HoldCapture, _Mapping]] = ..., hold_release: _Optional[_Union[_commands_pb2.HoldRelease, _Mapping]] = ..., purchase_amendment: _Optional[_Union[_commands_pb2.PurchaseAmendment, _Mapping]] = ..., payer_order: _Optional[_Union[_commands_pb2.PayerOrder, _Mapping]] = ..., feature_level_raise: _Optional[_Union[_commands_pb2.FeatureLevelRaise, _Mapping]] = ..., signing_key_change: _Optional[_Union[_commands_pb2.SigningKeyChange, _Mapping]] = ...) -> None: ...

class CommandVoided(_message.Message):
    __slots__ = ("command", "effect", "voided_position")
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    VOIDED_POSITION_FIELD_NUMBER: _ClassVar[int]
    command: _commands_pb2.VoidedCommand
    effect: VoidEffect
    voided_position: int
    def __init__(self, command: _Optional[_Union[_commands_pb2.VoidedCommand, _Mapping]] = ..., effect: _Optional[_Union[VoidEffect, str]] = ..., voided_position: _Optional[int] = ...) -> None: ...

class PersonRegistered(_message.Message):
    __slots__ = ("registration",)
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    registration: _commands_pb2.PersonRegistration
    def __init__(self, registration: _Optional[_Union[_commands_pb2.PersonRegistration, _Mapping]] = ...) -> None: ...

class AccountOpened(_message.Message):
    __slots__ = ("opening",)
    OPENING_FIELD_NUMBER: _ClassVar[int]
    opening: _commands_pb2.AccountOpening
    def __init__(self, opening: _Optional[_Union[_commands_pb2.AccountOpening, _Mapping]] = ...) -> None: ...

class AccountActivated(_message.Message):
    __slots__ = ("activation",)
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    activation: _commands_pb2.Activation
    def __init__(self, activation: _Optional[_Union[_commands_pb2.Activation, _Mapping]] = ...) -> None: ...

class OpeningImported(_message.Message):
    __slots__ = ("opening",)
    OPENING_FIELD_NUMBER: _ClassVar[int]
    opening: _commands_pb2.Opening
    def __init__(self, opening: _Optional[_Union[_commands_pb2.Opening, _Mapping]] = ...) -> None: ...

class DepositPosted(_message.Message):
    __slots__ = ("deposit",)
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    deposit: _commands_pb2.Deposit
    def __init__(self, deposit: _Optional[_Union[_commands_pb2.Deposit, _Mapping]] = ...) -> None: ...

class DepositReversed(_message.Message):
    __slots__ = ("reversal", "reversed_position", "amount")
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    REVERSED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    reversal: _commands_pb2.Reversal
    reversed_position: int
    amount: int
    def __init__(self, reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ..., reversed_position: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class PurchaseSettled(_message.Message):
    __slots__ = ("purchase", "split", "accumulator", "service_date", "person_type", "computation", "uncounted")
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATOR_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    COMPUTATION_FIELD_NUMBER: _ClassVar[int]
    UNCOUNTED_FIELD_NUMBER: _ClassVar[int]
    purchase: _commands_pb2.Purchase
    split: _types_pb2.Split
    accumulator: _types_pb2.Accumulator
    service_date: _types_pb2.CivilDate
    person_type: _types_pb2.PersonType
    computation: _types_pb2.Computation
    uncounted: bool
    def __init__(self, purchase: _Optional[_Union[_commands_pb2.Purchase, _Mapping]] = ..., split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., accumulator: _Optional[_Union[_types_pb2.Accumulator, _Mapping]] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., computation: _Optional[_Union[_types_pb2.Computation, _Mapping]] = ..., uncounted: _Optional[bool] = ...) -> None: ...

class PurchaseReversed(_message.Message):
    __slots__ = ("reversal", "reversed_position", "split", "accumulator", "payable_after_close")
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    REVERSED_POSITION_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATOR_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    reversal: _commands_pb2.Reversal
    reversed_position: int
    split: _types_pb2.Split
    accumulator: _types_pb2.Accumulator
    payable_after_close: int
    def __init__(self, reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ..., reversed_position: _Optional[int] = ..., split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., accumulator: _Optional[_Union[_types_pb2.Accumulator, _Mapping]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class PurchaseAmended(_message.Message):
    __slots__ = ("amendment", "amended_position", "kept_position")
    AMENDMENT_FIELD_NUMBER: _ClassVar[int]
    AMENDED_POSITION_FIELD_NUMBER: _ClassVar[int]
    KEPT_POSITION_FIELD_NUMBER: _ClassVar[int]
    amendment: _commands_pb2.PurchaseAmendment
    amended_position: int
    kept_position: int
    def __init__(self, amendment: _Optional[_Union[_commands_pb2.PurchaseAmendment, _Mapping]] = ..., amended_position: _Optional[int] = ..., kept_position: _Optional[int] = ...) -> None: ...

class SharePaid(_message.Message):
    __slots__ = ("beneficiary", "amount", "purchase_position", "institution", "year")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_POSITION_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    beneficiary: bytes
    amount: int
    purchase_position: int
    institution: str
    year: int
    def __init__(self, beneficiary: _Optional[bytes] = ..., amount: _Optional[int] = ..., purchase_position: _Optional[int] = ..., institution: _Optional[str] = ..., year: _Optional[int] = ...) -> None: ...

class ShareRefunded(_message.Message):
    __slots__ = ("beneficiary", "amount", "purchase_position", "share_position", "payable_after_close", "year")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_POSITION_FIELD_NUMBER: _ClassVar[int]
    SHARE_POSITION_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    beneficiary: bytes
    amount: int
    purchase_position: int
    share_position: int
    payable_after_close: int
    year: int
    def __init__(self, beneficiary: _Optional[bytes] = ..., amount: _Optional[int] = ..., purchase_position: _Optional[int] = ..., share_position: _Optional[int] = ..., payable_after_close: _Optional[int] = ..., year: _Optional[int] = ...) -> None: ...

class ShareGranted(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: _commands_pb2.ShareGrant
    def __init__(self, grant: _Optional[_Union[_commands_pb2.ShareGrant, _Mapping]] = ...) -> None: ...

class PayerBound(_message.Message):
    __slots__ = ("payer", "relation", "expire_time")
    PAYER_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    payer: bytes
    relation: _types_pb2.Relation
    expire_time: int
    def __init__(self, payer: _Optional[bytes] = ..., relation: _Optional[_Union[_types_pb2.Relation, str]] = ..., expire_time: _Optional[int] = ...) -> None: ...

class ShareRevoked(_message.Message):
    __slots__ = ("revocation", "beneficiary")
    REVOCATION_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    revocation: _commands_pb2.ShareRevocation
    beneficiary: bytes
    def __init__(self, revocation: _Optional[_Union[_commands_pb2.ShareRevocation, _Mapping]] = ..., beneficiary: _Optional[bytes] = ...) -> None: ...

class PayersOrdered(_message.Message):
    __slots__ = ("order", "payers")
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PAYERS_FIELD_NUMBER: _ClassVar[int]
    order: _commands_pb2.PayerOrder
    payers: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, order: _Optional[_Union[_commands_pb2.PayerOrder, _Mapping]] = ..., payers: _Optional[_Iterable[bytes]] = ...) -> None: ...

class PayerUnbound(_message.Message):
    __slots__ = ("payer",)
    PAYER_FIELD_NUMBER: _ClassVar[int]
    payer: bytes
    def __init__(self, payer: _Optional[bytes] = ...) -> None: ...

class FamilyTransferSent(_message.Message):
    __slots__ = ("transfer",)
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    transfer: _commands_pb2.FamilyTransfer
    def __init__(self, transfer: _Optional[_Union[_commands_pb2.FamilyTransfer, _Mapping]] = ...) -> None: ...

class FamilyTransferReceived(_message.Message):
    __slots__ = ("sender", "amount", "sent_position")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SENT_POSITION_FIELD_NUMBER: _ClassVar[int]
    sender: bytes
    amount: int
    sent_position: int
    def __init__(self, sender: _Optional[bytes] = ..., amount: _Optional[int] = ..., sent_position: _Optional[int] = ...) -> None: ...

class FamilyTransferReversed(_message.Message):
    __slots__ = ("reversal", "reversed_position", "amount", "receiver_leg", "payable_after_close")
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    REVERSED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_LEG_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    reversal: _commands_pb2.Reversal
    reversed_position: int
    amount: int
    receiver_leg: bool
    payable_after_close: int
    def __init__(self, reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ..., reversed_position: _Optional[int] = ..., amount: _Optional[int] = ..., receiver_leg: _Optional[bool] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class LossReported(_message.Message):
    __slots__ = ("loss", "lapse_time")
    LOSS_FIELD_NUMBER: _ClassVar[int]
    LAPSE_TIME_FIELD_NUMBER: _ClassVar[int]
    loss: _commands_pb2.LossReport
    lapse_time: int
    def __init__(self, loss: _Optional[_Union[_commands_pb2.LossReport, _Mapping]] = ..., lapse_time: _Optional[int] = ...) -> None: ...

class LossLifted(_message.Message):
    __slots__ = ("lift",)
    LIFT_FIELD_NUMBER: _ClassVar[int]
    lift: _commands_pb2.LossLift
    def __init__(self, lift: _Optional[_Union[_commands_pb2.LossLift, _Mapping]] = ...) -> None: ...

class AccountFrozen(_message.Message):
    __slots__ = ("cause",)
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    cause: _types_pb2.FreezeCause
    def __init__(self, cause: _Optional[_Union[_types_pb2.FreezeCause, str]] = ...) -> None: ...

class AccountUnfrozen(_message.Message):
    __slots__ = ("cause",)
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    cause: _types_pb2.FreezeCause
    def __init__(self, cause: _Optional[_Union[_types_pb2.FreezeCause, str]] = ...) -> None: ...

class AccountClosed(_message.Message):
    __slots__ = ("closing", "reason")
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    closing: _commands_pb2.Closing
    reason: _types_pb2.CloseReason
    def __init__(self, closing: _Optional[_Union[_commands_pb2.Closing, _Mapping]] = ..., reason: _Optional[_Union[_types_pb2.CloseReason, str]] = ...) -> None: ...

class BalancePaidOut(_message.Message):
    __slots__ = ("amount", "reason")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    amount: int
    reason: _types_pb2.CloseReason
    def __init__(self, amount: _Optional[int] = ..., reason: _Optional[_Union[_types_pb2.CloseReason, str]] = ...) -> None: ...

class AccessRecorded(_message.Message):
    __slots__ = ("kind", "method", "stream", "from_position", "to_position", "entries", "purpose")
    KIND_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.AccessKind
    method: str
    stream: bytes
    from_position: int
    to_position: int
    entries: int
    purpose: str
    def __init__(self, kind: _Optional[_Union[_types_pb2.AccessKind, str]] = ..., method: _Optional[str] = ..., stream: _Optional[bytes] = ..., from_position: _Optional[int] = ..., to_position: _Optional[int] = ..., entries: _Optional[int] = ..., purpose: _Optional[str] = ...) -> None: ...

class KeyDestructionProposed(_message.Message):
    __slots__ = ("proposal",)
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    proposal: _commands_pb2.KeyDestructionProposal
    def __init__(self, proposal: _Optional[_Union[_commands_pb2.KeyDestructionProposal, _Mapping]] = ...) -> None: ...

class KeyDestructionApproved(_message.Message):
    __slots__ = ("proposal_position", "key_id", "cause")
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    proposal_position: int
    key_id: bytes
    cause: _types_pb2.KeyDestructionCause
    def __init__(self, proposal_position: _Optional[int] = ..., key_id: _Optional[bytes] = ..., cause: _Optional[_Union[_types_pb2.KeyDestructionCause, str]] = ...) -> None: ...

class KeyDestroyed(_message.Message):
    __slots__ = ("key_id", "approval_position")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    key_id: bytes
    approval_position: int
    def __init__(self, key_id: _Optional[bytes] = ..., approval_position: _Optional[int] = ...) -> None: ...

class ProposalDecided(_message.Message):
    __slots__ = ("review", "proposal_position", "decision")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    review: _commands_pb2.ProposalReview
    proposal_position: int
    decision: _types_pb2.ProposalDecision
    def __init__(self, review: _Optional[_Union[_commands_pb2.ProposalReview, _Mapping]] = ..., proposal_position: _Optional[int] = ..., decision: _Optional[_Union[_types_pb2.ProposalDecision, str]] = ...) -> None: ...

class YearClosed(_message.Message):
    __slots__ = ("closing", "last_position", "accounts", "balance", "credits", "debits", "interest", "opening_balance")
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    LAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    closing: _commands_pb2.YearClosing
    last_position: int
    accounts: int
    balance: int
    credits: int
    debits: int
    interest: int
    opening_balance: int
    def __init__(self, closing: _Optional[_Union[_commands_pb2.YearClosing, _Mapping]] = ..., last_position: _Optional[int] = ..., accounts: _Optional[int] = ..., balance: _Optional[int] = ..., credits: _Optional[int] = ..., debits: _Optional[int] = ..., interest: _Optional[int] = ..., opening_balance: _Optional[int] = ...) -> None: ...

class LedgerSecretChanged(_message.Message):
    __slots__ = ("secret_check", "reason")
    SECRET_CHECK_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    secret_check: bytes
    reason: str
    def __init__(self, secret_check: _Optional[bytes] = ..., reason: _Optional[str] = ...) -> None: ...

class SigningKeyChanged(_message.Message):
    __slots__ = ("origin", "public_key", "retired")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    origin: str
    public_key: bytes
    retired: bool
    def __init__(self, origin: _Optional[str] = ..., public_key: _Optional[bytes] = ..., retired: _Optional[bool] = ...) -> None: ...

class FeatureLevelRaised(_message.Message):
    __slots__ = ("level", "software_version")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_VERSION_FIELD_NUMBER: _ClassVar[int]
    level: int
    software_version: str
    def __init__(self, level: _Optional[int] = ..., software_version: _Optional[str] = ...) -> None: ...

class PersonTypeChanged(_message.Message):
    __slots__ = ("change", "previous")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    change: _commands_pb2.PersonTypeChange
    previous: _types_pb2.PersonType
    def __init__(self, change: _Optional[_Union[_commands_pb2.PersonTypeChange, _Mapping]] = ..., previous: _Optional[_Union[_types_pb2.PersonType, str]] = ...) -> None: ...

class CoverageSuspended(_message.Message):
    __slots__ = ("suspension",)
    SUSPENSION_FIELD_NUMBER: _ClassVar[int]
    suspension: _commands_pb2.CoverageSuspension
    def __init__(self, suspension: _Optional[_Union[_commands_pb2.CoverageSuspension, _Mapping]] = ...) -> None: ...

class CoverageRestored(_message.Message):
    __slots__ = ("restoration", "suspended_position")
    RESTORATION_FIELD_NUMBER: _ClassVar[int]
    SUSPENDED_POSITION_FIELD_NUMBER: _ClassVar[int]
    restoration: _commands_pb2.CoverageRestoration
    suspended_position: int
    def __init__(self, restoration: _Optional[_Union[_commands_pb2.CoverageRestoration, _Mapping]] = ..., suspended_position: _Optional[int] = ...) -> None: ...

class HolderInfoChanged(_message.Message):
    __slots__ = ("change",)
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    change: _commands_pb2.HolderInfoChange
    def __init__(self, change: _Optional[_Union[_commands_pb2.HolderInfoChange, _Mapping]] = ...) -> None: ...

class CredentialEventRecorded(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _commands_pb2.CredentialEvent
    def __init__(self, event: _Optional[_Union[_commands_pb2.CredentialEvent, _Mapping]] = ...) -> None: ...

class AccountsMerged(_message.Message):
    __slots__ = ("merge", "amount", "accumulators")
    MERGE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATORS_FIELD_NUMBER: _ClassVar[int]
    merge: _commands_pb2.AccountMerge
    amount: int
    accumulators: _containers.RepeatedCompositeFieldContainer[_types_pb2.Accumulator]
    def __init__(self, merge: _Optional[_Union[_commands_pb2.AccountMerge, _Mapping]] = ..., amount: _Optional[int] = ..., accumulators: _Optional[_Iterable[_Union[_types_pb2.Accumulator, _Mapping]]] = ...) -> None: ...

class AccountAbsorbed(_message.Message):
    __slots__ = ("survivor", "amount", "merged_position")
    SURVIVOR_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MERGED_POSITION_FIELD_NUMBER: _ClassVar[int]
    survivor: bytes
    amount: int
    merged_position: int
    def __init__(self, survivor: _Optional[bytes] = ..., amount: _Optional[int] = ..., merged_position: _Optional[int] = ...) -> None: ...

class PayoutProposed(_message.Message):
    __slots__ = ("closing", "account", "account_version", "amount")
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_VERSION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    closing: _commands_pb2.Closing
    account: bytes
    account_version: int
    amount: int
    def __init__(self, closing: _Optional[_Union[_commands_pb2.Closing, _Mapping]] = ..., account: _Optional[bytes] = ..., account_version: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class PayoutApproved(_message.Message):
    __slots__ = ("proposal_position", "amount")
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    proposal_position: int
    amount: int
    def __init__(self, proposal_position: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class PayableSettled(_message.Message):
    __slots__ = ("settlement", "remaining")
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    settlement: _commands_pb2.PayableSettlement
    remaining: int
    def __init__(self, settlement: _Optional[_Union[_commands_pb2.PayableSettlement, _Mapping]] = ..., remaining: _Optional[int] = ...) -> None: ...

class OpeningsProposed(_message.Message):
    __slots__ = ("proposal",)
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    proposal: _commands_pb2.OpeningsProposal
    def __init__(self, proposal: _Optional[_Union[_commands_pb2.OpeningsProposal, _Mapping]] = ...) -> None: ...

class OpeningsApproved(_message.Message):
    __slots__ = ("proposal_position", "count", "balance", "source_sha256")
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SHA256_FIELD_NUMBER: _ClassVar[int]
    proposal_position: int
    count: int
    balance: int
    source_sha256: bytes
    def __init__(self, proposal_position: _Optional[int] = ..., count: _Optional[int] = ..., balance: _Optional[int] = ..., source_sha256: _Optional[bytes] = ...) -> None: ...

class InterestPosted(_message.Message):
    __slots__ = ("posting",)
    POSTING_FIELD_NUMBER: _ClassVar[int]
    posting: _commands_pb2.InterestPosting
    def __init__(self, posting: _Optional[_Union[_commands_pb2.InterestPosting, _Mapping]] = ...) -> None: ...

class AdjustmentProposed(_message.Message):
    __slots__ = ("proposal", "account")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    proposal: _commands_pb2.AdjustmentProposal
    account: bytes
    def __init__(self, proposal: _Optional[_Union[_commands_pb2.AdjustmentProposal, _Mapping]] = ..., account: _Optional[bytes] = ...) -> None: ...

class AdjustmentPosted(_message.Message):
    __slots__ = ("proposal_position", "amount", "reason", "corrected_position", "proposer", "payable_after_close")
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_POSITION_FIELD_NUMBER: _ClassVar[int]
    PROPOSER_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    proposal_position: int
    amount: int
    reason: _types_pb2.AdjustmentReason
    corrected_position: int
    proposer: bytes
    payable_after_close: int
    def __init__(self, proposal_position: _Optional[int] = ..., amount: _Optional[int] = ..., reason: _Optional[_Union[_types_pb2.AdjustmentReason, str]] = ..., corrected_position: _Optional[int] = ..., proposer: _Optional[bytes] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class PremiumDeducted(_message.Message):
    __slots__ = ("deduction", "person_type")
    DEDUCTION_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    deduction: _commands_pb2.PremiumDeduction
    person_type: _types_pb2.PersonType
    def __init__(self, deduction: _Optional[_Union[_commands_pb2.PremiumDeduction, _Mapping]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ...) -> None: ...

class PremiumReversed(_message.Message):
    __slots__ = ("reversal", "reversed_position", "amount", "payable_after_close")
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    REVERSED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    reversal: _commands_pb2.Reversal
    reversed_position: int
    amount: int
    payable_after_close: int
    def __init__(self, reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ..., reversed_position: _Optional[int] = ..., amount: _Optional[int] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class ClaimFiled(_message.Message):
    __slots__ = ("filing", "deadline")
    FILING_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    filing: _commands_pb2.ClaimFiling
    deadline: _types_pb2.CivilDate
    def __init__(self, filing: _Optional[_Union[_commands_pb2.ClaimFiling, _Mapping]] = ..., deadline: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class ClaimDecided(_message.Message):
    __slots__ = ("review", "claim_position", "decision", "split", "accumulator", "person_type", "uncounted")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    CLAIM_POSITION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATOR_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    UNCOUNTED_FIELD_NUMBER: _ClassVar[int]
    review: _commands_pb2.ClaimReview
    claim_position: int
    decision: _types_pb2.ClaimDecision
    split: _types_pb2.Split
    accumulator: _types_pb2.Accumulator
    person_type: _types_pb2.PersonType
    uncounted: bool
    def __init__(self, review: _Optional[_Union[_commands_pb2.ClaimReview, _Mapping]] = ..., claim_position: _Optional[int] = ..., decision: _Optional[_Union[_types_pb2.ClaimDecision, str]] = ..., split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., accumulator: _Optional[_Union[_types_pb2.Accumulator, _Mapping]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., uncounted: _Optional[bool] = ...) -> None: ...

class ClaimPaid(_message.Message):
    __slots__ = ("payment", "claim_position", "decision_position", "amount")
    PAYMENT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_POSITION_FIELD_NUMBER: _ClassVar[int]
    DECISION_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    payment: _commands_pb2.ClaimPayment
    claim_position: int
    decision_position: int
    amount: int
    def __init__(self, payment: _Optional[_Union[_commands_pb2.ClaimPayment, _Mapping]] = ..., claim_position: _Optional[int] = ..., decision_position: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class TransferInitiated(_message.Message):
    __slots__ = ("transfer", "return_time", "counted_on")
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    RETURN_TIME_FIELD_NUMBER: _ClassVar[int]
    COUNTED_ON_FIELD_NUMBER: _ClassVar[int]
    transfer: _commands_pb2.WalletTransfer
    return_time: int
    counted_on: _types_pb2.CivilDate
    def __init__(self, transfer: _Optional[_Union[_commands_pb2.WalletTransfer, _Mapping]] = ..., return_time: _Optional[int] = ..., counted_on: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class TransferAccepted(_message.Message):
    __slots__ = ("acceptance", "initiated_position", "amount", "receiver")
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    INITIATED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    acceptance: _commands_pb2.TransferAcceptance
    initiated_position: int
    amount: int
    receiver: str
    def __init__(self, acceptance: _Optional[_Union[_commands_pb2.TransferAcceptance, _Mapping]] = ..., initiated_position: _Optional[int] = ..., amount: _Optional[int] = ..., receiver: _Optional[str] = ...) -> None: ...

class TransferReturned(_message.Message):
    __slots__ = ("transfer_return", "initiated_position", "amount", "reason", "payable_after_close")
    TRANSFER_RETURN_FIELD_NUMBER: _ClassVar[int]
    INITIATED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    transfer_return: _commands_pb2.TransferReturn
    initiated_position: int
    amount: int
    reason: _types_pb2.TransferReturnReason
    payable_after_close: int
    def __init__(self, transfer_return: _Optional[_Union[_commands_pb2.TransferReturn, _Mapping]] = ..., initiated_position: _Optional[int] = ..., amount: _Optional[int] = ..., reason: _Optional[_Union[_types_pb2.TransferReturnReason, str]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class TransferCredited(_message.Message):
    __slots__ = ("credit", "payable_after_close")
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    credit: _commands_pb2.TransferCredit
    payable_after_close: int
    def __init__(self, credit: _Optional[_Union[_commands_pb2.TransferCredit, _Mapping]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class TransferSettled(_message.Message):
    __slots__ = ("settlement",)
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    settlement: _commands_pb2.TransferSettlement
    def __init__(self, settlement: _Optional[_Union[_commands_pb2.TransferSettlement, _Mapping]] = ...) -> None: ...

class HoldPlaced(_message.Message):
    __slots__ = ("hold", "held_after")
    HOLD_FIELD_NUMBER: _ClassVar[int]
    HELD_AFTER_FIELD_NUMBER: _ClassVar[int]
    hold: _commands_pb2.Hold
    held_after: int
    def __init__(self, hold: _Optional[_Union[_commands_pb2.Hold, _Mapping]] = ..., held_after: _Optional[int] = ...) -> None: ...

class HoldCaptured(_message.Message):
    __slots__ = ("capture", "placed_position", "returned", "held_after", "payable_after_close")
    CAPTURE_FIELD_NUMBER: _ClassVar[int]
    PLACED_POSITION_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    HELD_AFTER_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    capture: _commands_pb2.HoldCapture
    placed_position: int
    returned: int
    held_after: int
    payable_after_close: int
    def __init__(self, capture: _Optional[_Union[_commands_pb2.HoldCapture, _Mapping]] = ..., placed_position: _Optional[int] = ..., returned: _Optional[int] = ..., held_after: _Optional[int] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class HoldReleased(_message.Message):
    __slots__ = ("hold_release", "placed_position", "amount", "reason", "held_after", "payable_after_close")
    HOLD_RELEASE_FIELD_NUMBER: _ClassVar[int]
    PLACED_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    HELD_AFTER_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    hold_release: _commands_pb2.HoldRelease
    placed_position: int
    amount: int
    reason: _types_pb2.HoldReleaseReason
    held_after: int
    payable_after_close: int
    def __init__(self, hold_release: _Optional[_Union[_commands_pb2.HoldRelease, _Mapping]] = ..., placed_position: _Optional[int] = ..., amount: _Optional[int] = ..., reason: _Optional[_Union[_types_pb2.HoldReleaseReason, str]] = ..., held_after: _Optional[int] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class ReissueRequested(_message.Message):
    __slots__ = ("request", "due_date", "loss_position")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    LOSS_POSITION_FIELD_NUMBER: _ClassVar[int]
    request: _commands_pb2.ReissueRequest
    due_date: _types_pb2.CivilDate
    loss_position: int
    def __init__(self, request: _Optional[_Union[_commands_pb2.ReissueRequest, _Mapping]] = ..., due_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., loss_position: _Optional[int] = ...) -> None: ...

class CardIssued(_message.Message):
    __slots__ = ("issue", "request_position", "loss_position")
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_POSITION_FIELD_NUMBER: _ClassVar[int]
    LOSS_POSITION_FIELD_NUMBER: _ClassVar[int]
    issue: _commands_pb2.CardIssue
    request_position: int
    loss_position: int
    def __init__(self, issue: _Optional[_Union[_commands_pb2.CardIssue, _Mapping]] = ..., request_position: _Optional[int] = ..., loss_position: _Optional[int] = ...) -> None: ...

class LossLapsed(_message.Message):
    __slots__ = ("loss_position", "lapse_time")
    LOSS_POSITION_FIELD_NUMBER: _ClassVar[int]
    LAPSE_TIME_FIELD_NUMBER: _ClassVar[int]
    loss_position: int
    lapse_time: int
    def __init__(self, loss_position: _Optional[int] = ..., lapse_time: _Optional[int] = ...) -> None: ...

class SanctionImposed(_message.Message):
    __slots__ = ("sanction",)
    SANCTION_FIELD_NUMBER: _ClassVar[int]
    sanction: _commands_pb2.Sanction
    def __init__(self, sanction: _Optional[_Union[_commands_pb2.Sanction, _Mapping]] = ...) -> None: ...

class SanctionLifted(_message.Message):
    __slots__ = ("lift", "sanction_position", "kind")
    LIFT_FIELD_NUMBER: _ClassVar[int]
    SANCTION_POSITION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    lift: _commands_pb2.SanctionLift
    sanction_position: int
    kind: _types_pb2.SanctionKind
    def __init__(self, lift: _Optional[_Union[_commands_pb2.SanctionLift, _Mapping]] = ..., sanction_position: _Optional[int] = ..., kind: _Optional[_Union[_types_pb2.SanctionKind, str]] = ...) -> None: ...

class PolicyProposed(_message.Message):
    __slots__ = ("draft",)
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    draft: _commands_pb2.PolicyDraft
    def __init__(self, draft: _Optional[_Union[_commands_pb2.PolicyDraft, _Mapping]] = ...) -> None: ...

class PolicyPublished(_message.Message):
    __slots__ = ("proposal_position", "policy", "benefit", "effective_from", "effective_to", "content_sha256")
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    proposal_position: int
    policy: str
    benefit: _types_pb2.Benefit
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    content_sha256: bytes
    def __init__(self, proposal_position: _Optional[int] = ..., policy: _Optional[str] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., content_sha256: _Optional[bytes] = ...) -> None: ...

class PolicyWithdrawn(_message.Message):
    __slots__ = ("withdrawal", "published_position", "proposal_position")
    WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_POSITION_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    withdrawal: _commands_pb2.PolicyWithdrawal
    published_position: int
    proposal_position: int
    def __init__(self, withdrawal: _Optional[_Union[_commands_pb2.PolicyWithdrawal, _Mapping]] = ..., published_position: _Optional[int] = ..., proposal_position: _Optional[int] = ...) -> None: ...

class PolicyWithdrawalProposed(_message.Message):
    __slots__ = ("withdrawal", "published_position")
    WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    PUBLISHED_POSITION_FIELD_NUMBER: _ClassVar[int]
    withdrawal: _commands_pb2.PolicyWithdrawal
    published_position: int
    def __init__(self, withdrawal: _Optional[_Union[_commands_pb2.PolicyWithdrawal, _Mapping]] = ..., published_position: _Optional[int] = ...) -> None: ...

class InstitutionDesignated(_message.Message):
    __slots__ = ("designation",)
    DESIGNATION_FIELD_NUMBER: _ClassVar[int]
    designation: _commands_pb2.InstitutionDesignation
    def __init__(self, designation: _Optional[_Union[_commands_pb2.InstitutionDesignation, _Mapping]] = ...) -> None: ...

class DesignationRevoked(_message.Message):
    __slots__ = ("revocation", "designated_position")
    REVOCATION_FIELD_NUMBER: _ClassVar[int]
    DESIGNATED_POSITION_FIELD_NUMBER: _ClassVar[int]
    revocation: _commands_pb2.DesignationRevocation
    designated_position: int
    def __init__(self, revocation: _Optional[_Union[_commands_pb2.DesignationRevocation, _Mapping]] = ..., designated_position: _Optional[int] = ...) -> None: ...

class MandateGranted(_message.Message):
    __slots__ = ("mandate",)
    MANDATE_FIELD_NUMBER: _ClassVar[int]
    mandate: _commands_pb2.Mandate
    def __init__(self, mandate: _Optional[_Union[_commands_pb2.Mandate, _Mapping]] = ...) -> None: ...

class MandateRevoked(_message.Message):
    __slots__ = ("revocation", "granted_position")
    REVOCATION_FIELD_NUMBER: _ClassVar[int]
    GRANTED_POSITION_FIELD_NUMBER: _ClassVar[int]
    revocation: _commands_pb2.MandateRevocation
    granted_position: int
    def __init__(self, revocation: _Optional[_Union[_commands_pb2.MandateRevocation, _Mapping]] = ..., granted_position: _Optional[int] = ...) -> None: ...

class CrossRegionFiled(_message.Message):
    __slots__ = ("filing", "changes_in_year")
    FILING_FIELD_NUMBER: _ClassVar[int]
    CHANGES_IN_YEAR_FIELD_NUMBER: _ClassVar[int]
    filing: _commands_pb2.CrossRegionFiling
    changes_in_year: int
    def __init__(self, filing: _Optional[_Union[_commands_pb2.CrossRegionFiling, _Mapping]] = ..., changes_in_year: _Optional[int] = ...) -> None: ...

class CrossRegionFilingEnded(_message.Message):
    __slots__ = ("end", "filed_position")
    END_FIELD_NUMBER: _ClassVar[int]
    FILED_POSITION_FIELD_NUMBER: _ClassVar[int]
    end: _commands_pb2.FilingEnd
    filed_position: int
    def __init__(self, end: _Optional[_Union[_commands_pb2.FilingEnd, _Mapping]] = ..., filed_position: _Optional[int] = ...) -> None: ...

class ReconciliationRun(_message.Message):
    __slots__ = ("reconciliation", "up_to_position", "recorded", "result", "centre_only", "institution_only", "mismatched", "report_sha256")
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    UP_TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    CENTRE_ONLY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ONLY_FIELD_NUMBER: _ClassVar[int]
    MISMATCHED_FIELD_NUMBER: _ClassVar[int]
    REPORT_SHA256_FIELD_NUMBER: _ClassVar[int]
    reconciliation: _commands_pb2.Reconciliation
    up_to_position: int
    recorded: _commands_pb2.SettlementTotals
    result: _types_pb2.ReconciliationResult
    centre_only: int
    institution_only: int
    mismatched: int
    report_sha256: bytes
    def __init__(self, reconciliation: _Optional[_Union[_commands_pb2.Reconciliation, _Mapping]] = ..., up_to_position: _Optional[int] = ..., recorded: _Optional[_Union[_commands_pb2.SettlementTotals, _Mapping]] = ..., result: _Optional[_Union[_types_pb2.ReconciliationResult, str]] = ..., centre_only: _Optional[int] = ..., institution_only: _Optional[int] = ..., mismatched: _Optional[int] = ..., report_sha256: _Optional[bytes] = ...) -> None: ...

class RiskFlagRaised(_message.Message):
    __slots__ = ("flag",)
    FLAG_FIELD_NUMBER: _ClassVar[int]
    flag: _commands_pb2.RiskFlag
    def __init__(self, flag: _Optional[_Union[_commands_pb2.RiskFlag, _Mapping]] = ...) -> None: ...

class RiskFlagCleared(_message.Message):
    __slots__ = ("clearance", "flag_position")
    CLEARANCE_FIELD_NUMBER: _ClassVar[int]
    FLAG_POSITION_FIELD_NUMBER: _ClassVar[int]
    clearance: _commands_pb2.RiskFlagClearance
    flag_position: int
    def __init__(self, clearance: _Optional[_Union[_commands_pb2.RiskFlagClearance, _Mapping]] = ..., flag_position: _Optional[int] = ...) -> None: ...

class RelocationOut(_message.Message):
    __slots__ = ("departure", "amount", "accumulators")
    DEPARTURE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATORS_FIELD_NUMBER: _ClassVar[int]
    departure: _commands_pb2.RelocationDeparture
    amount: int
    accumulators: _containers.RepeatedCompositeFieldContainer[_types_pb2.Accumulator]
    def __init__(self, departure: _Optional[_Union[_commands_pb2.RelocationDeparture, _Mapping]] = ..., amount: _Optional[int] = ..., accumulators: _Optional[_Iterable[_Union[_types_pb2.Accumulator, _Mapping]]] = ...) -> None: ...

class RelocationIn(_message.Message):
    __slots__ = ("arrival", "payable_after_close")
    ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    arrival: _commands_pb2.RelocationArrival
    payable_after_close: int
    def __init__(self, arrival: _Optional[_Union[_commands_pb2.RelocationArrival, _Mapping]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class RelocationConfirmed(_message.Message):
    __slots__ = ("conclusion", "departure_position")
    CONCLUSION_FIELD_NUMBER: _ClassVar[int]
    DEPARTURE_POSITION_FIELD_NUMBER: _ClassVar[int]
    conclusion: _commands_pb2.RelocationConclusion
    departure_position: int
    def __init__(self, conclusion: _Optional[_Union[_commands_pb2.RelocationConclusion, _Mapping]] = ..., departure_position: _Optional[int] = ...) -> None: ...

class RelocationReturned(_message.Message):
    __slots__ = ("conclusion", "departure_position", "amount")
    CONCLUSION_FIELD_NUMBER: _ClassVar[int]
    DEPARTURE_POSITION_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    conclusion: _commands_pb2.RelocationConclusion
    departure_position: int
    amount: int
    def __init__(self, conclusion: _Optional[_Union[_commands_pb2.RelocationConclusion, _Mapping]] = ..., departure_position: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...
