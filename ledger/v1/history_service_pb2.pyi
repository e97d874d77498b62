import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import query_service_pb2 as _query_service_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransactionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSACTION_KIND_UNSPECIFIED: _ClassVar[TransactionKind]
    TRANSACTION_KIND_OPENING: _ClassVar[TransactionKind]
    TRANSACTION_KIND_PAYOUT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_MERGE: _ClassVar[TransactionKind]
    TRANSACTION_KIND_ABSORPTION: _ClassVar[TransactionKind]
    TRANSACTION_KIND_DEPOSIT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_DEPOSIT_REVERSAL: _ClassVar[TransactionKind]
    TRANSACTION_KIND_INTEREST: _ClassVar[TransactionKind]
    TRANSACTION_KIND_ADJUSTMENT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_PREMIUM: _ClassVar[TransactionKind]
    TRANSACTION_KIND_PREMIUM_REVERSAL: _ClassVar[TransactionKind]
    TRANSACTION_KIND_PURCHASE: _ClassVar[TransactionKind]
    TRANSACTION_KIND_PURCHASE_REVERSAL: _ClassVar[TransactionKind]
    TRANSACTION_KIND_SHARE: _ClassVar[TransactionKind]
    TRANSACTION_KIND_SHARE_REFUND: _ClassVar[TransactionKind]
    TRANSACTION_KIND_TRANSFER_SENT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_TRANSFER_RECEIVED: _ClassVar[TransactionKind]
    TRANSACTION_KIND_TRANSFER_REVERSAL: _ClassVar[TransactionKind]
    TRANSACTION_KIND_WALLET_SENT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_WALLET_RETURN: _ClassVar[TransactionKind]
    TRANSACTION_KIND_WALLET_RECEIVED: _ClassVar[TransactionKind]
    TRANSACTION_KIND_HOLD: _ClassVar[TransactionKind]
    TRANSACTION_KIND_HOLD_CAPTURE: _ClassVar[TransactionKind]
    TRANSACTION_KIND_HOLD_RELEASE: _ClassVar[TransactionKind]
    TRANSACTION_KIND_RELOCATION_OUT: _ClassVar[TransactionKind]
    TRANSACTION_KIND_RELOCATION_IN: _ClassVar[TransactionKind]
    TRANSACTION_KIND_RELOCATION_RETURN: _ClassVar[TransactionKind]

class TransactionOrder(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSACTION_ORDER_UNSPECIFIED: _ClassVar[TransactionOrder]
    TRANSACTION_ORDER_NEWEST_FIRST: _ClassVar[TransactionOrder]
    TRANSACTION_ORDER_OLDEST_FIRST: _ClassVar[TransactionOrder]

class SummaryGrouping(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUMMARY_GROUPING_UNSPECIFIED: _ClassVar[SummaryGrouping]
    SUMMARY_GROUPING_MONTH: _ClassVar[SummaryGrouping]
    SUMMARY_GROUPING_CATEGORY: _ClassVar[SummaryGrouping]
    SUMMARY_GROUPING_INSTITUTION: _ClassVar[SummaryGrouping]
    SUMMARY_GROUPING_BENEFICIARY: _ClassVar[SummaryGrouping]

class ProjectionState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROJECTION_STATE_UNSPECIFIED: _ClassVar[ProjectionState]
    PROJECTION_STATE_LIVE: _ClassVar[ProjectionState]
    PROJECTION_STATE_SHADOW: _ClassVar[ProjectionState]
    PROJECTION_STATE_STANDBY: _ClassVar[ProjectionState]
    PROJECTION_STATE_PAST: _ClassVar[ProjectionState]
TRANSACTION_KIND_UNSPECIFIED: TransactionKind
TRANSACTION_KIND_OPENING: TransactionKind
TRANSACTION_KIND_PAYOUT: TransactionKind
TRANSACTION_KIND_MERGE: TransactionKind
TRANSACTION_KIND_ABSORPTION: TransactionKind
TRANSACTION_KIND_DEPOSIT: TransactionKind
TRANSACTION_KIND_DEPOSIT_REVERSAL: TransactionKind
TRANSACTION_KIND_INTEREST: TransactionKind
TRANSACTION_KIND_ADJUSTMENT: TransactionKind
TRANSACTION_KIND_PREMIUM: TransactionKind
TRANSACTION_KIND_PREMIUM_REVERSAL: TransactionKind
TRANSACTION_KIND_PURCHASE: TransactionKind
TRANSACTION_KIND_PURCHASE_REVERSAL: TransactionKind
TRANSACTION_KIND_SHARE: TransactionKind
TRANSACTION_KIND_SHARE_REFUND: TransactionKind
TRANSACTION_KIND_TRANSFER_SENT: TransactionKind
TRANSACTION_KIND_TRANSFER_RECEIVED: TransactionKind
TRANSACTION_KIND_TRANSFER_REVERSAL: TransactionKind
TRANSACTION_KIND_WALLET_SENT: TransactionKind
TRANSACTION_KIND_WALLET_RETURN: TransactionKind
TRANSACTION_KIND_WALLET_RECEIVED: TransactionKind
TRANSACTION_KIND_HOLD: TransactionKind
TRANSACTION_KIND_HOLD_CAPTURE: TransactionKind
TRANSACTION_KIND_HOLD_RELEASE: TransactionKind
TRANSACTION_KIND_RELOCATION_OUT: TransactionKind
TRANSACTION_KIND_RELOCATION_IN: TransactionKind
TRANSACTION_KIND_RELOCATION_RETURN: TransactionKind
TRANSACTION_ORDER_UNSPECIFIED: TransactionOrder
TRANSACTION_ORDER_NEWEST_FIRST: TransactionOrder
TRANSACTION_ORDER_OLDEST_FIRST: TransactionOrder
SUMMARY_GROUPING_UNSPECIFIED: SummaryGrouping
SUMMARY_GROUPING_MONTH: SummaryGrouping
SUMMARY_GROUPING_CATEGORY: SummaryGrouping
SUMMARY_GROUPING_INSTITUTION: SummaryGrouping
SUMMARY_GROUPING_BENEFICIARY: SummaryGrouping
PROJECTION_STATE_UNSPECIFIED: ProjectionState
PROJECTION_STATE_LIVE: ProjectionState
PROJECTION_STATE_SHADOW: ProjectionState
PROJECTION_STATE_STANDBY: ProjectionState
PROJECTION_STATE_PAST: ProjectionState

class GetBalanceRequest(_message.Message):
    __slots__ = ("account", "effective_time", "known_time", "known_position", "min_position", "consistency", "past_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    KNOWN_TIME_FIELD_NUMBER: _ClassVar[int]
    KNOWN_POSITION_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    effective_time: _timestamp_pb2.Timestamp
    known_time: _timestamp_pb2.Timestamp
    known_position: int
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, account: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., known_position: _Optional[int] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class LateEntry(_message.Message):
    __slots__ = ("name", "kind", "effective_time", "record_time", "balance_change")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: TransactionKind
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    balance_change: int
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[TransactionKind, str]] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., balance_change: _Optional[int] = ...) -> None: ...

class GetBalanceResponse(_message.Message):
    __slots__ = ("account", "balance", "position", "late_entries", "late_entry_count", "late_change", "missing_entries")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    LATE_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    LATE_ENTRY_COUNT_FIELD_NUMBER: _ClassVar[int]
    LATE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    account: str
    balance: int
    position: int
    late_entries: _containers.RepeatedCompositeFieldContainer[LateEntry]
    late_entry_count: int
    late_change: int
    missing_entries: int
    def __init__(self, account: _Optional[str] = ..., balance: _Optional[int] = ..., position: _Optional[int] = ..., late_entries: _Optional[_Iterable[_Union[LateEntry, _Mapping]]] = ..., late_entry_count: _Optional[int] = ..., late_change: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListTransactionsRequest(_message.Message):
    __slots__ = ("account", "page_size", "page_token", "order", "effective_from", "effective_to", "recorded_from", "recorded_to", "kinds", "categories", "institution", "beneficiary", "payer", "min_position", "consistency", "past_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FROM_FIELD_NUMBER: _ClassVar[int]
    RECORDED_TO_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    PAYER_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    page_size: int
    page_token: str
    order: TransactionOrder
    effective_from: _timestamp_pb2.Timestamp
    effective_to: _timestamp_pb2.Timestamp
    recorded_from: _timestamp_pb2.Timestamp
    recorded_to: _timestamp_pb2.Timestamp
    kinds: _containers.RepeatedScalarFieldContainer[TransactionKind]
    categories: _containers.RepeatedScalarFieldContainer[_types_pb2.Category]
    institution: str
    beneficiary: str
    payer: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, account: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., order: _Optional[_Union[TransactionOrder, str]] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kinds: _Optional[_Iterable[_Union[TransactionKind, str]]] = ..., categories: _Optional[_Iterable[_Union[_types_pb2.Category, str]]] = ..., institution: _Optional[str] = ..., beneficiary: _Optional[str] = ..., payer: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class SettledAmounts(_message.Message):
    __slots__ = ("total", "pooled", "funds", "hospital", "own_account", "shared", "cash")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    POOLED_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    HOSPITAL_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    total: int
    pooled: int
    funds: int
    hospital: int
    own_account: int
    shared: _containers.RepeatedCompositeFieldContainer[_types_pb2.SharePayment]
    cash: int
    def __init__(self, total: _Optional[int] = ..., pooled: _Optional[int] = ..., funds: _Optional[int] = ..., hospital: _Optional[int] = ..., own_account: _Optional[int] = ..., shared: _Optional[_Iterable[_Union[_types_pb2.SharePayment, _Mapping]]] = ..., cash: _Optional[int] = ...) -> None: ...

class AccountTransaction(_message.Message):
    __slots__ = ("name", "position", "kind", "effective_time", "record_time", "balance_change", "balance_after", "category", "benefit", "institution", "beneficiary", "counterparty", "source", "period", "reverses", "reversed_by", "settled", "payable_after_close")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_AFTER_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    REVERSES_FIELD_NUMBER: _ClassVar[int]
    REVERSED_BY_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    name: str
    position: int
    kind: TransactionKind
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    balance_change: int
    balance_after: int
    category: _types_pb2.Category
    benefit: _types_pb2.Benefit
    institution: str
    beneficiary: str
    counterparty: str
    source: _types_pb2.DepositSource
    period: int
    reverses: str
    reversed_by: str
    settled: SettledAmounts
    payable_after_close: int
    def __init__(self, name: _Optional[str] = ..., position: _Optional[int] = ..., kind: _Optional[_Union[TransactionKind, str]] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., balance_change: _Optional[int] = ..., balance_after: _Optional[int] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., institution: _Optional[str] = ..., beneficiary: _Optional[str] = ..., counterparty: _Optional[str] = ..., source: _Optional[_Union[_types_pb2.DepositSource, str]] = ..., period: _Optional[int] = ..., reverses: _Optional[str] = ..., reversed_by: _Optional[str] = ..., settled: _Optional[_Union[SettledAmounts, _Mapping]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class ListTransactionsResponse(_message.Message):
    __slots__ = ("transactions", "next_page_token", "position", "missing_entries")
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    transactions: _containers.RepeatedCompositeFieldContainer[AccountTransaction]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, transactions: _Optional[_Iterable[_Union[AccountTransaction, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class GetSpendingSummaryRequest(_message.Message):
    __slots__ = ("account", "effective_from", "effective_to", "grouping", "min_position", "consistency", "past_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    GROUPING_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    effective_from: _timestamp_pb2.Timestamp
    effective_to: _timestamp_pb2.Timestamp
    grouping: SummaryGrouping
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, account: _Optional[str] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., grouping: _Optional[_Union[SummaryGrouping, str]] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class SpendingSums(_message.Message):
    __slots__ = ("balance_change", "deposited", "purchased", "shared", "transferred", "other", "purchases", "settled", "received_shares", "transactions")
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    DEPOSITED_FIELD_NUMBER: _ClassVar[int]
    PURCHASED_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    TRANSFERRED_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    PURCHASES_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_SHARES_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    balance_change: int
    deposited: int
    purchased: int
    shared: int
    transferred: int
    other: int
    purchases: int
    settled: SettledAmounts
    received_shares: int
    transactions: int
    def __init__(self, balance_change: _Optional[int] = ..., deposited: _Optional[int] = ..., purchased: _Optional[int] = ..., shared: _Optional[int] = ..., transferred: _Optional[int] = ..., other: _Optional[int] = ..., purchases: _Optional[int] = ..., settled: _Optional[_Union[SettledAmounts, _Mapping]] = ..., received_shares: _Optional[int] = ..., transactions: _Optional[int] = ...) -> None: ...

class SpendingGroup(_message.Message):
    __slots__ = ("month", "category", "institution", "beneficiary", "sums")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    SUMS_FIELD_NUMBER: _ClassVar[int]
    month: int
    category: _types_pb2.Category
    institution: str
    beneficiary: str
    sums: SpendingSums
    def __init__(self, month: _Optional[int] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., institution: _Optional[str] = ..., beneficiary: _Optional[str] = ..., sums: _Optional[_Union[SpendingSums, _Mapping]] = ...) -> None: ...

class GetSpendingSummaryResponse(_message.Message):
    __slots__ = ("groups", "total", "opening_balance", "closing_balance", "position", "missing_entries", "unexplained")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    CLOSING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    UNEXPLAINED_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[SpendingGroup]
    total: SpendingSums
    opening_balance: int
    closing_balance: int
    position: int
    missing_entries: int
    unexplained: int
    def __init__(self, groups: _Optional[_Iterable[_Union[SpendingGroup, _Mapping]]] = ..., total: _Optional[_Union[SpendingSums, _Mapping]] = ..., opening_balance: _Optional[int] = ..., closing_balance: _Optional[int] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ..., unexplained: _Optional[int] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("account", "year", "drawn_time", "previous_drawn_time", "sums_only", "min_position", "consistency", "past_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    DRAWN_TIME_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_DRAWN_TIME_FIELD_NUMBER: _ClassVar[int]
    SUMS_ONLY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    year: int
    drawn_time: _timestamp_pb2.Timestamp
    previous_drawn_time: _timestamp_pb2.Timestamp
    sums_only: bool
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, account: _Optional[str] = ..., year: _Optional[int] = ..., drawn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., previous_drawn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sums_only: _Optional[bool] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class StatementItem(_message.Message):
    __slots__ = ("kind", "source", "balance_change", "transactions")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    kind: TransactionKind
    source: _types_pb2.DepositSource
    balance_change: int
    transactions: int
    def __init__(self, kind: _Optional[_Union[TransactionKind, str]] = ..., source: _Optional[_Union[_types_pb2.DepositSource, str]] = ..., balance_change: _Optional[int] = ..., transactions: _Optional[int] = ...) -> None: ...

class StatementMonth(_message.Message):
    __slots__ = ("month", "credits", "interest", "debits", "spent", "balance")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    SPENT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    month: int
    credits: int
    interest: int
    debits: int
    spent: int
    balance: int
    def __init__(self, month: _Optional[int] = ..., credits: _Optional[int] = ..., interest: _Optional[int] = ..., debits: _Optional[int] = ..., spent: _Optional[int] = ..., balance: _Optional[int] = ...) -> None: ...

class StatementSpending(_message.Message):
    __slots__ = ("category", "beneficiary", "spent", "payments")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    SPENT_FIELD_NUMBER: _ClassVar[int]
    PAYMENTS_FIELD_NUMBER: _ClassVar[int]
    category: _types_pb2.Category
    beneficiary: str
    spent: int
    payments: int
    def __init__(self, category: _Optional[_Union[_types_pb2.Category, str]] = ..., beneficiary: _Optional[str] = ..., spent: _Optional[int] = ..., payments: _Optional[int] = ...) -> None: ...

class GetStatementResponse(_message.Message):
    __slots__ = ("account", "year", "drawn_time", "final", "opening_balance", "late_change", "credits", "interest", "debits", "closing_balance", "items", "months", "categories", "beneficiaries", "settled", "received_shares", "late_transactions", "late_transaction_count", "transactions", "transaction_count", "recorded_later_change", "recorded_later_count", "position", "missing_entries", "time_zone")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    DRAWN_TIME_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    LATE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    INTEREST_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    CLOSING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARIES_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_SHARES_FIELD_NUMBER: _ClassVar[int]
    LATE_TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    LATE_TRANSACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_COUNT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_LATER_CHANGE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_LATER_COUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    account: str
    year: int
    drawn_time: _timestamp_pb2.Timestamp
    final: bool
    opening_balance: int
    late_change: int
    credits: int
    interest: int
    debits: int
    closing_balance: int
    items: _containers.RepeatedCompositeFieldContainer[StatementItem]
    months: _containers.RepeatedCompositeFieldContainer[StatementMonth]
    categories: _containers.RepeatedCompositeFieldContainer[StatementSpending]
    beneficiaries: _containers.RepeatedCompositeFieldContainer[StatementSpending]
    settled: SettledAmounts
    received_shares: int
    late_transactions: _containers.RepeatedCompositeFieldContainer[AccountTransaction]
    late_transaction_count: int
    transactions: _containers.RepeatedCompositeFieldContainer[AccountTransaction]
    transaction_count: int
    recorded_later_change: int
    recorded_later_count: int
    position: int
    missing_entries: int
    time_zone: str
    def __init__(self, account: _Optional[str] = ..., year: _Optional[int] = ..., drawn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., final: _Optional[bool] = ..., opening_balance: _Optional[int] = ..., late_change: _Optional[int] = ..., credits: _Optional[int] = ..., interest: _Optional[int] = ..., debits: _Optional[int] = ..., closing_balance: _Optional[int] = ..., items: _Optional[_Iterable[_Union[StatementItem, _Mapping]]] = ..., months: _Optional[_Iterable[_Union[StatementMonth, _Mapping]]] = ..., categories: _Optional[_Iterable[_Union[StatementSpending, _Mapping]]] = ..., beneficiaries: _Optional[_Iterable[_Union[StatementSpending, _Mapping]]] = ..., settled: _Optional[_Union[SettledAmounts, _Mapping]] = ..., received_shares: _Optional[int] = ..., late_transactions: _Optional[_Iterable[_Union[AccountTransaction, _Mapping]]] = ..., late_transaction_count: _Optional[int] = ..., transactions: _Optional[_Iterable[_Union[AccountTransaction, _Mapping]]] = ..., transaction_count: _Optional[int] = ..., recorded_later_change: _Optional[int] = ..., recorded_later_count: _Optional[int] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ..., time_zone: _Optional[str] = ...) -> None: ...

class RenderStatementRequest(_message.Message):
    __slots__ = ("account", "year", "drawn_time", "previous_drawn_time", "sums_only", "min_position", "consistency", "language", "holder", "past_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    DRAWN_TIME_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_DRAWN_TIME_FIELD_NUMBER: _ClassVar[int]
    SUMS_ONLY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    year: int
    drawn_time: _timestamp_pb2.Timestamp
    previous_drawn_time: _timestamp_pb2.Timestamp
    sums_only: bool
    min_position: int
    consistency: _query_service_pb2.Consistency
    language: str
    holder: str
    past_position: int
    def __init__(self, account: _Optional[str] = ..., year: _Optional[int] = ..., drawn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., previous_drawn_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sums_only: _Optional[bool] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., language: _Optional[str] = ..., holder: _Optional[str] = ..., past_position: _Optional[int] = ...) -> None: ...

class RenderStatementResponse(_message.Message):
    __slots__ = ("content", "media_type", "position")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    media_type: str
    position: int
    def __init__(self, content: _Optional[bytes] = ..., media_type: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class ProjectionStatus(_message.Message):
    __slots__ = ("name", "version", "state", "position", "head", "lag_entries", "lag", "record_time", "move_time", "dead_letters", "problem", "paused", "frozen")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    HEAD_FIELD_NUMBER: _ClassVar[int]
    LAG_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    LAG_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    MOVE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    state: ProjectionState
    position: int
    head: int
    lag_entries: int
    lag: _duration_pb2.Duration
    record_time: _timestamp_pb2.Timestamp
    move_time: _timestamp_pb2.Timestamp
    dead_letters: int
    problem: str
    paused: bool
    frozen: bool
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., state: _Optional[_Union[ProjectionState, str]] = ..., position: _Optional[int] = ..., head: _Optional[int] = ..., lag_entries: _Optional[int] = ..., lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., move_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dead_letters: _Optional[int] = ..., problem: _Optional[str] = ..., paused: _Optional[bool] = ..., frozen: _Optional[bool] = ...) -> None: ...

class GetProjectionStatusRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetProjectionStatusResponse(_message.Message):
    __slots__ = ("projection",)
    PROJECTION_FIELD_NUMBER: _ClassVar[int]
    projection: ProjectionStatus
    def __init__(self, projection: _Optional[_Union[ProjectionStatus, _Mapping]] = ...) -> None: ...

class ListProjectionsRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListProjectionsResponse(_message.Message):
    __slots__ = ("projections", "next_page_token")
    PROJECTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    projections: _containers.RepeatedCompositeFieldContainer[ProjectionStatus]
    next_page_token: str
    def __init__(self, projections: _Optional[_Iterable[_Union[ProjectionStatus, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListedMandate(_message.Message):
    __slots__ = ("entry", "principal", "agent", "kind", "rights", "start_time", "expire_time", "beneficiaries", "revocation_entry", "in_force")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARIES_FIELD_NUMBER: _ClassVar[int]
    REVOCATION_ENTRY_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    entry: str
    principal: str
    agent: str
    kind: _types_pb2.MandateKind
    rights: _containers.RepeatedScalarFieldContainer[_options_pb2.Right]
    start_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    beneficiaries: _containers.RepeatedScalarFieldContainer[str]
    revocation_entry: str
    in_force: bool
    def __init__(self, entry: _Optional[str] = ..., principal: _Optional[str] = ..., agent: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.MandateKind, str]] = ..., rights: _Optional[_Iterable[_Union[_options_pb2.Right, str]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., beneficiaries: _Optional[_Iterable[str]] = ..., revocation_entry: _Optional[str] = ..., in_force: _Optional[bool] = ...) -> None: ...

class ListAgentsRequest(_message.Message):
    __slots__ = ("person", "ended_too", "page_size", "page_token", "min_position", "consistency")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ENDED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    person: str
    ended_too: bool
    page_size: int
    page_token: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    def __init__(self, person: _Optional[str] = ..., ended_too: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ...) -> None: ...

class ListAgentsResponse(_message.Message):
    __slots__ = ("mandates", "next_page_token", "position", "missing_entries")
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    mandates: _containers.RepeatedCompositeFieldContainer[ListedMandate]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, mandates: _Optional[_Iterable[_Union[ListedMandate, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListPrincipalsRequest(_message.Message):
    __slots__ = ("agent", "ledger", "ended_too", "page_size", "page_token", "min_position", "consistency")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    ENDED_TOO_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    agent: str
    ledger: str
    ended_too: bool
    page_size: int
    page_token: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    def __init__(self, agent: _Optional[str] = ..., ledger: _Optional[str] = ..., ended_too: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ...) -> None: ...

class ListPrincipalsResponse(_message.Message):
    __slots__ = ("mandates", "next_page_token", "position", "missing_entries")
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    mandates: _containers.RepeatedCompositeFieldContainer[ListedMandate]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, mandates: _Optional[_Iterable[_Union[ListedMandate, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...
