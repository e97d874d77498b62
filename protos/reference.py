"""The references in docs/ that are written from the contract: docs/api.md and docs/errors.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from contract import Contract, Enum, Field, File, Message, Method, Value
from google.rpc.code_pb2 import Code

GENERATED = "<!-- Written by `make protos` from protos/ledger/v1. -->"
REASONS = "RefusalReason"
REASON_PREFIX = "REFUSAL_REASON_"

API_INTRODUCTION = """\
Package `ledger.v1`. Every call needs the rights that its method names, and ends within its deadline; a unary call that
states none has 10 s. Names of resources are paths such as `ledgers/410100/accounts/{account}`; amounts are integer fen
(分); a `position` counts the entries of a ledger from 1. [errors.md](errors.md) lists every reason for which a call can
fail. Which calls may be sent again, and how, stands in
[service_config.json](../ledger/client/service_config.json), which gRPC clients of every language can load.

The HTTP paths are for a JSON gateway. In JSON a field has its name in lowerCamelCase,
an `int64` is a string, `bytes` are base64, a time is text as in RFC 3339."""

ERRORS_INTRODUCTION = """\
A call that fails has a gRPC status and a `google.rpc.Status` with an `ErrorInfo` (domain `ledger.v1`, the reason, and
metadata that hold every dynamic part of the sentences) and a `LocalizedMessage`, which a cashier can read out: Chinese,
or English where `accept-language` prefers it. `INVALID_ARGUMENT` adds a `BadRequest` with the path of each field at
fault, `RESOURCE_EXHAUSTED` a `RetryInfo` with the delay to wait.

**Recorded** reasons are answers of the ledger: they stand in the log, and the same request id gets the same refusal for
ever (with `replayed` = `true` in the metadata), so a new attempt needs a new request id. The others are not in it: the
same request may be sent again with the same request id. After `OUTCOME_UNKNOWN`, and after a deadline or a broken
connection without any reason, nobody knows yet whether the command was recorded; the same request id tells.

A status **without details** comes from gRPC, in the service or in the caller's own library, and not from the ledger:

- `DEADLINE_EXCEEDED`, `CANCELLED`, `UNAVAILABLE`: no answer came in time, or at all. A command may be recorded or not:
  send the same request with the same request id again, after a growing wait.
- `RESOURCE_EXHAUSTED`: a message is too large. A request has 16 MiB at most, an answer what the caller's library takes
  in (4 MiB unless it is told otherwise). Sending it again does not help: make the batch or the page smaller.
- `UNIMPLEMENTED`: the service has no such method. It is older than the caller's contract, or the name is wrong."""

PRECEDENCE_INTRODUCTION = """\
Where several reasons apply, the first is given. A call is judged in this order: identity (`UNAUTHENTICATED`), rights
(`PERMISSION_DENIED`), room (`OVERLOADED`), shape (`INVALID_REQUEST`, `UNKNOWN_FIELD`), existence of the ledger
(`LEDGER_NOT_FOUND`), an earlier use of the request id (`IDEMPOTENCY_CONFLICT`, `COMMAND_VOIDED`, or the first answer
again), the window of the effective time (`EFFECTIVE_TIME_OUT_OF_WINDOW`), and then by the rules of the domain:"""


def precedence() -> list[tuple[str, list[str]]]:
    """The order of refusals, from the module that the service decides by."""
    # Imported late: it needs the generated package, which may have been written a moment ago.
    from ledger.domain.precedence import PRECEDENCE
    from ledger.v1.reasons_pb2 import RefusalReason

    return [
        (rule, [RefusalReason.Name(number).removeprefix(REASON_PREFIX) for number in group])
        for rule, group in PRECEDENCE
    ]


def api(contract: Contract) -> str:
    """Every service, method, message and enum, with rights, paths and comments."""
    blocks = [GENERATED, "# API reference", API_INTRODUCTION]
    for service in contract.services:
        blocks += [f"## {service.name}", service.comment]
        for method in service.methods:
            blocks += _method(contract, service.name, method)
    blocks += ["## Messages and enums", "By the file that declares them."]
    for file in contract.files:
        blocks += _file(file)
    return "\n\n".join(filter(None, blocks)) + "\n"


def errors(contract: Contract, order: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Every reason, and which one is given when several apply. `order` has names without the prefix."""
    values = [value for value in contract.enum(REASONS).values if value.number]
    blocks = [GENERATED, "# Reasons for which a call can fail", ERRORS_INTRODUCTION]
    blocks += ["## Order of precedence", PRECEDENCE_INTRODUCTION]
    steps = [
        f"{number}. {rule}: {', '.join(f'`{name}`' for name in names)}."
        for number, (rule, names) in enumerate(order, start=1)
    ]
    blocks += ["\n".join(steps), "## All reasons"]
    rows = [
        [f"[`{_reason(value)}`](#{_reason(value).lower()})", f"`{_status(value)}`", _yes(_meaning(value).recorded)]
        for value in values
    ]
    blocks.append(_table(["Reason", "Status", "Recorded"], rows))
    for value in values:
        blocks += _error(value)
    return "\n\n".join(blocks) + "\n"


def _method(contract: Contract, service: str, method: Method) -> Iterator[str]:
    request = ("stream of " if method.client_streams else "") + _link(method.request)
    response = ("stream of " if method.server_streams else "") + _link(method.response)
    yield f"### {method.name}"
    yield method.comment
    facts = [
        f"- gRPC: `/ledger.v1.{service}/{method.name}`",
        f"- Rights: {', '.join(f'`{right}`' for right in method.rights)}",
        *(f"- HTTP: `{verb} {path}`" + (f", body `{body}`" if body else "") for verb, path, body in method.http),
        f"- Takes {request}, answers {response}",
    ]
    yield "\n".join(facts)
    for title, name in (("Request", method.request), ("Response", method.response)):
        if (message := contract.messages.get(name)) and message.fields:
            yield f"{title}:"
            yield _fields(message)


def _file(file: File) -> Iterator[str]:
    shown = [message for message in file.messages if not re.search(r"(Request|Response)$", message.name)]
    enums = [enum for enum in file.enums if enum.name != REASONS]
    if not shown and not enums:
        return
    yield f"### {file.name}"
    yield file.comment
    for message in shown:
        yield f"#### {message.name}"
        yield message.comment
        if message.fields:
            yield _fields(message)
    for enum in enums:
        yield f"#### {enum.name}"
        yield enum.comment
        yield _values(enum)


def _fields(message: Message) -> str:
    return _table(
        ["Field", "Type", "Meaning"],
        [[f"`{field.name}`", _field_type(field), _field_meaning(field)] for field in message.fields],
    )


def _field_type(field: Field) -> str:
    kind = _link(field.type)
    if field.repeated:
        return f"repeated {kind}"
    return f"optional {kind}" if field.optional else kind


def _field_meaning(field: Field) -> str:
    marks = [name.lower().replace("_", " ").capitalize() + "." for name in field.behaviours if name != "OPTIONAL"]
    if field.oneof:
        marks.append(f"One of `{field.oneof}`.")
    return " ".join([*marks, field.comment])


def _values(enum: Enum) -> str:
    rows = [[str(value.number), f"`{value.name}`", value.comment] for value in enum.values]
    return _table(["Number", "Value", "Meaning"], rows)


def _error(value: Value) -> Iterator[str]:
    meaning = _meaning(value)
    status = _status(value)
    yield f"### {_reason(value)}"
    cause = re.sub(r"\s*Status [A-Z_]+\.$", "", value.comment)
    recorded = "yes; the same request id gets it again" if meaning.recorded else "no"
    yield cause
    yield "\n".join(
        [
            f"- Status: `{status}`",
            f"- Recorded: {recorded}",
            f"- Number: {value.number}",
            f"- What to do: {meaning.client_action}",
            f"- 中文: {meaning.chinese}",
            f"- English: {meaning.english}",
        ]
    )


def _meaning(value: Value) -> Any:
    return value.options["ledger.v1.reason"]


def _reason(value: Value) -> str:
    return value.name.removeprefix(REASON_PREFIX)


def _status(value: Value) -> str:
    return str(Code.Name(_meaning(value).status))


def _yes(answer: object) -> str:
    return "yes" if answer else "no"


def _link(name: str) -> str:
    """A type, linked where it has a heading of its own."""
    if name == REASONS:
        return f"[`{name}`](errors.md)"
    if not name[0].isupper() or re.search(r"(Request|Response)$", name):
        return f"`{name}`"
    return f"[`{name}`](#{name.lower().replace('.', '')})"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
