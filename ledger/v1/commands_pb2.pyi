import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PersonRegistration(_message.Message):
    __slots__ = ("scheme", "person_type", "confidential")
    SCHEME_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    scheme: _types_pb2.Scheme
    person_type: _types_pb2.PersonType
    confidential: _types_pb2.Confidential
    def __init__(self, scheme: _Optional[_Union[_types_pb2.Scheme, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class AccountOpening(_message.Message):
    __slots__ = ("scheme", "person_type", "confidential")
    SCHEME_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    scheme: _types_pb2.Scheme
    person_type: _types_pb2.PersonType
    confidential: _types_pb2.Confidential
    def __init__(self, scheme: _Optional[_Union[_types_pb2.Scheme, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Activation(_message.Message):
    __slots__ = ("channel", "confidential")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Opening(_message.Message):
    __slots__ = ("scheme", "person_type", "balance", "accumulators", "opened_time", "activated_time", "source_sha256", "approval", "confidential")
    SCHEME_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATORS_FIELD_NUMBER: _ClassVar[int]
    OPENED_TIME_FIELD_NUMBER: _ClassVar[int]
    ACTIVATED_TIME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SHA256_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    scheme: _types_pb2.Scheme
    person_type: _types_pb2.PersonType
    balance: int
    accumulators: _containers.RepeatedCompositeFieldContainer[_types_pb2.Accumulator]
    opened_time: _timestamp_pb2.Timestamp
    activated_time: _timestamp_pb2.Timestamp
    source_sha256: bytes
    approval: OpeningApproval
    confidential: _types_pb2.Confidential
    def __init__(self, scheme: _Optional[_Union[_types_pb2.Scheme, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., balance: _Optional[int] = ..., accumulators: _Optional[_Iterable[_Union[_types_pb2.Accumulator, _Mapping]]] = ..., opened_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., activated_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., source_sha256: _Optional[bytes] = ..., approval: _Optional[_Union[OpeningApproval, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class OpeningApproval(_message.Message):
    __slots__ = ("entry", "index", "path")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    entry: str
    index: int
    path: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, entry: _Optional[str] = ..., index: _Optional[int] = ..., path: _Optional[_Iterable[bytes]] = ...) -> None: ...

class Deposit(_message.Message):
    __slots__ = ("amount", "source", "channel", "period", "base", "rate_bp", "confidential")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    RATE_BP_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    amount: int
    source: _types_pb2.DepositSource
    channel: _types_pb2.Channel
    period: int
    base: int
    rate_bp: int
    confidential: _types_pb2.Confidential
    def __init__(self, amount: _Optional[int] = ..., source: _Optional[_Union[_types_pb2.DepositSource, str]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., period: _Optional[int] = ..., base: _Optional[int] = ..., rate_bp: _Optional[int] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class UpstreamSplit(_message.Message):
    __slots__ = ("deductible", "pooled", "funds", "own_account", "cash", "full_self_pay_payable", "hospital")
    DEDUCTIBLE_FIELD_NUMBER: _ClassVar[int]
    POOLED_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    FULL_SELF_PAY_PAYABLE_FIELD_NUMBER: _ClassVar[int]
    HOSPITAL_FIELD_NUMBER: _ClassVar[int]
    deductible: int
    pooled: int
    funds: _containers.RepeatedCompositeFieldContainer[_types_pb2.FundPayment]
    own_account: int
    cash: int
    full_self_pay_payable: bool
    hospital: int
    def __init__(self, deductible: _Optional[int] = ..., pooled: _Optional[int] = ..., funds: _Optional[_Iterable[_Union[_types_pb2.FundPayment, _Mapping]]] = ..., own_account: _Optional[int] = ..., cash: _Optional[int] = ..., full_self_pay_payable: _Optional[bool] = ..., hospital: _Optional[int] = ...) -> None: ...

class Purchase(_message.Message):
    __slots__ = ("bill", "institution", "category", "benefit", "care_type", "clearing_type", "credential", "presenter", "own_account_unused", "payers", "shares_unused", "service_date", "upstream", "policy", "confidential", "exclusion_reason", "quote")
    BILL_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    CARE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    PRESENTER_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_UNUSED_FIELD_NUMBER: _ClassVar[int]
    PAYERS_FIELD_NUMBER: _ClassVar[int]
    SHARES_UNUSED_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    EXCLUSION_REASON_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    bill: _types_pb2.Bill
    institution: str
    category: _types_pb2.Category
    benefit: _types_pb2.Benefit
    care_type: str
    clearing_type: _types_pb2.ClearingType
    credential: _types_pb2.CredentialType
    presenter: _types_pb2.Presenter
    own_account_unused: bool
    payers: _containers.RepeatedScalarFieldContainer[str]
    shares_unused: bool
    service_date: _types_pb2.CivilDate
    upstream: UpstreamSplit
    policy: str
    confidential: _types_pb2.Confidential
    exclusion_reason: str
    quote: bytes
    def __init__(self, bill: _Optional[_Union[_types_pb2.Bill, _Mapping]] = ..., institution: _Optional[str] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., care_type: _Optional[str] = ..., clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., credential: _Optional[_Union[_types_pb2.CredentialType, str]] = ..., presenter: _Optional[_Union[_types_pb2.Presenter, str]] = ..., own_account_unused: _Optional[bool] = ..., payers: _Optional[_Iterable[str]] = ..., shares_unused: _Optional[bool] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., upstream: _Optional[_Union[UpstreamSplit, _Mapping]] = ..., policy: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ..., exclusion_reason: _Optional[str] = ..., quote: _Optional[bytes] = ...) -> None: ...

class ShareGrant(_message.Message):
    __slots__ = ("beneficiary", "relation", "purchase_limit", "year_limit", "expire_time", "confidential")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    YEAR_LIMIT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    beneficiary: str
    relation: _types_pb2.Relation
    purchase_limit: int
    year_limit: int
    expire_time: _timestamp_pb2.Timestamp
    confidential: _types_pb2.Confidential
    def __init__(self, beneficiary: _Optional[str] = ..., relation: _Optional[_Union[_types_pb2.Relation, str]] = ..., purchase_limit: _Optional[int] = ..., year_limit: _Optional[int] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ShareRevocation(_message.Message):
    __slots__ = ("beneficiary", "confidential")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    beneficiary: str
    confidential: _types_pb2.Confidential
    def __init__(self, beneficiary: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PayerOrder(_message.Message):
    __slots__ = ("payers", "confidential")
    PAYERS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    payers: _containers.RepeatedScalarFieldContainer[str]
    confidential: _types_pb2.Confidential
    def __init__(self, payers: _Optional[_Iterable[str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class FamilyTransfer(_message.Message):
    __slots__ = ("receiver", "amount", "confidential")
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    receiver: str
    amount: int
    confidential: _types_pb2.Confidential
    def __init__(self, receiver: _Optional[str] = ..., amount: _Optional[int] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Reversal(_message.Message):
    __slots__ = ("entry", "reason", "confidential")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    entry: str
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, entry: _Optional[str] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PurchaseAmendment(_message.Message):
    __slots__ = ("entry", "purchase", "reason", "confidential")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    entry: str
    purchase: Purchase
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, entry: _Optional[str] = ..., purchase: _Optional[_Union[Purchase, _Mapping]] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class LossReport(_message.Message):
    __slots__ = ("kind", "channel", "confidential")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.LossKind
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, kind: _Optional[_Union[_types_pb2.LossKind, str]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class LossLift(_message.Message):
    __slots__ = ("channel", "confidential")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Closing(_message.Message):
    __slots__ = ("reason", "evidence", "confidential")
    REASON_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    reason: _types_pb2.CloseReason
    evidence: _containers.RepeatedScalarFieldContainer[_types_pb2.EvidenceKind]
    confidential: _types_pb2.Confidential
    def __init__(self, reason: _Optional[_Union[_types_pb2.CloseReason, str]] = ..., evidence: _Optional[_Iterable[_Union[_types_pb2.EvidenceKind, str]]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class VoidedCommand(_message.Message):
    __slots__ = ("request_id", "confidential")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    request_id: bytes
    confidential: _types_pb2.Confidential
    def __init__(self, request_id: _Optional[bytes] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PersonTypeChange(_message.Message):
    __slots__ = ("person_type", "effective_from", "confidential")
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    person_type: _types_pb2.PersonType
    effective_from: _types_pb2.CivilDate
    confidential: _types_pb2.Confidential
    def __init__(self, person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class CoverageSuspension(_message.Message):
    __slots__ = ("cause", "effective_from", "confidential")
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    cause: _types_pb2.CoverageCause
    effective_from: _types_pb2.CivilDate
    confidential: _types_pb2.Confidential
    def __init__(self, cause: _Optional[_Union[_types_pb2.CoverageCause, str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class CoverageRestoration(_message.Message):
    __slots__ = ("effective_from", "gap_covered", "confidential")
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    GAP_COVERED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    effective_from: _types_pb2.CivilDate
    gap_covered: bool
    confidential: _types_pb2.Confidential
    def __init__(self, effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., gap_covered: _Optional[bool] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class HolderFieldChange(_message.Message):
    __slots__ = ("field", "old_hash", "new_hash")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    OLD_HASH_FIELD_NUMBER: _ClassVar[int]
    NEW_HASH_FIELD_NUMBER: _ClassVar[int]
    field: _types_pb2.HolderField
    old_hash: bytes
    new_hash: bytes
    def __init__(self, field: _Optional[_Union[_types_pb2.HolderField, str]] = ..., old_hash: _Optional[bytes] = ..., new_hash: _Optional[bytes] = ...) -> None: ...

class HolderInfoChange(_message.Message):
    __slots__ = ("fields", "channel", "confidential")
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[HolderFieldChange]
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, fields: _Optional[_Iterable[_Union[HolderFieldChange, _Mapping]]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class CredentialEvent(_message.Message):
    __slots__ = ("kind", "credential", "channel", "confidential")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.CredentialEventKind
    credential: _types_pb2.CredentialType
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, kind: _Optional[_Union[_types_pb2.CredentialEventKind, str]] = ..., credential: _Optional[_Union[_types_pb2.CredentialType, str]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class InterestPosting(_message.Message):
    __slots__ = ("amount", "from_date", "to_date", "rate_ppm", "balance_days", "confidential")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    RATE_PPM_FIELD_NUMBER: _ClassVar[int]
    BALANCE_DAYS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    amount: int
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    rate_ppm: int
    balance_days: int
    confidential: _types_pb2.Confidential
    def __init__(self, amount: _Optional[int] = ..., from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., rate_ppm: _Optional[int] = ..., balance_days: _Optional[int] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class AdjustmentProposal(_message.Message):
    __slots__ = ("account", "amount", "reason", "entry", "expire_time", "confidential")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    account: str
    amount: int
    reason: _types_pb2.AdjustmentReason
    entry: str
    expire_time: _timestamp_pb2.Timestamp
    confidential: _types_pb2.Confidential
    def __init__(self, account: _Optional[str] = ..., amount: _Optional[int] = ..., reason: _Optional[_Union[_types_pb2.AdjustmentReason, str]] = ..., entry: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ProposalReview(_message.Message):
    __slots__ = ("proposal", "decision", "reason", "confidential")
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    proposal: str
    decision: _types_pb2.ProposalDecision
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, proposal: _Optional[str] = ..., decision: _Optional[_Union[_types_pb2.ProposalDecision, str]] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PremiumDeduction(_message.Message):
    __slots__ = ("amount", "kind", "year", "covered", "fund", "confidential")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    COVERED_FIELD_NUMBER: _ClassVar[int]
    FUND_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    amount: int
    kind: _types_pb2.PremiumKind
    year: int
    covered: str
    fund: str
    confidential: _types_pb2.Confidential
    def __init__(self, amount: _Optional[int] = ..., kind: _Optional[_Union[_types_pb2.PremiumKind, str]] = ..., year: _Optional[int] = ..., covered: _Optional[str] = ..., fund: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class WalletTransfer(_message.Message):
    __slots__ = ("receiver", "amount", "transfer_id", "relation", "confidential")
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    receiver: str
    amount: int
    transfer_id: bytes
    relation: _types_pb2.Relation
    confidential: _types_pb2.Confidential
    def __init__(self, receiver: _Optional[str] = ..., amount: _Optional[int] = ..., transfer_id: _Optional[bytes] = ..., relation: _Optional[_Union[_types_pb2.Relation, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class TransferAcceptance(_message.Message):
    __slots__ = ("transfer_id", "receiver", "confidential")
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    transfer_id: bytes
    receiver: str
    confidential: _types_pb2.Confidential
    def __init__(self, transfer_id: _Optional[bytes] = ..., receiver: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class TransferReturn(_message.Message):
    __slots__ = ("transfer_id", "reason", "receiver", "confidential")
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    transfer_id: bytes
    reason: _types_pb2.TransferReturnReason
    receiver: str
    confidential: _types_pb2.Confidential
    def __init__(self, transfer_id: _Optional[bytes] = ..., reason: _Optional[_Union[_types_pb2.TransferReturnReason, str]] = ..., receiver: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class TransferCredit(_message.Message):
    __slots__ = ("transfer_id", "sender", "amount", "accepted_position", "accepted_leaf", "confidential")
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_POSITION_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_LEAF_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    transfer_id: bytes
    sender: str
    amount: int
    accepted_position: int
    accepted_leaf: bytes
    confidential: _types_pb2.Confidential
    def __init__(self, transfer_id: _Optional[bytes] = ..., sender: _Optional[str] = ..., amount: _Optional[int] = ..., accepted_position: _Optional[int] = ..., accepted_leaf: _Optional[bytes] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class TransferSettlement(_message.Message):
    __slots__ = ("transfer_id", "receiver", "accepted_position", "credited_position", "credited_leaf")
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_POSITION_FIELD_NUMBER: _ClassVar[int]
    CREDITED_POSITION_FIELD_NUMBER: _ClassVar[int]
    CREDITED_LEAF_FIELD_NUMBER: _ClassVar[int]
    transfer_id: bytes
    receiver: str
    accepted_position: int
    credited_position: int
    credited_leaf: bytes
    def __init__(self, transfer_id: _Optional[bytes] = ..., receiver: _Optional[str] = ..., accepted_position: _Optional[int] = ..., credited_position: _Optional[int] = ..., credited_leaf: _Optional[bytes] = ...) -> None: ...

class RelocationDeparture(_message.Message):
    __slots__ = ("relocation_id", "destination", "confidential")
    RELOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    relocation_id: bytes
    destination: str
    confidential: _types_pb2.Confidential
    def __init__(self, relocation_id: _Optional[bytes] = ..., destination: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class RelocationArrival(_message.Message):
    __slots__ = ("relocation_id", "origin", "amount", "accumulators", "departure_position", "departure_leaf", "confidential")
    RELOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATORS_FIELD_NUMBER: _ClassVar[int]
    DEPARTURE_POSITION_FIELD_NUMBER: _ClassVar[int]
    DEPARTURE_LEAF_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    relocation_id: bytes
    origin: str
    amount: int
    accumulators: _containers.RepeatedCompositeFieldContainer[_types_pb2.Accumulator]
    departure_position: int
    departure_leaf: bytes
    confidential: _types_pb2.Confidential
    def __init__(self, relocation_id: _Optional[bytes] = ..., origin: _Optional[str] = ..., amount: _Optional[int] = ..., accumulators: _Optional[_Iterable[_Union[_types_pb2.Accumulator, _Mapping]]] = ..., departure_position: _Optional[int] = ..., departure_leaf: _Optional[bytes] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class RelocationConclusion(_message.Message):
    __slots__ = ("relocation_id", "returned", "arrival_position", "arrival_leaf", "reason", "confidential")
    RELOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    RETURNED_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_POSITION_FIELD_NUMBER: _ClassVar[int]
    ARRIVAL_LEAF_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    relocation_id: bytes
    returned: bool
    arrival_position: int
    arrival_leaf: bytes
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, relocation_id: _Optional[bytes] = ..., returned: _Optional[bool] = ..., arrival_position: _Optional[int] = ..., arrival_leaf: _Optional[bytes] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ReissueRequest(_message.Message):
    __slots__ = ("expedited", "evidence", "channel", "confidential")
    EXPEDITED_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    expedited: bool
    evidence: _containers.RepeatedScalarFieldContainer[_types_pb2.EvidenceKind]
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, expedited: _Optional[bool] = ..., evidence: _Optional[_Iterable[_Union[_types_pb2.EvidenceKind, str]]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class CardIssue(_message.Message):
    __slots__ = ("channel", "confidential")
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Sanction(_message.Message):
    __slots__ = ("kind", "cause", "expire_time", "confidential")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.SanctionKind
    cause: _types_pb2.SanctionCause
    expire_time: _timestamp_pb2.Timestamp
    confidential: _types_pb2.Confidential
    def __init__(self, kind: _Optional[_Union[_types_pb2.SanctionKind, str]] = ..., cause: _Optional[_Union[_types_pb2.SanctionCause, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class SanctionLift(_message.Message):
    __slots__ = ("sanction", "reason", "confidential")
    SANCTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    sanction: str
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, sanction: _Optional[str] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ClaimFiling(_message.Message):
    __slots__ = ("cause", "bill", "institution", "category", "benefit", "care_type", "service_date", "evidence", "confidential")
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    BILL_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    CARE_TYPE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    cause: _types_pb2.ClaimCause
    bill: _types_pb2.Bill
    institution: str
    category: _types_pb2.Category
    benefit: _types_pb2.Benefit
    care_type: str
    service_date: _types_pb2.CivilDate
    evidence: _containers.RepeatedScalarFieldContainer[_types_pb2.EvidenceKind]
    confidential: _types_pb2.Confidential
    def __init__(self, cause: _Optional[_Union[_types_pb2.ClaimCause, str]] = ..., bill: _Optional[_Union[_types_pb2.Bill, _Mapping]] = ..., institution: _Optional[str] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., care_type: _Optional[str] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[_types_pb2.EvidenceKind, str]]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ClaimReview(_message.Message):
    __slots__ = ("claim", "decision", "upstream", "reason", "confidential")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    UPSTREAM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    claim: str
    decision: _types_pb2.ClaimDecision
    upstream: UpstreamSplit
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, claim: _Optional[str] = ..., decision: _Optional[_Union[_types_pb2.ClaimDecision, str]] = ..., upstream: _Optional[_Union[UpstreamSplit, _Mapping]] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class ClaimPayment(_message.Message):
    __slots__ = ("claim", "confidential")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    claim: str
    confidential: _types_pb2.Confidential
    def __init__(self, claim: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class InstitutionDesignation(_message.Message):
    __slots__ = ("institution", "display_name", "kind", "level", "region", "categories", "effective_from", "effective_to", "organisation")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    display_name: str
    kind: _types_pb2.InstitutionKind
    level: _types_pb2.InstitutionLevel
    region: str
    categories: _containers.RepeatedScalarFieldContainer[_types_pb2.Category]
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    organisation: bytes
    def __init__(self, institution: _Optional[str] = ..., display_name: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.InstitutionKind, str]] = ..., level: _Optional[_Union[_types_pb2.InstitutionLevel, str]] = ..., region: _Optional[str] = ..., categories: _Optional[_Iterable[_Union[_types_pb2.Category, str]]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., organisation: _Optional[bytes] = ...) -> None: ...

class DesignationRevocation(_message.Message):
    __slots__ = ("effective_from", "reason")
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    effective_from: _types_pb2.CivilDate
    reason: str
    def __init__(self, effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class Mandate(_message.Message):
    __slots__ = ("agent", "kind", "rights", "expire_time", "evidence", "beneficiaries", "confidential")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARIES_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    agent: str
    kind: _types_pb2.MandateKind
    rights: _containers.RepeatedScalarFieldContainer[_options_pb2.Right]
    expire_time: _timestamp_pb2.Timestamp
    evidence: _containers.RepeatedScalarFieldContainer[_types_pb2.EvidenceKind]
    beneficiaries: _containers.RepeatedScalarFieldContainer[str]
    confidential: _types_pb2.Confidential
    def __init__(self, agent: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.MandateKind, str]] = ..., rights: _Optional[_Iterable[_Union[_options_pb2.Right, str]]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[_types_pb2.EvidenceKind, str]]] = ..., beneficiaries: _Optional[_Iterable[str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class MandateRevocation(_message.Message):
    __slots__ = ("mandate", "reason", "confidential")
    MANDATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    mandate: str
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, mandate: _Optional[str] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class CrossRegionFiling(_message.Message):
    __slots__ = ("kind", "region", "institutions", "effective_from", "effective_to", "channel", "confidential")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.FilingKind
    region: str
    institutions: _containers.RepeatedScalarFieldContainer[str]
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    channel: _types_pb2.Channel
    confidential: _types_pb2.Confidential
    def __init__(self, kind: _Optional[_Union[_types_pb2.FilingKind, str]] = ..., region: _Optional[str] = ..., institutions: _Optional[_Iterable[str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., channel: _Optional[_Union[_types_pb2.Channel, str]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class FilingEnd(_message.Message):
    __slots__ = ("filing", "effective_to", "confidential")
    FILING_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    filing: str
    effective_to: _types_pb2.CivilDate
    confidential: _types_pb2.Confidential
    def __init__(self, filing: _Optional[str] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PolicyDraft(_message.Message):
    __slots__ = ("policy", "benefit", "effective_from", "effective_to", "content_sha256", "content", "source_sha256", "approximate", "replaces")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SHA256_FIELD_NUMBER: _ClassVar[int]
    APPROXIMATE_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    policy: str
    benefit: _types_pb2.Benefit
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    content_sha256: bytes
    content: bytes
    source_sha256: bytes
    approximate: bool
    replaces: str
    def __init__(self, policy: _Optional[str] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., content_sha256: _Optional[bytes] = ..., content: _Optional[bytes] = ..., source_sha256: _Optional[bytes] = ..., approximate: _Optional[bool] = ..., replaces: _Optional[str] = ...) -> None: ...

class PolicyWithdrawal(_message.Message):
    __slots__ = ("policy", "reason")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    policy: str
    reason: str
    def __init__(self, policy: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class SettlementTotals(_message.Message):
    __slots__ = ("count", "total", "funds", "own_account", "shared", "cash")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    count: int
    total: int
    funds: int
    own_account: int
    shared: int
    cash: int
    def __init__(self, count: _Optional[int] = ..., total: _Optional[int] = ..., funds: _Optional[int] = ..., own_account: _Optional[int] = ..., shared: _Optional[int] = ..., cash: _Optional[int] = ...) -> None: ...

class Reconciliation(_message.Message):
    __slots__ = ("from_date", "to_date", "clearing_type", "refunds_counted", "stated", "details_sha256")
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_COUNTED_FIELD_NUMBER: _ClassVar[int]
    STATED_FIELD_NUMBER: _ClassVar[int]
    DETAILS_SHA256_FIELD_NUMBER: _ClassVar[int]
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    clearing_type: _types_pb2.ClearingType
    refunds_counted: bool
    stated: SettlementTotals
    details_sha256: bytes
    def __init__(self, from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., refunds_counted: _Optional[bool] = ..., stated: _Optional[_Union[SettlementTotals, _Mapping]] = ..., details_sha256: _Optional[bytes] = ...) -> None: ...

class RiskFlag(_message.Message):
    __slots__ = ("kind", "severity", "rule", "positions", "confidential")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    kind: _types_pb2.RiskFlagKind
    severity: _types_pb2.RiskSeverity
    rule: str
    positions: _containers.RepeatedScalarFieldContainer[int]
    confidential: _types_pb2.Confidential
    def __init__(self, kind: _Optional[_Union[_types_pb2.RiskFlagKind, str]] = ..., severity: _Optional[_Union[_types_pb2.RiskSeverity, str]] = ..., rule: _Optional[str] = ..., positions: _Optional[_Iterable[int]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class RiskFlagClearance(_message.Message):
    __slots__ = ("flag", "reason", "confidential")
    FLAG_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    flag: str
    reason: str
    confidential: _types_pb2.Confidential
    def __init__(self, flag: _Optional[str] = ..., reason: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class KeyDestructionProposal(_message.Message):
    __slots__ = ("person", "cause", "order_sha256", "key_id")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ORDER_SHA256_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    person: str
    cause: _types_pb2.KeyDestructionCause
    order_sha256: bytes
    key_id: bytes
    def __init__(self, person: _Optional[str] = ..., cause: _Optional[_Union[_types_pb2.KeyDestructionCause, str]] = ..., order_sha256: _Optional[bytes] = ..., key_id: _Optional[bytes] = ...) -> None: ...

class OpeningsProposal(_message.Message):
    __slots__ = ("count", "balance", "source_sha256")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SHA256_FIELD_NUMBER: _ClassVar[int]
    count: int
    balance: int
    source_sha256: bytes
    def __init__(self, count: _Optional[int] = ..., balance: _Optional[int] = ..., source_sha256: _Optional[bytes] = ...) -> None: ...

class YearClosing(_message.Message):
    __slots__ = ("year",)
    YEAR_FIELD_NUMBER: _ClassVar[int]
    year: int
    def __init__(self, year: _Optional[int] = ...) -> None: ...

class AccountMerge(_message.Message):
    __slots__ = ("absorbed", "confidential")
    ABSORBED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    absorbed: str
    confidential: _types_pb2.Confidential
    def __init__(self, absorbed: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class PayableSettlement(_message.Message):
    __slots__ = ("amount", "confidential")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    amount: int
    confidential: _types_pb2.Confidential
    def __init__(self, amount: _Optional[int] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Hold(_message.Message):
    __slots__ = ("hold_id", "amount", "beneficiary", "institution", "expire_time", "confidential")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    hold_id: bytes
    amount: int
    beneficiary: str
    institution: str
    expire_time: _timestamp_pb2.Timestamp
    confidential: _types_pb2.Confidential
    def __init__(self, hold_id: _Optional[bytes] = ..., amount: _Optional[int] = ..., beneficiary: _Optional[str] = ..., institution: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class HoldCapture(_message.Message):
    __slots__ = ("hold_id", "amount", "purchase_position", "purchase_leaf")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_POSITION_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_LEAF_FIELD_NUMBER: _ClassVar[int]
    hold_id: bytes
    amount: int
    purchase_position: int
    purchase_leaf: bytes
    def __init__(self, hold_id: _Optional[bytes] = ..., amount: _Optional[int] = ..., purchase_position: _Optional[int] = ..., purchase_leaf: _Optional[bytes] = ...) -> None: ...

class HoldRelease(_message.Message):
    __slots__ = ("hold_id", "reason")
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    hold_id: bytes
    reason: _types_pb2.HoldReleaseReason
    def __init__(self, hold_id: _Optional[bytes] = ..., reason: _Optional[_Union[_types_pb2.HoldReleaseReason, str]] = ...) -> None: ...

class SigningKeyChange(_message.Message):
    __slots__ = ("origin", "public_key", "retired", "earlier")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    origin: str
    public_key: bytes
    retired: bool
    earlier: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, origin: _Optional[str] = ..., public_key: _Optional[bytes] = ..., retired: _Optional[bool] = ..., earlier: _Optional[_Iterable[bytes]] = ...) -> None: ...

class FeatureLevelRaise(_message.Message):
    __slots__ = ("level",)
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    level: int
    def __init__(self, level: _Optional[int] = ...) -> None: ...
