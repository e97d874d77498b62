"""Where a precise schedule is played: a ledger, a proxy, processes, and calls that are waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

import grpc
import psycopg

from ledger.v1 import command_service_pb2 as pb
from ledger.v1.upgrade_service_pb2 import FinishUpgradeRequest
from ledger.v1.upgrade_service_pb2_grpc import UpgradeServiceStub
from tests.crash_check import Log
from tests.crash_finish import finish
from tests.crash_load import Load, Sent, reason_of, status_of
from tests.crash_server import SMALL, environment
from tests.proxy import Proxy, wait_until
from tests.running import Client, Database, Ledgerd, time_ordered_id

HEALTHY = "tests.crash_server"


class Stage:
    """Everything that is started on it ends with it."""

    def __init__(self, database: Database, program: str = HEALTHY, **options: Any) -> None:
        """Make a ledger with open accounts. `program` may have a planted defect."""
        self.database = database
        self.program = program
        self.code = database.new_ledger()
        self.proxy = Proxy(database)
        self.load = Load(self.code, **{"accounts": 6} | options)
        self.processes: list[Ledgerd] = []
        self._clients: list[Client] = []
        self._pool = ThreadPoolExecutor(16)
        opener = self.ledgerd(program=HEALTHY, proxied=False)
        self.load.use(opener)
        self.load.open_accounts(self.client(opener))
        opener.kill()
        self.load.drop()

    def ledgerd(self, *, proxied: bool = True, program: str | None = None, **settings: float) -> Ledgerd:
        """Start a process."""
        process = Ledgerd(
            self.database,
            [self.code],
            program=program or self.program,
            url=self.proxy.url if proxied else None,
            environment=environment(**SMALL | settings),
        )
        self.processes.append(process)
        return process

    def client(self, process: Ledgerd) -> Client:
        """A client of a process."""
        client = Client(process.channel())
        self._clients.append(client)
        return client

    def later(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Call on another thread."""
        return self._pool.submit(function, *arguments)

    def deposit(self, process: Ledgerd, amount: int = 100, timeout: float = 20) -> Future[Sent]:
        """Deposit; the answer is noted in the load."""
        sent = self.load.make_deposit(amount)
        return self.later(self.load.call, self.client(process), sent, timeout)

    def deposits(self, process: Ledgerd, count: int, timeout: float = 20) -> Future[bool]:
        """Deposit `count` times in one call."""
        several = [self.load.make_deposit(1 + n, self.load.accounts[n % 6]) for n in range(count)]
        return self.later(self.load.call_batch, self.client(process), several, timeout)

    def outcome(self, process: Ledgerd, request_id: str) -> str:
        """Ask what became of a command: `transaction`, or a reason."""
        asked = pb.GetCommandOutcomeRequest(ledger=f"ledgers/{self.code}", command_request_id=request_id)
        try:
            told = self.client(process).commands.GetCommandOutcome(asked, timeout=20)
        except grpc.RpcError as error:
            return reason_of(status_of(error))[0]
        return told.WhichOneof("outcome") or ""

    def finish_upgrade(self, process: Ledgerd, level: int) -> None:
        """Raise the feature level of the ledger."""
        stub = UpgradeServiceStub(self.client(process).channel)
        wanted = {"ledger": f"ledgers/{self.code}", "request_id": time_ordered_id(), "feature_level": level}
        stub.FinishUpgrade(FinishUpgradeRequest(**wanted), timeout=20)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the server itself."""
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            cursor = connection.execute(query.format(s=f'"ledger_{self.code}"'))  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def backends(self, condition: str) -> list[int]:
        """Server processes of this ledger's committers that are in some state."""
        return [
            pid
            for (pid,) in self.rows(
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE"
                f" 'ledgerd {self.code} writing' AND {condition}"
            )
        ]

    def wait_for_backend(self, condition: str) -> int:
        """Wait until a committer's server process is in some state."""
        wait_until(lambda: self.backends(condition), condition)
        return self.backends(condition)[0]

    def log(self) -> Log:
        """What is stored now, checked by itself."""
        log = Log(self.database.url, self.code)
        assert not log.check(), log.found
        return log

    def check(self, *, stopped: bool = False) -> Log:
        """End every process and check everything. Raise Violations."""
        for process in self.processes:
            process.kill()
        programs, self.processes = self.processes, []
        last = self.ledgerd(program=HEALTHY, proxied=False)
        return finish(self.database.url, self.load, last, programs, stopped=stopped)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            if process.process.poll() is None:
                process.kill()
        for client in self._clients:
            client.close()
        self.load.drop()
        self.proxy.close()
        self._pool.shutdown(wait=False, cancel_futures=True)


Schedule = Callable[[Database, str], None]
Environment = Mapping[str, str]
