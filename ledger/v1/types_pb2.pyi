from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Scheme(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCHEME_UNSPECIFIED: _ClassVar[Scheme]
    SCHEME_EMPLOYEE: _ClassVar[Scheme]
    SCHEME_RESIDENT: _ClassVar[Scheme]

class PersonType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERSON_TYPE_UNSPECIFIED: _ClassVar[PersonType]
    PERSON_TYPE_ACTIVE: _ClassVar[PersonType]
    PERSON_TYPE_RETIRED: _ClassVar[PersonType]
    PERSON_TYPE_FLEXIBLE: _ClassVar[PersonType]

class AccountState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_STATE_UNSPECIFIED: _ClassVar[AccountState]
    ACCOUNT_STATE_PENDING_ACTIVATION: _ClassVar[AccountState]
    ACCOUNT_STATE_ACTIVE: _ClassVar[AccountState]
    ACCOUNT_STATE_FROZEN: _ClassVar[AccountState]
    ACCOUNT_STATE_CLOSED: _ClassVar[AccountState]

class DepositSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEPOSIT_SOURCE_UNSPECIFIED: _ClassVar[DepositSource]
    DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION: _ClassVar[DepositSource]
    DEPOSIT_SOURCE_EMPLOYER_ALLOCATION: _ClassVar[DepositSource]
    DEPOSIT_SOURCE_POOL_ALLOCATION: _ClassVar[DepositSource]
    DEPOSIT_SOURCE_VOLUNTARY_TOPUP: _ClassVar[DepositSource]
    DEPOSIT_SOURCE_SUBSIDY: _ClassVar[DepositSource]

class Channel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANNEL_UNSPECIFIED: _ClassVar[Channel]
    CHANNEL_AGENCY_COUNTER: _ClassVar[Channel]
    CHANNEL_BANK: _ClassVar[Channel]
    CHANNEL_HOSPITAL: _ClassVar[Channel]
    CHANNEL_PHARMACY: _ClassVar[Channel]
    CHANNEL_WEB: _ClassVar[Channel]
    CHANNEL_APP: _ClassVar[Channel]
    CHANNEL_THIRD_PARTY: _ClassVar[Channel]
    CHANNEL_PHONE: _ClassVar[Channel]
    CHANNEL_BATCH: _ClassVar[Channel]
    CHANNEL_KIOSK: _ClassVar[Channel]

class Category(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATEGORY_UNSPECIFIED: _ClassVar[Category]
    CATEGORY_OUTPATIENT: _ClassVar[Category]
    CATEGORY_INPATIENT: _ClassVar[Category]
    CATEGORY_DRUG: _ClassVar[Category]
    CATEGORY_REGISTRATION: _ClassVar[Category]
    CATEGORY_HEALTH_CHECKUP: _ClassVar[Category]
    CATEGORY_PROSTHESIS: _ClassVar[Category]
    CATEGORY_DENTAL: _ClassVar[Category]
    CATEGORY_VACCINE: _ClassVar[Category]
    CATEGORY_HEALTH_FOOD: _ClassVar[Category]
    CATEGORY_DISINFECTANT: _ClassVar[Category]
    CATEGORY_HOME_DEVICE: _ClassVar[Category]
    CATEGORY_CONSUMABLE: _ClassVar[Category]

class Benefit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BENEFIT_UNSPECIFIED: _ClassVar[Benefit]
    BENEFIT_OUTPATIENT: _ClassVar[Benefit]
    BENEFIT_INPATIENT: _ClassVar[Benefit]
    BENEFIT_CHRONIC: _ClassVar[Benefit]
    BENEFIT_HYPERTENSION: _ClassVar[Benefit]
    BENEFIT_DIABETES: _ClassVar[Benefit]
    BENEFIT_MATERNITY: _ClassVar[Benefit]

class ClearingType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLEARING_TYPE_UNSPECIFIED: _ClassVar[ClearingType]
    CLEARING_TYPE_OUTPATIENT: _ClassVar[ClearingType]
    CLEARING_TYPE_INPATIENT: _ClassVar[ClearingType]
    CLEARING_TYPE_PHARMACY: _ClassVar[ClearingType]

class CredentialType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDENTIAL_TYPE_UNSPECIFIED: _ClassVar[CredentialType]
    CREDENTIAL_TYPE_E_CREDENTIAL: _ClassVar[CredentialType]
    CREDENTIAL_TYPE_ID_CARD: _ClassVar[CredentialType]
    CREDENTIAL_TYPE_SOCIAL_CARD: _ClassVar[CredentialType]
    CREDENTIAL_TYPE_FACE: _ClassVar[CredentialType]

class Presenter(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENTER_UNSPECIFIED: _ClassVar[Presenter]
    PRESENTER_HOLDER: _ClassVar[Presenter]
    PRESENTER_OTHER: _ClassVar[Presenter]

class Relation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATION_UNSPECIFIED: _ClassVar[Relation]
    RELATION_SPOUSE: _ClassVar[Relation]
    RELATION_PARENT: _ClassVar[Relation]
    RELATION_CHILD: _ClassVar[Relation]
    RELATION_SIBLING: _ClassVar[Relation]
    RELATION_GRANDPARENT: _ClassVar[Relation]
    RELATION_GRANDCHILD: _ClassVar[Relation]
    RELATION_PARENT_IN_LAW: _ClassVar[Relation]
    RELATION_OTHER: _ClassVar[Relation]

class LossKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOSS_KIND_UNSPECIFIED: _ClassVar[LossKind]
    LOSS_KIND_PROVISIONAL: _ClassVar[LossKind]
    LOSS_KIND_FORMAL: _ClassVar[LossKind]

class FreezeCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FREEZE_CAUSE_UNSPECIFIED: _ClassVar[FreezeCause]
    FREEZE_CAUSE_LOSS: _ClassVar[FreezeCause]
    FREEZE_CAUSE_SANCTION: _ClassVar[FreezeCause]

class CloseReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOSE_REASON_UNSPECIFIED: _ClassVar[CloseReason]
    CLOSE_REASON_DEATH: _ClassVar[CloseReason]
    CLOSE_REASON_EMIGRATION: _ClassVar[CloseReason]
    CLOSE_REASON_LONG_TERM_RESIDENCE: _ClassVar[CloseReason]
    CLOSE_REASON_PERSONAL_REQUEST: _ClassVar[CloseReason]
    CLOSE_REASON_RELOCATION: _ClassVar[CloseReason]
    CLOSE_REASON_MERGE: _ClassVar[CloseReason]

class EvidenceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVIDENCE_KIND_UNSPECIFIED: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_DEATH_CERTIFICATE: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_EMIGRATION_PROOF: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_RESIDENCE_PROOF: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_ADMISSION_CERTIFICATE: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_DEPOSIT_RECEIPT: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_IDENTITY_DOCUMENT: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_INVOICE: _ClassVar[EvidenceKind]
    EVIDENCE_KIND_OTHER: _ClassVar[EvidenceKind]

class UniqueKeyKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNIQUE_KEY_KIND_UNSPECIFIED: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_PERSON: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_INVOICE: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_SETTLEMENT: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_TRACE_CODE: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_PAYMENT: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_PREMIUM_YEAR: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_INTEREST_PERIOD: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_TRANSFER: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_RELOCATION: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_INSTITUTION: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_STATEMENT: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_PENDING_TRANSFER: _ClassVar[UniqueKeyKind]
    UNIQUE_KEY_KIND_ACCEPTED_TRANSFER: _ClassVar[UniqueKeyKind]

class ReversalOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REVERSAL_ORDER_UNSPECIFIED: _ClassVar[ReversalOrder]
    REVERSAL_ORDER_ANY: _ClassVar[ReversalOrder]
    REVERSAL_ORDER_LIFO: _ClassVar[ReversalOrder]

class CoverageCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COVERAGE_CAUSE_UNSPECIFIED: _ClassVar[CoverageCause]
    COVERAGE_CAUSE_UNPAID_CONTRIBUTIONS: _ClassVar[CoverageCause]
    COVERAGE_CAUSE_EMPLOYER_ARREARS: _ClassVar[CoverageCause]
    COVERAGE_CAUSE_LEFT_SCHEME: _ClassVar[CoverageCause]
    COVERAGE_CAUSE_OTHER: _ClassVar[CoverageCause]

class HolderField(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLDER_FIELD_UNSPECIFIED: _ClassVar[HolderField]
    HOLDER_FIELD_NAME: _ClassVar[HolderField]
    HOLDER_FIELD_ID_NUMBER: _ClassVar[HolderField]
    HOLDER_FIELD_INSURED_PERSON_ID: _ClassVar[HolderField]
    HOLDER_FIELD_ADDRESS: _ClassVar[HolderField]
    HOLDER_FIELD_PHONE: _ClassVar[HolderField]
    HOLDER_FIELD_HOUSEHOLD_TYPE: _ClassVar[HolderField]
    HOLDER_FIELD_HOUSEHOLD_ADDRESS: _ClassVar[HolderField]
    HOLDER_FIELD_BANK_ACCOUNT: _ClassVar[HolderField]
    HOLDER_FIELD_EMPLOYER: _ClassVar[HolderField]

class CredentialEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDENTIAL_EVENT_KIND_UNSPECIFIED: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_PIN_SET: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_PIN_CHANGED: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_PIN_RESET: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_ACTIVATED: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_DEACTIVATED: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_BLOCKED: _ClassVar[CredentialEventKind]
    CREDENTIAL_EVENT_KIND_UNBLOCKED: _ClassVar[CredentialEventKind]

class AdjustmentReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ADJUSTMENT_REASON_UNSPECIFIED: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_SYSTEM_ERROR: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_DUPLICATE_CREDIT: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_COURT_ORDER: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_AUDIT_FINDING: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_OPENING_ERROR: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_FUND_RECOVERY: _ClassVar[AdjustmentReason]
    ADJUSTMENT_REASON_OTHER: _ClassVar[AdjustmentReason]

class PremiumKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREMIUM_KIND_UNSPECIFIED: _ClassVar[PremiumKind]
    PREMIUM_KIND_LARGE_AMOUNT_SUPPLEMENT: _ClassVar[PremiumKind]
    PREMIUM_KIND_RESIDENT_SCHEME: _ClassVar[PremiumKind]
    PREMIUM_KIND_LONG_TERM_CARE: _ClassVar[PremiumKind]
    PREMIUM_KIND_SUPPLEMENTARY: _ClassVar[PremiumKind]

class TransferState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSFER_STATE_UNSPECIFIED: _ClassVar[TransferState]
    TRANSFER_STATE_PENDING: _ClassVar[TransferState]
    TRANSFER_STATE_ACCEPTED: _ClassVar[TransferState]
    TRANSFER_STATE_CREDITED: _ClassVar[TransferState]
    TRANSFER_STATE_RETURNED: _ClassVar[TransferState]

class TransferReturnReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSFER_RETURN_REASON_UNSPECIFIED: _ClassVar[TransferReturnReason]
    TRANSFER_RETURN_REASON_EXPIRED: _ClassVar[TransferReturnReason]
    TRANSFER_RETURN_REASON_DECLINED: _ClassVar[TransferReturnReason]
    TRANSFER_RETURN_REASON_CANCELLED: _ClassVar[TransferReturnReason]
    TRANSFER_RETURN_REASON_VOIDED: _ClassVar[TransferReturnReason]
    TRANSFER_RETURN_REASON_NOT_MATCHED: _ClassVar[TransferReturnReason]

class HoldReleaseReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOLD_RELEASE_REASON_UNSPECIFIED: _ClassVar[HoldReleaseReason]
    HOLD_RELEASE_REASON_CANCELLED: _ClassVar[HoldReleaseReason]
    HOLD_RELEASE_REASON_EXPIRED: _ClassVar[HoldReleaseReason]
    HOLD_RELEASE_REASON_VOIDED: _ClassVar[HoldReleaseReason]

class SanctionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SANCTION_KIND_UNSPECIFIED: _ClassVar[SanctionKind]
    SANCTION_KIND_SETTLEMENT_SUSPENDED: _ClassVar[SanctionKind]
    SANCTION_KIND_ACCOUNT_FROZEN: _ClassVar[SanctionKind]
    SANCTION_KIND_SHARING_SUSPENDED: _ClassVar[SanctionKind]

class SanctionCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SANCTION_CAUSE_UNSPECIFIED: _ClassVar[SanctionCause]
    SANCTION_CAUSE_LENDING: _ClassVar[SanctionCause]
    SANCTION_CAUSE_DUPLICATE_BENEFIT: _ClassVar[SanctionCause]
    SANCTION_CAUSE_RESALE: _ClassVar[SanctionCause]
    SANCTION_CAUSE_CASH_OUT: _ClassVar[SanctionCause]
    SANCTION_CAUSE_FALSE_DOCUMENTS: _ClassVar[SanctionCause]
    SANCTION_CAUSE_OTHER: _ClassVar[SanctionCause]

class ClaimCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLAIM_CAUSE_UNSPECIFIED: _ClassVar[ClaimCause]
    CLAIM_CAUSE_EMERGENCY_WITHOUT_CARD: _ClassVar[ClaimCause]
    CLAIM_CAUSE_FAMILY_PLANNING_SURGERY: _ClassVar[ClaimCause]
    CLAIM_CAUSE_EMPLOYER_ARREARS: _ClassVar[ClaimCause]
    CLAIM_CAUSE_CARD_REISSUE: _ClassVar[ClaimCause]
    CLAIM_CAUSE_DIRECT_SETTLEMENT_UNAVAILABLE: _ClassVar[ClaimCause]
    CLAIM_CAUSE_BEFORE_CARD_ISSUED: _ClassVar[ClaimCause]
    CLAIM_CAUSE_EMERGENCY_NOT_DESIGNATED: _ClassVar[ClaimCause]
    CLAIM_CAUSE_SETTLEMENT_SUSPENDED: _ClassVar[ClaimCause]
    CLAIM_CAUSE_OTHER: _ClassVar[ClaimCause]

class ClaimState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLAIM_STATE_UNSPECIFIED: _ClassVar[ClaimState]
    CLAIM_STATE_FILED: _ClassVar[ClaimState]
    CLAIM_STATE_APPROVED: _ClassVar[ClaimState]
    CLAIM_STATE_REJECTED: _ClassVar[ClaimState]
    CLAIM_STATE_PAID: _ClassVar[ClaimState]
    CLAIM_STATE_WITHDRAWN: _ClassVar[ClaimState]

class ClaimDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLAIM_DECISION_UNSPECIFIED: _ClassVar[ClaimDecision]
    CLAIM_DECISION_APPROVED: _ClassVar[ClaimDecision]
    CLAIM_DECISION_REJECTED: _ClassVar[ClaimDecision]
    CLAIM_DECISION_WITHDRAWN: _ClassVar[ClaimDecision]

class InstitutionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSTITUTION_KIND_UNSPECIFIED: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_HOSPITAL: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_PHARMACY: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_CLINIC: _ClassVar[InstitutionKind]

class InstitutionLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSTITUTION_LEVEL_UNSPECIFIED: _ClassVar[InstitutionLevel]
    INSTITUTION_LEVEL_NONE: _ClassVar[InstitutionLevel]
    INSTITUTION_LEVEL_PRIMARY: _ClassVar[InstitutionLevel]
    INSTITUTION_LEVEL_SECONDARY: _ClassVar[InstitutionLevel]
    INSTITUTION_LEVEL_TERTIARY: _ClassVar[InstitutionLevel]

class RegionRelation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGION_RELATION_UNSPECIFIED: _ClassVar[RegionRelation]
    REGION_RELATION_IN_REGION: _ClassVar[RegionRelation]
    REGION_RELATION_FILED: _ClassVar[RegionRelation]
    REGION_RELATION_UNFILED: _ClassVar[RegionRelation]

class MandateKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MANDATE_KIND_UNSPECIFIED: _ClassVar[MandateKind]
    MANDATE_KIND_AGENT: _ClassVar[MandateKind]
    MANDATE_KIND_GUARDIAN: _ClassVar[MandateKind]

class FilingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILING_KIND_UNSPECIFIED: _ClassVar[FilingKind]
    FILING_KIND_RELOCATED_RETIREE: _ClassVar[FilingKind]
    FILING_KIND_LONG_TERM_RESIDENCE: _ClassVar[FilingKind]
    FILING_KIND_WORK_POSTING: _ClassVar[FilingKind]
    FILING_KIND_REFERRAL: _ClassVar[FilingKind]
    FILING_KIND_TEMPORARY: _ClassVar[FilingKind]

class ReconciliationResult(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECONCILIATION_RESULT_UNSPECIFIED: _ClassVar[ReconciliationResult]
    RECONCILIATION_RESULT_BALANCED: _ClassVar[ReconciliationResult]
    RECONCILIATION_RESULT_CENTRE_ONLY: _ClassVar[ReconciliationResult]
    RECONCILIATION_RESULT_INSTITUTION_ONLY: _ClassVar[ReconciliationResult]
    RECONCILIATION_RESULT_DATA_MISMATCH: _ClassVar[ReconciliationResult]

class RiskFlagKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_FLAG_KIND_UNSPECIFIED: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_REPEAT_PURCHASE: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_TRACE_CODE_REUSED: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_ROUND_AMOUNTS: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_VELOCITY: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_DISTANCE: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_SHARE_NETWORK: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_REVERSAL_PATTERN: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_LOST_CREDENTIAL: _ClassVar[RiskFlagKind]
    RISK_FLAG_KIND_OTHER: _ClassVar[RiskFlagKind]

class RiskSeverity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_SEVERITY_UNSPECIFIED: _ClassVar[RiskSeverity]
    RISK_SEVERITY_LOW: _ClassVar[RiskSeverity]
    RISK_SEVERITY_MEDIUM: _ClassVar[RiskSeverity]
    RISK_SEVERITY_HIGH: _ClassVar[RiskSeverity]

class ProposalDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROPOSAL_DECISION_UNSPECIFIED: _ClassVar[ProposalDecision]
    PROPOSAL_DECISION_APPROVED: _ClassVar[ProposalDecision]
    PROPOSAL_DECISION_REJECTED: _ClassVar[ProposalDecision]
    PROPOSAL_DECISION_WITHDRAWN: _ClassVar[ProposalDecision]
    PROPOSAL_DECISION_EXPIRED: _ClassVar[ProposalDecision]

class AccessKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_KIND_UNSPECIFIED: _ClassVar[AccessKind]
    ACCESS_KIND_ENTRIES: _ClassVar[AccessKind]
    ACCESS_KIND_EXPORT: _ClassVar[AccessKind]
    ACCESS_KIND_UNSEAL: _ClassVar[AccessKind]
    ACCESS_KIND_IDENTITY: _ClassVar[AccessKind]
    ACCESS_KIND_ACCOUNT: _ClassVar[AccessKind]
    ACCESS_KIND_MANDATES: _ClassVar[AccessKind]

class KeyDestructionCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KEY_DESTRUCTION_CAUSE_UNSPECIFIED: _ClassVar[KeyDestructionCause]
    KEY_DESTRUCTION_CAUSE_RETENTION_ENDED: _ClassVar[KeyDestructionCause]
    KEY_DESTRUCTION_CAUSE_ERASURE: _ClassVar[KeyDestructionCause]
    KEY_DESTRUCTION_CAUSE_COURT_ORDER: _ClassVar[KeyDestructionCause]
    KEY_DESTRUCTION_CAUSE_REGISTERED_IN_ERROR: _ClassVar[KeyDestructionCause]
SCHEME_UNSPECIFIED: Scheme
SCHEME_EMPLOYEE: Scheme
SCHEME_RESIDENT: Scheme
PERSON_TYPE_UNSPECIFIED: PersonType
PERSON_TYPE_ACTIVE: PersonType
PERSON_TYPE_RETIRED: PersonType
PERSON_TYPE_FLEXIBLE: PersonType
ACCOUNT_STATE_UNSPECIFIED: AccountState
ACCOUNT_STATE_PENDING_ACTIVATION: AccountState
ACCOUNT_STATE_ACTIVE: AccountState
ACCOUNT_STATE_FROZEN: AccountState
ACCOUNT_STATE_CLOSED: AccountState
DEPOSIT_SOURCE_UNSPECIFIED: DepositSource
DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION: DepositSource
DEPOSIT_SOURCE_EMPLOYER_ALLOCATION: DepositSource
DEPOSIT_SOURCE_POOL_ALLOCATION: DepositSource
DEPOSIT_SOURCE_VOLUNTARY_TOPUP: DepositSource
DEPOSIT_SOURCE_SUBSIDY: DepositSource
CHANNEL_UNSPECIFIED: Channel
CHANNEL_AGENCY_COUNTER: Channel
CHANNEL_BANK: Channel
CHANNEL_HOSPITAL: Channel
CHANNEL_PHARMACY: Channel
CHANNEL_WEB: Channel
CHANNEL_APP: Channel
CHANNEL_THIRD_PARTY: Channel
CHANNEL_PHONE: Channel
CHANNEL_BATCH: Channel
CHANNEL_KIOSK: Channel
CATEGORY_UNSPECIFIED: Category
CATEGORY_OUTPATIENT: Category
CATEGORY_INPATIENT: Category
CATEGORY_DRUG: Category
CATEGORY_REGISTRATION: Category
CATEGORY_HEALTH_CHECKUP: Category
CATEGORY_PROSTHESIS: Category
CATEGORY_DENTAL: Category
CATEGORY_VACCINE: Category
CATEGORY_HEALTH_FOOD: Category
CATEGORY_DISINFECTANT: Category
CATEGORY_HOME_DEVICE: Category
CATEGORY_CONSUMABLE: Category
BENEFIT_UNSPECIFIED: Benefit
BENEFIT_OUTPATIENT: Benefit
BENEFIT_INPATIENT: Benefit
BENEFIT_CHRONIC: Benefit
BENEFIT_HYPERTENSION: Benefit
BENEFIT_DIABETES: Benefit
BENEFIT_MATERNITY: Benefit
CLEARING_TYPE_UNSPECIFIED: ClearingType
CLEARING_TYPE_OUTPATIENT: ClearingType
CLEARING_TYPE_INPATIENT: ClearingType
CLEARING_TYPE_PHARMACY: ClearingType
CREDENTIAL_TYPE_UNSPECIFIED: CredentialType
CREDENTIAL_TYPE_E_CREDENTIAL: CredentialType
CREDENTIAL_TYPE_ID_CARD: CredentialType
CREDENTIAL_TYPE_SOCIAL_CARD: CredentialType
CREDENTIAL_TYPE_FACE: CredentialType
PRESENTER_UNSPECIFIED: Presenter
PRESENTER_HOLDER: Presenter
PRESENTER_OTHER: Presenter
RELATION_UNSPECIFIED: Relation
RELATION_SPOUSE: Relation
RELATION_PARENT: Relation
RELATION_CHILD: Relation
RELATION_SIBLING: Relation
RELATION_GRANDPARENT: Relation
RELATION_GRANDCHILD: Relation
RELATION_PARENT_IN_LAW: Relation
RELATION_OTHER: Relation
LOSS_KIND_UNSPECIFIED: LossKind
LOSS_KIND_PROVISIONAL: LossKind
LOSS_KIND_FORMAL: LossKind
FREEZE_CAUSE_UNSPECIFIED: FreezeCause
FREEZE_CAUSE_LOSS: FreezeCause
FREEZE_CAUSE_SANCTION: FreezeCause
CLOSE_REASON_UNSPECIFIED: CloseReason
CLOSE_REASON_DEATH: CloseReason
CLOSE_REASON_EMIGRATION: CloseReason
CLOSE_REASON_LONG_TERM_RESIDENCE: CloseReason
CLOSE_REASON_PERSONAL_REQUEST: CloseReason
CLOSE_REASON_RELOCATION: CloseReason
CLOSE_REASON_MERGE: CloseReason
EVIDENCE_KIND_UNSPECIFIED: EvidenceKind
EVIDENCE_KIND_DEATH_CERTIFICATE: EvidenceKind
EVIDENCE_KIND_EMIGRATION_PROOF: EvidenceKind
EVIDENCE_KIND_RESIDENCE_PROOF: EvidenceKind
EVIDENCE_KIND_ADMISSION_CERTIFICATE: EvidenceKind
EVIDENCE_KIND_DEPOSIT_RECEIPT: EvidenceKind
EVIDENCE_KIND_IDENTITY_DOCUMENT: EvidenceKind
EVIDENCE_KIND_INVOICE: EvidenceKind
EVIDENCE_KIND_OTHER: EvidenceKind
UNIQUE_KEY_KIND_UNSPECIFIED: UniqueKeyKind
UNIQUE_KEY_KIND_PERSON: UniqueKeyKind
UNIQUE_KEY_KIND_INVOICE: UniqueKeyKind
UNIQUE_KEY_KIND_SETTLEMENT: UniqueKeyKind
UNIQUE_KEY_KIND_TRACE_CODE: UniqueKeyKind
UNIQUE_KEY_KIND_PAYMENT: UniqueKeyKind
UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD: UniqueKeyKind
UNIQUE_KEY_KIND_PREMIUM_YEAR: UniqueKeyKind
UNIQUE_KEY_KIND_INTEREST_PERIOD: UniqueKeyKind
UNIQUE_KEY_KIND_TRANSFER: UniqueKeyKind
UNIQUE_KEY_KIND_RELOCATION: UniqueKeyKind
UNIQUE_KEY_KIND_INSTITUTION: UniqueKeyKind
UNIQUE_KEY_KIND_STATEMENT: UniqueKeyKind
UNIQUE_KEY_KIND_PENDING_TRANSFER: UniqueKeyKind
UNIQUE_KEY_KIND_ACCEPTED_TRANSFER: UniqueKeyKind
REVERSAL_ORDER_UNSPECIFIED: ReversalOrder
REVERSAL_ORDER_ANY: ReversalOrder
REVERSAL_ORDER_LIFO: ReversalOrder
COVERAGE_CAUSE_UNSPECIFIED: CoverageCause
COVERAGE_CAUSE_UNPAID_CONTRIBUTIONS: CoverageCause
COVERAGE_CAUSE_EMPLOYER_ARREARS: CoverageCause
COVERAGE_CAUSE_LEFT_SCHEME: CoverageCause
COVERAGE_CAUSE_OTHER: CoverageCause
HOLDER_FIELD_UNSPECIFIED: HolderField
HOLDER_FIELD_NAME: HolderField
HOLDER_FIELD_ID_NUMBER: HolderField
HOLDER_FIELD_INSURED_PERSON_ID: HolderField
HOLDER_FIELD_ADDRESS: HolderField
HOLDER_FIELD_PHONE: HolderField
HOLDER_FIELD_HOUSEHOLD_TYPE: HolderField
HOLDER_FIELD_HOUSEHOLD_ADDRESS: HolderField
HOLDER_FIELD_BANK_ACCOUNT: HolderField
HOLDER_FIELD_EMPLOYER: HolderField
CREDENTIAL_EVENT_KIND_UNSPECIFIED: CredentialEventKind
CREDENTIAL_EVENT_KIND_PIN_SET: CredentialEventKind
CREDENTIAL_EVENT_KIND_PIN_CHANGED: CredentialEventKind
CREDENTIAL_EVENT_KIND_PIN_RESET: CredentialEventKind
CREDENTIAL_EVENT_KIND_ACTIVATED: CredentialEventKind
CREDENTIAL_EVENT_KIND_DEACTIVATED: CredentialEventKind
CREDENTIAL_EVENT_KIND_BLOCKED: CredentialEventKind
CREDENTIAL_EVENT_KIND_UNBLOCKED: CredentialEventKind
ADJUSTMENT_REASON_UNSPECIFIED: AdjustmentReason
ADJUSTMENT_REASON_SYSTEM_ERROR: AdjustmentReason
ADJUSTMENT_REASON_DUPLICATE_CREDIT: AdjustmentReason
ADJUSTMENT_REASON_COURT_ORDER: AdjustmentReason
ADJUSTMENT_REASON_AUDIT_FINDING: AdjustmentReason
ADJUSTMENT_REASON_OPENING_ERROR: AdjustmentReason
ADJUSTMENT_REASON_FUND_RECOVERY: AdjustmentReason
ADJUSTMENT_REASON_OTHER: AdjustmentReason
PREMIUM_KIND_UNSPECIFIED: PremiumKind
PREMIUM_KIND_LARGE_AMOUNT_SUPPLEMENT: PremiumKind
PREMIUM_KIND_RESIDENT_SCHEME: PremiumKind
PREMIUM_KIND_LONG_TERM_CARE: PremiumKind
PREMIUM_KIND_SUPPLEMENTARY: PremiumKind
TRANSFER_STATE_UNSPECIFIED: TransferState
TRANSFER_STATE_PENDING: TransferState
TRANSFER_STATE_ACCEPTED: TransferState
TRANSFER_STATE_CREDITED: TransferState
TRANSFER_STATE_RETURNED: TransferState
TRANSFER_RETURN_REASON_UNSPECIFIED: TransferReturnReason
TRANSFER_RETURN_REASON_EXPIRED: TransferReturnReason
TRANSFER_RETURN_REASON_DECLINED: TransferReturnReason
TRANSFER_RETURN_REASON_CANCELLED: TransferReturnReason
TRANSFER_RETURN_REASON_VOIDED: TransferReturnReason
TRANSFER_RETURN_REASON_NOT_MATCHED: TransferReturnReason
HOLD_RELEASE_REASON_UNSPECIFIED: HoldReleaseReason
HOLD_RELEASE_REASON_CANCELLED: HoldReleaseReason
HOLD_RELEASE_REASON_EXPIRED: HoldReleaseReason
HOLD_RELEASE_REASON_VOIDED: HoldReleaseReason
SANCTION_KIND_UNSPECIFIED: SanctionKind
SANCTION_KIND_SETTLEMENT_SUSPENDED: SanctionKind
SANCTION_KIND_ACCOUNT_FROZEN: SanctionKind
SANCTION_KIND_SHARING_SUSPENDED: SanctionKind
SANCTION_CAUSE_UNSPECIFIED: SanctionCause
SANCTION_CAUSE_LENDING: SanctionCause
SANCTION_CAUSE_DUPLICATE_BENEFIT: SanctionCause
SANCTION_CAUSE_RESALE: SanctionCause
SANCTION_CAUSE_CASH_OUT: SanctionCause
SANCTION_CAUSE_FALSE_DOCUMENTS: SanctionCause
SANCTION_CAUSE_OTHER: SanctionCause
CLAIM_CAUSE_UNSPECIFIED: ClaimCause
CLAIM_CAUSE_EMERGENCY_WITHOUT_CARD: ClaimCause
CLAIM_CAUSE_FAMILY_PLANNING_SURGERY: ClaimCause
CLAIM_CAUSE_EMPLOYER_ARREARS: ClaimCause
CLAIM_CAUSE_CARD_REISSUE: ClaimCause
CLAIM_CAUSE_DIRECT_SETTLEMENT_UNAVAILABLE: ClaimCause
CLAIM_CAUSE_BEFORE_CARD_ISSUED: ClaimCause
CLAIM_CAUSE_EMERGENCY_NOT_DESIGNATED: ClaimCause
CLAIM_CAUSE_SETTLEMENT_SUSPENDED: ClaimCause
CLAIM_CAUSE_OTHER: ClaimCause
CLAIM_STATE_UNSPECIFIED: ClaimState
CLAIM_STATE_FILED: ClaimState
CLAIM_STATE_APPROVED: ClaimState
CLAIM_STATE_REJECTED: ClaimState
CLAIM_STATE_PAID: ClaimState
CLAIM_STATE_WITHDRAWN: ClaimState
CLAIM_DECISION_UNSPECIFIED: ClaimDecision
CLAIM_DECISION_APPROVED: ClaimDecision
CLAIM_DECISION_REJECTED: ClaimDecision
CLAIM_DECISION_WITHDRAWN: ClaimDecision
INSTITUTION_KIND_UNSPECIFIED: InstitutionKind
INSTITUTION_KIND_HOSPITAL: InstitutionKind
INSTITUTION_KIND_PHARMACY: InstitutionKind
INSTITUTION_KIND_CLINIC: InstitutionKind
INSTITUTION_LEVEL_UNSPECIFIED: InstitutionLevel
INSTITUTION_LEVEL_NONE: InstitutionLevel
INSTITUTION_LEVEL_PRIMARY: InstitutionLevel
INSTITUTION_LEVEL_SECONDARY: InstitutionLevel
INSTITUTION_LEVEL_TERTIARY: InstitutionLevel
REGION_RELATION_UNSPECIFIED: RegionRelation
REGION_RELATION_IN_REGION: RegionRelation
REGION_RELATION_FILED: RegionRelation
REGION_RELATION_UNFILED: RegionRelation
MANDATE_KIND_UNSPECIFIED: MandateKind
MANDATE_KIND_AGENT: MandateKind
MANDATE_KIND_GUARDIAN: MandateKind
FILING_KIND_UNSPECIFIED: FilingKind
FILING_KIND_RELOCATED_RETIREE: FilingKind
FILING_KIND_LONG_TERM_RESIDENCE: FilingKind
FILING_KIND_WORK_POSTING: FilingKind
FILING_KIND_REFERRAL: FilingKind
FILING_KIND_TEMPORARY: FilingKind
RECONCILIATION_RESULT_UNSPECIFIED: ReconciliationResult
RECONCILIATION_RESULT_BALANCED: ReconciliationResult
RECONCILIATION_RESULT_CENTRE_ONLY: ReconciliationResult
RECONCILIATION_RESULT_INSTITUTION_ONLY: ReconciliationResult
RECONCILIATION_RESULT_DATA_MISMATCH: ReconciliationResult
RISK_FLAG_KIND_UNSPECIFIED: RiskFlagKind
RISK_FLAG_KIND_REPEAT_PURCHASE: RiskFlagKind
RISK_FLAG_KIND_TRACE_CODE_REUSED: RiskFlagKind
RISK_FLAG_KIND_ROUND_AMOUNTS: RiskFlagKind
RISK_FLAG_KIND_VELOCITY: RiskFlagKind
RISK_FLAG_KIND_DISTANCE: RiskFlagKind
RISK_FLAG_KIND_SHARE_NETWORK: RiskFlagKind
RISK_FLAG_KIND_REVERSAL_PATTERN: RiskFlagKind
RISK_FLAG_KIND_LOST_CREDENTIAL: RiskFlagKind
RISK_FLAG_KIND_OTHER: RiskFlagKind
RISK_SEVERITY_UNSPECIFIED: RiskSeverity
RISK_SEVERITY_LOW: RiskSeverity
RISK_SEVERITY_MEDIUM: RiskSeverity
RISK_SEVERITY_HIGH: RiskSeverity
PROPOSAL_DECISION_UNSPECIFIED: ProposalDecision
PROPOSAL_DECISION_APPROVED: ProposalDecision
PROPOSAL_DECISION_REJECTED: ProposalDecision
PROPOSAL_DECISION_WITHDRAWN: ProposalDecision
PROPOSAL_DECISION_EXPIRED: ProposalDecision
ACCESS_KIND_UNSPECIFIED: AccessKind
ACCESS_KIND_ENTRIES: AccessKind
ACCESS_KIND_EXPORT: AccessKind
ACCESS_KIND_UNSEAL: AccessKind
ACCESS_KIND_IDENTITY: AccessKind
ACCESS_KIND_ACCOUNT: AccessKind
ACCESS_KIND_MANDATES: AccessKind
KEY_DESTRUCTION_CAUSE_UNSPECIFIED: KeyDestructionCause
KEY_DESTRUCTION_CAUSE_RETENTION_ENDED: KeyDestructionCause
KEY_DESTRUCTION_CAUSE_ERASURE: KeyDestructionCause
KEY_DESTRUCTION_CAUSE_COURT_ORDER: KeyDestructionCause
KEY_DESTRUCTION_CAUSE_REGISTERED_IN_ERROR: KeyDestructionCause

class Bill(_message.Message):
    __slots__ = ("total", "in_scope", "pre_self_pay", "over_limit_self_pay", "full_self_pay")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    IN_SCOPE_FIELD_NUMBER: _ClassVar[int]
    PRE_SELF_PAY_FIELD_NUMBER: _ClassVar[int]
    OVER_LIMIT_SELF_PAY_FIELD_NUMBER: _ClassVar[int]
    FULL_SELF_PAY_FIELD_NUMBER: _ClassVar[int]
    total: int
    in_scope: int
    pre_self_pay: int
    over_limit_self_pay: int
    full_self_pay: int
    def __init__(self, total: _Optional[int] = ..., in_scope: _Optional[int] = ..., pre_self_pay: _Optional[int] = ..., over_limit_self_pay: _Optional[int] = ..., full_self_pay: _Optional[int] = ...) -> None: ...

class FundPayment(_message.Message):
    __slots__ = ("fund", "amount")
    FUND_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    fund: str
    amount: int
    def __init__(self, fund: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class SharePayment(_message.Message):
    __slots__ = ("payer", "amount")
    PAYER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    payer: str
    amount: int
    def __init__(self, payer: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class Split(_message.Message):
    __slots__ = ("deductible", "pooled", "funds", "personal", "account_payable", "own_account", "shared", "cash", "hospital")
    DEDUCTIBLE_FIELD_NUMBER: _ClassVar[int]
    POOLED_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_PAYABLE_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    HOSPITAL_FIELD_NUMBER: _ClassVar[int]
    deductible: int
    pooled: int
    funds: _containers.RepeatedCompositeFieldContainer[FundPayment]
    personal: int
    account_payable: int
    own_account: int
    shared: _containers.RepeatedCompositeFieldContainer[SharePayment]
    cash: int
    hospital: int
    def __init__(self, deductible: _Optional[int] = ..., pooled: _Optional[int] = ..., funds: _Optional[_Iterable[_Union[FundPayment, _Mapping]]] = ..., personal: _Optional[int] = ..., account_payable: _Optional[int] = ..., own_account: _Optional[int] = ..., shared: _Optional[_Iterable[_Union[SharePayment, _Mapping]]] = ..., cash: _Optional[int] = ..., hospital: _Optional[int] = ...) -> None: ...

class BandShare(_message.Message):
    __slots__ = ("amount", "ratio_bp")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    RATIO_BP_FIELD_NUMBER: _ClassVar[int]
    amount: int
    ratio_bp: int
    def __init__(self, amount: _Optional[int] = ..., ratio_bp: _Optional[int] = ...) -> None: ...

class Computation(_message.Message):
    __slots__ = ("policy", "level", "relation", "deductible_owed", "base", "bands", "exact", "rounded", "cap_left", "full_self_pay_payable", "coverage_suspended")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    DEDUCTIBLE_OWED_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    BANDS_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    ROUNDED_FIELD_NUMBER: _ClassVar[int]
    CAP_LEFT_FIELD_NUMBER: _ClassVar[int]
    FULL_SELF_PAY_PAYABLE_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    policy: str
    level: InstitutionLevel
    relation: RegionRelation
    deductible_owed: int
    base: int
    bands: _containers.RepeatedCompositeFieldContainer[BandShare]
    exact: int
    rounded: int
    cap_left: int
    full_self_pay_payable: bool
    coverage_suspended: bool
    def __init__(self, policy: _Optional[str] = ..., level: _Optional[_Union[InstitutionLevel, str]] = ..., relation: _Optional[_Union[RegionRelation, str]] = ..., deductible_owed: _Optional[int] = ..., base: _Optional[int] = ..., bands: _Optional[_Iterable[_Union[BandShare, _Mapping]]] = ..., exact: _Optional[int] = ..., rounded: _Optional[int] = ..., cap_left: _Optional[int] = ..., full_self_pay_payable: _Optional[bool] = ..., coverage_suspended: _Optional[bool] = ...) -> None: ...

class Accumulator(_message.Message):
    __slots__ = ("year", "benefit", "deductible", "pooled", "eligible", "visits", "admissions")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    DEDUCTIBLE_FIELD_NUMBER: _ClassVar[int]
    POOLED_FIELD_NUMBER: _ClassVar[int]
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    VISITS_FIELD_NUMBER: _ClassVar[int]
    ADMISSIONS_FIELD_NUMBER: _ClassVar[int]
    year: int
    benefit: Benefit
    deductible: int
    pooled: int
    eligible: int
    visits: int
    admissions: int
    def __init__(self, year: _Optional[int] = ..., benefit: _Optional[_Union[Benefit, str]] = ..., deductible: _Optional[int] = ..., pooled: _Optional[int] = ..., eligible: _Optional[int] = ..., visits: _Optional[int] = ..., admissions: _Optional[int] = ...) -> None: ...

class CivilDate(_message.Message):
    __slots__ = ("year", "month", "day")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    day: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("kind", "sha256")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    kind: EvidenceKind
    sha256: bytes
    def __init__(self, kind: _Optional[_Union[EvidenceKind, str]] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class Agent(_message.Message):
    __slots__ = ("principal_id_ref", "agent_id_ref")
    PRINCIPAL_ID_REF_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_REF_FIELD_NUMBER: _ClassVar[int]
    principal_id_ref: str
    agent_id_ref: str
    def __init__(self, principal_id_ref: _Optional[str] = ..., agent_id_ref: _Optional[str] = ...) -> None: ...

class Confidential(_message.Message):
    __slots__ = ("insured_person_id", "disease_code", "trace_codes", "invoice_number", "visit_id", "settlement_id", "institution_settlement_id", "agent", "auth_ref", "operator_id", "note", "payment_ref", "documents", "payee_ref")
    INSURED_PERSON_ID_FIELD_NUMBER: _ClassVar[int]
    DISEASE_CODE_FIELD_NUMBER: _ClassVar[int]
    TRACE_CODES_FIELD_NUMBER: _ClassVar[int]
    INVOICE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    VISIT_ID_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    AUTH_REF_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_ID_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_REF_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    PAYEE_REF_FIELD_NUMBER: _ClassVar[int]
    insured_person_id: str
    disease_code: str
    trace_codes: _containers.RepeatedScalarFieldContainer[str]
    invoice_number: str
    visit_id: str
    settlement_id: str
    institution_settlement_id: str
    agent: Agent
    auth_ref: str
    operator_id: str
    note: str
    payment_ref: str
    documents: _containers.RepeatedCompositeFieldContainer[Document]
    payee_ref: str
    def __init__(self, insured_person_id: _Optional[str] = ..., disease_code: _Optional[str] = ..., trace_codes: _Optional[_Iterable[str]] = ..., invoice_number: _Optional[str] = ..., visit_id: _Optional[str] = ..., settlement_id: _Optional[str] = ..., institution_settlement_id: _Optional[str] = ..., agent: _Optional[_Union[Agent, _Mapping]] = ..., auth_ref: _Optional[str] = ..., operator_id: _Optional[str] = ..., note: _Optional[str] = ..., payment_ref: _Optional[str] = ..., documents: _Optional[_Iterable[_Union[Document, _Mapping]]] = ..., payee_ref: _Optional[str] = ...) -> None: ...
