"""What a running service says of itself: its health over gRPC, and the pages of its operator ports."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped]

from ledger.cli.trouble import DATABASE, Trouble
from ledger.settings import SettingsError, address

ANSWER_SECONDS: Final = 5.0
UNREACHABLE: Final = "unreachable"
UNKNOWN: Final = "not open"
"""The service has not been asked for the ledger yet, so it says nothing about it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a service is, and what TLS needs; empty paths: no TLS, no client certificate."""

    address: str
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    @contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """Open a channel of its own."""
        options = [("grpc.use_local_subchannel_pool", 1)]
        if self.ca_file is None:
            channel = grpc.insecure_channel(self.address, options=options)
        else:
            try:
                parts = [
                    path.read_bytes() if path else None for path in (self.ca_file, self.key_file, self.certificate_file)
                ]
            except OSError as error:
                raise Trouble(f"{error.filename}: {error.strerror}", DATABASE) from None
            channel = grpc.secure_channel(self.address, grpc.ssl_channel_credentials(*parts), options=options)
        with channel:
            yield channel


def health(target: Target, names: Iterable[str]) -> dict[str, str]:
    """The health of each name, in lower case; `unreachable` for all where nobody answers."""
    found: dict[str, str] = {}
    with target.channel() as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for name in names:
            try:
                answer = stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=ANSWER_SECONDS)
                found[name] = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status).lower().replace("_", " ")
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.NOT_FOUND:
                    return dict.fromkeys(names, UNREACHABLE)
                found[name] = UNKNOWN
    return found


def workers(operator: str) -> list[dict[str, Any]]:
    """What each worker says of itself. Those that do not answer have only `worker` and `problem`."""
    if not operator:
        return []
    try:
        host, port = address(operator, "operator_listen")
    except SettingsError as error:
        raise Trouble(str(error), DATABASE) from None
    first = _status(host, port, 0)
    return [first, *(_status(host, port, number) for number in range(1, first.get("workers", 1)))]


def _status(host: str, port: int, number: int) -> dict[str, Any]:
    host = f"[{host}]" if ":" in host else host
    url = f"http://{host}:{port + number}/status"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
            return said
    except (OSError, ValueError, urllib.error.URLError):
        return {"worker": number, "problem": f"nobody answers at {url}"}
