"""`ledgerctl` as people use it: what it prints, and how it ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid

import psycopg
import pytest

from ledger.cli import main
from ledger.cli.money import arithmetic, exact, signed, yuan
from ledger.cli.trouble import DATABASE, DIFFERENT, MISSING
from ledger.demo.books import UPSTREAM
from ledger.demo.cases import worked_cases
from ledger.demo.service import answers
from ledger.demo.story import Story
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1.command_service_pb2_grpc import CommandServiceStub
from tests.running import time_ordered_id

USAGE = 2
SAID = {
    "G35-B-2025-zh.html": "示范医院 HZZ(H41010000005) · 费用 200.00 · 家人账户支付 130.00 · 现金等 20.00",
    "G35-B-2025-en.html": "示范医院 HZZ (H41010000005) · bill 200.00 · relatives paid 130.00 · cash and other 20.00",
    "G54-A-2025-zh.html": "退回费用 1,000.00 · 退还医保基金 480.00 · 退还现金等 420.00",
    "G54-A-2025-en.html": "bill 1,000.00 taken back · 480.00 back to the insurance · 420.00 in cash and other back",
}
"""What statements of cases say of a bill of which four pay a part, and of one that came back."""


@pytest.fixture
def ledgerctl(database, monkeypatch, capsys):
    """Run a command in this process; return exit status, output and error output."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", database.url)
    monkeypatch.setenv("LEDGER_MASTER_KEY_FILE", str(database.key_file))
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


@pytest.fixture
def story(ledgerd, ledger):
    """Case G40 (loss, frozen, deposit, reversal) on a fresh ledger; its account is A."""
    case = next(case for case in worked_cases() if case["id"] == "G40")
    supplied = {"policy": UPSTREAM, "pooled": 0}  # the ledger has no policies of its own
    case = {**case, "steps": [step | supplied if step["op"] == "purchase" else step for step in case["steps"]]}
    with ledgerd.channel() as channel:
        played = Story(channel, ledger, case)
        list(played.play())
        yield played


def test_amounts_are_written_exactly():
    assert [yuan(fen) for fen in (0, 5, 16_000, -1, 123_456_789)] == ["0.00", "0.05", "160.00", "-0.01", "1,234,567.89"]
    assert [signed(fen) for fen in (0, 5, -5)] == ["", "+0.05", "-0.05"]
    assert exact(16_000) == "160.00 yuan (16000 fen)"
    assert arithmetic(30_000, -5_200, 24_800) == "300.00 - 52.00 = 248.00"
    assert arithmetic(100, 0, 100) == "1.00"


def test_migrate_twice_changes_nothing(ledgerctl):
    assert ledgerctl("migrate")[0] == 0
    assert ledgerctl("migrate") == (0, "up to date\n", "")


def test_a_ledger_is_created_once_and_listed(ledgerctl):
    code = f"n{uuid.uuid4().hex[:8]}"
    zone = ("--time-zone", "Asia/Urumqi", "--currency", "CNY", "--origin", f"example.org/{code}")
    assert ledgerctl("ledger", "create", code, *zone)[:2] == (0, f"ledger {code} created\n")
    status, out, _ = ledgerctl("ledger", "create", code)
    assert (status, "exists already" in out) == (0, True)
    status, out, _ = ledgerctl("ledger", "list")
    assert status == 0
    assert re.search(rf"{code} .*Asia/Urumqi .*CNY .* 1 ", out)


@pytest.mark.parametrize("arguments", [["Not-A-Code"], ["fine", "--time-zone", "Mars/Olympus"], []])
def test_a_ledger_that_cannot_be(ledgerctl, arguments):
    assert ledgerctl("ledger", "create", *arguments)[0] == USAGE


def test_a_wrong_master_key_creates_nothing(ledgerctl, tmp_path, ledger):
    wrong = tmp_path / "other.key"
    wrong.write_text("ab" * 32)
    status, _, err = ledgerctl("--master-key-file", str(wrong), "ledger", "create", "never")
    assert (status, "master key does not open" in err) == (DATABASE, True)
    assert " never " not in ledgerctl("ledger", "list")[1]


def test_an_account_is_replayed_with_its_arithmetic(ledgerctl, story):
    status, out, _ = ledgerctl("account", "show", story.account("A"))
    assert status == 0
    told = [
        r"account taken over.* \+500\.00 .* 0\.00 \+ 500\.00 = 500\.00",
        r"2025-03-03 09:00:00 .*purchase of 100\.00, drug at P41010000006.* -100\.00 .* 500\.00 - 100\.00 = 400\.00",
        r"card reported lost, provisional .* 400\.00",
        r"account frozen: loss",
        r"deposit, personal contribution .* \+160\.00 .* 400\.00 \+ 160\.00 = 560\.00",
        r"purchase at position 3 reversed .* \+100\.00 .* 560\.00 \+ 100\.00 = 660\.00",
        r"account .*frozen",
        r"balance .*660\.00 yuan \(66000 fen\)",
        r"loss report .*provisional",
    ]
    assert re.search(".*".join(told), out, re.DOTALL), out


def test_a_replay_ends_where_it_is_told(ledgerctl, story):
    status, out, _ = ledgerctl("account", "show", story.account("A"), "--to", "3")
    assert status == 0
    assert "400.00 yuan (40000 fen)" in out
    assert "later event(s) left out" in out
    # Positions 4 and 5 are one transaction: half of it is no state.
    assert ledgerctl("account", "show", story.account("A"), "--to", "4")[1].count("frozen") == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["account", "show", "nobody"], USAGE),
        (["account", "show", f"ledgers/none/accounts/{uuid.uuid4()}"], MISSING),
        (["log", "verify", "none"], MISSING),
        (["log", "tail", "none"], MISSING),
        (["--database-url", "postgresql://nobody@127.0.0.1:1/none", "ledger", "list"], DATABASE),
        (["--database-url", "this is no url", "ledger", "list"], DATABASE),
    ],
)
def test_troubles_end_with_their_status(ledgerctl, arguments, status):
    assert ledgerctl(*arguments)[0] == status


def test_an_unknown_account_is_said_to_be_unknown(ledgerctl, ledger):
    status, _, err = ledgerctl("account", "show", f"ledgers/{ledger}/accounts/{uuid.uuid4()}")
    assert (status, "is the id right?" in err) == (MISSING, True)


def test_a_database_without_ledgers_says_what_to_do(ledgerctl, database):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty_one")
    url = database.url.replace("/ledger?", "/empty_one?")
    status, _, err = ledgerctl("--database-url", url, "ledger", "list")
    assert (status, "ledgerctl migrate" in err) == (DATABASE, True)


def test_a_log_in_order_is_proved_with_its_root(ledgerctl, story, ledger):
    status, out, _ = ledgerctl("log", "verify", ledger)
    assert status == 0
    assert re.search(rf"{ledger} is in order up to position \d+; .*\nroot [0-9a-f]{{64}}\n", out)
    assert "trusting what lies before position 3" in ledgerctl("log", "verify", ledger, "--from", "3")[1]


def test_a_defect_is_one_line_and_an_exit_status(ledgerctl, story, database, ledger):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE ledger_{ledger}.commits DISABLE TRIGGER ALL")
        connection.execute(f"UPDATE ledger_{ledger}.commits SET entries = 7 WHERE last_position = 3")
    status, out, _ = ledgerctl("log", "verify", ledger)
    assert status == DIFFERENT
    assert re.match(r"commit  position 3  it says 7 entries.*\n1 defect\(s\) in", out)
    assert "stopped after 1 defects" in ledgerctl("log", "verify", ledger, "--most", "1")[1]


def test_the_tail_has_one_line_for_each_entry(ledgerctl, story, ledger):
    status, out, _ = ledgerctl("log", "tail", ledger, "-n", "3")
    lines = out.splitlines()
    assert (status, len(lines)) == (0, 3)
    assert "purchase_reversed" in lines[-1]
    assert "refused purchase" in ledgerctl("log", "tail", ledger, "--from", "6")[1]


def test_the_tail_follows(ledgerd, database, ledger, story):
    """In a process of its own, as it never ends by itself."""
    variables = {**os.environ, "LEDGER_DATABASE_URL": database.url, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "ledger.cli", "log", "tail", ledger, "-n", "1", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables, text=True) as process:
        try:
            assert "purchase_reversed" in process.stdout.readline()
            with ledgerd.channel() as channel:
                deposit = c.Deposit(amount=4_711, source=5)
                request = pb.RecordDepositRequest(
                    account=story.account("A"), request_id=time_ordered_id(), deposit=deposit
                )
                CommandServiceStub(channel).RecordDeposit(request)
            begin = time.monotonic()
            assert "+47.11" in process.stdout.readline()
            assert time.monotonic() - begin < 5
        finally:
            process.kill()


def test_help_tells_the_exit_statuses(ledgerctl):
    for command in ([], ["account", "show"], ["log", "verify"], ["ledger", "create"], ["demo"]):
        status, out, err = ledgerctl(*command, "--help")
        assert (status, "Exit status" in " ".join((out + err).split())) == (0, True), command


def test_the_demo_on_a_running_service(ledgerctl, whole_service, monkeypatch, tmp_path):
    """With the statements of everybody in it: of a case, whose amounts are on the page."""
    monkeypatch.setenv("LEDGER_LISTEN", whole_service.address)
    status, out, err = ledgerctl("demo", "--statements", str(tmp_path / "pages"))
    assert status == 0, out + err
    assert "grandfather dies" in out
    assert re.search(r"\d+ fields of \d+ cases compared, 0 differ", out)
    assert re.search(r"\nroot [0-9a-f]{64}\n", out)
    pages = {path.name: path.read_text() for path in (tmp_path / "pages").iterdir()}
    assert f"{len(pages)} statements written" in out
    people = {f"{case['id']}-{label}" for case in worked_cases() for label in case["then"]["balances"]}
    assert {name.rsplit("-", 2)[0] for name in pages} == people | {"FAMILY-F", "FAMILY-M", "FAMILY-G"}
    wide = str.maketrans({"\N{FULLWIDTH LEFT PARENTHESIS}": "(", "\N{FULLWIDTH RIGHT PARENTHESIS}": ")"})
    for name, said in SAID.items():
        assert said in re.sub(r"</?span>", "", pages[name]).translate(wide), name


def test_the_demo_tells_that_the_service_has_another_database(
    ledgerctl, whole_service, database, tmp_path, monkeypatch
):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another_one")
    url = database.url.replace("/ledger?", "/another_one?")
    monkeypatch.setenv("LEDGER_LISTEN", whole_service.address)
    assert ledgerctl("--database-url", url, "migrate")[0] == 0
    status, _, err = ledgerctl("--database-url", url, "demo")
    assert (status, "another database" in err) == (DATABASE, True)


def test_a_difference_ends_the_demo_with_1(ledgerctl, whole_service, monkeypatch):
    wrong = {**worked_cases()[0], "then": {"balances": {"A": 1}}}
    monkeypatch.setattr("ledger.cli.demonstration.worked_cases", lambda: [wrong])
    monkeypatch.setenv("LEDGER_LISTEN", whole_service.address)
    status, out, _ = ledgerctl("demo")
    assert (status, ", 1 differ" in out) == (DIFFERENT, True)


@pytest.mark.slow
def test_the_demo_starts_a_service_where_none_answers(database):
    variables = {
        **os.environ,
        "LEDGER_DATABASE_URL": database.url,
        "LEDGER_MASTER_KEY_FILE": str(database.key_file),
        "LEDGER_LISTEN": "127.0.0.1:1",
    }
    command = [sys.executable, "-m", "ledger.cli", "demo"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "one is started for this demo" in done.stdout
    address = re.search(r"served at (\S+)", done.stdout)[1]
    assert not answers(address)
