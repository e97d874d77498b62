import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ledger.v1 import options_pb2 as _options_pb2
from ledger.v1 import query_service_pb2 as _query_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BookAccount(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BOOK_ACCOUNT_UNSPECIFIED: _ClassVar[BookAccount]
    BOOK_ACCOUNT_PERSONAL_ACCOUNTS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_PAYABLE_AFTER_CLOSING: _ClassVar[BookAccount]
    BOOK_ACCOUNT_INSTITUTIONS_PAYABLE: _ClassVar[BookAccount]
    BOOK_ACCOUNT_CLAIMS_PAYABLE: _ClassVar[BookAccount]
    BOOK_ACCOUNT_IN_FLIGHT: _ClassVar[BookAccount]
    BOOK_ACCOUNT_HOLDS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_LEDGERS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_CONTRIBUTIONS_RECEIVABLE: _ClassVar[BookAccount]
    BOOK_ACCOUNT_PAYOUTS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_OPENINGS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_ADJUSTMENTS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_CLEARING: _ClassVar[BookAccount]
    BOOK_ACCOUNT_MEMO_CASH: _ClassVar[BookAccount]
    BOOK_ACCOUNT_MEMO_HOSPITAL: _ClassVar[BookAccount]
    BOOK_ACCOUNT_MEMO_CONTRA: _ClassVar[BookAccount]
    BOOK_ACCOUNT_PREMIUMS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_POOLED_FUND: _ClassVar[BookAccount]
    BOOK_ACCOUNT_SUPPLEMENT_FUNDS: _ClassVar[BookAccount]
    BOOK_ACCOUNT_INTEREST: _ClassVar[BookAccount]
BOOK_ACCOUNT_UNSPECIFIED: BookAccount
BOOK_ACCOUNT_PERSONAL_ACCOUNTS: BookAccount
BOOK_ACCOUNT_PAYABLE_AFTER_CLOSING: BookAccount
BOOK_ACCOUNT_INSTITUTIONS_PAYABLE: BookAccount
BOOK_ACCOUNT_CLAIMS_PAYABLE: BookAccount
BOOK_ACCOUNT_IN_FLIGHT: BookAccount
BOOK_ACCOUNT_HOLDS: BookAccount
BOOK_ACCOUNT_LEDGERS: BookAccount
BOOK_ACCOUNT_CONTRIBUTIONS_RECEIVABLE: BookAccount
BOOK_ACCOUNT_PAYOUTS: BookAccount
BOOK_ACCOUNT_OPENINGS: BookAccount
BOOK_ACCOUNT_ADJUSTMENTS: BookAccount
BOOK_ACCOUNT_CLEARING: BookAccount
BOOK_ACCOUNT_MEMO_CASH: BookAccount
BOOK_ACCOUNT_MEMO_HOSPITAL: BookAccount
BOOK_ACCOUNT_MEMO_CONTRA: BookAccount
BOOK_ACCOUNT_PREMIUMS: BookAccount
BOOK_ACCOUNT_POOLED_FUND: BookAccount
BOOK_ACCOUNT_SUPPLEMENT_FUNDS: BookAccount
BOOK_ACCOUNT_INTEREST: BookAccount

class Posting(_message.Message):
    __slots__ = ("account", "owner", "amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: BookAccount
    owner: str
    amount: int
    def __init__(self, account: _Optional[_Union[BookAccount, str]] = ..., owner: _Optional[str] = ..., amount: _Optional[int] = ...) -> None: ...

class JournalEntry(_message.Message):
    __slots__ = ("name", "position", "first_position", "type", "effective_time", "record_time", "postings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    FIRST_POSITION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    RECORD_TIME_FIELD_NUMBER: _ClassVar[int]
    POSTINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    position: int
    first_position: int
    type: str
    effective_time: _timestamp_pb2.Timestamp
    record_time: _timestamp_pb2.Timestamp
    postings: _containers.RepeatedCompositeFieldContainer[Posting]
    def __init__(self, name: _Optional[str] = ..., position: _Optional[int] = ..., first_position: _Optional[int] = ..., type: _Optional[str] = ..., effective_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., record_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., postings: _Optional[_Iterable[_Union[Posting, _Mapping]]] = ...) -> None: ...

class ListPostingsRequest(_message.Message):
    __slots__ = ("ledger", "from_position", "to_position", "account", "owner", "page_size", "page_token", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    FROM_POSITION_FIELD_NUMBER: _ClassVar[int]
    TO_POSITION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    from_position: int
    to_position: int
    account: BookAccount
    owner: str
    page_size: int
    page_token: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., from_position: _Optional[int] = ..., to_position: _Optional[int] = ..., account: _Optional[_Union[BookAccount, str]] = ..., owner: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class ListPostingsResponse(_message.Message):
    __slots__ = ("entries", "next_page_token", "position", "missing_entries")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[JournalEntry]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, entries: _Optional[_Iterable[_Union[JournalEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class GetTrialBalanceRequest(_message.Message):
    __slots__ = ("ledger", "position", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    position: int
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., position: _Optional[int] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class TrialBalanceLine(_message.Message):
    __slots__ = ("account", "path", "english", "chinese", "debits", "credits", "balance")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    ENGLISH_FIELD_NUMBER: _ClassVar[int]
    CHINESE_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    account: BookAccount
    path: str
    english: str
    chinese: str
    debits: int
    credits: int
    balance: int
    def __init__(self, account: _Optional[_Union[BookAccount, str]] = ..., path: _Optional[str] = ..., english: _Optional[str] = ..., chinese: _Optional[str] = ..., debits: _Optional[int] = ..., credits: _Optional[int] = ..., balance: _Optional[int] = ...) -> None: ...

class GetTrialBalanceResponse(_message.Message):
    __slots__ = ("lines", "debits", "credits", "position", "missing_entries")
    LINES_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[TrialBalanceLine]
    debits: int
    credits: int
    position: int
    missing_entries: int
    def __init__(self, lines: _Optional[_Iterable[_Union[TrialBalanceLine, _Mapping]]] = ..., debits: _Optional[int] = ..., credits: _Optional[int] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...

class ListBookBalancesRequest(_message.Message):
    __slots__ = ("ledger", "account", "position", "page_size", "page_token", "min_position", "consistency", "past_position")
    LEDGER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MIN_POSITION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    PAST_POSITION_FIELD_NUMBER: _ClassVar[int]
    ledger: str
    account: BookAccount
    position: int
    page_size: int
    page_token: str
    min_position: int
    consistency: _query_service_pb2.Consistency
    past_position: int
    def __init__(self, ledger: _Optional[str] = ..., account: _Optional[_Union[BookAccount, str]] = ..., position: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., min_position: _Optional[int] = ..., consistency: _Optional[_Union[_query_service_pb2.Consistency, str]] = ..., past_position: _Optional[int] = ...) -> None: ...

class BookBalance(_message.Message):
    __slots__ = ("owner", "debits", "credits", "balance")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DEBITS_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    owner: str
    debits: int
    credits: int
    balance: int
    def __init__(self, owner: _Optional[str] = ..., debits: _Optional[int] = ..., credits: _Optional[int] = ..., balance: _Optional[int] = ...) -> None: ...

class ListBookBalancesResponse(_message.Message):
    __slots__ = ("balances", "next_page_token", "position", "missing_entries")
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    MISSING_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    balances: _containers.RepeatedCompositeFieldContainer[BookBalance]
    next_page_token: str
    position: int
    missing_entries: int
    def __init__(self, balances: _Optional[_Iterable[_Union[BookBalance, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., position: _Optional[int] = ..., missing_entries: _Optional[int] = ...) -> None: ...
