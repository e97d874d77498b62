"""The service that a demo talks to: the one that runs, or one that is started for it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc  # type: ignore[import-untyped]

ANSWER_SECONDS: Final = 2.0
START_SECONDS: Final = 180.0  # the first start makes a PostgreSQL
STOP_SECONDS: Final = 60.0
_READY: Final = "ledgerd ready on "


class ServiceError(RuntimeError):
    """There is no service to talk to; the message says why."""


def answers(address: str) -> bool:
    """Tell whether a service answers at an address."""
    with channel(address) as probe:
        try:
            check = health_pb2_grpc.HealthStub(probe).Check
            answer = check(health_pb2.HealthCheckRequest(), timeout=ANSWER_SECONDS)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def channel(address: str) -> grpc.Channel:
    """Open a channel of its own to a service without TLS."""
    return grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])


@contextlib.contextmanager
def own_service(environment: Mapping[str, str]) -> Iterator[str]:
    """Run `ledgerd` in the profile dev on a free port, lend its address, and drain it."""
    settings = {**os.environ, "LEDGER_LISTEN": "127.0.0.1:0", "LEDGER_PROFILE": "dev"}
    with tempfile.TemporaryFile() as errors:
        # A session of its own: Ctrl-C ends the demo, and the demo ends the service.
        process = subprocess.Popen(
            [sys.executable, "-m", "ledger.server"],
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**settings, **environment},
            start_new_session=True,
            cwd=Path.cwd(),
        )
        try:
            address = _wait(process)
            if not address:
                errors.seek(0)
                said = errors.read().decode(errors="replace")[-2000:]
                raise ServiceError(f"the service did not start; it said:\n{said}")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes]) -> str:
    """Return the address that a starting service prints; nothing when it ends or is too slow."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(START_SECONDS):
            return ""
    line = process.stdout.readline().decode()
    return line.removeprefix(_READY).strip() if line.startswith(_READY) else ""
