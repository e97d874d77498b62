"""What Prometheus reads. Everything is counted elsewhere in plain numbers and put into its form only when it asks.

docs/operations/running.md says what each metric means; a test compares the two. No label names a person.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from ledger.api import errors
from ledger.api.kinds import KINDS
from ledger.log.histogram import Histogram
from ledger.log.meter import BATCH_COMMANDS, COMMIT_SECONDS, GROUP, QUERY, UNREAD
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.api.calls import Gate
    from ledger.log.ledger import Ledger
    from ledger.log.ledgers import Ledgers
    from ledger.operation.admission import Admission

_KIND_NAMES: Final = {kind.number: kind.field for kind in KINDS.values()} | {
    QUERY: "get_command_outcome",
    GROUP: "group",
    UNREAD: "unread",
}
_VOID: Final = "void_command"


def version() -> str:
    """The version of this program."""
    return metadata.version("personal-account-ledger")


class Metrics(Collector):
    """Collects from the parts of one service. Called by another thread: it copies before it looks."""

    def __init__(self, gate: Gate, ledgers: Ledgers, admission: Admission, worker: int) -> None:
        """Take the parts."""
        self._gate = gate
        self._ledgers = ledgers
        self._admission = admission
        self._worker = worker
        self._started = time.time()

    def collect(self) -> Iterator[Metric]:
        """Return every metric."""
        ledgers = self._ledgers.open_ledgers()
        yield self._process()
        yield from self._calls()
        yield _commands(ledgers)
        yield from _log(ledgers)
        yield from self._files()

    def _process(self) -> Metric:
        family = GaugeMetricFamily(
            "ledger_start_time_seconds", "When the process started", labels=["version", "worker"]
        )
        family.add_metric([version(), str(self._worker)], self._started)
        return family

    def _calls(self) -> Iterator[Metric]:
        gate = self._gate
        ended = CounterMetricFamily("ledger_calls", "Calls that ended", labels=["method", "code"])
        lasted = HistogramMetricFamily("ledger_call_seconds", "How long calls took", labels=["method"])
        for name, meter in list(gate.access.methods.items()):
            for code, count in dict(meter.codes).items():
                ended.add_metric([name, errors.code_name(code)], count)
            lasted.add_metric([name], *_parts(meter.seconds))
        yield ended
        yield lasted
        yield GaugeMetricFamily("ledger_calls_in_flight", "Calls in progress", gate.in_flight)
        yield GaugeMetricFamily("ledger_streams_open", "Streams in progress", gate.streams)
        passed = CounterMetricFamily(
            "ledger_forwarded_calls", "Calls for ledgers whose home is another worker", labels=["executed"]
        )
        if gate.homes:
            passed.add_metric(["at_home"], gate.homes.forwarded)
            passed.add_metric(["here"], gate.homes.alone)
        yield passed
        yield CounterMetricFamily(
            "ledger_refusals_limited", "Calls turned away because of too many refusals", gate.refusals.limited
        )
        yield CounterMetricFamily(
            "ledger_log_lines_suppressed", "Lines about calls that were left out", gate.access.suppressed
        )

    def _files(self) -> Iterator[Metric]:
        unusable = GaugeMetricFamily(
            "ledger_file_unusable", "1: the newest version of a watched file is not in use", labels=["setting"]
        )
        for file in self._admission.files:
            unusable.add_metric([file.name], bool(file.problem))
        if tls := self._admission.tls:
            unusable.add_metric(["tls"], bool(tls.problem))
            yield GaugeMetricFamily(
                "ledger_certificate_expires_seconds", "When the server's certificate ends", tls.expires
            )
        yield unusable


def _commands(ledgers: Sequence[Ledger]) -> Metric:
    family = CounterMetricFamily("ledger_commands", "Answers to commands", labels=["kind", "outcome", "replayed"])
    sums: dict[tuple[int, int, bool], int] = {}
    for ledger in ledgers:
        for key, count in dict(ledger.meter.outcomes).items():
            sums[key] = sums.get(key, 0) + count
    for (kind, reason, replayed), count in sums.items():
        outcome = errors.meaning(reason).name.lower() if reason else "committed"
        family.add_metric([_KIND_NAMES.get(kind, _VOID), outcome, str(replayed).lower()], count)
    return family


def _log(ledgers: Sequence[Ledger]) -> Iterator[Metric]:
    sizes, seconds = Histogram(BATCH_COMMANDS), Histogram(COMMIT_SECONDS)
    gauges = {
        name: GaugeMetricFamily(name, text, labels=["ledger"])
        for name, text in (
            ("ledger_serving", "1: the ledger takes commands"),
            ("ledger_forked", "1: the log does not continue what was acknowledged"),
            ("ledger_size_entries", "Entries, as far as this process knows"),
            ("ledger_record_time_seconds", "Record time of the last entry that this process knows"),
            ("ledger_queue_works", "Works that wait for a commit"),
            ("ledger_cached_persons", "Persons in memory"),
        )
    }
    counters = {
        name: CounterMetricFamily(name, text, labels=["ledger"])
        for name, text in (
            ("ledger_commits", "Commits"),
            ("ledger_unknown_commits", "Connections that ended while commits were under way"),
            ("ledger_backstops", "Constraints of the database that caught a defect"),
        )
    }
    for ledger in ledgers:
        meter, end = ledger.meter, ledger.end
        sizes.add_all(meter.batch_commands)
        seconds.add_all(meter.commit_seconds)
        values = {
            "ledger_serving": ledger.serving,
            "ledger_forked": ledger.problem_reason == reasons.REFUSAL_REASON_LEDGER_FORKED,
            "ledger_size_entries": end.size,
            "ledger_record_time_seconds": end.record_time / 1e6,
            "ledger_queue_works": ledger.waiting,
            "ledger_cached_persons": ledger.persons,
            "ledger_commits": meter.commits,
            "ledger_unknown_commits": meter.unknown,
            "ledger_backstops": meter.backstops,
        }
        for name, value in values.items():
            (gauges.get(name) or counters[name]).add_metric([ledger.code], value)
    yield from gauges.values()
    yield from counters.values()
    for name, text, histogram in (
        ("ledger_batch_works", "Works per commit", sizes),
        ("ledger_commit_seconds", "From sending a batch to the return of COMMIT", seconds),
    ):
        family = HistogramMetricFamily(name, text)
        family.add_metric([], *_parts(histogram))
        yield family


def _parts(histogram: Histogram) -> tuple[list[tuple[str, float]], float]:
    """A histogram as Prometheus wants it: counts of all values up to each bound, and the sum."""
    buckets: list[tuple[str, float]] = []
    count = 0
    for bound, more in zip((*histogram.bounds, float("inf")), list(histogram.counts), strict=True):
        count += more
        buckets.append(("+Inf" if bound == float("inf") else str(bound), count))
    return buckets, histogram.total
