"""From a typed request to a `Command`, and to the bytes that its hash is taken of.

The same request must hash alike for ever, so a command is brought into one form first: ids in
lower case, defaults explicit, personal data apart, an empty sub-message of personal data gone.
Text is never changed otherwise. What depends on the clock is not filled in: a retry an hour later
must hash alike too.

The normalised bytes of a command, integers in little-endian order:

    offset  bytes  what
    0       1      kind: number of the command in `CommandContent`
    1       16     stream: id of the subject; zeros where the log knows it
    17      8      effective time in microseconds since 1970 UTC, signed; 0 = not given
    25      8      expected version of the stream; 0 = any
    33      4      length n of the content
    37      n      content: protobuf in ascending field order, without `confidential`

Personal data are not hashed here: the hash stays for ever, and whoever holds the ledger's secret could guess them
from it after their key was destroyed. A retry's are compared with the sealed ones instead.

Of an atomic group: one byte 0, then for each command its length (4 bytes) and its bytes.
A field that a request leaves unset adds nothing, so fields can be added later.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ledger.api import plain_deposit
from ledger.api.contents import CONFIDENTIAL, REFERENCE_MAX
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.identity import Identity
from ledger.api.kinds import Kind
from ledger.api.shape import REQUIRED, timestamp
from ledger.domain import names
from ledger.domain.command import (
    AMEND_PURCHASE,
    CREDIT_TRANSFER,
    GRANT_MANDATE,
    IMPORT_OPENING,
    NO_ID,
    OPEN_ACCOUNT,
    ORDER_PAYERS,
    PROPOSE_ADJUSTMENT,
    RECORD_DEPOSIT,
    RECORD_PURCHASE,
    REGISTER_PERSON,
    VOID_COMMAND,
    Command,
    Work,
)
from ledger.log.identifiers import institution_stream, ledger_id
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.commands_pb2 import AdjustmentProposal, Purchase, VoidedCommand
from ledger.v1.options_pb2 import RIGHT_BACKDATE, RIGHT_PIN_POLICY, Right
from ledger.v1.types_pb2 import (
    BENEFIT_INPATIENT,
    BENEFIT_OUTPATIENT,
    CATEGORY_INPATIENT,
    PRESENTER_HOLDER,
    Confidential,
)

WINDOW_BEFORE = 15 * 60 * 1_000_000
WINDOW_AFTER = 60 * 1_000_000
"""Microseconds around the service time in which a live caller's effective time must lie."""

BACKDATE = 1 << RIGHT_BACKDATE
PIN_POLICY = 1 << RIGHT_PIN_POLICY

GROUP_MARK = b"\0"

_FIXED = struct.Struct("<B16sqqI")
_LENGTH = struct.Struct("<I")
_TIME = timestamp().rule
_UUID = "must be a UUID such as 0198c0de-0000-7000-8000-000000000001"
_Parse = Callable[[str], tuple[str, bytes]]


def _ledger(name: str) -> tuple[str, bytes]:
    return names.parse_ledger(name), NO_ID


def _institution(name: str) -> tuple[str, bytes]:
    ledger, code = names.parse_institution(name)
    return ledger, institution_stream(ledger_id(ledger), code)


def _flagged(name: str) -> tuple[str, bytes]:
    """Read a person's or an institution's name. A person's id is never one that names a stream of the ledger."""
    if "/institutions/" in name:
        return _institution(name)
    ledger, stream = names.parse_person(name)
    if names.is_named(stream):
        raise ValueError(f"not a person: {name[:64]!r}")
    return ledger, stream


_PATTERNS: dict[str, tuple[_Parse, str]] = {
    "account": (names.parse_account, "must look like ledgers/{ledger}/accounts/{uuid}"),
    "person": (names.parse_person, "must look like ledgers/{ledger}/persons/{uuid}"),
    "ledger": (_ledger, "must look like ledgers/{ledger}"),
    "institution": (_institution, "must look like ledgers/{ledger}/institutions/{institution}"),
    "subject": (
        _flagged,
        "must look like ledgers/{ledger}/persons/{uuid} or ledgers/{ledger}/institutions/{institution}",
    ),
}


_FOUNDING = frozenset((REGISTER_PERSON, OPEN_ACCOUNT, IMPORT_OPENING, CREDIT_TRANSFER))
"""Kinds that may write the first entry of a person's stream."""
_LISTING = {RECORD_PURCHASE: "payers", ORDER_PAYERS: "payers", GRANT_MANDATE: "beneficiaries"}
"""Fields of contents that hold lists of resource names."""


_normalised = tuple.__new__  # a named tuple's own constructor costs three times as much


class Normalised(NamedTuple):
    """A command, the ledger that it names, and its normalised bytes."""

    ledger: str
    command: Command
    data: bytes
    out_of_window: bool


def request_id(text: str, path: str = "request_id") -> bytes:
    """The 16 bytes of a request id, or InvalidRequest. Zeros are what nobody chose."""
    try:
        value = names.id_bytes(text)
    except ValueError:
        value = NO_ID
    if value == NO_ID:
        raise InvalidRequest([Violation(path, _UUID if text else REQUIRED)])
    return value


def normalise(kind: Kind, request: Any, now: int, rights: int) -> Normalised:
    """Check the shape of a typed request and bring it into its one form. Consumes the request.

    `now` is the service time in microseconds, `rights` the caller's mask. Everything but the
    request id, which a command of a group does not have.
    """
    if kind.number == RECORD_DEPOSIT and (plain := plain_deposit.read(request)):
        ledger, stream, version, encoded = plain
        content = request.deposit
        command = Command(RECORD_DEPOSIT, content, None, stream, now, False, now, version, kind.rights, encoded)
        data = _FIXED.pack(RECORD_DEPOSIT, stream, 0, version, len(encoded)) + encoded
        return _normalised(Normalised, (ledger, command, data, False))
    found: list[tuple[str, str]] = []
    ledger, stream = _subject(kind, request, found)
    given = _effective_time(request, found) if request.HasField("effective_time") else 0
    if kind.number in _FOUNDING and names.is_named(stream):
        found.append((kind.subject, "must not be a UUID of version 5: these name streams of the ledger itself"))
    version = request.expected_version
    if version < 0:
        found.append(("expected_version", "must not be negative"))
    content = getattr(request, kind.content)
    if not request.HasField(kind.content):
        found.append((kind.content, REQUIRED))
        raise InvalidRequest([Violation(*each) for each in found])
    confidential = None
    if kind.confidential and content.HasField("confidential"):
        confidential = _apart(content, f"{kind.content}.confidential", found)
    if kind.names or kind.number in _LISTING:
        _lower(kind, content)
    if kind.number == PROPOSE_ADJUSTMENT:
        _same_account(content, request.account.lower(), found)
    if problems := kind.shape(content):
        found += [(f"{kind.content}{path}", problem) for path, problem in problems]
    elif kind.local:
        _same_ledger(kind, content, ledger, found)
    if kind.subject == "institution":
        _same_institution(kind, request, content, found)
    if found:
        raise InvalidRequest([Violation(*each) for each in found])
    needed = kind.rights
    if kind.number == RECORD_PURCHASE:
        needed |= _complete(content, rights)
    elif kind.number == AMEND_PURCHASE:
        needed |= _complete(content.purchase, rights)
    outside = given != 0 and not now - WINDOW_BEFORE <= given <= now + WINDOW_AFTER
    if outside:
        needed |= BACKDATE
    encoded = content.SerializeToString(deterministic=True)
    fixed = _FIXED.pack(kind.number, stream, given, version, len(encoded))
    return Normalised(
        ledger,
        Command(
            kind.number,
            content,
            confidential,
            stream,
            given or now,
            given != 0,
            now,
            version,
            needed,
            encoded,
        ),
        fixed + encoded,
        outside and not rights & BACKDATE,
    )


def void(request: Any, now: int, rights: int) -> tuple[Command, bytes]:
    """The command of a VoidCommand request, and its normalised bytes; `rights` is what it needs."""
    found: list[tuple[str, str]] = []
    content = VoidedCommand(request_id=request_id(request.voided_request_id, "voided_request_id"))
    confidential = _apart(request, "confidential", found) if request.HasField("confidential") else None
    if found:
        raise InvalidRequest([Violation(*each) for each in found])
    encoded = content.SerializeToString(deterministic=True)
    fixed = _FIXED.pack(VOID_COMMAND, NO_ID, 0, 0, len(encoded))
    command = Command(VOID_COMMAND, content, confidential, NO_ID, now, False, now, 0, rights)
    return command, fixed + encoded


def instruction(
    kind: int, content: Any, now: int, rights: int, stream: bytes = NO_ID, facts: object = None
) -> tuple[Command, bytes]:
    """A command that the service itself puts into words, for a caller or for nobody, and its normalised bytes.

    Its subject is the stream, or stands in the content, if it has one; `rights` is what it needs, `facts` what was read
    for it.
    """
    encoded = content.SerializeToString(deterministic=True)
    fixed = _FIXED.pack(kind, stream, 0, 0, len(encoded))
    return Command(kind, content, None, stream, now, False, now, 0, rights, facts=facts), fixed + encoded


def group_bytes(members: Sequence[bytes]) -> bytes:
    """The normalised bytes of an atomic group."""
    return GROUP_MARK + b"".join(_LENGTH.pack(len(member)) + member for member in members)


def work(
    identity: Identity,
    request: bytes,
    command_hash: bytes,
    members: Sequence[Normalised],
    trace_id: bytes,
    *,
    grouped: bool = False,
) -> Work:
    """What the log records together. A time outside the window is refused unless it is a replay."""
    if identity.person:
        for member in members:
            member.command.behalf = identity.person
    if len(members) == 1:
        only = members[0]
        failure = _out_of_window() if only.out_of_window else None
        return Work(
            identity.organisation, identity.actor, request, command_hash, (only.command,), trace_id, failure, grouped
        )
    failure = _out_of_window() if any(member.out_of_window for member in members) else None
    return Work(
        identity.organisation,
        identity.actor,
        request,
        command_hash,
        tuple([member.command for member in members]),
        trace_id,
        failure,
        grouped,
    )


def _out_of_window() -> tuple[int, dict[str, str]]:
    metadata = {"right": Right.Name(RIGHT_BACKDATE)}
    return reasons.REFUSAL_REASON_EFFECTIVE_TIME_OUT_OF_WINDOW, metadata


def _subject(kind: Kind, request: Any, found: list[tuple[str, str]]) -> tuple[str, bytes]:
    """Ledger code and stream. Zeros stand for no stream, so they are nobody's id."""
    name = getattr(request, kind.subject)
    parse, problem = _PATTERNS[kind.subject]
    try:
        ledger, stream = parse(name)
        if stream != NO_ID or parse is _ledger:
            return ledger, stream
    except ValueError:
        pass
    found.append((kind.subject, problem if name else REQUIRED))
    return "", NO_ID


def _effective_time(request: Any, found: list[tuple[str, str]]) -> int:
    """Microseconds since 1970 UTC, cut and not rounded; 0 where it is wrong."""
    given = request.effective_time
    if problems := _TIME(given):
        found += [(f"effective_time{path}", problem) for path, problem in problems]
        return 0
    micros: int = given.seconds * 1_000_000 + given.nanos // 1000
    if not micros:  # a time that somebody forgot to fill in
        found.append(("effective_time", "must be left unset where it is not known"))
    return micros


def _apart(holder: Any, path: str, found: list[tuple[str, str]]) -> Confidential | None:
    """Take the personal data out of a message that has some; nothing when they are empty."""
    confidential: Confidential = holder.confidential
    holder.ClearField("confidential")  # the object keeps what it holds
    if confidential.HasField("agent") and not confidential.agent.ByteSize():
        confidential.ClearField("agent")
    size = confidential.ByteSize()
    # In so few bytes no text can be too long; lists have rules of their own, and the byte 0 is the character U+0000.
    short = size <= REFERENCE_MAX and b"\0" not in confidential.SerializeToString()
    if not short or confidential.trace_codes or confidential.documents:
        found += [(f"{path}{below}", problem) for below, problem in CONFIDENTIAL(confidential)]
    return confidential if size else None


def _lower(kind: Kind, content: Any) -> None:
    for field in kind.names:
        name = getattr(content, field)
        if name != (lowered := name.lower()):
            setattr(content, field, lowered)
    listing = _LISTING.get(kind.number)
    if kind.number == AMEND_PURCHASE:
        content, listing = content.purchase, "payers"
        if content.policy:
            content.policy = content.policy.lower()
    if listing and (listed := getattr(content, listing)):
        listed[:] = [name.lower() for name in listed]


def _same_account(proposal: AdjustmentProposal, account: str, found: list[tuple[str, str]]) -> None:
    """The content of a proposal names its account, as the proposal itself lies in another stream."""
    if proposal.account and proposal.account != account:
        found.append(("adjustment.account", "must be empty or the account of the request"))
    proposal.account = account


def _same_ledger(kind: Kind, content: Any, ledger: str, found: list[tuple[str, str]]) -> None:
    names_here = [(kind.local, getattr(content, kind.local))]
    if kind.number == AMEND_PURCHASE:
        names_here.append(("purchase.policy", content.purchase.policy))
    for field, name in names_here:
        if name and ledger and not name.startswith(f"ledgers/{ledger}/"):
            found.append((f"{kind.content}.{field}", f"must be of the ledger {ledger}"))


def _same_institution(kind: Kind, request: Any, content: Any, found: list[tuple[str, str]]) -> None:
    code = getattr(content, "institution", "")
    if code and not request.institution.endswith(f"/institutions/{code}"):
        found.append((f"{kind.content}.institution", "must be the institution that the request names"))


def _complete(purchase: Purchase, rights: int) -> int:
    """Make the defaults of a purchase explicit. Returns the rights that its content needs."""
    if not purchase.benefit:
        inpatient = purchase.category == CATEGORY_INPATIENT
        purchase.benefit = BENEFIT_INPATIENT if inpatient else BENEFIT_OUTPATIENT
    if not purchase.presenter:
        purchase.presenter = PRESENTER_HOLDER
    if not purchase.policy:
        return 0
    if not rights & PIN_POLICY:
        metadata = {"right": Right.Name(RIGHT_PIN_POLICY)}
        raise Rejected(reasons.REFUSAL_REASON_PERMISSION_DENIED, metadata)
    return PIN_POLICY
