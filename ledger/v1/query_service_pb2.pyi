import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ledger.v1 import command_service_pb2 as _command_service_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Consistency(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSISTENCY_UNSPECIFIED: _ClassVar[Consistency]
    CONSISTENCY_LINEARIZABLE: _ClassVar[Consistency]
    CONSISTENCY_CACHED: _ClassVar[Consistency]

class ShareState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHARE_STATE_UNSPECIFIED: _ClassVar[ShareState]
    SHARE_STATE_HOLDING: _ClassVar[ShareState]
    SHARE_STATE_ENDED: _ClassVar[ShareState]
    SHARE_STATE_REVOKED: _ClassVar[ShareState]

class PolicyState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLICY_STATE_UNSPECIFIED: _ClassVar[PolicyState]
    POLICY_STATE_PROPOSED: _ClassVar[PolicyState]
    POLICY_STATE_PUBLISHED: _ClassVar[PolicyState]
    POLICY_STATE_WITHDRAWN: _ClassVar[PolicyState]
CONSISTENCY_UNSPECIFIED: Consistency
CONSISTENCY_LINEARIZABLE: Consistency
CONSISTENCY_CACHED: Consistency
SHARE_STATE_UNSPECIFIED: ShareState
SHARE_STATE_HOLDING: ShareState
SHARE_STATE_ENDED: ShareState
SHARE_STATE_REVOKED: ShareState
POLICY_STATE_UNSPECIFIED: PolicyState
POLICY_STATE_PROPOSED: PolicyState
POLICY_STATE_PUBLISHED: PolicyState
POLICY_STATE_WITHDRAWN: PolicyState

class Grant(_message.Message):
    __slots__ = ("beneficiary", "relation", "purchase_limit", "year_limit", "expire_time", "start_time", "used", "year_left")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    YEAR_LIMIT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    YEAR_LEFT_FIELD_NUMBER: _ClassVar[int]
    beneficiary: str
    relation: _types_pb2.Relation
    purchase_limit: int
    year_limit: int
    expire_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    used: int
    year_left: int
    def __init__(self, beneficiary: _Optional[str] = ..., relation: _Optional[_Union[_types_pb2.Relation, str]] = ..., purchase_limit: _Optional[int] = ..., year_limit: _Optional[int] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., used: _Optional[int] = ..., year_left: _Optional[int] = ...) -> None: ...

class Reissue(_message.Message):
    __slots__ = ("entry", "expedited", "due_date", "overdue")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    EXPEDITED_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    entry: str
    expedited: bool
    due_date: _types_pb2.CivilDate
    overdue: bool
    def __init__(self, entry: _Optional[str] = ..., expedited: _Optional[bool] = ..., due_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., overdue: _Optional[bool] = ...) -> None: ...

class RiskFlagOpen(_message.Message):
    __slots__ = ("entry", "kind", "severity", "rule", "positions", "raise_time")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    RAISE_TIME_FIELD_NUMBER: _ClassVar[int]
    entry: str
    kind: _types_pb2.RiskFlagKind
    severity: _types_pb2.RiskSeverity
    rule: str
    positions: _containers.RepeatedScalarFieldContainer[int]
    raise_time: _timestamp_pb2.Timestamp
    def __init__(self, entry: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.RiskFlagKind, str]] = ..., severity: _Optional[_Union[_types_pb2.RiskSeverity, str]] = ..., rule: _Optional[str] = ..., positions: _Optional[_Iterable[int]] = ..., raise_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SanctionInForce(_message.Message):
    __slots__ = ("entry", "kind", "cause", "start_time", "expire_time")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    entry: str
    kind: _types_pb2.SanctionKind
    cause: _types_pb2.SanctionCause
    start_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, entry: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.SanctionKind, str]] = ..., cause: _Optional[_Union[_types_pb2.SanctionCause, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("name", "state", "balance", "scheme", "person_type", "version", "last_position", "loss", "grants", "payers", "accumulators", "payable_after_close", "in_flight", "coverage_suspended", "coverage_cause", "coverage_suspended_from", "reissue", "sanctions", "loss_lapse_time", "risk_flags", "mandates", "filings", "claims_open", "claims_due", "interest_to")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    SCHEME_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    PAYERS_FIELD_NUMBER: _ClassVar[int]
    ACCUMULATORS_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_CAUSE_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_SUSPENDED_FROM_FIELD_NUMBER: _ClassVar[int]
    REISSUE_FIELD_NUMBER: _ClassVar[int]
    SANCTIONS_FIELD_NUMBER: _ClassVar[int]
    LOSS_LAPSE_TIME_FIELD_NUMBER: _ClassVar[int]
    RISK_FLAGS_FIELD_NUMBER: _ClassVar[int]
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    FILINGS_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_OPEN_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_DUE_FIELD_NUMBER: _ClassVar[int]
    INTEREST_TO_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: _types_pb2.AccountState
    balance: int
    scheme: _types_pb2.Scheme
    person_type: _types_pb2.PersonType
    version: int
    last_position: int
    loss: _types_pb2.LossKind
    grants: _containers.RepeatedCompositeFieldContainer[Grant]
    payers: _containers.RepeatedScalarFieldContainer[str]
    accumulators: _containers.RepeatedCompositeFieldContainer[_types_pb2.Accumulator]
    payable_after_close: int
    in_flight: int
    coverage_suspended: bool
    coverage_cause: _types_pb2.CoverageCause
    coverage_suspended_from: _types_pb2.CivilDate
    reissue: Reissue
    sanctions: _containers.RepeatedCompositeFieldContainer[SanctionInForce]
    loss_lapse_time: _timestamp_pb2.Timestamp
    risk_flags: _containers.RepeatedCompositeFieldContainer[RiskFlagOpen]
    mandates: _containers.RepeatedCompositeFieldContainer[MandateInForce]
    filings: _containers.RepeatedCompositeFieldContainer[FilingInForce]
    claims_open: int
    claims_due: int
    interest_to: _types_pb2.CivilDate
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.AccountState, str]] = ..., balance: _Optional[int] = ..., scheme: _Optional[_Union[_types_pb2.Scheme, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., version: _Optional[int] = ..., last_position: _Optional[int] = ..., loss: _Optional[_Union[_types_pb2.LossKind, str]] = ..., grants: _Optional[_Iterable[_Union[Grant, _Mapping]]] = ..., payers: _Optional[_Iterable[str]] = ..., accumulators: _Optional[_Iterable[_Union[_types_pb2.Accumulator, _Mapping]]] = ..., payable_after_close: _Optional[int] = ..., in_flight: _Optional[int] = ..., coverage_suspended: _Optional[bool] = ..., coverage_cause: _Optional[_Union[_types_pb2.CoverageCause, str]] = ..., coverage_suspended_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., reissue: _Optional[_Union[Reissue, _Mapping]] = ..., sanctions: _Optional[_Iterable[_Union[SanctionInForce, _Mapping]]] = ..., loss_lapse_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., risk_flags: _Optional[_Iterable[_Union[RiskFlagOpen, _Mapping]]] = ..., mandates: _Optional[_Iterable[_Union[MandateInForce, _Mapping]]] = ..., filings: _Optional[_Iterable[_Union[FilingInForce, _Mapping]]] = ..., claims_open: _Optional[int] = ..., claims_due: _Optional[int] = ..., interest_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class MandateInForce(_message.Message):
    __slots__ = ("entry", "agent", "kind", "rights", "start_time", "expire_time", "beneficiaries")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RIGHTS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    BENEFICIARIES_FIELD_NUMBER: _ClassVar[int]
    entry: str
    agent: str
    kind: _types_pb2.MandateKind
    rights: _containers.RepeatedScalarFieldContainer[_options_pb2.Right]
    start_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    beneficiaries: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, entry: _Optional[str] = ..., agent: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.MandateKind, str]] = ..., rights: _Optional[_Iterable[_Union[_options_pb2.Right, str]]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., beneficiaries: _Optional[_Iterable[str]] = ...) -> None: ...

class FilingInForce(_message.Message):
    __slots__ = ("entry", "kind", "region", "institutions", "effective_from", "effective_to")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    entry: str
    kind: _types_pb2.FilingKind
    region: str
    institutions: _containers.RepeatedScalarFieldContainer[str]
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    def __init__(self, entry: _Optional[str] = ..., kind: _Optional[_Union[_types_pb2.FilingKind, str]] = ..., region: _Optional[str] = ..., institutions: _Optional[_Iterable[str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class GetAccountRequest(_message.Message):
    __slots__ = ("name", "consistency", "min_position")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    name: str
    consistency: Consistency
    min_position: int
    def __init__(self, name: _Optional[str] = ..., consistency: _Optional[_Union[Consistency, str]] = ..., min_position: _Optional[int] = ...) -> None: ...

class GetAccountResponse(_message.Message):
    __slots__ = ("account", "position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    account: Account
    position: int
    def __init__(self, account: _Optional[_Union[Account, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class FactChange(_message.Message):
    __slots__ = ("code", "subject", "english", "chinese", "amount", "count", "text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    code: str
    subject: str
    english: str
    chinese: str
    amount: NumberChange
    count: NumberChange
    text: TextChange
    def __init__(self, code: _Optional[str] = ..., subject: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., amount: _Optional[_Union[NumberChange, _Mapping]] = ..., count: _Optional[_Union[NumberChange, _Mapping]] = ..., text: _Optional[_Union[TextChange, _Mapping]] = ...) -> None: ...

class NumberChange(_message.Message):
    __slots__ = ("before", "change", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: int
    change: int
    after: int
    def __init__(self, before: _Optional[int] = ..., change: _Optional[int] = ..., after: _Optional[int] = ...) -> None: ...

class TextChange(_message.Message):
    __slots__ = ("before", "after")
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    before: str
    after: str
    def __init__(self, before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class ReplayStep(_message.Message):
    __slots__ = ("entry", "position", "version", "kind", "english", "chinese", "effective_time", "record_time", "balance_before", "balance_change", "balance_after", "arithmetic", "changes", "explanation", "account")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    BALANCE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_CHANGE_FIELD_NUMBER: _ClassVar[int]
    BALANCE_AFTER_FIELD_NUMBER: _ClassVar[int]
    ARITHMETIC_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    entry: str
    position: int
    version: int
    kind: str
    english: str
    chinese: str
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    balance_before: int
    balance_change: int
    balance_after: int
    arithmetic: str
    changes: _containers.RepeatedCompositeFieldContainer[FactChange]
    explanation: _containers.RepeatedCompositeFieldContainer[_command_service_pb2.ExplanationStep]
    account: Account
    def __init__(self, entry: _Optional[str] = ..., position: _Optional[int] = ..., version: _Optional[int] = ..., kind: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., balance_before: _Optional[int] = ..., balance_change: _Optional[int] = ..., balance_after: _Optional[int] = ..., arithmetic: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[FactChange, _Mapping]]] = ..., explanation: _Optional[_Iterable[_Union[_command_service_pb2.ExplanationStep, _Mapping]]] = ..., account: _Optional[_Union[Account, _Mapping]] = ...) -> None: ...

class ReplayAccountRequest(_message.Message):
    __slots__ = ("name", "to_position", "to_time", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    to_position: int
    to_time: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., to_position: _Optional[int] = ..., to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ReplayAccountResponse(_message.Message):
    __slots__ = ("steps", "next_page_token", "position")
    STEPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[ReplayStep]
    next_page_token: str
    position: int
    def __init__(self, steps: _Optional[_Iterable[_Union[ReplayStep, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class BalanceLine(_message.Message):
    __slots__ = ("kind", "english", "chinese", "count", "amount", "first_entry", "last_entry")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_ENTRY_FIELD_NUMBER: _ClassVar[int]
    LAST_ENTRY_FIELD_NUMBER: _ClassVar[int]
    kind: str
    english: str
    chinese: str
    count: int
    amount: int
    first_entry: str
    last_entry: str
    def __init__(self, kind: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., count: _Optional[int] = ..., amount: _Optional[int] = ..., first_entry: _Optional[str] = ..., last_entry: _Optional[str] = ...) -> None: ...

class ExplainAccountRequest(_message.Message):
    __slots__ = ("name", "from_position", "to_position", "to_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    from_position: int
    to_position: int
    to_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., from_position: _Optional[int] = ..., to_position: _Optional[int] = ..., to_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExplainAccountResponse(_message.Message):
    __slots__ = ("opening_balance", "lines", "closing_balance", "english", "chinese", "changes", "event_count", "account", "position")
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    CLOSING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    EVENT_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    opening_balance: int
    lines: _containers.RepeatedCompositeFieldContainer[BalanceLine]
    closing_balance: int
    english: str
    chinese: str
    changes: _containers.RepeatedCompositeFieldContainer[FactChange]
    event_count: int
    account: Account
    position: int
    def __init__(self, opening_balance: _Optional[int] = ..., lines: _Optional[_Iterable[_Union[BalanceLine, _Mapping]]] = ..., closing_balance: _Optional[int] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[FactChange, _Mapping]]] = ..., event_count: _Optional[int] = ..., account: _Optional[_Union[Account, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class Claim(_message.Message):
    __slots__ = ("entry", "state", "cause", "institution", "service_date", "file_time", "deadline", "total", "due", "decision_entry", "payment_entry")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    SERVICE_DATE_FIELD_NUMBER: _ClassVar[int]
    FILE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    DECISION_ENTRY_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: str
    state: _types_pb2.ClaimState
    cause: _types_pb2.ClaimCause
    institution: str
    service_date: _types_pb2.CivilDate
    file_time: _timestamp_pb2.Timestamp
    deadline: _types_pb2.CivilDate
    total: int
    due: int
    decision_entry: str
    payment_entry: str
    def __init__(self, entry: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.ClaimState, str]] = ..., cause: _Optional[_Union[_types_pb2.ClaimCause, str]] = ..., institution: _Optional[str] = ..., service_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., file_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., total: _Optional[int] = ..., due: _Optional[int] = ..., decision_entry: _Optional[str] = ..., payment_entry: _Optional[str] = ...) -> None: ...

class ListClaimsRequest(_message.Message):
    __slots__ = ("parent", "consistency", "min_position", "states", "cause", "institution", "from_date", "to_date", "only_due", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    ONLY_DUE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    consistency: Consistency
    min_position: int
    states: _containers.RepeatedScalarFieldContainer[_types_pb2.ClaimState]
    cause: _types_pb2.ClaimCause
    institution: str
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    only_due: bool
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., consistency: _Optional[_Union[Consistency, str]] = ..., min_position: _Optional[int] = ..., states: _Optional[_Iterable[_Union[_types_pb2.ClaimState, str]]] = ..., cause: _Optional[_Union[_types_pb2.ClaimCause, str]] = ..., institution: _Optional[str] = ..., from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., only_due: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListClaimsResponse(_message.Message):
    __slots__ = ("claims", "position", "next_page_token", "total_count", "total_due")
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_DUE_FIELD_NUMBER: _ClassVar[int]
    claims: _containers.RepeatedCompositeFieldContainer[Claim]
    position: int
    next_page_token: str
    total_count: int
    total_due: int
    def __init__(self, claims: _Optional[_Iterable[_Union[Claim, _Mapping]]] = ..., position: _Optional[int] = ..., next_page_token: _Optional[str] = ..., total_count: _Optional[int] = ..., total_due: _Optional[int] = ...) -> None: ...

class QuoteContributionRequest(_message.Message):
    __slots__ = ("ledger", "wage", "period", "source", "person_type", "rate_bp")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    WAGE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    PERSON_TYPE_FIELD_NUMBER: _ClassVar[int]
    RATE_BP_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    wage: int
    period: int
    source: _types_pb2.DepositSource
    person_type: _types_pb2.PersonType
    rate_bp: int
    def __init__(self, ledger: _Optional[str] = ..., wage: _Optional[int] = ..., period: _Optional[int] = ..., source: _Optional[_Union[_types_pb2.DepositSource, str]] = ..., person_type: _Optional[_Union[_types_pb2.PersonType, str]] = ..., rate_bp: _Optional[int] = ...) -> None: ...

class QuoteContributionResponse(_message.Message):
    __slots__ = ("base", "rate_bp", "amount", "floor", "ceiling", "policy", "position")
    BASE_FIELD_NUMBER: _ClassVar[int]
    RATE_BP_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    CEILING_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    base: int
    rate_bp: int
    amount: int
    floor: int
    ceiling: int
    policy: str
    position: int
    def __init__(self, base: _Optional[int] = ..., rate_bp: _Optional[int] = ..., amount: _Optional[int] = ..., floor: _Optional[int] = ..., ceiling: _Optional[int] = ..., policy: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class QuoteInterestRequest(_message.Message):
    __slots__ = ("account", "from_date", "to_date", "rate_ppm")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    RATE_PPM_FIELD_NUMBER: _ClassVar[int]
    account: str
    from_date: _types_pb2.CivilDate
    to_date: _types_pb2.CivilDate
    rate_ppm: int
    def __init__(self, account: _Optional[str] = ..., from_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., to_date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., rate_ppm: _Optional[int] = ...) -> None: ...

class QuoteInterestResponse(_message.Message):
    __slots__ = ("balance_days", "amount", "year_days", "credited_to", "position")
    BALANCE_DAYS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    YEAR_DAYS_FIELD_NUMBER: _ClassVar[int]
    CREDITED_TO_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    balance_days: int
    amount: int
    year_days: int
    credited_to: _types_pb2.CivilDate
    position: int
    def __init__(self, balance_days: _Optional[int] = ..., amount: _Optional[int] = ..., year_days: _Optional[int] = ..., credited_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class ShareUse(_message.Message):
    __slots__ = ("beneficiary", "state", "relation", "used", "purchase_limit", "year_limit", "year_left")
    BENEFICIARY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    PURCHASE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    YEAR_LIMIT_FIELD_NUMBER: _ClassVar[int]
    YEAR_LEFT_FIELD_NUMBER: _ClassVar[int]
    beneficiary: str
    state: ShareState
    relation: _types_pb2.Relation
    used: int
    purchase_limit: int
    year_limit: int
    year_left: int
    def __init__(self, beneficiary: _Optional[str] = ..., state: _Optional[_Union[ShareState, str]] = ..., relation: _Optional[_Union[_types_pb2.Relation, str]] = ..., used: _Optional[int] = ..., purchase_limit: _Optional[int] = ..., year_limit: _Optional[int] = ..., year_left: _Optional[int] = ...) -> None: ...

class GetShareUseRequest(_message.Message):
    __slots__ = ("account", "year", "consistency", "min_position")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    account: str
    year: int
    consistency: Consistency
    min_position: int
    def __init__(self, account: _Optional[str] = ..., year: _Optional[int] = ..., consistency: _Optional[_Union[Consistency, str]] = ..., min_position: _Optional[int] = ...) -> None: ...

class GetShareUseResponse(_message.Message):
    __slots__ = ("year", "uses", "used", "years", "position")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    USES_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    YEARS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    year: int
    uses: _containers.RepeatedCompositeFieldContainer[ShareUse]
    used: int
    years: _containers.RepeatedScalarFieldContainer[int]
    position: int
    def __init__(self, year: _Optional[int] = ..., uses: _Optional[_Iterable[_Union[ShareUse, _Mapping]]] = ..., used: _Optional[int] = ..., years: _Optional[_Iterable[int]] = ..., position: _Optional[int] = ...) -> None: ...

class GetLedgerRequest(_message.Message):
    __slots__ = ("name", "consistency", "min_position")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    name: str
    consistency: Consistency
    min_position: int
    def __init__(self, name: _Optional[str] = ..., consistency: _Optional[_Union[Consistency, str]] = ..., min_position: _Optional[int] = ...) -> None: ...

class GetLedgerResponse(_message.Message):
    __slots__ = ("name", "size", "root", "record_time")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    name: str
    size: int
    root: bytes
    record_time: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., size: _Optional[int] = ..., root: _Optional[bytes] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Policy(_message.Message):
    __slots__ = ("name", "state", "benefit", "effective_from", "effective_to", "replaces", "approximate", "content_sha256", "content", "entry", "withdrawal_entry")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BENEFIT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    APPROXIMATE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWAL_ENTRY_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: PolicyState
    benefit: _types_pb2.Benefit
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    replaces: str
    approximate: bool
    content_sha256: bytes
    content: bytes
    entry: str
    withdrawal_entry: str
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[PolicyState, str]] = ..., benefit: _Optional[_Union[_types_pb2.Benefit, str]] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., replaces: _Optional[str] = ..., approximate: _Optional[bool] = ..., content_sha256: _Optional[bytes] = ..., content: _Optional[bytes] = ..., entry: _Optional[str] = ..., withdrawal_entry: _Optional[str] = ...) -> None: ...

class GetPolicyRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetPolicyResponse(_message.Message):
    __slots__ = ("policy", "position")
    POLICY_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    policy: Policy
    position: int
    def __init__(self, policy: _Optional[_Union[Policy, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class ListPoliciesRequest(_message.Message):
    __slots__ = ("parent", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPoliciesResponse(_message.Message):
    __slots__ = ("policies", "position", "next_page_token")
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    policies: _containers.RepeatedCompositeFieldContainer[Policy]
    position: int
    next_page_token: str
    def __init__(self, policies: _Optional[_Iterable[_Union[Policy, _Mapping]]] = ..., position: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Designation(_message.Message):
    __slots__ = ("entry", "designated", "effective_from", "effective_to", "kind", "level", "region", "categories")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    DESIGNATED_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    entry: str
    designated: bool
    effective_from: _types_pb2.CivilDate
    effective_to: _types_pb2.CivilDate
    kind: _types_pb2.InstitutionKind
    level: _types_pb2.InstitutionLevel
    region: str
    categories: _containers.RepeatedScalarFieldContainer[_types_pb2.Category]
    def __init__(self, entry: _Optional[str] = ..., designated: _Optional[bool] = ..., effective_from: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., effective_to: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., kind: _Optional[_Union[_types_pb2.InstitutionKind, str]] = ..., level: _Optional[_Union[_types_pb2.InstitutionLevel, str]] = ..., region: _Optional[str] = ..., categories: _Optional[_Iterable[_Union[_types_pb2.Category, str]]] = ...) -> None: ...

class GetInstitutionRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetInstitutionResponse(_message.Message):
    __slots__ = ("name", "designations", "position", "version", "risk_flags")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESIGNATIONS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RISK_FLAGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    designations: _containers.RepeatedCompositeFieldContainer[Designation]
    position: int
    version: int
    risk_flags: _containers.RepeatedCompositeFieldContainer[RiskFlagOpen]
    def __init__(self, name: _Optional[str] = ..., designations: _Optional[_Iterable[_Union[Designation, _Mapping]]] = ..., position: _Optional[int] = ..., version: _Optional[int] = ..., risk_flags: _Optional[_Iterable[_Union[RiskFlagOpen, _Mapping]]] = ...) -> None: ...

class ReadEntriesRequest(_message.Message):
    __slots__ = ("ledger", "from_position", "page_size", "min_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    from_position: int
    page_size: int
    min_position: int
    def __init__(self, ledger: _Optional[str] = ..., from_position: _Optional[int] = ..., page_size: _Optional[int] = ..., min_position: _Optional[int] = ...) -> None: ...

class StoredEntry(_message.Message):
    __slots__ = ("position", "entry")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    position: int
    entry: bytes
    def __init__(self, position: _Optional[int] = ..., entry: _Optional[bytes] = ...) -> None: ...

class ReadEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_position", "size")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_POSITION_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[StoredEntry]
    next_position: int
    size: int
    def __init__(self, entries: _Optional[_Iterable[_Union[StoredEntry, _Mapping]]] = ..., next_position: _Optional[int] = ..., size: _Optional[int] = ...) -> None: ...

class Transfer(_message.Message):
    __slots__ = ("name", "state", "sender", "receiver", "amount", "initiate_time", "return_time", "initiated_position", "ended_position", "credited_position", "return_reason", "payable_after_close")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    RECEIVER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    INITIATE_TIME_FIELD_NUMBER: _ClassVar[int]
    RETURN_TIME_FIELD_NUMBER: _ClassVar[int]
    INITIATED_POSITION_FIELD_NUMBER: _ClassVar[int]
    ENDED_POSITION_FIELD_NUMBER: _ClassVar[int]
    CREDITED_POSITION_FIELD_NUMBER: _ClassVar[int]
    RETURN_REASON_FIELD_NUMBER: _ClassVar[int]
    PAYABLE_AFTER_CLOSE_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: _types_pb2.TransferState
    sender: str
    receiver: str
    amount: int
    initiate_time: _timestamp_pb2.Timestamp
    return_time: _timestamp_pb2.Timestamp
    initiated_position: int
    ended_position: int
    credited_position: int
    return_reason: _types_pb2.TransferReturnReason
    payable_after_close: int
    def __init__(self, name: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.TransferState, str]] = ..., sender: _Optional[str] = ..., receiver: _Optional[str] = ..., amount: _Optional[int] = ..., initiate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., return_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., initiated_position: _Optional[int] = ..., ended_position: _Optional[int] = ..., credited_position: _Optional[int] = ..., return_reason: _Optional[_Union[_types_pb2.TransferReturnReason, str]] = ..., payable_after_close: _Optional[int] = ...) -> None: ...

class GetTransferRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetTransferResponse(_message.Message):
    __slots__ = ("transfer",)
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    transfer: Transfer
    def __init__(self, transfer: _Optional[_Union[Transfer, _Mapping]] = ...) -> None: ...

class ListTransfersRequest(_message.Message):
    __slots__ = ("parent", "state", "page_size", "page_token")
    PARENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    parent: str
    state: _types_pb2.TransferState
    page_size: int
    page_token: str
    def __init__(self, parent: _Optional[str] = ..., state: _Optional[_Union[_types_pb2.TransferState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTransfersResponse(_message.Message):
    __slots__ = ("transfers", "next_page_token")
    TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    transfers: _containers.RepeatedCompositeFieldContainer[Transfer]
    next_page_token: str
    def __init__(self, transfers: _Optional[_Iterable[_Union[Transfer, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
