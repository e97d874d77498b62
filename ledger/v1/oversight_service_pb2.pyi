import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
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

class SettlementDate(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SETTLEMENT_DATE_UNSPECIFIED: _ClassVar[SettlementDate]
    SETTLEMENT_DATE_SETTLED: _ClassVar[SettlementDate]
    SETTLEMENT_DATE_SERVED: _ClassVar[SettlementDate]

class RefundCounting(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUND_COUNTING_UNSPECIFIED: _ClassVar[RefundCounting]
    REFUND_COUNTING_INCLUDED: _ClassVar[RefundCounting]
    REFUND_COUNTING_LEFT_OUT: _ClassVar[RefundCounting]

class TotalsGrouping(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOTALS_GROUPING_UNSPECIFIED: _ClassVar[TotalsGrouping]
    TOTALS_GROUPING_MONTH: _ClassVar[TotalsGrouping]
    TOTALS_GROUPING_DAY: _ClassVar[TotalsGrouping]

class RiskFlagState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RISK_FLAG_STATE_UNSPECIFIED: _ClassVar[RiskFlagState]
    RISK_FLAG_STATE_OPEN: _ClassVar[RiskFlagState]
    RISK_FLAG_STATE_CLEARED: _ClassVar[RiskFlagState]

class ExceptionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXCEPTION_KIND_UNSPECIFIED: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_DEBIT_WHILE_FROZEN: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_MOVED_AFTER_CLOSING: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_NOT_DESIGNATED: _ClassVar[ExceptionKind]
    EXCEPTION_KIND_TRANSFER_NOT_CREDITED: _ClassVar[ExceptionKind]
SETTLEMENT_DATE_UNSPECIFIED: SettlementDate
SETTLEMENT_DATE_SETTLED: SettlementDate
SETTLEMENT_DATE_SERVED: SettlementDate
REFUND_COUNTING_UNSPECIFIED: RefundCounting
REFUND_COUNTING_INCLUDED: RefundCounting
REFUND_COUNTING_LEFT_OUT: RefundCounting
TOTALS_GROUPING_UNSPECIFIED: TotalsGrouping
TOTALS_GROUPING_MONTH: TotalsGrouping
TOTALS_GROUPING_DAY: TotalsGrouping
RISK_FLAG_STATE_UNSPECIFIED: RiskFlagState
RISK_FLAG_STATE_OPEN: RiskFlagState
RISK_FLAG_STATE_CLEARED: RiskFlagState
EXCEPTION_KIND_UNSPECIFIED: ExceptionKind
EXCEPTION_KIND_DEBIT_WHILE_FROZEN: ExceptionKind
EXCEPTION_KIND_MOVED_AFTER_CLOSING: ExceptionKind
EXCEPTION_KIND_NOT_DESIGNATED: ExceptionKind
EXCEPTION_KIND_TRANSFER_NOT_CREDITED: ExceptionKind

class GetInstitutionTotalsRequest(_message.Message):
    __slots__ = ("institution", "from_date", "to_date", "clearing_type", "date", "refunds", "grouping", "min_position", "consistency", "past_position")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    GROUPING_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    clearing_type: _types_pb2.ClearingType
    date: SettlementDate
    refunds: RefundCounting
    grouping: TotalsGrouping
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, institution: _Optional[str] = ..., from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., date: _Optional[_Union[SettlementDate, str]] = ..., refunds: _Optional[_Union[RefundCounting, str]] = ..., grouping: _Optional[_Union[TotalsGrouping, str]] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class SettlementSums(_message.Message):
    __slots__ = ("settlements", "refunds", "total", "pooled", "funds", "hospital", "own_account", "shared", "cash")
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    POOLED_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    HOSPITAL_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    settlements: int
    refunds: int
    total: int
    pooled: int
    funds: int
    hospital: int
    own_account: int
    shared: int
    cash: int
    def __init__(self, settlements: _Optional[int] = ..., refunds: _Optional[int] = ..., total: _Optional[int] = ..., pooled: _Optional[int] = ..., funds: _Optional[int] = ..., hospital: _Optional[int] = ..., own_account: _Optional[int] = ..., shared: _Optional[int] = ..., cash: _Optional[int] = ...) -> None: ...

class SettlementGroup(_message.Message):
    __slots__ = ("clearing_type", "month", "day", "sums")
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    SUMS_FIELD_NUMBER: _ClassVar[int]
    clearing_type: _types_pb2.ClearingType
    month: int
    day: _types_pb2.CivilDate
    sums: SettlementSums
    def __init__(self, clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., month: _Optional[int] = ..., day: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., sums: _Optional[_Union[SettlementSums, _Mapping]] = ...) -> None: ...

class GetInstitutionTotalsResponse(_message.Message):
    __slots__ = ("groups", "total", "position", "missing_entries")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[SettlementGroup]
    total: SettlementSums
    position: int
    missing_entries: int
    def __init__(self, groups: _Optional[_Iterable[_Union[SettlementGroup, _Mapping]]] = ..., total: _Optional[_Union[SettlementSums, _Mapping]] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListSettlementsRequest(_message.Message):
    __slots__ = ("institution", "page_size", "page_token", "from_date", "to_date", "clearing_type", "date", "refunds", "min_position", "consistency", "past_position")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    REFUNDS_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    page_size: int
    page_token: str
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    clearing_type: _types_pb2.ClearingType
    date: SettlementDate
    refunds: RefundCounting
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, institution: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., date: _Optional[_Union[SettlementDate, str]] = ..., refunds: _Optional[_Union[RefundCounting, str]] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class Settlement(_message.Message):
    __slots__ = ("name", "person", "effective_time", "record_time", "service_date", "clearing_type", "category", "benefit", "amounts", "reverses", "reversed_by")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    CLEARING_TYPE_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    AMOUNTS_FIELD_NUMBER: _ClassVar[int]
    REVERSES_FIELD_NUMBER: _ClassVar[int]
    REVERSED_BY_FIELD_NUMBER: _ClassVar[int]
    name: str
    person: str
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    service_date: _types_pb2.CivilDate
    clearing_type: _types_pb2.ClearingType
    category: _types_pb2.Category
    benefit: _types_pb2.Benefit
    amounts: SettlementSums
    reverses: str
    reversed_by: str
    def __init__(self, name: _Optional[str] = ..., person: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., clearing_type: _Optional[_Union[_types_pb2.ClearingType, str]] = ..., category: _Optional[_Union[_types_pb2.Category, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., amounts: _Optional[_Union[SettlementSums, _Mapping]] = ..., reverses: _Optional[str] = ..., reversed_by: _Optional[str] = ...) -> None: ...

class ListSettlementsResponse(_message.Message):
    __slots__ = ("settlements", "next_page_token", "position", "missing_entries")
    SETTLEMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    settlements: _containers.RepeatedCompositeFieldContainer[Settlement]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, settlements: _Optional[_Iterable[_Union[Settlement, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListRiskFlagsRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token", "state", "kinds", "min_severity", "subject", "rule", "after_position", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    AFTER_POSITION_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    state: RiskFlagState
    kinds: _containers.RepeatedScalarFieldContainer[_types_pb2.RiskFlagKind]
    min_severity: _types_pb2.RiskSeverity
    subject: str
    rule: str
    after_position: int
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[RiskFlagState, str]] = ..., kinds: _Optional[_Iterable[_Union[_types_pb2.RiskFlagKind, str]]] = ..., min_severity: _Optional[_Union[_types_pb2.RiskSeverity, str]] = ..., subject: _Optional[str] = ..., rule: _Optional[str] = ..., after_position: _Optional[int] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class RiskFlagRecord(_message.Message):
    __slots__ = ("flag", "subject", "record_time", "clearance", "clear_time", "clear_reason")
    FLAG_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    CLEARANCE_FIELD_NUMBER: _ClassVar[int]
    CLEAR_TIME_FIELD_NUMBER: _ClassVar[int]
    CLEAR_REASON_FIELD_NUMBER: _ClassVar[int]
    flag: _query_service_pb2.RiskFlagOpen
    subject: str
    record_time: _timestamp_pb2.Timestamp
    clearance: str
    clear_time: _timestamp_pb2.Timestamp
    clear_reason: str
    def __init__(self, flag: _Optional[_Union[_query_service_pb2.RiskFlagOpen, _Mapping]] = ..., subject: _Optional[str] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., clearance: _Optional[str] = ..., clear_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., clear_reason: _Optional[str] = ...) -> None: ...

class ListRiskFlagsResponse(_message.Message):
    __slots__ = ("flags", "next_page_token", "position", "missing_entries")
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    flags: _containers.RepeatedCompositeFieldContainer[RiskFlagRecord]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, flags: _Optional[_Iterable[_Union[RiskFlagRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListClaimCasesRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token", "state", "institution", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    state: _types_pb2.ClaimState
    institution: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.ClaimState, str]] = ..., institution: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class ClaimCase(_message.Message):
    __slots__ = ("claim", "person")
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    claim: _query_service_pb2.Claim
    person: str
    def __init__(self, claim: _Optional[_Union[_query_service_pb2.Claim, _Mapping]] = ..., person: _Optional[str] = ...) -> None: ...

class ListClaimCasesResponse(_message.Message):
    __slots__ = ("cases", "next_page_token", "position", "missing_entries")
    CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    cases: _containers.RepeatedCompositeFieldContainer[ClaimCase]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, cases: _Optional[_Iterable[_Union[ClaimCase, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListExceptionsRequest(_message.Message):
    __slots__ = ("ledger", "page_size", "page_token", "kinds", "from_position", "to_position", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    page_size: int
    page_token: str
    kinds: _containers.RepeatedScalarFieldContainer[ExceptionKind]
    from_position: int
    to_position: int
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[ExceptionKind, str]]] = ..., from_position: _Optional[int] = ..., to_position: _Optional[int] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class LedgerException(_message.Message):
    __slots__ = ("name", "kind", "account", "type", "effective_time", "record_time", "amount", "institution")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    kind: ExceptionKind
    account: str
    type: str
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    amount: int
    institution: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[_Union[ExceptionKind, str]] = ..., account: _Optional[str] = ..., type: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., amount: _Optional[int] = ..., institution: _Optional[str] = ...) -> None: ...

class ListExceptionsResponse(_message.Message):
    __slots__ = ("exceptions", "next_page_token", "position", "missing_entries")
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    exceptions: _containers.RepeatedCompositeFieldContainer[LedgerException]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, exceptions: _Optional[_Iterable[_Union[LedgerException, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...
