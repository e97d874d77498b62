"""A request that wants to change state, in the form in which it is decided, hashed and stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ledger.v1.types_pb2 import Confidential

NO_ID = bytes(16)

# Kinds are the field numbers of `CommandContent` and of `Command.kind` on the wire.
REGISTER_PERSON = 1
OPEN_ACCOUNT = 2
ACTIVATE_ACCOUNT = 3
IMPORT_OPENING = 4
RECORD_DEPOSIT = 5
RECORD_PURCHASE = 6
GRANT_SHARE = 7
REVOKE_SHARE = 8
TRANSFER_SHARE = 9
REVERSE_ENTRY = 10
REPORT_LOSS = 11
LIFT_LOSS = 12
CLOSE_ACCOUNT = 13
VOID_COMMAND = 14
CHANGE_PERSON_TYPE = 15
SUSPEND_COVERAGE = 16
RESTORE_COVERAGE = 17
CHANGE_HOLDER_INFO = 18
RECORD_CREDENTIAL_EVENT = 19
PROPOSE_ADJUSTMENT = 21
PROPOSE_OPENINGS = 48
REQUEST_REISSUE = 31
ISSUE_CARD = 32
IMPOSE_SANCTION = 33
LIFT_SANCTION = 34
POST_INTEREST = 20
MERGE_ACCOUNTS = 50
SETTLE_PAYABLE = 51
FILE_CLAIM = 35
REVIEW_CLAIM = 36
RECORD_CLAIM_PAYMENT = 37
RAISE_RISK_FLAG = 45
CLEAR_RISK_FLAG = 46
REVIEW_PROPOSAL = 22
DESIGNATE_INSTITUTION = 38
REVOKE_DESIGNATION = 39
FILE_CROSS_REGION = 40
END_CROSS_REGION_FILING = 41
PROPOSE_POLICY = 42
DEDUCT_PREMIUM = 23
AMEND_PURCHASE = 60
GRANT_MANDATE = 70
REVOKE_MANDATE = 71
SETTLE_TRANSFER = 72
ORDER_PAYERS = 61
WITHDRAW_POLICY = 43
RECONCILE = 44
CLOSE_YEAR = 49
INITIATE_TRANSFER = 24
ACCEPT_TRANSFER = 25
RETURN_TRANSFER = 26
CREDIT_TRANSFER = 27
PROPOSE_KEY_DESTRUCTION = 47
RAISE_FEATURE_LEVEL = 75
CHANGE_SIGNING_KEY = 80
RECORD_KEY_DESTRUCTION = 82
"""The service's own word that a key is destroyed."""
RECORD_ACCESS = 81
"""Asked for by the service in the name of who read. It is not in `CommandContent`, as it is never refused."""


@dataclass(slots=True)
class Command:
    """One normalised command. Defaults are explicit, names are in lower case, personal data is taken out of `content`.

    `effective_time` and `service_time` are microseconds since 1970 UTC; `effective_time` is the service time where
    the caller named none (`effective_time_given` tells). `rights` is the bit mask of the rights that it needed.
    `stream` is the subject: 16 bytes, or zeros where the log or the ledger itself knows it (reversals,
    amendments, voids, reviews, policies, ends of transfers).
    """

    kind: int
    content: Message
    confidential: Confidential | None
    stream: bytes
    effective_time: int
    effective_time_given: bool
    service_time: int
    expected_version: int = 0
    rights: int = 0
    encoded: bytes = b""
    """`content` as protobuf bytes, where somebody has them already: they were needed for the hash."""
    behalf: str = ""
    """The person who acts, by full name, where the caller's identity is that of one person; empty for all others."""
    facts: object = None
    """What was read beside the log for it, such as sums of a whole year. The event keeps them; the hash does not know
    them, as a retry reads something else.
    """


@dataclass(slots=True)
class Work:
    """What is recorded together or not at all: a single command, or an atomic group under one request id.

    `command_hash` is the keyed hash of the normalised content of all commands, 32 bytes.
    `failure` (reason and metadata) is the answer unless the request id is known: what was looked at before the log may
    have been otherwise when the command was first executed, such as an effective time that is out of the window now, or
    a receiver in another ledger.
    """

    organisation: bytes
    actor: bytes
    request_id: bytes
    command_hash: bytes
    commands: tuple[Command, ...]
    trace_id: bytes = NO_ID
    failure: tuple[int, dict[str, str]] | None = None
    grouped: bool = False
    """Whether it is an atomic group, which may have a single command."""
    quote: bool = False
    """Decide it, answer what it would record, and record nothing."""
