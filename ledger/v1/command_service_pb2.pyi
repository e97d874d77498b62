import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from ledger.v1 import commands_pb2 as _commands_pb2
from ledger.v1 import events_pb2 as _events_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransactionEntry(_message.Message):
    __slots__ = ("name", "account", "type", "balance_change", "balance_after", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_AFTER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    account: str
    type: str
    balance_change: int
    balance_after: int
    version: int
    def __init__(self, name: _Optional[str] = ..., account: _Optional[str] = ..., type: _Optional[str] = ..., balance_change: _Optional[int] = ..., balance_after: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class Transaction(_message.Message):
    __slots__ = ("first_position", "last_position", "record_time", "entries", "split", "replayed", "payable_after_close", "paid_out", "reversed_split", "computation", "due_date", "deadline", "claim_amount")
    FIRST_POSITION_FIELD_NUMBER: _ClassVar[int]
    LAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    PAID_OUT_FIELD_NUMBER: _ClassVar[int]
    REVERSED_SPLIT_FIELD_NUMBER: _ClassVar[int]
    COMPUTATION_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    CLAIM_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    first_position: int
    last_position: int
    record_time: _timestamp_pb2.Timestamp
    entries: _containers.RepeatedCompositeFieldContainer[TransactionEntry]
    split: _types_pb2.Split
    replayed: bool
    payable_after_close: int
    paid_out: int
    reversed_split: _types_pb2.Split
    computation: _types_pb2.Computation
    due_date: _types_pb2.CivilDate
    deadline: _types_pb2.CivilDate
    claim_amount: int
    def __init__(self, first_position: _Optional[int] = ..., last_position: _Optional[int] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[TransactionEntry, _Mapping]]] = ..., split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., replayed: _Optional[bool] = ..., payable_after_close: _Optional[int] = ..., paid_out: _Optional[int] = ..., reversed_split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., computation: _Optional[_Union[_types_pb2.Computation, _Mapping]] = ..., due_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., deadline: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., claim_amount: _Optional[int] = ...) -> None: ...

class RegisterPersonRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "registration")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    registration: _commands_pb2.PersonRegistration
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., registration: _Optional[_Union[_commands_pb2.PersonRegistration, _Mapping]] = ...) -> None: ...

class RegisterPersonResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class OpenAccountRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "opening")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    opening: _commands_pb2.AccountOpening
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., opening: _Optional[_Union[_commands_pb2.AccountOpening, _Mapping]] = ...) -> None: ...

class OpenAccountResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ActivateAccountRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "activation")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACTIVATION_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    activation: _commands_pb2.Activation
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., activation: _Optional[_Union[_commands_pb2.Activation, _Mapping]] = ...) -> None: ...

class ActivateAccountResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ImportOpeningRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "opening")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    opening: _commands_pb2.Opening
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., opening: _Optional[_Union[_commands_pb2.Opening, _Mapping]] = ...) -> None: ...

class ImportOpeningResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RecordDepositRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "deposit")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    deposit: _commands_pb2.Deposit
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., deposit: _Optional[_Union[_commands_pb2.Deposit, _Mapping]] = ...) -> None: ...

class RecordDepositResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RecordPurchaseRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "purchase")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    purchase: _commands_pb2.Purchase
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., purchase: _Optional[_Union[_commands_pb2.Purchase, _Mapping]] = ...) -> None: ...

class RecordPurchaseResponse(_message.Message):
    __slots__ = ("transaction", "explanation")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    explanation: _containers.RepeatedCompositeFieldContainer[ExplanationStep]
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., explanation: _Optional[_Iterable[_Union[ExplanationStep, _Mapping]]] = ...) -> None: ...

class GrantShareRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "grant")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    GRANT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    grant: _commands_pb2.ShareGrant
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., grant: _Optional[_Union[_commands_pb2.ShareGrant, _Mapping]] = ...) -> None: ...

class GrantShareResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RevokeShareRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "revocation")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVOCATION_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    revocation: _commands_pb2.ShareRevocation
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., revocation: _Optional[_Union[_commands_pb2.ShareRevocation, _Mapping]] = ...) -> None: ...

class RevokeShareResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class TransferShareRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "transfer")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    transfer: _commands_pb2.FamilyTransfer
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., transfer: _Optional[_Union[_commands_pb2.FamilyTransfer, _Mapping]] = ...) -> None: ...

class TransferShareResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ReverseEntryRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "reversal")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVERSAL_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    reversal: _commands_pb2.Reversal
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., reversal: _Optional[_Union[_commands_pb2.Reversal, _Mapping]] = ...) -> None: ...

class ReverseEntryResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ReportLossRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "loss")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    loss: _commands_pb2.LossReport
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., loss: _Optional[_Union[_commands_pb2.LossReport, _Mapping]] = ...) -> None: ...

class ReportLossResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class LiftLossRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "lift")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    LIFT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    lift: _commands_pb2.LossLift
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., lift: _Optional[_Union[_commands_pb2.LossLift, _Mapping]] = ...) -> None: ...

class LiftLossResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class CloseAccountRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "closing")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    closing: _commands_pb2.Closing
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., closing: _Optional[_Union[_commands_pb2.Closing, _Mapping]] = ...) -> None: ...

class CloseAccountResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ReviewProposalRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "review")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    review: _commands_pb2.ProposalReview
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., review: _Optional[_Union[_commands_pb2.ProposalReview, _Mapping]] = ...) -> None: ...

class ReviewProposalResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ProposePolicyRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "draft")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    draft: _commands_pb2.PolicyDraft
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., draft: _Optional[_Union[_commands_pb2.PolicyDraft, _Mapping]] = ...) -> None: ...

class ProposePolicyResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class OrderPayersRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "order")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    order: _commands_pb2.PayerOrder
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., order: _Optional[_Union[_commands_pb2.PayerOrder, _Mapping]] = ...) -> None: ...

class OrderPayersResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class AmendPurchaseRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "amendment")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    AMENDMENT_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    amendment: _commands_pb2.PurchaseAmendment
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., amendment: _Optional[_Union[_commands_pb2.PurchaseAmendment, _Mapping]] = ...) -> None: ...

class AmendPurchaseResponse(_message.Message):
    __slots__ = ("transaction", "explanation")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    explanation: _containers.RepeatedCompositeFieldContainer[ExplanationStep]
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., explanation: _Optional[_Iterable[_Union[ExplanationStep, _Mapping]]] = ...) -> None: ...

class DeductPremiumRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "deduction")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    DEDUCTION_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    deduction: _commands_pb2.PremiumDeduction
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., deduction: _Optional[_Union[_commands_pb2.PremiumDeduction, _Mapping]] = ...) -> None: ...

class DeductPremiumResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class WithdrawPolicyRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "withdrawal")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWAL_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    withdrawal: _commands_pb2.PolicyWithdrawal
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., withdrawal: _Optional[_Union[_commands_pb2.PolicyWithdrawal, _Mapping]] = ...) -> None: ...

class WithdrawPolicyResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class DesignateInstitutionRequest(_message.Message):
    __slots__ = ("institution", "request_id", "effective_time", "expected_version", "designation")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESIGNATION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    designation: _commands_pb2.InstitutionDesignation
    def __init__(self, institution: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., designation: _Optional[_Union[_commands_pb2.InstitutionDesignation, _Mapping]] = ...) -> None: ...

class DesignateInstitutionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RevokeDesignationRequest(_message.Message):
    __slots__ = ("institution", "request_id", "effective_time", "expected_version", "designation_revocation")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    DESIGNATION_REVOCATION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    designation_revocation: _commands_pb2.DesignationRevocation
    def __init__(self, institution: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., designation_revocation: _Optional[_Union[_commands_pb2.DesignationRevocation, _Mapping]] = ...) -> None: ...

class RevokeDesignationResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class FileCrossRegionRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "filing")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    FILING_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    filing: _commands_pb2.CrossRegionFiling
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., filing: _Optional[_Union[_commands_pb2.CrossRegionFiling, _Mapping]] = ...) -> None: ...

class FileCrossRegionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class EndCrossRegionFilingRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "end")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    end: _commands_pb2.FilingEnd
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., end: _Optional[_Union[_commands_pb2.FilingEnd, _Mapping]] = ...) -> None: ...

class EndCrossRegionFilingResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ExplanationStep(_message.Message):
    __slots__ = ("code", "english", "chinese", "amount", "exact", "text", "ratio_bp")
    CODE_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RATIO_BP_FIELD_NUMBER: _ClassVar[int]
    code: str
    english: str
    chinese: str
    amount: int
    exact: int
    text: str
    ratio_bp: int
    def __init__(self, code: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., amount: _Optional[int] = ..., exact: _Optional[int] = ..., text: _Optional[str] = ..., ratio_bp: _Optional[int] = ...) -> None: ...

class QuotePurchaseRequest(_message.Message):
    __slots__ = ("person", "effective_time", "purchase")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_FIELD_NUMBER: _ClassVar[int]
    person: str
    effective_time: _timestamp_pb2.Timestamp
    purchase: _commands_pb2.Purchase
    def __init__(self, person: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., purchase: _Optional[_Union[_commands_pb2.Purchase, _Mapping]] = ...) -> None: ...

class QuotePurchaseResponse(_message.Message):
    __slots__ = ("split", "computation", "explanation", "quote", "balance_before", "balance_after", "accumulator", "position")
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    COMPUTATION_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_AFTER_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATOR_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    split: _types_pb2.Split
    computation: _types_pb2.Computation
    explanation: _containers.RepeatedCompositeFieldContainer[ExplanationStep]
    quote: bytes
    balance_before: int
    balance_after: int
    accumulator: _types_pb2.Accumulator
    position: int
    def __init__(self, split: _Optional[_Union[_types_pb2.Split, _Mapping]] = ..., computation: _Optional[_Union[_types_pb2.Computation, _Mapping]] = ..., explanation: _Optional[_Iterable[_Union[ExplanationStep, _Mapping]]] = ..., quote: _Optional[bytes] = ..., balance_before: _Optional[int] = ..., balance_after: _Optional[int] = ..., accumulator: _Optional[_Union[_types_pb2.Accumulator, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class GrantMandateRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "mandate")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    MANDATE_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    mandate: _commands_pb2.Mandate
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., mandate: _Optional[_Union[_commands_pb2.Mandate, _Mapping]] = ...) -> None: ...

class GrantMandateResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RevokeMandateRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "mandate_revocation")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    MANDATE_REVOCATION_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    mandate_revocation: _commands_pb2.MandateRevocation
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., mandate_revocation: _Optional[_Union[_commands_pb2.MandateRevocation, _Mapping]] = ...) -> None: ...

class RevokeMandateResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class CheckEligibilityRequest(_message.Message):
    __slots__ = ("person", "effective_time", "institution", "category", "benefit", "credential", "presenter", "service_date", "split_supplied", "confidential")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    CREDENTIAL_FIELD_NUMBER: _ClassVar[int]
    PRESENTER_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    SPLIT_SUPPLIED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    person: str
    effective_time: _timestamp_pb2.Timestamp
    institution: str
    category: _types_pb2.Category
    benefit: _types_pb2.Benefit
    credential: _types_pb2.CredentialType
    presenter: _types_pb2.Presenter
    service_date: _types_pb2.CivilDate
    split_supplied: bool
    confidential: _types_pb2.Confidential
    def __init__(self, person: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., institution: _Optional[str] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., credential: _Optional[_Union[_types_pb2.CredentialType, str]] = ..., presenter: _Optional[_Union[_types_pb2.Presenter, str]] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., split_supplied: _Optional[bool] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class Verdict(_message.Message):
    __slots__ = ("eligible", "reason", "metadata", "english", "chinese")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ELIGIBLE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    eligible: bool
    reason: str
    metadata: _containers.ScalarMap[str, str]
    english: str
    chinese: str
    def __init__(self, eligible: _Optional[bool] = ..., reason: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ...) -> None: ...

class PayerVerdict(_message.Message):
    __slots__ = ("payer", "verdict")
    PAYER_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    payer: str
    verdict: Verdict
    def __init__(self, payer: _Optional[str] = ..., verdict: _Optional[_Union[Verdict, _Mapping]] = ...) -> None: ...

class CheckEligibilityResponse(_message.Message):
    __slots__ = ("settlement", "own_account", "pooled_fund", "family", "policy", "relation", "person_type", "position")
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POOLED_FUND_FIELD_NUMBER: _ClassVar[int]
    FAMILY_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    settlement: Verdict
    own_account: Verdict
    pooled_fund: Verdict
    family: _containers.RepeatedCompositeFieldContainer[PayerVerdict]
    policy: str
    relation: _types_pb2.RegionRelation
    person_type: _types_pb2.PersonType
    position: int
    def __init__(self, settlement: _Optional[_Union[Verdict, _Mapping]] = ..., own_account: _Optional[_Union[Verdict, _Mapping]] = ..., pooled_fund: _Optional[_Union[Verdict, _Mapping]] = ..., family: _Optional[_Iterable[_Union[PayerVerdict, _Mapping]]] = ..., policy: _Optional[str] = ..., relation: _Optional[_Union[_types_pb2.RegionRelation, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., position: _Optional[int] = ...) -> None: ...

class ProposeOpeningsRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "openings")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    OPENINGS_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    openings: _commands_pb2.OpeningsProposal
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., openings: _Optional[_Union[_commands_pb2.OpeningsProposal, _Mapping]] = ...) -> None: ...

class ProposeOpeningsResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ProposeAdjustmentRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "adjustment")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ADJUSTMENT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    adjustment: _commands_pb2.AdjustmentProposal
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., adjustment: _Optional[_Union[_commands_pb2.AdjustmentProposal, _Mapping]] = ...) -> None: ...

class ProposeAdjustmentResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class InitiateTransferRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "transfer")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    transfer: _commands_pb2.WalletTransfer
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., transfer: _Optional[_Union[_commands_pb2.WalletTransfer, _Mapping]] = ...) -> None: ...

class InitiateTransferResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class AcceptTransferRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "acceptance")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ACCEPTANCE_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    acceptance: _commands_pb2.TransferAcceptance
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., acceptance: _Optional[_Union[_commands_pb2.TransferAcceptance, _Mapping]] = ...) -> None: ...

class AcceptTransferResponse(_message.Message):
    __slots__ = ("transaction", "credit")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    credit: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., credit: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ReturnTransferRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "effective_time", "expected_version", "transfer_return")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_RETURN_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    transfer_return: _commands_pb2.TransferReturn
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., transfer_return: _Optional[_Union[_commands_pb2.TransferReturn, _Mapping]] = ...) -> None: ...

class ReturnTransferResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class CreditTransferRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "credit")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    credit: _commands_pb2.TransferCredit
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., credit: _Optional[_Union[_commands_pb2.TransferCredit, _Mapping]] = ...) -> None: ...

class CreditTransferResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class SettleTransferRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "settled")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    settled: _commands_pb2.TransferSettlement
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., settled: _Optional[_Union[_commands_pb2.TransferSettlement, _Mapping]] = ...) -> None: ...

class SettleTransferResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ChangePersonTypeRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "change")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    change: _commands_pb2.PersonTypeChange
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., change: _Optional[_Union[_commands_pb2.PersonTypeChange, _Mapping]] = ...) -> None: ...

class ChangePersonTypeResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class SuspendCoverageRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "suspension")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SUSPENSION_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    suspension: _commands_pb2.CoverageSuspension
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., suspension: _Optional[_Union[_commands_pb2.CoverageSuspension, _Mapping]] = ...) -> None: ...

class SuspendCoverageResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RestoreCoverageRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "restoration")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESTORATION_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    restoration: _commands_pb2.CoverageRestoration
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., restoration: _Optional[_Union[_commands_pb2.CoverageRestoration, _Mapping]] = ...) -> None: ...

class RestoreCoverageResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ChangeHolderInfoRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "change")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    change: _commands_pb2.HolderInfoChange
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., change: _Optional[_Union[_commands_pb2.HolderInfoChange, _Mapping]] = ...) -> None: ...

class ChangeHolderInfoResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RecordCredentialEventRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "event")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    event: _commands_pb2.CredentialEvent
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., event: _Optional[_Union[_commands_pb2.CredentialEvent, _Mapping]] = ...) -> None: ...

class RecordCredentialEventResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RequestReissueRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "reissue")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    REISSUE_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    reissue: _commands_pb2.ReissueRequest
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., reissue: _Optional[_Union[_commands_pb2.ReissueRequest, _Mapping]] = ...) -> None: ...

class RequestReissueResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class IssueCardRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "issue")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    ISSUE_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    issue: _commands_pb2.CardIssue
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., issue: _Optional[_Union[_commands_pb2.CardIssue, _Mapping]] = ...) -> None: ...

class IssueCardResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ImposeSanctionRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "sanction")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SANCTION_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    sanction: _commands_pb2.Sanction
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., sanction: _Optional[_Union[_commands_pb2.Sanction, _Mapping]] = ...) -> None: ...

class ImposeSanctionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class LiftSanctionRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "sanction_lift")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SANCTION_LIFT_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    sanction_lift: _commands_pb2.SanctionLift
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., sanction_lift: _Optional[_Union[_commands_pb2.SanctionLift, _Mapping]] = ...) -> None: ...

class LiftSanctionResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class FileClaimRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "claim")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    claim: _commands_pb2.ClaimFiling
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., claim: _Optional[_Union[_commands_pb2.ClaimFiling, _Mapping]] = ...) -> None: ...

class FileClaimResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ReviewClaimRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "claim_review")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLAIM_REVIEW_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    claim_review: _commands_pb2.ClaimReview
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., claim_review: _Optional[_Union[_commands_pb2.ClaimReview, _Mapping]] = ...) -> None: ...

class ReviewClaimResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RecordClaimPaymentRequest(_message.Message):
    __slots__ = ("person", "request_id", "effective_time", "expected_version", "claim_payment")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLAIM_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    person: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    claim_payment: _commands_pb2.ClaimPayment
    def __init__(self, person: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., claim_payment: _Optional[_Union[_commands_pb2.ClaimPayment, _Mapping]] = ...) -> None: ...

class RecordClaimPaymentResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class PostInterestRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "posting")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    POSTING_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    posting: _commands_pb2.InterestPosting
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., posting: _Optional[_Union[_commands_pb2.InterestPosting, _Mapping]] = ...) -> None: ...

class PostInterestResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class SettlePayableRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "settlement")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    SETTLEMENT_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    settlement: _commands_pb2.PayableSettlement
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., settlement: _Optional[_Union[_commands_pb2.PayableSettlement, _Mapping]] = ...) -> None: ...

class SettlePayableResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class MergeAccountsRequest(_message.Message):
    __slots__ = ("account", "request_id", "effective_time", "expected_version", "merge")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    MERGE_FIELD_NUMBER: _ClassVar[int]
    account: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    merge: _commands_pb2.AccountMerge
    def __init__(self, account: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., merge: _Optional[_Union[_commands_pb2.AccountMerge, _Mapping]] = ...) -> None: ...

class MergeAccountsResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class RaiseRiskFlagRequest(_message.Message):
    __slots__ = ("subject", "request_id", "effective_time", "expected_version", "flag")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    FLAG_FIELD_NUMBER: _ClassVar[int]
    subject: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    flag: _commands_pb2.RiskFlag
    def __init__(self, subject: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., flag: _Optional[_Union[_commands_pb2.RiskFlag, _Mapping]] = ...) -> None: ...

class RaiseRiskFlagResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class ClearRiskFlagRequest(_message.Message):
    __slots__ = ("subject", "request_id", "effective_time", "expected_version", "clearance")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    CLEARANCE_FIELD_NUMBER: _ClassVar[int]
    subject: str
    request_id: str
    effective_time: _timestamp_pb2.Timestamp
    expected_version: int
    clearance: _commands_pb2.RiskFlagClearance
    def __init__(self, subject: _Optional[str] = ..., request_id: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expected_version: _Optional[int] = ..., clearance: _Optional[_Union[_commands_pb2.RiskFlagClearance, _Mapping]] = ...) -> None: ...

class ClearRiskFlagResponse(_message.Message):
    __slots__ = ("transaction",)
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ...) -> None: ...

class VoidCommandRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "voided_request_id", "confidential")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VOIDED_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIDENTIAL_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    voided_request_id: str
    confidential: _types_pb2.Confidential
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., voided_request_id: _Optional[str] = ..., confidential: _Optional[_Union[_types_pb2.Confidential, _Mapping]] = ...) -> None: ...

class VoidCommandResponse(_message.Message):
    __slots__ = ("transaction", "effect")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    effect: _events_pb2.VoidEffect
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., effect: _Optional[_Union[_events_pb2.VoidEffect, str]] = ...) -> None: ...

class GetCommandOutcomeRequest(_message.Message):
    __slots__ = ("ledger", "command_request_id")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    COMMAND_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    command_request_id: str
    def __init__(self, ledger: _Optional[str] = ..., command_request_id: _Optional[str] = ...) -> None: ...

class GetCommandOutcomeResponse(_message.Message):
    __slots__ = ("transaction", "refusal", "voided")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    VOIDED_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    refusal: _status_pb2.Status
    voided: bool
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., refusal: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., voided: _Optional[bool] = ...) -> None: ...

class Command(_message.Message):
    __slots__ = ("register_person", "open_account", "activate_account", "import_opening", "record_deposit", "record_purchase", "grant_share", "revoke_share", "transfer_share", "reverse_entry", "report_loss", "lift_loss", "close_account", "initiate_transfer", "accept_transfer", "return_transfer", "credit_transfer", "propose_openings", "propose_adjustment", "deduct_premium", "amend_purchase", "grant_mandate", "revoke_mandate", "settle_transfer", "order_payers", "review_proposal", "designate_institution", "revoke_designation", "file_cross_region", "end_cross_region_filing", "propose_policy", "withdraw_policy", "merge_accounts", "settle_payable", "post_interest", "record_claim_payment", "review_claim", "file_claim", "clear_risk_flag", "raise_risk_flag", "lift_sanction", "impose_sanction", "issue_card", "request_reissue", "record_credential_event", "change_holder_info", "restore_coverage", "suspend_coverage", "change_person_type")
    REGISTER_PERSON_FIELD_NUMBER: _ClassVar[int]
    OPEN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ACTIVATE_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    IMPORT_OPENING_FIELD_NUMBER: _ClassVar[int]
    RECORD_DEPOSIT_FIELD_NUMBER: _ClassVar[int]
    RECORD_PURCHASE_FIELD_NUMBER: _ClassVar[int]
    GRANT_SHARE_FIELD_NUMBER: _ClassVar[int]
    REVOKE_SHARE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_SHARE_FIELD_NUMBER: _ClassVar[int]
    REVERSE_ENTRY_FIELD_NUMBER: _ClassVar[int]
    REPORT_LOSS_FIELD_NUMBER: _ClassVar[int]
    LIFT_LOSS_FIELD_NUMBER: _ClassVar[int]
    CLOSE_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    INITIATE_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    RETURN_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    CREDIT_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_OPENINGS_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_ADJUSTMENT_FIELD_NUMBER: _ClassVar[int]
    DEDUCT_PREMIUM_FIELD_NUMBER: _ClassVar[int]
    AMEND_PURCHASE_FIELD_NUMBER: _ClassVar[int]
    GRANT_MANDATE_FIELD_NUMBER: _ClassVar[int]
    REVOKE_MANDATE_FIELD_NUMBER: _ClassVar[int]
    SETTLE_TRANSFER_FIELD_NUMBER: _ClassVar[int]
    ORDER_PAYERS_FIELD_NUMBER: _ClassVar[int]
    REVIEW_PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    DESIGNATE_INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REVOKE_DESIGNATION_FIELD_NUMBER: _ClassVar[int]
    FILE_CROSS_REGION_FIELD_NUMBER: _ClassVar[int]
    END_CROSS_REGION_FILING_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_POLICY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_POLICY_FIELD_NUMBER: _ClassVar[int]
    MERGE_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    SETTLE_PAYABLE_FIELD_NUMBER: _ClassVar[int]
    POST_INTEREST_FIELD_NUMBER: _ClassVar[int]
    RECORD_CLAIM_PAYMENT_FIELD_NUMBER: _ClassVar[int]
    REVIEW_CLAIM_FIELD_NUMBER: _ClassVar[int]
    FILE_CLAIM_FIELD_NUMBER: _ClassVar[int]
    CLEAR_RISK_FLAG_FIELD_NUMBER: _ClassVar[int]
    RAISE_RISK_FLAG_FIELD_NUMBER: _ClassVar[int]
    LIFT_SANCTION_FIELD_NUMBER: _ClassVar[int]
    IMPOSE_SANCTION_FIELD_NUMBER: _ClassVar[int]
    ISSUE_CARD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_REISSUE_FIELD_NUMBER: _ClassVar[int]
    RECORD_CREDENTIAL_EVENT_FIELD_NUMBER: _ClassVar[int]
    CHANGE_HOLDER_INFO_FIELD_NUMBER: _ClassVar[int]
    RESTORE_COVERAGE_FIELD_NUMBER: _ClassVar[int]
    SUSPEND_COVERAGE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    register_person: RegisterPersonRequest
    open_account: OpenAccountRequest
    activate_account: ActivateAccountRequest
    import_opening: ImportOpeningRequest
    record_deposit: RecordDepositRequest
    record_purchase: RecordPurchaseRequest
    grant_share: GrantShareRequest
    revoke_share: RevokeShareRequest
    transfer_share: TransferShareRequest
    reverse_entry: ReverseEntryRequest
    report_loss: ReportLossRequest
    lift_loss: LiftLossRequest
    close_account: CloseAccountRequest
    initiate_transfer: InitiateTransferRequest
    accept_transfer: AcceptTransferRequest
    return_transfer: ReturnTransferRequest
    credit_transfer: CreditTransferRequest
    propose_openings: ProposeOpeningsRequest
    propose_adjustment: ProposeAdjustmentRequest
    deduct_premium: DeductPremiumRequest
    amend_purchase: AmendPurchaseRequest
    grant_mandate: GrantMandateRequest
    revoke_mandate: RevokeMandateRequest
    settle_transfer: SettleTransferRequest
    order_payers: OrderPayersRequest
    review_proposal: ReviewProposalRequest
    designate_institution: DesignateInstitutionRequest
    revoke_designation: RevokeDesignationRequest
    file_cross_region: FileCrossRegionRequest
    end_cross_region_filing: EndCrossRegionFilingRequest
    propose_policy: ProposePolicyRequest
    withdraw_policy: WithdrawPolicyRequest
    merge_accounts: MergeAccountsRequest
    settle_payable: SettlePayableRequest
    post_interest: PostInterestRequest
    record_claim_payment: RecordClaimPaymentRequest
    review_claim: ReviewClaimRequest
    file_claim: FileClaimRequest
    clear_risk_flag: ClearRiskFlagRequest
    raise_risk_flag: RaiseRiskFlagRequest
    lift_sanction: LiftSanctionRequest
    impose_sanction: ImposeSanctionRequest
    issue_card: IssueCardRequest
    request_reissue: RequestReissueRequest
    record_credential_event: RecordCredentialEventRequest
    change_holder_info: ChangeHolderInfoRequest
    restore_coverage: RestoreCoverageRequest
    suspend_coverage: SuspendCoverageRequest
    change_person_type: ChangePersonTypeRequest
    def __init__(self, register_person: _Optional[_Union[RegisterPersonRequest, _Mapping]] = ..., open_account: _Optional[_Union[OpenAccountRequest, _Mapping]] = ..., activate_account: _Optional[_Union[ActivateAccountRequest, _Mapping]] = ..., import_opening: _Optional[_Union[ImportOpeningRequest, _Mapping]] = ..., record_deposit: _Optional[_Union[RecordDepositRequest, _Mapping]] = ..., record_purchase: _Optional[_Union[RecordPurchaseRequest, _Mapping]] = ..., grant_share: _Optional[_Union[GrantShareRequest, _Mapping]] = ..., revoke_share: _Optional[_Union[RevokeShareRequest, _Mapping]] = ..., transfer_share: _Optional[_Union[TransferShareRequest, _Mapping]] = ..., reverse_entry: _Optional[_Union[ReverseEntryRequest, _Mapping]] = ..., report_loss: _Optional[_Union[ReportLossRequest, _Mapping]] = ..., lift_loss: _Optional[_Union[LiftLossRequest, _Mapping]] = ..., close_account: _Optional[_Union[CloseAccountRequest, _Mapping]] = ..., initiate_transfer: _Optional[_Union[InitiateTransferRequest, _Mapping]] = ..., accept_transfer: _Optional[_Union[AcceptTransferRequest, _Mapping]] = ..., return_transfer: _Optional[_Union[ReturnTransferRequest, _Mapping]] = ..., credit_transfer: _Optional[_Union[CreditTransferRequest, _Mapping]] = ..., propose_openings: _Optional[_Union[ProposeOpeningsRequest, _Mapping]] = ..., propose_adjustment: _Optional[_Union[ProposeAdjustmentRequest, _Mapping]] = ..., deduct_premium: _Optional[_Union[DeductPremiumRequest, _Mapping]] = ..., amend_purchase: _Optional[_Union[AmendPurchaseRequest, _Mapping]] = ..., grant_mandate: _Optional[_Union[GrantMandateRequest, _Mapping]] = ..., revoke_mandate: _Optional[_Union[RevokeMandateRequest, _Mapping]] = ..., settle_transfer: _Optional[_Union[SettleTransferRequest, _Mapping]] = ..., order_payers: _Optional[_Union[OrderPayersRequest, _Mapping]] = ..., review_proposal: _Optional[_Union[ReviewProposalRequest, _Mapping]] = ..., designate_institution: _Optional[_Union[DesignateInstitutionRequest, _Mapping]] = ..., revoke_designation: _Optional[_Union[RevokeDesignationRequest, _Mapping]] = ..., file_cross_region: _Optional[_Union[FileCrossRegionRequest, _Mapping]] = ..., end_cross_region_filing: _Optional[_Union[EndCrossRegionFilingRequest, _Mapping]] = ..., propose_policy: _Optional[_Union[ProposePolicyRequest, _Mapping]] = ..., withdraw_policy: _Optional[_Union[WithdrawPolicyRequest, _Mapping]] = ..., merge_accounts: _Optional[_Union[MergeAccountsRequest, _Mapping]] = ..., settle_payable: _Optional[_Union[SettlePayableRequest, _Mapping]] = ..., post_interest: _Optional[_Union[PostInterestRequest, _Mapping]] = ..., record_claim_payment: _Optional[_Union[RecordClaimPaymentRequest, _Mapping]] = ..., review_claim: _Optional[_Union[ReviewClaimRequest, _Mapping]] = ..., file_claim: _Optional[_Union[FileClaimRequest, _Mapping]] = ..., clear_risk_flag: _Optional[_Union[ClearRiskFlagRequest, _Mapping]] = ..., raise_risk_flag: _Optional[_Union[RaiseRiskFlagRequest, _Mapping]] = ..., lift_sanction: _Optional[_Union[LiftSanctionRequest, _Mapping]] = ..., impose_sanction: _Optional[_Union[ImposeSanctionRequest, _Mapping]] = ..., issue_card: _Optional[_Union[IssueCardRequest, _Mapping]] = ..., request_reissue: _Optional[_Union[RequestReissueRequest, _Mapping]] = ..., record_credential_event: _Optional[_Union[RecordCredentialEventRequest, _Mapping]] = ..., change_holder_info: _Optional[_Union[ChangeHolderInfoRequest, _Mapping]] = ..., restore_coverage: _Optional[_Union[RestoreCoverageRequest, _Mapping]] = ..., suspend_coverage: _Optional[_Union[SuspendCoverageRequest, _Mapping]] = ..., change_person_type: _Optional[_Union[ChangePersonTypeRequest, _Mapping]] = ...) -> None: ...

class AtomicGroup(_message.Message):
    __slots__ = ("request_id", "commands")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    COMMANDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    commands: _containers.RepeatedCompositeFieldContainer[Command]
    def __init__(self, request_id: _Optional[str] = ..., commands: _Optional[_Iterable[_Union[Command, _Mapping]]] = ...) -> None: ...

class BatchItem(_message.Message):
    __slots__ = ("command", "group")
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    command: Command
    group: AtomicGroup
    def __init__(self, command: _Optional[_Union[Command, _Mapping]] = ..., group: _Optional[_Union[AtomicGroup, _Mapping]] = ...) -> None: ...

class BatchExecuteRequest(_message.Message):
    __slots__ = ("ledger", "items")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    items: _containers.RepeatedCompositeFieldContainer[BatchItem]
    def __init__(self, ledger: _Optional[str] = ..., items: _Optional[_Iterable[_Union[BatchItem, _Mapping]]] = ...) -> None: ...

class BatchResult(_message.Message):
    __slots__ = ("transaction", "error")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    transaction: Transaction
    error: _status_pb2.Status
    def __init__(self, transaction: _Optional[_Union[Transaction, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class BatchExecuteResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[BatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[BatchResult, _Mapping]]] = ...) -> None: ...

class ExecuteStreamRequest(_message.Message):
    __slots__ = ("ledger", "items")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    items: _containers.RepeatedCompositeFieldContainer[BatchItem]
    def __init__(self, ledger: _Optional[str] = ..., items: _Optional[_Iterable[_Union[BatchItem, _Mapping]]] = ...) -> None: ...

class ExecuteStreamResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[BatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[BatchResult, _Mapping]]] = ...) -> None: ...
