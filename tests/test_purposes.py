"""Money of an account is earmarked: every debit in a log that a service wrote names its purpose; claims add up."""

from __future__ import annotations

import time
import uuid

import pytest

from ledger.log import header
from ledger.log.entry import EVENT_TYPES, parse, recorded
from ledger.log.verify_claims import CLAIM_KINDS, Claims
from ledger.log.verify_purposes import DEBITS, without_purpose
from ledger.v1 import types_pb2 as t
from tests.life import Life
from tests.running import Client
from tests.test_claims import on
from tests.world import details

WAITING = {EVENT_TYPES["relocation_out"], EVENT_TYPES["hold_placed"]}
"""Debits that no command brings about yet."""


@pytest.fixture
def life(ledgerd, ledger):
    client = Client(ledgerd.channel())
    w = Life(client, ledger)
    for who in ("ann", "bob", "twin"):
        w.done(w.opening(who, balance=10_000))
    w.done(w.opening("old", balance=10_000, person_type=t.PERSON_TYPE_RETIRED))
    yield w
    client.close()


def spend(w):
    """Every way of taking money from an account."""
    w.done(w.grant("ann", "bob"))
    w.done(w.purchase("ann", 100))
    w.done(w.purchase("bob", 10_100))
    w.done(w.premium("old", 100))
    w.done(w.reverse(w.done(w.deposit("ann", 5)).first_position))
    w.done(w.reverse(w.done(w.transfer("ann", "bob", 30)).first_position))
    noon = int(time.time()) // 86_400 * 86_400 + 28 * 3_600 - int(time.time())
    w.done(w.send_to("ann", "bob", 20, uuid.uuid4().bytes, at=noon))
    proposed = w.done(w.adjustment("ann", -7), metadata=(("x-dev-actor", "first"),)).first_position
    w.done(w.review(proposed))
    w.done(w.merge("ann", "twin"))
    w.done(w.close("old"))


@pytest.mark.feature(61)
def test_every_debit_names_its_purpose(life):
    """A purchase without a category is not taken; in the log, every type of debit says what it was for."""
    w = life
    assert details(w.send(w.purchase("ann", 100, category=0)))[1] == ["purchase.category"]
    spend(w)
    debits = [item for item in map(recorded, w.entries()) if item.balance_change < 0]
    assert {item.type for item in debits} == DEBITS.keys() - WAITING
    for item in debits:
        assert without_purpose(item.type, item.event, item.balance_change) == ""
        item.event.Clear()
        assert "names no purpose" in without_purpose(item.type, item.event, item.balance_change)
    deposit = EVENT_TYPES["deposit_posted"]
    assert "names no purpose" in without_purpose(deposit, None, -1)
    assert without_purpose(deposit, None, 1) == ""


def claim_entries(w):
    first = w.done(on(w.claim("ann"), "2025-07-01T09:00")).first_position
    w.done(w.decide_claim("ann", first, upstream={"pooled": 40_000, "hospital": 5}))
    w.done(w.pay_claim("ann", first))
    second = w.done(on(w.claim("ann", invoice="I-2"), "2025-07-01T09:00")).first_position
    w.done(w.decide_claim("ann", second, t.CLAIM_DECISION_REJECTED))
    found = []
    for data in w.entries():
        fields, item = header.unpack(data), recorded(data)
        if item.type in CLAIM_KINDS:
            found.append((fields, item.event))
    return found


def test_claims_add_up_and_what_does_not_is_told(life):
    """From filing to payment; each damage is found where it is."""
    entries = claim_entries(life)
    assert [Claims(trusting=False).check(*entries[0])] == [""]

    def judged(*, skip=(), trusting=False, damage=None):
        claims, found = Claims(trusting=trusting), []
        for number, (fields, event) in enumerate(entries):
            copy = type(event)()
            copy.CopyFrom(event)
            if damage and damage[0] == number:
                damage[1](copy)
            if number not in skip:
                found.append(claims.check(fields, copy))
        return found

    assert judged() == [""] * 5
    assert judged(skip=(0, 1, 3), trusting=True) == ["", ""]
    assert any("not due" in each for each in judged(skip=(1,)))
    assert any("not open" in each for each in judged(skip=(0,)))
    for number, change in (
        (1, lambda e: setattr(e.split, "pooled", 40_001)),
        (1, lambda e: setattr(e.split, "cash", 1)),
        (2, lambda e: setattr(e, "amount", 39_999)),
        (2, lambda e: setattr(e, "decision_position", 1)),
        (4, lambda e: setattr(e.split, "pooled", 1)),
    ):
        assert [each for each in judged(damage=(number, change)) if each]


def test_a_merge_moves_what_the_events_say(life):
    """Both legs have the same amount, and name each other."""
    w = life
    done = w.done(w.merge("ann", "twin"))
    merged, absorbed, _ = (parse(data) for data in w.entries(done.first_position))
    assert merged.accounts_merged.amount == absorbed.account_absorbed.amount == 10_000
    assert merged.header.balance_change == -absorbed.header.balance_change == 10_000
