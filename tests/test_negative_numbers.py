"""Counts, positions and amounts below zero, in every request of the contract: refused by the field's own name."""

from __future__ import annotations

import re
import uuid

import grpc
import pytest
from google.api import annotations_pb2
from google.protobuf import message_factory
from google.rpc import error_details_pb2, status_pb2

from ledger.v1 import (
    audit_service_pb2,
    books_service_pb2,
    command_service_pb2,
    history_service_pb2,
    identity_service_pb2,
    key_service_pb2,
    oversight_service_pb2,
    period_service_pb2,
    projection_service_pb2,
    query_service_pb2,
)
from tests.running import Client
from tests.world import World

MODULES = (
    audit_service_pb2, books_service_pb2, command_service_pb2, history_service_pb2, identity_service_pb2,
    key_service_pb2, oversight_service_pb2, period_service_pb2, projection_service_pb2, query_service_pb2,
)  # fmt: skip
INTEGERS = {3, 5, 15, 16, 17, 18}
"""Signed integers, by their numbers in descriptors."""
DEPTH = 3
INVALID_ARGUMENT = 3
MAY_BE_NEGATIVE = {
    **{
        f"ReconcileTotalsRequest.reconciliation.stated.{name}": "where more came back than was paid"
        for name in ("total", "funds", "own_account", "shared", "cash")
    },
    "ProposeAdjustmentRequest.adjustment.amount": "what is taken from an account",
}
LAST_PARTS = {"entries": "1", "builds": "1", "accounts": str(uuid.UUID(int=7)), "persons": str(uuid.UUID(int=7))}
PLACEHOLDER = re.compile(r"\{(\w+)(?:=([^}]*))?\}")


def methods():
    """Every method that takes one request."""
    for module in MODULES:
        for service in module.DESCRIPTOR.services_by_name.values():
            yield from (method for method in service.methods if not method.client_streaming)


def integers(descriptor, path="", depth=0):
    """Paths of the signed integers of a message, and of those inside it."""
    for field in descriptor.fields:
        own = f"{path}.{field.name}" if path else field.name
        if field.type in INTEGERS:
            yield own
        elif field.message_type is not None and depth < DEPTH:
            ours = field.message_type.full_name.startswith("ledger.")
            if ours and not field.message_type.GetOptions().map_entry:
                yield from integers(field.message_type, own, depth + 1)


def cases():
    for method in methods():
        for path in integers(method.input_type):
            yield method, path


def named(method, code):
    """A request whose names are those of its path over HTTP."""
    request = message_factory.GetMessageClass(method.input_type)()
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    for name, pattern in PLACEHOLDER.findall(rule.get or rule.post or rule.delete or rule.patch):
        field = request.DESCRIPTOR.fields_by_name.get(name.split(".")[0])
        if field is None or field.type != field.TYPE_STRING:
            continue
        parts = (pattern or "ledgers/*").split("/")
        for place in range(1, len(parts), 2):
            kind = parts[place - 1]
            parts[place] = code if kind == "ledgers" else LAST_PARTS.get(kind, "x")
        setattr(request, name, "/".join(parts))
    if "request_id" in request.DESCRIPTOR.fields_by_name:
        request.request_id = str(uuid.uuid4())
    return request


def set_negative(request, path):
    """Set the number to -1; return the path as an error names it."""
    told, here = [], request
    *names, last = path.split(".")
    for name in names:
        if here.DESCRIPTOR.fields_by_name[name].is_repeated:
            here = getattr(here, name).add()
            told.append(f"{name}[0]")
        else:
            here = getattr(here, name)
            told.append(name)
        if "request_id" in here.DESCRIPTOR.fields_by_name:
            here.request_id = str(uuid.uuid4())
    field = here.DESCRIPTOR.fields_by_name[last]
    if field.is_repeated:
        getattr(here, last).append(-1)
    else:
        setattr(here, last, -1)
    if here.DESCRIPTOR.full_name != "ledger.v1.CivilDate":  # a date is named as a whole
        told.append(f"{last}[0]" if field.is_repeated else last)
    return ".".join(told)


def answer(channel, method, request):
    """The status and the fields that are named by the error of a call."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    response = message_factory.GetMessageClass(method.output_type)
    stub = channel.unary_stream if method.server_streaming else channel.unary_unary
    call = stub(path, type(request).SerializeToString, response.FromString)
    status = status_pb2.Status()
    try:
        done = call(request, timeout=20)
        if method.server_streaming:
            next(done)
        elif method.name == "BatchExecute":  # each item has an error of its own
            status = done.results[0].error
    except grpc.RpcError as error:
        status.ParseFromString(dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b""))
    fields = []
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            fields += [each.field for each in bad.field_violations]
    return status.code, fields


@pytest.mark.parametrize("module", MODULES, ids=[module.__name__.rsplit(".", 1)[1] for module in MODULES])
def test_a_number_below_zero_is_refused_by_its_name(whole_service, database, module):
    wrong, ledger = [], database.new_ledger()
    with grpc.insecure_channel(whole_service.address) as channel:
        before = World(Client(channel), ledger).size()
        for method, path in cases():
            name = f"{method.input_type.name}.{path}"
            if method.containing_service.file.name != module.DESCRIPTOR.name or name in MAY_BE_NEGATIVE:
                continue
            request = named(method, ledger)
            told = set_negative(request, path)
            status, fields = answer(channel, method, request)
            if status != INVALID_ARGUMENT or not {told, told.removeprefix("items[0].command.")} & set(fields):
                wrong.append((name, status, fields))
        assert World(Client(channel), ledger).size() == before, "something was recorded"
    assert not wrong, "\n".join(map(str, wrong))


def test_every_exception_is_a_field_of_the_contract():
    assert {f"{method.input_type.name}.{path}" for method, path in cases()} >= MAY_BE_NEGATIVE.keys()
    assert len(list(cases())) > 300
