"""What a JSON gateway has to know beside the descriptor set: which fields a body may have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contract import Contract, Field, Message

HEAD = "-- Written by protos/generate.py.\n"
_VARIABLE = re.compile(r"\{(\w+)(?:=([^}]*))?\}")
_SPECIAL = re.compile(r"([\^$()%.\[\]+\-?])")


def tables(contract: Contract) -> str:
    """The Lua tables FIELDS and ROUTES that deploy/strict_json.lua goes by."""
    routes = [
        (verb, path, contract.messages[method.request])
        for service in contract.services
        for method in service.methods
        for verb, path, body in method.http
        if body == "*"
    ]
    lines = ["FIELDS = {"]
    lines += [
        f'  ["{message.name}"] = {{{", ".join(_fields(contract, message))}}},' for message in _reached(contract, routes)
    ]
    # What the path says the body must not say again: the transcoder would believe the body, whoever checked the path.
    bodies = {_body(path, message): (message, _bound(path)) for _, path, message in routes}
    lines += [
        f'  ["{name}"] = {{{", ".join(_fields(contract, message, bound))}}},'
        for name, (message, bound) in sorted(bodies.items())
        if bound
    ]
    lines += ["}", "ROUTES = {"]
    lines += [f'  {{"{verb}", "{_pattern(path)}", "{_body(path, message)}"}},' for verb, path, message in routes]
    return HEAD + "\n".join([*lines, "}"]) + "\n\n"


def _reached(contract: Contract, routes: list[tuple[str, str, Message]]) -> list[Message]:
    """The messages that a body may hold, each once."""
    found: dict[str, Message] = {}
    waiting = [message for _, _, message in routes]
    while waiting:
        message = waiting.pop()
        if message.name not in found:
            found[message.name] = message
            waiting += [inner for field in message.fields if (inner := contract.messages.get(field.type))]
    return sorted(found.values(), key=lambda message: message.name)


def _bound(path: str) -> list[str]:
    """The fields that a path fills."""
    return [name for name, _ in _VARIABLE.findall(path)]


def _body(path: str, message: Message) -> str:
    """The name of what a body of this path may hold."""
    return "/".join([message.name, *_bound(path)])


def _fields(contract: Contract, message: Message, without: Sequence[str] = ()) -> Iterator[str]:
    for field in message.fields:
        if field.name in without:
            continue
        inside = f'"{field.type}"' if field.type in contract.messages else "true"
        for name in dict.fromkeys((field.name, _json_name(field))):
            yield f'["{name}"] = {inside}'  # in quotes, because a field may be named `end`


def _json_name(field: Field) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), field.name)


def _pattern(path: str) -> str:
    """A Lua pattern for the paths of a template (google/api/http.proto)."""
    plain = _VARIABLE.sub(lambda found: found[2] or "*", path)
    return "^" + _SPECIAL.sub(r"%\1", plain).replace("*", "[^/:]+") + "$"
