"""An account replayed over the wire: every state is the fold's and the view's, and every sum comes out to the fen."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from zoneinfo import ZoneInfo

import pytest

from ledger.api.accounts import account as account_message
from ledger.api.shares import Moment
from ledger.audit.facts import FACTS, TOLD_BY, facts
from ledger.audit.facts import Moment as FactsMoment
from ledger.audit.wording import EVENTS
from ledger.cli import main
from ledger.cli.trouble import MISSING
from ledger.domain.changes import CHANGES
from ledger.domain.person import Person, evolve
from ledger.log.entry import EVENT_NAMES, recorded
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from tests.life import Life
from tests.running import Client
from tests.views import Views
from tests.world import details, reason_of

WHO = ("ann", "bob", "cat")


def test_every_event_and_every_part_of_a_state_is_told():
    """A new event, and a new attribute of a person, need words before they are shown."""
    assert set(EVENTS) == {EVENT_NAMES[number] for number in CHANGES}
    assert set(TOLD_BY) == set(Person.FIELDS)
    assert all(all(words) for words in (*EVENTS.values(), *FACTS.values()))


def drawn(world, draw):
    """One command that may well be refused."""
    one, other = draw.sample(WHO, 2)
    at = -draw.randrange(1_000_000)
    amount = draw.randint(1, 900)
    return draw.choice([
        lambda: world.deposit(one, amount, at=at),
        lambda: world.deposit(one, amount, at=at),
        lambda: world.purchase(one, amount * 2, at=at, upstream={"pooled": amount // 3, "deductible": amount // 4}),
        lambda: world.purchase(one, amount * 2, at=at, exclusion_reason=draw.choice(["", "ABROAD"])),
        lambda: world.grant(one, other, year_limit=draw.choice([0, 700]), at=at),
        lambda: world.revoke(one, other, at=at),
        lambda: world.transfer(one, other, amount, at=at),
        lambda: world.reverse(max(1, world.size() - draw.randrange(9))),
        lambda: world.report(one, at=at),
        lambda: world.lift(one, at=at),
        lambda: world.suspend(one, since="2025-02-01"),
        lambda: world.restore(one, since="2025-03-01"),
        lambda: world.change_kind(one, since=f"2025-0{draw.randint(1, 9)}-01"),
        lambda: world.file(one, institutions=[f"S{draw.randint(1, 3)}"]),
        lambda: world.sanction(one, until=draw.choice([1, 100_000]), at=at),
    ])()  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2, 3])
def history(request, ledgerd, database):
    """A random history of three people; seeds are few because every step of it is compared."""
    client = Client(ledgerd.channel())
    world = Life(client, database.new_ledger())
    draw = random.Random(request.param)
    for who in WHO:
        world.done(world.opening(who, 1_000))
    for _ in range(60):
        world.send(drawn(world, draw))
    yield world
    client.close()


def pages(world, who, **fields):
    """All steps, page by page."""
    token, found = "", []
    while True:
        request = q.ReplayAccountRequest(name=world.account(who), page_token=token, **fields)
        answer = world.send(request)
        found += answer.steps
        token = answer.next_page_token
        if not token:
            return found
        assert len(answer.steps) == fields.get("page_size", 50)


def folded(world, who):
    """The entries of somebody with the person behind each."""
    items = [recorded(data) for data in world.entries()]
    person = None
    for item in items:
        if world.account(who).endswith(str_id(item.stream)):
            before = person or Person(item.stream)
            person = evolve(before, item)
            yield item, before, person


def str_id(stream):
    return str(uuid.UUID(bytes=stream))


def known(changes):
    """Values by fact, without the words."""
    told = {}
    for each in changes:
        value = getattr(each, each.WhichOneof("value"))
        told[each.code, each.subject] = (value.before, value.after)
    return told


@pytest.mark.feature(74)
def test_every_state_is_the_folds(history, database):
    """At every step: the message of the state, the arithmetic, and a change for exactly what differs."""
    world = history
    for who in WHO:
        seen, state = 0, {}
        steps = pages(world, who, page_size=7)
        expected = list(folded(world, who))
        assert [step.position for step in steps] == [item.position for item, *_ in expected]
        for step, (item, before, after) in zip(steps, expected, strict=True):
            seen = max(seen, item.effective_time)
            moment = Moment(seen, world_zone())
            assert step.account == account_message(after, world.code, moment)
            amounts = (step.balance_before, step.balance_change, step.balance_after)
            assert amounts == (before.balance, item.balance_change, after.balance)
            assert cents(step.arithmetic) == amounts_of(step)
            told = facts(after, world.code, FactsMoment.at(seen, world_zone()))
            state = apply(facts(before, world.code, FactsMoment.at(seen, world_zone())), step.changes)
            assert state == {key: value for key, (_, value) in told.items()}
            assert (step.english, step.chinese) == EVENTS[EVENT_NAMES[item.type]]
            assert all(each.english and each.chinese for each in step.changes)


def apply(before, changes):
    """Values by fact behind some changes."""
    state = {key: value for key, (_, value) in before.items()}
    for key, (old, new) in known(changes).items():
        assert state.get(key, type(new)()) == old
        state[key] = new
    return {key: value for key, value in state.items() if value}


def cents(text):
    """The three numbers of `300.00 - 52.00 = 248.00` in fen; one for a balance that did not move."""
    signs = text.replace(" - ", " -").replace(" + ", " ")
    return [int(number.replace(",", "").replace(".", "")) for number in re.findall(r"-?[\d,]+\.\d\d", signs)]


def amounts_of(step):
    if not step.balance_change:
        return [step.balance_after]
    return [step.balance_before, step.balance_change, step.balance_after]


def world_zone():
    return ZoneInfo("Asia/Shanghai")


@pytest.mark.feature(74)
def test_every_balance_is_the_views(history, database):
    """The same balance by replay, by explanation and from the projection, at the end of every transaction."""
    world = history
    Views(database, world.code).follow()
    ends = sorted({recorded(data).first_position + recorded(data).legs - 1 for data in world.entries()})
    for who in WHO:
        steps = pages(world, who)
        for position in ends:
            until = [step for step in steps if step.position <= position]
            if not until:
                continue
            told = world.send(q.ExplainAccountRequest(name=world.account(who), to_position=position))
            asked = h.GetBalanceRequest(account=world.account(who), known_position=position)
            viewed = world.client.history.GetBalance(asked, timeout=20)
            assert until[-1].balance_after == told.closing_balance == viewed.balance
            assert told.opening_balance + sum(line.amount for line in told.lines) == told.closing_balance
            assert told.account == until[-1].account
            assert told.event_count == len(until)


def test_what_lies_between_two_positions_adds_up(history):
    """From any state to any later one: the movements between them, and each fact that differs."""
    world, draw = history, random.Random(9)
    for who in WHO:
        steps = pages(world, who)
        for _ in range(12):
            first, last = sorted(draw.sample(range(1, world.size() + 1), 2))
            told = world.send(q.ExplainAccountRequest(name=world.account(who), from_position=first, to_position=last))
            ends = {item.position: item.first_position + item.legs - 1 for item, *_ in folded(world, who)}
            between = [step for step in steps if first < ends[step.position] <= last]
            assert told.event_count == len(between)
            assert told.closing_balance - told.opening_balance == sum(step.balance_change for step in between)
            assert sum(line.count for line in told.lines) == sum(bool(step.balance_change) for step in between)
            balance = known(told.changes).get(("BALANCE", ""))
            moved = told.opening_balance != told.closing_balance
            assert balance == ((told.opening_balance, told.closing_balance) if moved else None)
            for text in (told.english, told.chinese):
                *parts, closing = cents(text)
                assert sum(parts) == closing == told.closing_balance


def test_a_moment_is_a_record_time_and_whole_transactions_only(history):
    world = history
    steps = pages(world, "ann")
    chosen = steps[len(steps) // 2]
    until = pages(world, "ann", to_time=chosen.record_time)
    assert until == [step for step in steps if step.record_time.ToNanoseconds() <= chosen.record_time.ToNanoseconds()]
    ends = {item.position: item.first_position + item.legs - 1 for item, *_ in folded(world, "ann")}
    for position in range(1, world.size() + 1, 7):
        found = [step.position for step in pages(world, "ann", to_position=position)]
        assert found == [step.position for step in steps if ends[step.position] <= position]


def test_pages_belong_to_their_query(history):
    world = history
    first = world.send(q.ReplayAccountRequest(name=world.account("ann"), page_size=2))
    other = q.ReplayAccountRequest(name=world.account("bob"), page_size=2, page_token=first.next_page_token)
    assert reason_of(world.send(other)) == "PAGE_TOKEN_INVALID"
    assert reason_of(world.send(q.ReplayAccountRequest(name=world.account("ann"), page_token="x"))) == (
        "PAGE_TOKEN_INVALID"
    )
    world.done(world.deposit("ann", 1))
    request = q.ReplayAccountRequest(name=world.account("ann"), page_size=200, page_token=first.next_page_token)
    assert world.send(request).position == first.position  # as the first page saw the log


@pytest.fixture
def world(client, database):
    """An active account."""
    world = Life(client, database.new_ledger())
    world.done(world.opening("ann", 1_000))
    return world


BAD = [
    ({"to_position": -1}, {"to_position"}),
    ({"page_size": -1}, {"page_size"}),
    ({"name": "x"}, {"name"}),
]


@pytest.mark.parametrize(("fields", "paths"), BAD)
def test_a_bad_replay_is_refused(world, fields, paths):
    status = world.send(q.ReplayAccountRequest(**({"name": world.account("ann")} | fields)))
    assert set(details(status)[1]) == paths


def test_who_is_not_there(world):
    world.done(world.register("kid"))
    for request in (q.ReplayAccountRequest, q.ExplainAccountRequest):
        assert reason_of(world.send(request(name=world.account("nobody")))) == "ACCOUNT_NOT_FOUND"
        assert reason_of(world.send(request(name=world.person("nobody")))) == "PERSON_NOT_FOUND"
        assert reason_of(world.send(request(name=world.account("kid")))) == "ACCOUNT_NOT_FOUND"
        assert world.send(request(name=world.person("kid"))).position == world.size()
    backwards = q.ExplainAccountRequest(name=world.account("ann"), from_position=5, to_position=4)
    assert reason_of(world.send(backwards)) == "INVALID_REQUEST"


def test_a_purchase_is_replayed_line_by_line_in_both_languages(world):
    """What a call centre reads aloud."""
    world.done(world.purchase("ann", 900, upstream={"pooled": 300, "deductible": 50}))
    bought = pages(world, "ann")[-1]
    assert (bought.kind, bought.english, bought.chinese) == ("purchase_settled", "Purchase", "医药费结算")
    assert bought.arithmetic == "10.00 - 6.00 = 4.00"
    assert {each.english for each in bought.changes} >= {"Balance: 10.00 - 6.00 = 4.00"}
    assert {each.chinese for each in bought.changes} >= {"账户余额:10.00 - 6.00 = 4.00"}
    lines = {line.code: line.amount for line in bought.explanation}
    assert (lines["POOLED"], lines["OWN_ACCOUNT"], lines["BALANCE_AFTER"]) == (300, 600, 400)
    world.done(world.report("ann"))
    (state,) = [each for step in pages(world, "ann")[-2:] for each in step.changes if each.code == "STATE"]
    assert (state.english, state.chinese) == ("State of the account: in use → frozen", "账户状态:正常 → 冻结")
    told = world.send(q.ExplainAccountRequest(name=world.account("ann")))
    assert told.english == "0.00 + 10.00 (Balance taken over ×1) - 6.00 (Purchase ×1) = 4.00"
    assert told.chinese == "0.00 + 10.00 (期初余额转入 ×1) - 6.00 (医药费结算 ×1) = 4.00"


def test_a_suspicion_is_told_to_those_who_may_know_it_only(world):
    """Neither as an event, nor as a fact, nor by counting; the balance is the same for everybody."""
    raised = world.done(world.flag("ann")).first_position
    everything = q.ReplayAccountRequest(name=world.account("ann"))
    explained = q.ExplainAccountRequest(name=world.account("ann"))
    holder = {"metadata": (("x-dev-rights", "READ_ACCOUNT"),)}
    steps, told = world.send(everything).steps, world.send(explained)
    assert (steps[-1].position, steps[-1].kind) == (raised, "risk_flag_raised")
    assert (len(steps[-1].account.risk_flags), len(told.account.risk_flags)) == (1, 1)
    assert "RISK_FLAG" in {each.code for each in told.changes}
    less, hidden = world.send(everything, **holder).steps, world.send(explained, **holder)
    assert less == steps[:-1]
    assert (hidden.event_count, len(hidden.account.risk_flags)) == (told.event_count - 1, 0)
    assert "RISK_FLAG" not in {each.code for each in hidden.changes}
    assert hidden.closing_balance == told.closing_balance


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


def test_the_command_line_tells_the_same(history, ledgerctl):
    """Every line of arithmetic and every change of the service, and the sums of any two positions."""
    world, name = history, history.account("ann")
    steps = pages(world, "ann")
    status, printed = ledgerctl("account", "replay", name)
    assert status == 0
    for step in steps:
        assert f"#{step.position}  " in printed
        assert f"    {step.arithmetic}\n" in printed
        for change in step.changes:
            assert change.code == "BALANCE" or f"    {change.english} | {change.chinese}\n" in printed
    middle = steps[len(steps) // 2].position
    assert ledgerctl("account", "replay", name, "--to", str(middle), "--language", "zh")[1].count("#") < len(steps)
    _, first = ledgerctl("account", "replay", name, "--rows", "3")
    _, rest = ledgerctl("account", "replay", name, "--after", str(steps[2].position))
    assert (
        first.replace(f"more behind position {steps[2].position}: --after {steps[2].position}\n", "") + rest == printed
    )
    told = world.send(q.ExplainAccountRequest(name=name, from_position=middle))
    status, printed = ledgerctl("account", "explain", name, "--from", str(middle))
    assert (status, told.english in printed, told.chinese in printed) == (0, True, True)
    at = steps[-1].record_time.ToDatetime(dt.UTC).isoformat()
    assert ledgerctl("account", "replay", name, "--to", at)[1].count("\n#") == len(steps) - 1
    assert ledgerctl("account", "replay", name, "--to", "2001-01-01")[1] == "no event of the account lies there\n"
    assert ledgerctl("account", "replay", name, "--to", "soon")[0] == 2
    assert ledgerctl("account", "explain", world.account("nobody"))[0] == MISSING
