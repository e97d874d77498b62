"""A rebuild of every projection of a large ledger, while writes and reads go on and its processes are killed.

The builders are those that the service's own runner starts. At ten moments, spread at random over the work, every one
of them is killed with SIGKILL, at three of them the runner too. Readers ask every view over gRPC meanwhile; what they
were told is judged by the log afterwards.
"""

from __future__ import annotations

import contextlib
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from benchmarks.deposits import account_names, encoded_batches, fresh_ids, opening_batch
from benchmarks.processes import Bench
from benchmarks.report import Row
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2, types_pb2
from projections import steering
from projections.comparison import recorded
from projections.runner import connect
from tests.life import Life
from tests.onlookers import INSTITUTION, QUESTIONS, Onlooker, Truth
from tests.running import Client, Ledgerd
from tests.under_fire import Rebuild, builders, children

KILLS = 10
PARTS = 2
CALLERS = 4
BATCH = 500
WRITES = 500
"""Commands per second that are written meanwhile."""
WATCHED = 24
PAUSE = 0.02
"""Between two questions of one reader (seconds)."""
CALL_SECONDS = 60.0
PATIENCE = 2_400.0
MEMORY_SECONDS, SAY_SECONDS = 2.0, 15.0
BATCH_METHOD = "/ledger.v1.CommandService/BatchExecute"


def say(words: str) -> None:
    """Tell whoever waits how it goes on."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stderr.flush()


def deposit_item(account: str, own_id: str) -> pb.BatchItem:
    """160.00 of a contribution."""
    deposit = commands_pb2.Deposit(amount=16_000, source=1, channel=1)
    return pb.BatchItem(
        command=pb.Command(record_deposit=pb.RecordDepositRequest(account=account, request_id=own_id, deposit=deposit))
    )


def purchase_item(person: str, own_id: str) -> pb.BatchItem:
    """A bill of 50.00 of which the pooled fund pays 30.00: one entry, or two where a relative pays the rest."""
    purchase = commands_pb2.Purchase(
        bill=types_pb2.Bill(total=5_000, in_scope=5_000),
        institution=INSTITUTION,
        category=types_pb2.CATEGORY_OUTPATIENT,
        upstream=commands_pb2.UpstreamSplit(pooled=3_000),
    )
    return pb.BatchItem(
        command=pb.Command(
            record_purchase=pb.RecordPurchaseRequest(person=person, request_id=own_id, purchase=purchase)
        )
    )


class Town:
    """A ledger of pairs: one has the money, the other one's purchases are paid by the first."""

    def __init__(self, client: Client, code: str, people: int) -> None:
        self.client, self.code, self.ledger = client, code, f"ledgers/{code}"
        self.answered, self.commands = 0, 0
        self._send = client.channel.unary_unary(BATCH_METHOD)
        self.accounts = account_names(code, people)
        for at in range(0, people, BATCH):
            self._check(opening_batch(code, self.accounts[at : at + BATCH]).SerializeToString())
        self.payers, covered = self.accounts[::2], self.accounts[1::2]
        pairs = list(zip(self.payers, covered, strict=True))
        for at in range(0, len(pairs), BATCH):
            self._grant(pairs[at : at + BATCH])
        self._kinds: list[tuple[Callable[[str, str], pb.BatchItem], list[str]]] = [
            (deposit_item, self.payers),
            (purchase_item, [name.replace("/accounts/", "/persons/") for name in self.payers]),
            (purchase_item, [name.replace("/accounts/", "/persons/") for name in covered]),
        ]

    def _grant(self, pairs: Sequence[tuple[str, str]]) -> None:
        request = pb.BatchExecuteRequest(ledger=self.ledger)
        for (payer, covered), own_id in zip(pairs, fresh_ids(len(pairs)), strict=True):
            grant = commands_pb2.ShareGrant(
                beneficiary=covered.replace("/accounts/", "/persons/"), relation=types_pb2.RELATION_SPOUSE
            )
            request.items.add().command.grant_share.CopyFrom(
                pb.GrantShareRequest(account=payer, request_id=own_id, grant=grant)
            )
        self._check(request.SerializeToString())

    def appoint(self, accounts: Sequence[str]) -> None:
        """Let each of these people have an agent."""
        world = Life(self.client, self.code)
        for account, agent in zip(accounts, reversed(self.accounts), strict=False):
            world.ids[agent] = agent.rsplit("/", 1)[1]
            self.answered = world.done(world.mandate(account.replace("/accounts/", "/persons/"), agent)).last_position

    def live(self) -> None:
        """Let there be something for every table of every projection."""
        world = Life(self.client, self.code)
        world.done(world.designate(INSTITUTION))
        for number in range(150):
            who = self.accounts[number].replace("/accounts/", "/persons/")
            world.done(world.flag(who, rule=f"r{number}", positions=[1]))
            world.done(world.claim(who, time.strftime("%Y-%m-%d"), f"C-{number}"))
        world.done(world.report(self.accounts[-1]))
        self.answered = world.done(world.lift(self.accounts[-1])).last_position

    def batches(self, size: int, each: int) -> Iterator[bytes]:
        """As many batches of every kind, money first."""
        for make, names in self._kinds:
            yield from encoded_batches(self.code, names, size, each, make)

    def _check(self, batch: bytes) -> int:
        answer = pb.BatchExecuteResponse.FromString(self._send(batch, timeout=CALL_SECONDS))
        for result in answer.results:
            if not result.HasField("transaction"):
                raise RuntimeError(f"a command was not recorded: {result.error}")
        self.commands += len(answer.results)
        self.answered = max(self.answered, answer.results[-1].transaction.last_position)
        return len(answer.results)

    def fill(self, entries: int) -> None:
        """Write until the log has so many entries."""
        with ThreadPoolExecutor(CALLERS) as callers:
            while self.answered < entries:
                missing = entries - self.answered
                say(f"filling: {self.answered:,} of {entries:,}")
                for _ in callers.map(self._check, self.batches(BATCH, max(CALLERS, min(80, missing // (4 * BATCH))))):
                    pass

    def write(self, stopped: threading.Event, rate: int) -> None:
        """Go on writing at a steady rate."""
        size, due = 25, time.monotonic()
        while not stopped.is_set():
            for batch in self.batches(size, 8):
                self._check(batch)
                due = max(due + size / rate, time.monotonic() - 1.0)
                if stopped.wait(max(0.0, due - time.monotonic())):
                    return


def most_megabytes(pid: int) -> float:
    """The most memory that a process ever held."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


class Watch:
    """Says how it goes on, and sees how much memory each kind of process takes."""

    def __init__(self, town: Town, server: Ledgerd) -> None:
        self._town, self._server = town, server
        self.most = {"builder": 0.0, "runner": 0.0, "ledgerd": 0.0}
        self._looked, self._said = 0.0, 0.0

    def __call__(self, work: Rebuild, words: str) -> None:
        if words:
            say(f"killed at {work.share:.1%}: {words}")
        if work.seconds - self._looked > MEMORY_SECONDS:
            self._looked = work.seconds
            service = self._server.process.pid
            for name, pids in (
                ("builder", builders(self._town.code)),
                ("runner", children(service)),
                ("ledgerd", [service]),
            ):
                self.most[name] = max([self.most[name], *map(most_megabytes, pids)])
        if work.seconds - self._said > SAY_SECONDS:
            self._said = work.seconds
            say(f"{work.share:.1%} after {work.seconds:,.0f} s, the log has {self._town.answered:,} entries")


def rebuild(bench: Bench) -> Iterator[Row]:
    """All of it."""
    entries, people = (20_000, 400) if bench.quick else (1_000_000, 20_000)
    code = bench.database.new_ledger()
    with Ledgerd(bench.database, [code], environment={"LEDGER_PROJECTIONS": "process"}) as server:
        client = Client(server.channel())
        town = Town(client, code, people)
        town.live()
        begin = time.perf_counter()
        town.fill(entries)
        yield Row("filled", town.answered / (time.perf_counter() - begin), "entries/s")
        while bench.query(f"SELECT min(position) < {town.answered} FROM views_{code}.tracking")[0]:
            time.sleep(0.2)
        yield Row("taken in by every projection", town.answered / (time.perf_counter() - begin), "entries/s")
        before, written = town.answered, town.commands
        watched = random.Random(3).sample(town.accounts, WATCHED)
        town.appoint(watched)
        lookers = [
            Onlooker(Client(server.channel()), each, town.ledger, watched, lambda: town.answered, PAUSE)
            for each in QUESTIONS
        ]
        stopped, watch, steered = threading.Event(), Watch(town, server), connect(bench.database.url)
        work = Rebuild(steered, code, PARTS)
        with ThreadPoolExecutor(1) as writer:
            writing = writer.submit(town.write, stopped, WRITES)
            for looker in lookers:
                looker.start()
            try:
                work.under_fire(random.Random(7), KILLS, server.process.pid, PATIENCE, watch)
            finally:
                stopped.set()
            writing.result()
        for looker in lookers:
            looker.stopped.set()
        for looker in lookers:
            looker.join()
        with connect(bench.database.url, "ledger_auditor") as connection:
            truth = Truth(connection, code, watched)
        for looker in lookers:
            truth.judge(looker.seen)
        yield from report(steered, work, watch, town, (before, written), lookers)


def report(
    connection: psycopg.Connection,
    work: Rebuild,
    watch: Watch,
    town: Town,
    begun: tuple[int, int],
    lookers: Sequence[Onlooker],
) -> Iterator[Row]:
    """What came of it; nothing that is wrong passes."""
    done, (before, written) = work.now(), begun
    for each in done:
        rows = sum(found.rows for (_, _, version), found in recorded(connection, town.code, each.build).sums.items()
                   if version == each.version)  # fmt: skip
        states = {v.version: v.state for v in steering.versions(connection, town.code, each.projection)}
        assert (each.state, each.equal, states) == ("done", True, {1: "standby", 2: "live"}), (each, states)
        yield Row(f"{each.projection}: rows equal at {each.position:,}, version 2 answers", rows, "rows")
    yield Row("entries when it began", before, "entries")
    yield Row("entries at the last comparison", max(each.position for each in done), "entries")
    yield Row(f"rebuild, SIGKILL at {KILLS} moments", work.seconds, "s")
    yield Row("processes killed", work.killed, "processes")
    yield Row("rewinds", work.rewinds, "times")
    yield Row("written meanwhile", town.commands - written, "commands")
    for share in (0.1, 0.25, 0.5, 0.75):
        told, true = work.foretold(share)
        yield Row(f"left to take in at {share:.0%}: {told:,.0f} s foretold", true, "s")
    for name, most in watch.most.items():
        yield Row(f"most memory of a {name}", most, "MB")
    for looker in lookers:
        seen = looker.seen
        words = f"{len(seen.errors)} errors, {len(seen.mixtures)} mixtures, {len(seen.older)} older"
        yield Row(f"reads of {looker.name}: {words}; longest as p99", seen.reads, "reads", p99=seen.longest * 1e3)
    wrong = [words for looker in lookers for words in looker.seen.wrong]
    assert not wrong, wrong[:10]
    assert not work.rewinds
    assert all(looker.seen.reads for looker in lookers)
    sightings = sum(len(looker.seen.sightings) for looker in lookers)
    yield Row("balances judged by the log", sightings, "reads")
