"""ledgerd: the one place where the parts are put together, started, and drained.

Order of an end: health says NOT_SERVING, new calls are refused, calls in progress finish, the log
finishes what it took up, then the database goes. Nothing that was acknowledged can be lost then,
and nothing in progress is cut off within the grace.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import grpc.aio
import psycopg
import structlog
import uvloop
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2_grpc  # type: ignore[import-untyped]
from grpc_reflection.v1alpha import reflection  # type: ignore[import-untyped]

from ledger.api import kinds
from ledger.api.access import AccessLog
from ledger.api.access_records import AccessRecords
from ledger.api.audit_service import AuditService
from ledger.api.calls import Call, Gate
from ledger.api.command_service import CommandService
from ledger.api.erasures import Erasures
from ledger.api.execute_stream import ExecuteStream
from ledger.api.homes import Homes
from ledger.api.identity_service import SERVICE as IDENTITY_SERVICE
from ledger.api.identity_service import IdentityService
from ledger.api.key_service import SERVICE as KEY_SERVICE
from ledger.api.key_service import KeyService
from ledger.api.mandates import Mandates
from ledger.api.period_service import SERVICE as PERIOD_SERVICE
from ledger.api.period_service import PeriodService
from ledger.api.query_service import QueryService
from ledger.api.refusals import RefusalRate
from ledger.api.subscription_service import SubscriptionService
from ledger.api.upgrade_service import SERVICE as UPGRADE_SERVICE
from ledger.api.upgrade_service import UpgradeService
from ledger.archive.following import Mirroring
from ledger.embedded_postgres import PostgresError
from ledger.log import schema
from ledger.log.collector import calm_collector
from ledger.log.connection import UnsafeServerError
from ledger.log.ledgers import Ledgers
from ledger.log.reader import CorruptLogError
from ledger.log.settings import LogSettings
from ledger.operation.admission import Admission, admit
from ledger.operation.console import Console
from ledger.operation.health import HealthBoard
from ledger.operation.log_lines import configure_logging
from ledger.operation.metrics import version
from ledger.operation.processor import Seat, sit
from ledger.operation.reading import read_settings, shown
from ledger.operation.registered import Registered
from ledger.operation.startup import checkpoint_directory, prepare, witness_policy
from ledger.operation.supervisor import Supervisor
from ledger.operation.sweeper import Sweeper
from ledger.operation.watched import watch
from ledger.proof import schema as proof_schema
from ledger.proof.notary import Notary
from ledger.settings import Settings, SettingsError, address
from ledger.v1 import audit_service_pb2, query_service_pb2, subscription_service_pb2
from projections import schema as projections_schema
from projections.child import Child
from projections.metrics import ProjectionMetrics
from projections.service import books, history, oversight, steering
from projections.service.mandates import MandateLists
from projections.service.period import PeriodReading

RECEIVE_BYTES_MAX = 16 * 1024 * 1024
"""A request of 5,000 purchases with all their personal data stays below it."""

LINGER_SECONDS = 0.1
"""Time for answers to leave, and for calls on their way to be told UNAVAILABLE."""

OPTIONS = (
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

SERVICES = (
    kinds.SERVICE,
    query_service_pb2.DESCRIPTOR.services_by_name["QueryService"],
    subscription_service_pb2.DESCRIPTOR.services_by_name["SubscriptionService"],
    history.SERVICE,
    books.SERVICE,
    oversight.SERVICE,
    audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"],
    KEY_SERVICE,
    IDENTITY_SERVICE,
    PERIOD_SERVICE,
    UPGRADE_SERVICE,
    steering.SERVICE,
)

_log = structlog.get_logger("ledger.server")


def _everywhere(_: str) -> bool:
    return True


class Service:
    """One running gRPC server over the ledgers of one database."""

    def __init__(
        self,
        settings: Settings,
        ledgers: Ledgers,
        admission: Admission,
        notary: Notary,
        erasures: Erasures,
        log_settings: LogSettings,
        projecting: Child | None = None,
        worker: int = 0,
        homes: Homes | None = None,
    ) -> None:
        """Put the parts together; nothing runs yet. Make it inside the event loop that runs it.

        `projecting` keeps the read side up to date; None: others do. `worker` is the number among its brothers, whose
        homes of ledgers are in `homes`.
        """
        self._settings = settings
        database_url = log_settings.database_url
        self._admission = admission
        self._ledgers = ledgers
        self._notary = notary
        self._erasures = erasures
        self._log_settings = log_settings
        ledgers.inspect = self._inspect
        self._projecting = projecting
        wake = projecting.look if projecting else homes.look if homes else lambda _: None
        self._wake = wake
        self._history = history.HistoryService(ledgers, database_url, wake)
        self._steering = steering.ProjectionService(ledgers, database_url, wake)
        self._watching: list[asyncio.Task[None]] = []
        names = [service.full_name for service in SERVICES]
        self._health = HealthBoard(ledgers, names, lambda: self._history.health(ledgers.open_codes()))
        # Without workers a second server on the same port must fail and not take half of the connections.
        shared = ("grpc.so_reuseport", int(settings.workers > 1))
        self._server = grpc.aio.server(options=(shared, *OPTIONS))
        self._records = AccessRecords(ledgers, enabled=settings.access_entries, homes=homes)
        self._gate = gate = Gate(
            admission.provider,
            calls_max=settings.calls_max,
            streams_max=settings.streams_max,
            explain=settings.profile == "dev",
            access=AccessLog(sample=settings.access_log_sample, slow_seconds=settings.access_log_slow_seconds),
            refusals=RefusalRate(settings.refusals_per_second, settings.refusals_burst),
            homes=homes,
            personal=Mandates(ledgers).admit,
            noted=self._records.note,
        )
        self._mirroring = Mirroring(Path(settings.mirror_dir), database_url) if settings.mirror_dir else None
        projected = ProjectionMetrics(database_url, ledgers.open_codes)
        others = (projected, self._mirroring) if self._mirroring else (projected,)
        console = Console(settings, gate, ledgers, admission, worker, others)
        self._console = console if settings.operator_listen else None
        self._server.add_generic_rpc_handlers(self._handlers(gate, homes.here if homes else _everywhere))
        health_pb2_grpc.add_HealthServicer_to_server(self._health.servicer, self._server)
        if settings.reflection:
            names = [service.full_name for service in SERVICES]
            reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        if settings.channelz:
            channelz.add_channelz_servicer(self._server)

    def _handlers(self, gate: Gate, at_home: Callable[[str], bool]) -> tuple[grpc.GenericRpcHandler, ...]:
        """Guard every method of every service."""
        (
            commands,
            queries,
            subscriptions,
            histories,
            accounts,
            overseers,
            audits,
            keys,
            identities,
            periods,
            upgrades,
            projections,
        ) = SERVICES
        ledgers, reading = self._ledgers, self._history.reading
        command_streams = ExecuteStream(ledgers, gate.refusals).streams()
        if homes := gate.homes:
            command_streams = {name: homes.relayed(name, handler) for name, handler in command_streams.items()}
            gate.refusals.told = homes.spent
        period = PeriodService(ledgers, PeriodReading(*reading))
        lists = MandateLists(ledgers, self._records, *reading)
        return (
            gate.service(commands, CommandService(ledgers, gate.refusals).handlers(), command_streams, changes=True),
            gate.service(queries, QueryService(ledgers, self._records, at_home).handlers(), changes=False),
            gate.service(subscriptions, {}, SubscriptionService(ledgers, self._records).streams(), changes=False),
            gate.service(histories, {**self._history.handlers(), **lists.handlers()}, changes=False),
            gate.service(accounts, books.BooksService(ledgers, self._records, *reading).handlers(), changes=False),
            gate.service(overseers, oversight.OversightService(ledgers, *reading).handlers(), changes=False),
            gate.service(audits, AuditService(ledgers, self._notary, self._records).handlers(), changes=False),
            gate.service(
                keys, KeyService(ledgers, self._notary, self._erasures, self._log_settings).handlers(), changes=True
            ),
            gate.service(
                identities, IdentityService(ledgers, self._records, self._log_settings).handlers(), changes=True
            ),
            gate.service(periods, period.handlers(), period.streams(), changes=True),
            gate.service(upgrades, UpgradeService(ledgers, version()).handlers(), changes=True),
            gate.service(projections, self._steering.handlers(), self._steering.streams(), changes=True),
        )

    def _inspect(self, code: str) -> str:
        """What must be done, and what may stand against it, before a ledger is served."""
        self._erasures.replay(code)
        return self._notary.inspect(code)

    async def start(self) -> str:
        """Open the ledgers and the port. Returns the address that is served."""
        host, _ = address(self._settings.listen)
        try:
            if self._admission.tls:
                port = self._server.add_secure_port(self._settings.listen, self._admission.tls.credentials())
            else:
                port = self._server.add_insecure_port(self._settings.listen)
        except RuntimeError:
            raise SettingsError(
                f"LEDGER_LISTEN {self._settings.listen} cannot be used; does something else serve there?"
            ) from None
        await self._ledgers.start()
        await self._history.start()
        homes = self._gate.homes
        await self._notary.open()
        for code in self._settings.ledgers:  # now, so that a broken one is noticed now
            if (not homes or homes.here(code)) and await self._ledgers.get(code) is None:
                raise SettingsError(f"LEDGER_LEDGERS names {code}, which does not exist")
        if self._console:
            _log.info("console", address=self._console.start())
        self._watching = [
            asyncio.create_task(watch(self._admission.files)),
            asyncio.create_task(self._health.watch()),
            asyncio.create_task(self._notary.keep(self._ledgers)),
            asyncio.create_task(self._erasures.keep(self._ledgers)),
        ]
        if self._mirroring:
            self._watching.append(asyncio.create_task(self._mirroring.keep(self._ledgers)))
        if homes:
            await homes.start(self._gate, Call, self._wake)
        if self._settings.transfer_sweep_seconds:
            sweeper = Sweeper(self._ledgers, grace_seconds=self._settings.transfer_grace_seconds)
            self._watching.append(asyncio.create_task(sweeper.run(self._settings.transfer_sweep_seconds)))
        await self._server.start()
        if self._projecting:
            self._projecting.start()
        await self._health.open()
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def stop(self) -> None:
        """Drain. What the log took up is committed and answered before this returns."""
        await self._health.close()
        await asyncio.sleep(self._settings.drain_seconds)
        await self._gate.close(self._settings.grace_seconds)
        await self._records.stop()
        if self._gate.homes:
            await self._gate.homes.stop()
        await asyncio.sleep(LINGER_SECONDS)
        await self._server.stop(self._settings.grace_seconds)
        await self._ledgers.stop(self._settings.grace_seconds)
        if self._mirroring:
            await self._mirroring.stop()
        if self._projecting:
            await self._projecting.stop()
        await self._history.stop()
        for task in self._watching:
            task.cancel()
        await self._notary.close()
        if self._console:
            self._console.stop()


async def run(
    settings: Settings, log_settings: LogSettings, admission: Admission, seat: Seat | None, worker: int, sockets: str
) -> None:
    """Serve until SIGTERM or SIGINT, then drain."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    ledgers = Ledgers.open(log_settings)
    registered = Registered(ledgers) if settings.workers > 1 else None
    projecting = None
    if settings.projections == "process" and worker == 0:
        apart = seat.left if seat else contextlib.nullcontext
        codes = registered.codes if registered else ledgers.open_codes
        projecting = Child(log_settings.database_url, codes, apart, create=settings.profile == "dev")
    homes = Homes(Path(sockets), worker, settings.workers) if settings.workers > 1 else None
    notary = Notary(
        log_settings, checkpoint_directory(settings), witness_policy(settings), create=settings.profile == "dev"
    )
    erasures = Erasures(log_settings.database_url, checkpoint_directory(settings))
    service = Service(settings, ledgers, admission, notary, erasures, log_settings, projecting, worker, homes)
    keeping = asyncio.create_task(seat.keep()) if seat else None
    try:
        served = await service.start()
        watching = asyncio.create_task(registered.watch()) if registered and projecting else None
        calm_collector()
        sys.stdout.write(f"ledgerd ready on {served}\n")
        sys.stdout.flush()
        _log.info("ready", address=served, profile=settings.profile, ledgers=settings.ledgers)
        await ended.wait()
        _log.info("draining")
        if watching:
            watching.cancel()
    finally:
        await service.stop()
        if keeping:
            keeping.cancel()
    _log.info("stopped")


def places(settings: Settings, worker: int) -> tuple[str, ...]:
    """Where a worker runs: of processors that are named, several workers take one each in turn."""
    named = settings.processors
    return (named[worker % len(named)],) if settings.workers > 1 and len(named) > 1 else named


def work(settings: Settings, log_settings: LogSettings, worker: int = 0, sockets: str = "") -> None:
    """Serve in this process, as one of several workers or alone. `sockets` is the directory where workers meet."""
    try:
        admission = admit(settings)
        seat = sit(places(settings, worker))  # not before: an embedded PostgreSQL may go where it likes
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(settings, log_settings, admission, seat, worker, sockets))
    except STARTING_ERRORS as error:
        raise SystemExit(f"ledgerd: {error}") from None


def _leave(number: int, _: FrameType | None) -> None:
    """End while starting: as an exception, so that an embedded server is stopped too."""
    raise SystemExit(128 + number)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `ledgerd`."""
    configure_logging()
    try:
        given = read_settings(os.environ, sys.argv[1:] if arguments is None else arguments)
        if given.show:
            sys.stdout.write(shown(given))
            return
        settings = given.settings
        admit(settings)  # what is missing is said before anything is started
        signal.signal(signal.SIGTERM, _leave)
        with contextlib.ExitStack() as stack:
            log_settings = prepare(settings, stack)
            if settings.profile == "dev":
                names = projections_schema.migrate(log_settings.database_url, settings.ledgers)
                for name in [*names, *proof_schema.migrate(log_settings.database_url, settings.ledgers)]:
                    _log.info("migrated", migration=name)
            if settings.workers > 1:
                raise SystemExit(Supervisor(settings, log_settings).run())
            work(settings, log_settings)
    except STARTING_ERRORS as error:
        raise SystemExit(f"ledgerd: {error}") from None


if __name__ == "__main__":
    main()
