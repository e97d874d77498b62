"""Readers who ask every view over gRPC while versions are built and exchanged, and keep what no reader may see.

An *error* is an answer that is none. A *mixture* contradicts itself, or the log: it shows a part of something, or
something twice. An answer is *older* when an answer before it, or before it began, reflected more. What single answers
cannot show is judged afterwards: `Truth` knows what each position really was.
"""

from __future__ import annotations

import itertools
import threading
import time
from array import array
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import grpc

from ledger.domain.names import parse_account
from ledger.log.identifiers import schema_name
from ledger.log.reader import Reader
from ledger.v1 import books_service_pb2 as b
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import oversight_service_pb2 as o
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from projections import chart
from projections.page import heads_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg

    from tests.running import Client

TIMEOUT_SECONDS: Final = 30
PAGE: Final = 100
EVERYBODY: Final = ""
"""Stands for all accounts together in `Sighting.account`."""
FIRST, LAST = t.CivilDate(year=2020, month=1, day=1), t.CivilDate(year=2035, month=12, day=31)


class Mixture(AssertionError):
    """An answer that contradicts itself."""


class Sighting(NamedTuple):
    """A balance that somebody was told, to be judged by the log."""

    account: str
    position: int
    balance: int


class Seen:
    """What onlookers of one question saw."""

    def __init__(self) -> None:
        self.reads, self.longest = 0, 0.0
        self.errors: list[str] = []
        self.mixtures: list[str] = []
        self.older: list[str] = []
        self.sightings: list[Sighting] = []

    @property
    def wrong(self) -> list[str]:
        """Everything that no reader may see."""
        return [*self.errors, *self.mixtures, *self.older]


class Onlooker(threading.Thread):
    """Asks one question again and again. `answered` returns the last position that was told to any caller before."""

    def __init__(
        self,
        client: Client,
        question: Question,
        ledger: str,
        subjects: Sequence[str],
        answered: Callable[[], int] = lambda: 0,
        pause: float = 0.0,
    ) -> None:
        super().__init__(daemon=True, name=question.__name__)
        self._client, self._question, self._ledger, self._answered = client, question, ledger, answered
        self._subjects, self._pause = itertools.cycle(subjects), pause
        self._newest = 0
        self._first: dict[str, int] = {}
        self._consistency = itertools.cycle([q.CONSISTENCY_UNSPECIFIED, q.CONSISTENCY_CACHED])
        self.stopped = threading.Event()
        self.seen = Seen()

    def run(self) -> None:
        """Ask until told to stop."""
        while not self.stopped.wait(self._pause):
            self.look()

    def look(self, consistency: int | None = None) -> None:
        """Ask once."""
        subject = next(self._subjects)
        consistency = next(self._consistency) if consistency is None else consistency
        least, begin = self._answered(), time.perf_counter()
        try:
            position = self._question(self, subject, consistency)
        except Mixture as mixture:
            self.seen.mixtures.append(f"{self.name} of {subject}: {mixture}")
        except grpc.RpcError as error:
            self.seen.errors.append(f"{self.name} of {subject}: {error.code()} {error.details()}")
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may think that nothing was wrong
            self.seen.errors.append(f"{self.name} of {subject}: {error!r}")
        else:
            if consistency == q.CONSISTENCY_CACHED:
                least = 0
            if position < max(least, self._newest):
                self.seen.older.append(f"{self.name} of {subject}: {position}, after {max(least, self._newest)}")
            self._newest = max(position, self._newest)
        self.seen.reads += 1
        self.seen.longest = max(self.seen.longest, time.perf_counter() - begin)

    def expect(self, truth: bool, words: str) -> None:
        """Raise Mixture unless something holds."""
        if not truth:
            raise Mixture(words)

    def saw(self, account: str, position: int, balance: int) -> None:
        """Keep a balance for the judge."""
        self.seen.sightings.append(Sighting(account, position, balance))

    def always(self, subject: str, value: int) -> None:
        """Expect what nobody changes meanwhile to be what it was at first."""
        first = self._first.setdefault(subject, value)
        self.expect(value == first, f"{value}, before it was {first}")

    def pages(self, method: Callable, request, field: str) -> tuple[list, int]:  # type: ignore[type-arg, no-untyped-def]
        """All pages of a list, and the position that every one of them must be about."""
        request.page_size, found, positions = PAGE, [], set()
        while True:
            page = method(request, timeout=TIMEOUT_SECONDS)
            found += getattr(page, field)
            positions.add(page.position)
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
        self.expect(len(positions) == 1, f"pages are about the positions {positions}")
        return found, positions.pop()


Question = "Callable[[Onlooker, str, int], int]"


def balance(by: Onlooker, account: str, consistency: int) -> int:
    """The balance of an account."""
    request = h.GetBalanceRequest(account=account, consistency=consistency)
    told = by._client.history.GetBalance(request, timeout=TIMEOUT_SECONDS)
    by.saw(account, told.position, told.balance)
    return told.position


def transactions(by: Onlooker, account: str, consistency: int) -> int:
    """The whole history of an account, page by page: its changes add up to its balance."""
    request = h.ListTransactionsRequest(account=account, consistency=consistency)
    found, position = by.pages(by._client.history.ListTransactions, request, "transactions")
    names = {each.name for each in found}
    by.expect(len(names) == len(found), "an entry stands on two pages")
    by.saw(account, position, sum(each.balance_change for each in found))
    return position


def summary(by: Onlooker, account: str, consistency: int) -> int:
    """The sums of an account by category."""
    request = h.GetSpendingSummaryRequest(account=account, consistency=consistency, grouping=2)
    told = by._client.history.GetSpendingSummary(request, timeout=TIMEOUT_SECONDS)
    by.expect(sum(each.sums.balance_change for each in told.groups) == told.total.balance_change, "parts and total")
    by.expect(told.opening_balance + told.total.balance_change == told.closing_balance, "opening and closing")
    by.expect(told.unexplained == 0, f"{told.unexplained} fen are unexplained")
    by.saw(account, told.position, told.closing_balance)
    return told.position


def trial_balance(by: Onlooker, account: str, consistency: int) -> int:
    """The books as a whole: balanced, and what is owed to holders is the sum of their balances."""
    request = b.GetTrialBalanceRequest(ledger=by._ledger, consistency=consistency)
    told = by._client.books.GetTrialBalance(request, timeout=TIMEOUT_SECONDS)
    by.expect(told.debits == told.credits, f"debits {told.debits}, credits {told.credits}")
    by.expect(sum(line.balance for line in told.lines) == 0, "the balances do not add up to zero")
    by.saw(EVERYBODY, told.position, -sum(each.balance for each in told.lines if each.account == chart.PERSONAL))
    return told.position


def postings(by: Onlooker, account: str, consistency: int) -> int:
    """What the journal has posted to an account."""
    owner = account.rsplit("/", 1)[1]
    request = b.ListPostingsRequest(ledger=by._ledger, account=chart.PERSONAL, owner=owner, consistency=consistency)
    found, position = by.pages(by._client.books.ListPostings, request, "entries")
    mine = [each for entry in found for each in entry.postings if (each.account, each.owner) == (chart.PERSONAL, owner)]
    by.saw(account, position, -sum(each.amount for each in mine))
    return position


def institution(by: Onlooker, account: str, consistency: int) -> int:
    """Totals of an institution: its parts add up."""
    request = o.GetInstitutionTotalsRequest(
        institution=f"{by._ledger}/institutions/{INSTITUTION}",
        from_date=FIRST, to_date=LAST, grouping=o.TOTALS_GROUPING_MONTH, consistency=consistency,
    )  # fmt: skip
    told = by._client.oversight.GetInstitutionTotals(request, timeout=TIMEOUT_SECONDS)
    by.expect(sum(each.sums.total for each in told.groups) == told.total.total, "parts and total")
    whole = told.total
    paid = whole.pooled + whole.funds + whole.hospital + whole.own_account + whole.shared + whole.cash
    by.expect(whole.total == paid, f"bills of {whole.total} are paid with {paid}")
    return told.position


def flags(by: Onlooker, account: str, consistency: int) -> int:
    """Risk flags."""
    request = o.ListRiskFlagsRequest(ledger=by._ledger, consistency=consistency)
    found, position = by.pages(by._client.oversight.ListRiskFlags, request, "flags")
    by.expect(len({each.flag.entry for each in found}) == len(found) > 0, "a flag stands on two pages, or none is left")
    return position


def claims(by: Onlooker, account: str, consistency: int) -> int:
    """Claims."""
    request = o.ListClaimCasesRequest(ledger=by._ledger, consistency=consistency)
    found, position = by.pages(by._client.oversight.ListClaimCases, request, "cases")
    by.expect(len({each.claim.entry for each in found}) == len(found) > 0, "a claim is there twice, or none is left")
    return position


def exceptions(by: Onlooker, account: str, consistency: int) -> int:
    """What must not have happened, of the last positions."""
    request = o.ListExceptionsRequest(ledger=by._ledger, consistency=consistency)
    told = by._client.oversight.ListExceptions(request, timeout=TIMEOUT_SECONDS)
    by.expect(not told.exceptions, f"{len(told.exceptions)} exceptions")
    return int(told.position)


def agents(by: Onlooker, account: str, consistency: int) -> int:
    """Who ever could act for the holder of an account."""
    person = account.replace("/accounts/", "/persons/")
    request = h.ListAgentsRequest(person=person, ended_too=True, consistency=consistency)
    found, position = by.pages(by._client.history.ListAgents, request, "mandates")
    by.expect(len({each.entry for each in found}) == len(found), "a mandate stands on two pages")
    by.always(person, len(found))
    return position


INSTITUTION: Final = "H1"
QUESTIONS = (balance, transactions, summary, trial_balance, postings, institution, flags, claims, exceptions, agents)
"""At least one for each projection that anybody reads over gRPC without writing."""


class Truth:
    """What the log says: the balance of some accounts, and of all together, at every position."""

    def __init__(self, connection: psycopg.Connection, code: str, accounts: Sequence[str]) -> None:
        """Read the headers of the whole log."""
        names = {parse_account(name)[1]: name for name in accounts}
        self._of: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("q"), array("q")))
        total, everybody = 0, self._of[EVERYBODY]
        for head in _heads(connection, code):
            if head[9]:
                total += head[9]
                _append(everybody, head[0], total)
                if head[1] in names:
                    _append(self._of[names[head[1]]], head[0], head[10])

    def balance(self, account: str, position: int) -> int:
        """The balance at a position."""
        positions, balances = self._of[account]
        at = bisect_right(positions, position)
        return balances[at - 1] if at else 0

    def judge(self, seen: Seen) -> None:
        """Add what was told wrongly to the mixtures."""
        for account, position, told in seen.sightings:
            if told != (true := self.balance(account, position)):
                seen.mixtures.append(f"{account or 'all'} at {position}: told {told}, is {true}")


def _append(of: tuple[array[int], array[int]], position: int, value: int) -> None:
    of[0].append(position)
    of[1].append(value)


def _heads(connection: psycopg.Connection, code: str, size: int = 20_000) -> Iterator[tuple[int, ...]]:
    reader, after = Reader(schema_name(code)), 0
    while True:
        rows = connection.execute(
            reader.sql("SELECT entry FROM {s}.entries WHERE position > %s AND position <= %s ORDER BY position"),
            (after, after + size),
            binary=True,
        ).fetchall()
        if not rows:
            return
        yield from heads_of([entry for (entry,) in rows], after + 1)
        after += len(rows)
