"""Auditors settle everything again, and operators try a version on the past: `audit recompute` and `policy …`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import psycopg
import pytest
import yaml

from ledger.audit.recompute import Recomputer, transactions_of
from ledger.cli import main
from ledger.demo.books import book_of, prepare
from ledger.demo.cases import worked_cases
from ledger.demo.story import Story
from ledger.log import header
from ledger.v1 import types_pb2 as t
from ledger.v1.entry_pb2 import Entry
from tests.book import Book, shipped

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def ledgerctl(database, capsys, monkeypatch):
    """Runs `ledgerctl` in this process: exit status and what it prints."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return ended.value.code or 0, out + err

    return run


@pytest.fixture
def book(client, database):
    """Hefei with some settlements, shares, an amendment, a reversal, an agent and a filing."""
    book = Book(client, database.new_ledger())
    book.publish(shipped("hefei-outpatient-2025"))
    book.done(book.designate("H1"))
    book.done(book.designate("S1", region="310000"))
    for who, balance in (("ann", 30_000), ("bob", 5_000), ("cat", 0)):
        book.done(book.opening(who, balance))
    book.done(book.grant("bob", "ann", year_limit=4_000))
    first = book.done(book.computed("ann", 60_000))
    book.done(book.computed("cat", 100_000, payers=[], shares_unused=True))
    agent = t.Confidential(agent=t.Agent(principal_id_ref="1", agent_id_ref="2"), invoice_number="7")
    book.done(book.computed("ann", 5_000, sealed=agent, presenter=t.PRESENTER_OTHER))
    book.done(book.file("ann"))
    book.done(book.computed("ann", 9_000, institution="S1"))
    book.done(book.reverse(first.first_position))
    book.done(book.computed("ann", 40_000))
    book.done(book.purchase("cat", 700, upstream={"pooled": 300}))
    return book


def differences(entries, code):
    """What a recomputation of stored entries finds."""
    again = Recomputer(code, ZONE, transactions_of(lambda position: entries[position - 1]))
    found = [each for data in entries for each in again.differences(data)]
    return [*found, *again.missing_at_the_end()], again


def test_every_settlement_follows_from_what_was_before(book):
    found, again = differences(book.entries(), book.code)
    assert found == []
    assert (again.settlements, again.computed) == (6, 5)


def test_a_policy_that_is_published_later_changes_no_recorded_settlement(book):
    before = book.entries()
    book.publish(shipped("account-only", policy="late", selection="AUTOMATIC", effective_from="2025-01-01",
                         benefit="CHRONIC"))  # fmt: skip
    cheaper = shipped("hefei-outpatient-2025", policy="cheaper")
    cheaper["rules"][0]["bands"] = [{"ratio_bp": 1}]
    book.publish(cheaper, replaces="hefei-outpatient-2025")
    assert book.entries()[: len(before)] == before
    assert differences(book.entries(), book.code)[0] == []
    assert book.done(book.computed("cat", 10_000)).split.pooled == 1
    assert differences(book.entries(), book.code)[0] == []


CHANGES = {
    "pooled": (lambda e: shift(e.split, "pooled", "cash"), {"split.pooled", "split.cash"}),
    "deductible": (lambda e: add(e.split, "deductible", 1), {"split.deductible"}),
    "cash for the account": (lambda e: shift(e.split, "own_account", "cash"), {"split.own_account", "split.cash"}),
    "the sums": (lambda e: add(e.accumulator, "pooled", 1), {"accumulator.pooled"}),
    "the computation": (lambda e: add(e.computation, "base", 1), {"computation.base"}),
    "another kind of person": (lambda e: setattr(e, "person_type", t.PERSON_TYPE_RETIRED), {"person_type"}),
    "the bill": (lambda e: (add(e.purchase.bill, "total", 10), add(e.purchase.bill, "in_scope", 10)), {"split.pooled"}),
}


def add(message, name, amount):
    """Change a field."""
    setattr(message, name, getattr(message, name) + amount)


def shift(split, one, other):
    """Move a fen from one part to another."""
    add(split, one, 1)
    add(split, other, -1)


def altered(data, change):
    """Stored bytes of a settlement with something changed, encoded as the log does."""
    message = Entry.FromString(data)
    change(message.purchase_settled)
    message.ClearField("header")
    return data[: header.HEADER_LENGTH] + message.SerializeToString()


@pytest.mark.parametrize("name", CHANGES)
def test_a_planted_difference_is_found_where_it_lies(book, name):
    change, fields = CHANGES[name]
    entries = book.entries()
    settled = [Entry.FromString(data).purchase_settled for data in entries]
    at = next(at for at, each in enumerate(settled) if each.split.cash and each.HasField("computation"))
    entries[at] = altered(entries[at], change)
    found, _ = differences(entries, book.code)
    assert fields <= {each.field for each in found if each.position == at + 1}


def test_a_share_that_nobody_owes_or_that_is_missing(book):
    entries = book.entries()
    at = next(i for i, data in enumerate(entries) if Entry.FromString(data).WhichOneof("event") == "share_paid")
    message = Entry.FromString(entries[at])
    message.share_paid.amount += 1
    message.ClearField("header")
    changed = [*entries]
    changed[at] = entries[at][: header.HEADER_LENGTH] + message.SerializeToString()
    assert "share" in {each.field for each in differences(changed, book.code)[0]}
    (cut,) = differences(entries[:at], book.code)[0]
    assert (cut.position, cut.field, cut.recorded) == (at + 1, "share", "none")


def test_audit_recompute_proves_a_ledger_and_finds_what_was_planted(book, ledgerctl, database):
    status, said = ledgerctl("audit", "recompute", book.code)
    assert (status, "6 settlements, 5 of them by a policy" in said) == (0, True), said
    entries = book.entries()
    at = next(i for i, data in enumerate(entries) if Entry.FromString(data).WhichOneof("event") == "purchase_settled")
    wrong = altered(entries[at], lambda e: add(e.split, "deductible", -1))
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE ledger_{book.code}.entries DISABLE TRIGGER ALL")
        for (table,) in connection.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass",
            (f"ledger_{book.code}.entries",),
        ).fetchall():
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE ledger_{book.code}.entries SET entry = %s WHERE position = %s", (wrong, at + 1))
    status, said = ledgerctl("audit", "recompute", book.code)
    assert (status, f"position {at + 1}  split.deductible: recorded 19999, computed 20000" in said) == (1, True), said


@pytest.mark.parametrize("name", ["G26", "G35", "G56"])
def test_worked_cases_are_recomputed(ledgerd, client, database, name):
    case = next(case for case in worked_cases() if case["id"] == name)
    code = database.new_ledger()
    with ledgerd.channel() as channel:
        prepare(channel, code, book_of(case))
        list(Story(channel, code, case).play())
    found, again = differences(Book(client, code).entries(), code)
    assert found == []
    assert again.settlements


def test_policy_lint_names_every_problem(ledgerctl, tmp_path):
    status, said = ledgerctl("policy", "lint")
    assert (status, "hefei  hefei-outpatient-2025  in order" in said) == (0, True)
    told = {"region": "340100", "documents": [shipped("hefei-outpatient-2025", region="340100")]}
    for key in ("format", "region"):
        told["documents"][0].pop(key)
    told["documents"][0]["rules"][0]["bands"] = [{"up_to": 5, "ratio_bp": 20_000}]
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump(told))
    status, said = ledgerctl("policy", "lint", str(file))
    assert status == 1
    assert "bands[0].ratio_bp: must be a whole number from 0 to 10,000" in said
    assert "beyond_last_band" in said
    assert ledgerctl("policy", "lint", "nosuch")[0] == 1


MISSHAPEN = {
    "a key twice": (b'region: "340100"\ndocuments:\n- {policy: a, policy: b}\n', "policy is given twice"),
    "another encoding": (b"\xff\xfe\x00", "not UTF-8"),
    "a number for a document": (b'region: "340100"\ndocuments: [1]\n', "documents[0] must be an object"),
}


@pytest.mark.parametrize("name", MISSHAPEN)
@pytest.mark.parametrize("command", ["lint", "publish"])
def test_a_file_of_another_shape_is_refused_in_words(ledgerctl, tmp_path, command, name):
    data, problem = MISSHAPEN[name]
    file = tmp_path / "misshapen.yaml"
    file.write_bytes(data)
    arguments = [str(file)] if command == "lint" else ["340100", str(file), "--policy", "x"]
    status, said = ledgerctl("policy", command, *arguments)
    assert (status, problem in " ".join(said.split())) == (1, True), said


def test_policy_diff(ledgerctl):
    status, said = ledgerctl("policy", "diff", "beijing:beijing-outpatient-a", "beijing:beijing-outpatient-b")
    assert (status, '+   "band_basis": "FUND_PAID_YTD"' in said) == (1, True), said
    assert ledgerctl("policy", "diff", "hefei:hefei-region", "hefei:hefei-region")[0] == 0


def test_policy_publish_takes_two(ledgerctl, ledgerd, ledger, monkeypatch):
    monkeypatch.setenv("LEDGER_LISTEN", ledgerd.address)
    chosen = ("--policy", "hefei-outpatient-2025")
    status, said = ledgerctl("policy", "publish", ledger, "hefei", *chosen, "--as", "ann")
    assert (status, f"ledgerctl policy approve {ledger} 2" in said) == (0, True), said
    assert ledgerctl("policy", "approve", ledger, "2", "--as", "ann")[0] == 1
    status, said = ledgerctl("policy", "approve", ledger, "2", "--as", "bea")
    assert (status, "hefei-outpatient-2025 published at position" in said) == (0, True), said


def test_policy_approve_decides_policies_only(book, ledgerctl, ledgerd, monkeypatch):
    """A mistyped position must not post somebody's adjustment."""
    monkeypatch.setenv("LEDGER_LISTEN", ledgerd.address)
    proposed = book.done(book.adjustment("ann", 700)).first_position
    status, said = ledgerctl("policy", "approve", book.code, str(proposed), "--as", "bea")
    assert (status, "no policy that waits" in said) == (1, True), said
    assert book.size() == proposed


def test_policy_dry_run_tells_differences_and_totals(book, ledgerctl, tmp_path):
    told = shipped("hefei-outpatient-2025", policy="trial")
    told["rules"][0]["bands"] = [{"ratio_bp": 7_000}]
    for key in ("format", "region"):
        told.pop(key)
    file = tmp_path / "trial.yaml"
    file.write_text(yaml.safe_dump({"region": "340100", "documents": [told]}))
    size = book.size()
    status, said = ledgerctl("policy", "dry-run", book.code, f"{file}:trial", "--from", "2025-01-01")
    assert status == 0, said
    # ann: 60,000 came and went; 5,000 and 9,000 after the deductible was used up; 40,000 with 20,000 of it again.
    now, then = (book_total(rate) for rate in (6_000, 7_000))
    assert book.size() == size
    lines = dict(line.rsplit(None, 1) for line in said.splitlines() if line.startswith(("pooled", "difference")))
    assert lines == {"pooled now": yuan(now), "pooled then": yuan(then), "difference": f"+{yuan(then - now)}"}, said
    assert "1 of them reversed since" in said
    assert "supplied by centre" in said


def book_total(rate):
    """What the fund pays for the settlements of `book` that stand, at a ratio."""
    return sum(base * rate // 10_000 for base in (80_000, 5_000, 9_000, 20_000))


def yuan(fen):
    return f"{fen // 100:,}.{fen % 100:02}"


def test_a_dry_run_of_the_same_version_changes_nothing(book, ledgerctl):
    status, said = ledgerctl("policy", "dry-run", book.code, "hefei:hefei-outpatient-2025")
    assert status == 0
    assert "difference                       0.00" in said, said
