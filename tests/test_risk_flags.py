"""Risk flags over gRPC: raised and cleared as events, shown to whoever may read them, blocking nothing."""

from __future__ import annotations

import random

import pytest

from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.life import Life
from tests.running import Client
from tests.world import item, reason_of

READERS = (("x-dev-rights", "READ_ACCOUNT,READ_LEDGER"),)


@pytest.fixture
def life(ledgerd, ledger):
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    w.done(w.opening("ann", balance=1_000))
    yield w
    client.close()


def flags_of(w, who="ann", **options):
    """The open flags that a caller is shown."""
    if who.startswith("H"):
        return list(w.send(q.GetInstitutionRequest(name=w.subject(who)), **options).risk_flags)
    return list(w.send(q.GetAccountRequest(name=w.person(who)), **options).account.risk_flags)


@pytest.mark.feature(42)
def test_a_flag_is_raised_shown_and_cleared(life):
    """It travels with the person, with the rule and the entries that it rests on."""
    w = life
    bought = [w.done(w.purchase("ann", 10)).first_position for _ in range(2)]
    raised = w.done(w.flag("ann", rule="velocity/3", positions=bought[::-1]))
    (flag,) = flags_of(w)
    assert flag.entry == f"{w.ledger}/entries/{raised.first_position}"
    assert (flag.kind, flag.severity, flag.rule) == (t.RISK_FLAG_KIND_VELOCITY, 2, "velocity/3")
    assert list(flag.positions) == bought
    other = w.done(w.flag("ann", t.RISK_FLAG_KIND_DISTANCE)).first_position
    w.done(w.clear_flag("ann", raised.first_position))
    assert [each.entry for each in flags_of(w)] == [f"{w.ledger}/entries/{other}"]
    # What was cleared may be found anew.
    w.done(w.flag("ann", rule="velocity/3", positions=bought))
    assert len(flags_of(w)) == 2


@pytest.mark.feature(42)
def test_a_flag_blocks_nothing(life):
    """Whoever is suspected deposits, buys, shares and sends as before; only a sanction stops that."""
    w = life
    w.done(w.opening("bob", balance=0))
    for kind in t.RiskFlagKind.values()[1:]:
        w.done(w.flag("ann", kind, severity=t.RISK_SEVERITY_HIGH))
        w.done(w.flag("bob", kind, severity=t.RISK_SEVERITY_HIGH))
    w.done(w.deposit("ann", 5))
    w.done(w.grant("ann", "bob"))
    assert w.done(w.purchase("bob", 100)).split.shared[0].amount == 100
    assert w.done(w.purchase("ann", 100)).split.own_account == 100
    w.done(w.transfer("ann", "bob", 10))
    assert w.state("ann").state == t.ACCOUNT_STATE_ACTIVE
    w.done(w.close("bob"))
    assert len(flags_of(w, "bob")) == 9


@pytest.mark.feature(42)
def test_who_is_suspected_is_not_told(life):
    """A pharmacy or the own app sees no flag; raising needs the right of the risk team, and shows no balance."""
    w = life
    poor = (("x-dev-rights", "RECORD_PURCHASE,READ_ACCOUNT"),)
    assert reason_of(w.send(w.flag("ann"), metadata=poor)) == "PERMISSION_DENIED"
    raised = w.done(w.flag("ann"))
    (entry,) = raised.entries
    assert (entry.type, entry.account, entry.balance_after) == ("risk_flag_raised", "", 0)
    assert reason_of(w.send(w.clear_flag("ann", raised.first_position), metadata=poor)) == "PERMISSION_DENIED"
    assert flags_of(w, metadata=READERS) == []
    assert len(flags_of(w, metadata=(("x-dev-rights", "READ_ACCOUNT,READ_RISK"),))) == 1


@pytest.mark.feature(42)
def test_institutions_are_flagged_too(life):
    """A designation and a flag lie in one stream, and neither moves the other."""
    w = life
    assert reason_of(w.send(w.flag("H7"))) == "INSTITUTION_NOT_FOUND"
    w.done(w.designate("H7"))
    request = w.flag("H7", t.RISK_FLAG_KIND_ROUND_AMOUNTS)
    request.flag.confidential.note = "朝阳店"
    position = w.done(request).first_position
    assert [each.kind for each in flags_of(w, "H7")] == [t.RISK_FLAG_KIND_ROUND_AMOUNTS]
    assert flags_of(w, "H7", metadata=READERS) == []
    w.done(w.purchase("ann", 10, institution="H7"))
    w.done(w.clear_flag("H7", position))
    assert flags_of(w, "H7") == []
    w.done(w.revoke_designation("H7"))
    assert w.send(q.GetInstitutionRequest(name=w.subject("H7"))).version == 4


def test_a_retry_gets_the_first_answer(life):
    """By itself, in a batch, and together with what it rests on."""
    w = life
    request = w.flag("ann")
    first = w.done(request)
    assert w.done(request).first_position == first.first_position
    raising = w.flag("ann", rule="batch/1")
    assert [each.first_position for each in w.batch(item(raising), item(raising))] == [first.first_position + 1] * 2


@pytest.mark.parametrize("seed", range(3))
def test_flags_are_those_that_were_not_cleared(life, seed):
    """A random history beside a plain list, read through a snapshot of the person as well."""
    w, draw, standing, gone = life, random.Random(seed), {}, []
    for number in range(70):
        choice = draw.random()
        if standing and choice < 0.4:
            position = draw.choice(list(standing))
            w.done(w.clear_flag("ann", position))
            gone.append(position)
            del standing[position]
        elif gone and choice < 0.5:
            assert reason_of(w.send(w.clear_flag("ann", draw.choice(gone)))) == "RISK_FLAG_ALREADY_CLEARED"
        elif standing and choice < 0.6:
            asked = w.flag("ann", rule=draw.choice(list(standing.values())))
            assert reason_of(w.send(asked)) == "RISK_FLAG_ALREADY_RAISED"
        else:
            rule = f"rule/{number}"
            standing[w.done(w.flag("ann", rule=rule)).first_position] = rule
    assert {int(each.entry.rsplit("/", 1)[1]): each.rule for each in flags_of(w)} == standing
