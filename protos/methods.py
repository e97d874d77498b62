"""The typed methods of the Python client, written from the contract into ledger/client/methods.py.

Every RPC has one method, twice: blocking and for asyncio. A list method also has one that goes
through all of its pages.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from contract import Contract, Field, Message, Method, Service

LINE = 120
DATETIME = "datetime | Timestamp"
PYTHON_TYPES = {"string": "str", "bytes": "bytes", "bool": "bool", "double": "float", "float": "float"}
WELL_KNOWN = {
    "google.protobuf.Timestamp": DATETIME,
    "google.protobuf.Duration": "timedelta | Duration",
    "google.protobuf.FieldMask": "FieldMask",
}
FILLED_IN = {"request_id"}
"""Required fields that the client fills in when the caller does not."""

HEAD = '''\
"""One typed method for each RPC, written by `make protos` from protos/ledger/v1 and never edited."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.client.calls import AsyncCalls, Calls, Rpc, moment
from ledger.client.streams import AsyncStream, Stream
from ledger.v1 import (
{imports}
)

__all__ = ["AsyncMethods", "Methods"]

'''


@dataclass(frozen=True)
class Flavour:
    """How a blocking method differs from one for asyncio."""

    name: str
    comment: str
    base: str
    define: str
    wait: str
    iterator: str
    iterable: str
    stream: str


BLOCKING = Flavour("Methods", "Blocking methods.", "Calls", "def", "", "Iterator", "Iterable", "Stream")
ASYNC = Flavour(
    "AsyncMethods",
    "Methods for asyncio.",
    "AsyncCalls",
    "async def",
    "await ",
    "AsyncIterator",
    "AsyncIterable",
    "AsyncStream",
)


def methods(contract: Contract) -> str:
    """The text of the module."""
    rpcs = [(service, method) for service in contract.services for method in service.methods]
    body = "".join(_rpc(contract, service, method) for service, method in rpcs)
    for flavour in (BLOCKING, ASYNC):
        body += f'\n\nclass {flavour.name}({flavour.base}):\n    """{flavour.comment}"""\n'
        for _, method in rpcs:
            body += "\n" + _Writer(contract, method, flavour).text()
    used = sorted(module for module in set(contract.modules.values()) if f"{module}." in body)
    head = HEAD.format(imports="\n".join(f"    {module}," for module in used))
    return _without_unused(head, body) + body


def constant(method: Method) -> str:
    """The name of an RPC's constant."""
    return "_" + snake(method.name).upper()


def snake(name: str) -> str:
    """`RecordDeposit` as `record_deposit`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _rpc(contract: Contract, service: Service, method: Method) -> str:
    request, response = (f"{contract.modules[name]}.{name}" for name in (method.request, method.response))
    return (
        f'{constant(method)} = Rpc(\n    "/ledger.v1.{service.name}/{method.name}",\n'
        f"    {request},\n    {response},\n)\n"
    )


def _without_unused(head: str, body: str) -> str:
    """The head without names that the body does not use."""
    kept = []
    for line in head.splitlines():
        found = re.fullmatch(r"(from (?!ledger.client.calls|ledger.v1|__future__)[\w.]+ import )(.+)", line)
        if not found:
            kept.append(line)
            continue
        names = [name for name in found[2].split(", ") if re.search(rf"\b{name}\b", body)]
        if names:
            kept.append(found[1] + ", ".join(names))
    text = "\n".join(kept) + "\n\n"
    return text if "moment(" in body else text.replace(", moment", "")


class _Writer:
    """Writes one method in one flavour."""

    def __init__(self, contract: Contract, method: Method, flavour: Flavour) -> None:
        self.contract, self.method, self.flavour = contract, method, flavour
        self.request, self.response = contract.messages[method.request], contract.messages[method.response]

    def text(self) -> str:
        """The method, and the one for its pages where it has pages."""
        if self.method.client_streams:
            return self._bidirectional()
        if self.method.server_streams:
            return self._server_stream()
        return self._unary() + (f"\n{self._pager()}" if self._item() else "")

    def _unary(self) -> str:
        call = f"self.unary({constant(self.method)}, {{request}}, timeout)"
        return self._define(snake(self.method.name), self._name(self.response), f"return {self.flavour.wait}{call}")

    def _server_stream(self) -> str:
        answer = f"{self.flavour.stream}[{self._name(self.response)}]"
        call = f"return self.stream({constant(self.method)}, {{request}}, timeout)"
        return self._define(snake(self.method.name), answer, call, plain=True)

    def _bidirectional(self) -> str:
        name = snake(self.method.name)
        requests = f"{self.flavour.iterable}[{self._name(self.request)}]"
        answers = f"{self.flavour.stream}[{self._name(self.response)}]"
        return (
            f"    def {name}(\n        self, requests: {requests}, *, timeout: float | None = None\n"
            f"    ) -> {answers}:\n{self._docstring(self.method.comment)}"
            f"        return self.exchange({constant(self.method)}, requests, timeout)\n"
        )

    def _item(self) -> Field | None:
        """The repeated field of a page, where the method has pages (AIP-158)."""
        asked = {field.name for field in self.request.fields}
        told = {field.name for field in self.response.fields}
        if "page_token" not in asked or "next_page_token" not in told:
            return None
        return next((field for field in self.response.fields if field.repeated), None)

    def _pager(self) -> str:
        item = self._item()
        assert item is not None
        answer = f"{self.flavour.iterator}[{self._element(item)}]"
        call = f"return self.pages({constant(self.method)}, {{request}}, {item.name!r}, timeout)".replace("'", '"')
        full = snake(self.method.name)
        name = full.removeprefix("list_") if full.startswith("list_") else f"all_{full}"
        comment = f"{self.method.comment} Asks for page after page; `timeout` is for each."
        return self._define(name, answer, call, plain=True, without="page_token", comment=comment)

    def _define(
        self, name: str, answer: str, call: str, *, plain: bool = False, without: str = "", comment: str = ""
    ) -> str:
        fields = [field for field in self.request.fields if field.name != without]
        # Required ones first, as they have no default.
        parameters = sorted((self._parameter(field) for field in fields), key=lambda text: " = " in text)
        lines = [f"    {'def' if plain else self.flavour.define} {name}(", "        self,", "        *,"]
        lines += [f"        {parameter}," for parameter in parameters]
        lines += ["        timeout: float | None = None,", f"    ) -> {answer}:"]
        arguments = "".join(f"            {field.name}={self._argument(field)},\n" for field in fields)
        request = f"{self._name(self.request)}(\n{arguments}        )" if fields else f"{self._name(self.request)}()"
        text = "\n".join(lines) + "\n" + self._docstring(comment or self.method.comment)
        return text + f"        request = {request}\n        {call.format(request='request')}\n"

    def _parameter(self, field: Field) -> str:
        kind = self._type(field)
        if "REQUIRED" in field.behaviours and field.name not in FILLED_IN:
            return f"{field.name}: {kind}"
        return f"{field.name}: {kind} | None = None"

    def _argument(self, field: Field) -> str:
        return f"moment({field.name})" if self._type(field) == DATETIME else field.name

    def _type(self, field: Field) -> str:
        if field.type.startswith("map<"):
            key, value = (self._python(part.strip()) for part in field.type[4:-1].split(","))
            return f"Mapping[{key}, {value}]"
        return f"Iterable[{self._element(field)}]" if field.repeated else self._element(field)

    def _element(self, field: Field) -> str:
        return self._python(field.type)

    def _python(self, kind: str) -> str:
        if kind in self.contract.modules:
            return f"{self.contract.modules[kind]}.{kind}"
        return WELL_KNOWN.get(kind) or PYTHON_TYPES.get(kind, "int")

    def _name(self, message: Message) -> str:
        return f"{self.contract.modules[message.name]}.{message.name}"

    @staticmethod
    def _docstring(comment: str) -> str:
        first, _, rest = comment.partition(". ")
        text = f'"""{first.rstrip(".")}.'
        if rest:
            text += "\n\n" + "\n".join(textwrap.wrap(rest, LINE - 8)) + "\n"
        return textwrap.indent(text + '"""\n', "        ")
