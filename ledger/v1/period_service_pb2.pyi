from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from ledger.v1 import command_service_pb2 as _command_service_pb2
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

class CloseYearRequest(_message.Message):
    __slots__ = ("ledger", "request_id", "closing")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CLOSING_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    request_id: str
    closing: _commands_pb2.YearClosing
    def __init__(self, ledger: _Optional[str] = ..., request_id: _Optional[str] = ..., closing: _Optional[_Union[_commands_pb2.YearClosing, _Mapping]] = ...) -> None: ...

class CloseYearResponse(_message.Message):
    __slots__ = ("transaction", "closed")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    closed: _events_pb2.YearClosed
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ..., closed: _Optional[_Union[_events_pb2.YearClosed, _Mapping]] = ...) -> None: ...

class QuoteYearClosingRequest(_message.Message):
    __slots__ = ("ledger", "year")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    year: int
    def __init__(self, ledger: _Optional[str] = ..., year: _Optional[int] = ...) -> None: ...

class QuoteYearClosingResponse(_message.Message):
    __slots__ = ("quoted", "closed_year")
    QUOTED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_YEAR_FIELD_NUMBER: _ClassVar[int]
    quoted: _events_pb2.YearClosed
    closed_year: int
    def __init__(self, quoted: _Optional[_Union[_events_pb2.YearClosed, _Mapping]] = ..., closed_year: _Optional[int] = ...) -> None: ...

class ReconcileTotalsRequest(_message.Message):
    __slots__ = ("institution", "request_id", "reconciliation")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    request_id: str
    reconciliation: _commands_pb2.Reconciliation
    def __init__(self, institution: _Optional[str] = ..., request_id: _Optional[str] = ..., reconciliation: _Optional[_Union[_commands_pb2.Reconciliation, _Mapping]] = ...) -> None: ...

class ReconcileTotalsResponse(_message.Message):
    __slots__ = ("transaction", "result", "recorded", "up_to_position")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    UP_TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    result: _types_pb2.ReconciliationResult
    recorded: _commands_pb2.SettlementTotals
    up_to_position: int
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ..., result: _Optional[_Union[_types_pb2.ReconciliationResult, str]] = ..., recorded: _Optional[_Union[_commands_pb2.SettlementTotals, _Mapping]] = ..., up_to_position: _Optional[int] = ...) -> None: ...

class StatementRow(_message.Message):
    __slots__ = ("entry", "institution_settlement_id", "refund", "date", "total", "funds", "own_account", "shared", "cash")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_SETTLEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REFUND_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    FUNDS_FIELD_NUMBER: _ClassVar[int]
    OWN_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    SHARED_FIELD_NUMBER: _ClassVar[int]
    CASH_FIELD_NUMBER: _ClassVar[int]
    entry: str
    institution_settlement_id: str
    refund: bool
    date: _types_pb2.CivilDate
    total: int
    funds: int
    own_account: int
    shared: int
    cash: int
    def __init__(self, entry: _Optional[str] = ..., institution_settlement_id: _Optional[str] = ..., refund: _Optional[bool] = ..., date: _Optional[_Union[_types_pb2.CivilDate, _Mapping]] = ..., total: _Optional[int] = ..., funds: _Optional[int] = ..., own_account: _Optional[int] = ..., shared: _Optional[int] = ..., cash: _Optional[int] = ...) -> None: ...

class StatementDifference(_message.Message):
    __slots__ = ("row", "entry", "result", "fields", "recorded")
    ROW_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    row: int
    entry: str
    result: _types_pb2.ReconciliationResult
    fields: _containers.RepeatedScalarFieldContainer[str]
    recorded: StatementRow
    def __init__(self, row: _Optional[int] = ..., entry: _Optional[str] = ..., result: _Optional[_Union[_types_pb2.ReconciliationResult, str]] = ..., fields: _Optional[_Iterable[str]] = ..., recorded: _Optional[_Union[StatementRow, _Mapping]] = ...) -> None: ...

class ReconcileDetailsStart(_message.Message):
    __slots__ = ("institution", "request_id", "reconciliation")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    institution: str
    request_id: str
    reconciliation: _commands_pb2.Reconciliation
    def __init__(self, institution: _Optional[str] = ..., request_id: _Optional[str] = ..., reconciliation: _Optional[_Union[_commands_pb2.Reconciliation, _Mapping]] = ...) -> None: ...

class StatementRows(_message.Message):
    __slots__ = ("first_row", "rows")
    FIRST_ROW_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    first_row: int
    rows: _containers.RepeatedCompositeFieldContainer[StatementRow]
    def __init__(self, first_row: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[StatementRow, _Mapping]]] = ...) -> None: ...

class ReconcileDetailsRequest(_message.Message):
    __slots__ = ("start", "rows", "finish")
    START_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FINISH_FIELD_NUMBER: _ClassVar[int]
    start: ReconcileDetailsStart
    rows: StatementRows
    finish: bool
    def __init__(self, start: _Optional[_Union[ReconcileDetailsStart, _Mapping]] = ..., rows: _Optional[_Union[StatementRows, _Mapping]] = ..., finish: _Optional[bool] = ...) -> None: ...

class StatementDifferences(_message.Message):
    __slots__ = ("differences",)
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[StatementDifference]
    def __init__(self, differences: _Optional[_Iterable[_Union[StatementDifference, _Mapping]]] = ...) -> None: ...

class ReconcileDetailsResult(_message.Message):
    __slots__ = ("transaction", "run")
    TRANSACTION_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    transaction: _command_service_pb2.Transaction
    run: _events_pb2.ReconciliationRun
    def __init__(self, transaction: _Optional[_Union[_command_service_pb2.Transaction, _Mapping]] = ..., run: _Optional[_Union[_events_pb2.ReconciliationRun, _Mapping]] = ...) -> None: ...

class ReconcileDetailsResponse(_message.Message):
    __slots__ = ("received_rows", "differences", "result")
    RECEIVED_ROWS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    received_rows: int
    differences: StatementDifferences
    result: ReconcileDetailsResult
    def __init__(self, received_rows: _Optional[int] = ..., differences: _Optional[_Union[StatementDifferences, _Mapping]] = ..., result: _Optional[_Union[ReconcileDetailsResult, _Mapping]] = ...) -> None: ...
