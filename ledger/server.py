"""ledgerd: the one place where the parts are put together, started, and drained.

Order of an end: health says NOT_SERVING, new calls are refused, calls in progress finish, the log
finishes what it took up, then the database goes. Nothing that was acknowledged can be lost then,
and nothing in progress is cut off within the grace.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import grpc.aio
import psycopg
import structlog
import uvloop
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc  # type: ignore[import-untyped]
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped]

from ledger.api import kinds
from ledger.api.calls import Gate
from ledger.api.command_service import CommandService
from ledger.api.identity import DevProvider, Provider
from ledger.api.query_service import QueryService
from ledger.embedded_postgres import EmbeddedPostgres, PostgresError, default_directory
from ledger.log import schema
from ledger.log.connection import UnsafeServerError
from ledger.log.ledgers import Ledgers
from ledger.log.reader import CorruptLogError
from ledger.log.settings import LogSettings
from ledger.settings import Settings, SettingsError, address, read_master_key, read_settings
from ledger.v1 import query_service_pb2

RECEIVE_BYTES_MAX = 16 * 1024 * 1024
"""A request of 5,000 purchases with all their personal data stays below it."""

LINGER_SECONDS = 0.1
"""Time for answers to leave, and for calls on their way to be told UNAVAILABLE."""

OPTIONS = (
    # A second server on the same port must fail and not take half of the connections.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", RECEIVE_BYTES_MAX),
    ("grpc.max_send_message_length", -1),
    # Clients behind a silent network ask every 10 s at most; a dead one is noticed after 20 s.
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
)

STARTING_ERRORS = (
    SettingsError,
    PostgresError,
    schema.SchemaError,
    CorruptLogError,
    UnsafeServerError,
    psycopg.OperationalError,
)
"""What an operator can mend; anything else is a defect and shows where it happened."""

SERVICES = (kinds.SERVICE, query_service_pb2.DESCRIPTOR.services_by_name["QueryService"])

_log = structlog.get_logger("ledger.server")


class Service:
    """One running gRPC server over the ledgers of one database."""

    def __init__(self, settings: Settings, ledgers: Ledgers, provider: Provider) -> None:
        """Put the parts together; nothing runs yet. Make it inside the event loop that runs it."""
        self._settings = settings
        self._ledgers = ledgers
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(options=OPTIONS)
        development = settings.profile == "dev"
        self._gate = gate = Gate(provider, calls_max=settings.calls_max, explain=development)
        commands, queries = SERVICES
        self._server.add_generic_rpc_handlers(
            (
                gate.service(commands, CommandService(ledgers).handlers(), changes=True),
                gate.service(queries, QueryService(ledgers).handlers(), changes=False),
            )
        )
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = [service.full_name for service in SERVICES]
        reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        if development:  # it shows who is connected
            channelz.add_channelz_servicer(self._server)

    async def start(self) -> str:
        """Open the ledgers and the port. Returns the address that is served."""
        host, _ = address(self._settings.listen)
        try:
            port = self._server.add_insecure_port(self._settings.listen)
        except RuntimeError:
            raise SettingsError(
                f"LEDGER_LISTEN {self._settings.listen} cannot be used; does something else serve there?"
            ) from None
        await self._ledgers.start()
        for code in self._settings.ledgers:  # now, so that a broken one is noticed now
            if await self._ledgers.get(code) is None:
                raise SettingsError(f"LEDGER_LEDGERS names {code}, which does not exist")
        await self._server.start()
        for name in ("", *(service.full_name for service in SERVICES)):
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def stop(self) -> None:
        """Drain. What the log took up is committed and answered before this returns."""
        await self._health.enter_graceful_shutdown()
        await asyncio.sleep(self._settings.drain_seconds)
        await self._gate.close(self._settings.grace_seconds)
        await asyncio.sleep(LINGER_SECONDS)
        await self._server.stop(self._settings.grace_seconds)
        await self._ledgers.stop(self._settings.grace_seconds)


def stay_on(processors: Sequence[str]) -> None:
    """Run on these processors only, as every thread that is started from now on will."""
    if not processors:
        return
    try:
        os.sched_setaffinity(0, {int(number) for number in processors})
    except AttributeError:
        raise SettingsError("LEDGER_PROCESSORS: this operating system cannot keep a process on a processor") from None
    except OSError as error:
        text = ",".join(processors)
        raise SettingsError(f"LEDGER_PROCESSORS is {text!r}: {error.strerror}; is there such a processor?") from None


def calm_collector() -> None:
    """Let the garbage collector look less often.

    Commands make many short-lived objects without cycles; the default looks at them, and at the whole cache of
    persons, again and again (5 to 10 % of the time of a batch).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def choose_provider(settings: Settings) -> Provider:
    """Who knows callers in this profile."""
    if settings.profile == "dev":
        return DevProvider()
    raise SettingsError(
        "the profile prod denies every call until an identity provider is configured, and this "
        "version has none yet; to try the service on this machine use --profile dev"
    )


async def run(settings: Settings, log_settings: LogSettings, provider: Provider) -> None:
    """Serve until SIGTERM or SIGINT, then drain."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    service = Service(settings, Ledgers.open(log_settings), provider)
    try:
        served = await service.start()
        calm_collector()
        sys.stdout.write(f"ledgerd ready on {served}\n")
        sys.stdout.flush()
        _log.info("ready", address=served, profile=settings.profile, ledgers=settings.ledgers)
        await ended.wait()
        _log.info("draining")
    finally:
        await service.stop()
    _log.info("stopped")


def prepare(settings: Settings, stack: contextlib.ExitStack) -> LogSettings:
    """Bring up what the log needs. The profile dev makes whatever is missing; prod nothing."""
    directory = Path(settings.data_directory or default_directory())
    url = settings.database_url
    if not url:
        _log.info("starting_embedded_postgres", directory=str(directory))
        url = stack.enter_context(EmbeddedPostgres(directory)).url
    if settings.master_key_file:
        key = read_master_key(Path(settings.master_key_file))
    else:
        directory.mkdir(parents=True, exist_ok=True)
        key = read_master_key(ensure_master_key(directory / "master.key"))
    if settings.profile == "dev":
        for name in schema.migrate(url):
            _log.info("migrated", migration=name)
        for code in settings.ledgers:
            if schema.create_ledger(url, code, master_key=key):
                _log.info("ledger_created", ledger=code)
    return LogSettings(url, key, queue_commands=settings.queue_commands)


def ensure_master_key(path: Path) -> Path:
    """Make a random key where there is none. Whole or not there, and the first of two wins."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".master-key-") as fresh:
            fresh.write(os.urandom(32).hex() + "\n")  # the file is readable by its owner only
            fresh.flush()
            os.fsync(fresh.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, path)
    return path


def configure_logging() -> None:
    """JSON lines on standard error, ours and those of libraries. They hold no personal data."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _leave(number: int, _: FrameType | None) -> None:
    """End while starting: as an exception, so that an embedded server is stopped too."""
    raise SystemExit(128 + number)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `ledgerd`."""
    configure_logging()
    try:
        settings = read_settings(os.environ, sys.argv[1:] if arguments is None else arguments)
        provider = choose_provider(settings)
        signal.signal(signal.SIGTERM, _leave)
        with contextlib.ExitStack() as stack:
            log_settings = prepare(settings, stack)
            stay_on(settings.processors)  # behind `prepare`: an embedded PostgreSQL may go where it likes
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(run(settings, log_settings, provider))
    except STARTING_ERRORS as error:
        raise SystemExit(f"ledgerd: {error}") from None


if __name__ == "__main__":
    main()
