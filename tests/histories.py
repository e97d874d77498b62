"""Random histories of a small ledger over the wire, late entries among them, and what its raw entries say."""

from __future__ import annotations

import random
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ledger.log.entry import EVENT_NAMES, recorded
from ledger.v1 import types_pb2 as t
from tests.world import item

PEOPLE = "ABCD"
DAY = 86_400
SPLITS = (
    {},
    {"upstream": {"pooled": 30, "hospital": 5}},
    {"upstream": {"pooled": 10, "funds": [{"fund": "6", "amount": 7}]}},
)


def people(world):
    """Four accounts; A pays for B and C, B for A, and R has no account."""
    world.batch(*(item(world.open(who)) for who in PEOPLE), item(world.register("R")))
    world.batch(*(item(world.activate(who)) for who in PEOPLE))
    world.batch(*(item(world.grant(*pair)) for pair in ("AB", "AC", "BA", "AR")))


def step(world, chance, settled):
    """One request. `settled` are positions that may be reversed."""
    at = chance.choice([None, None, -chance.randint(0, 120) * DAY, -chance.randint(0, 3) * DAY])
    who = chance.choice(PEOPLE)
    kind = chance.choices(["deposit", "purchase", "transfer", "reverse", "import", "close"], [30, 40, 10, 18, 1, 1])[0]
    if kind == "deposit":
        return world.deposit(who, chance.randint(1, 500), chance.randint(1, 3), at=at)
    if kind == "purchase":
        return world.purchase(
            chance.choice("AABBCDR"),
            chance.randint(60, 400),
            at=at,
            institution=chance.choice(["H1", "H2", "P3"]),
            category=chance.choice([t.CATEGORY_DRUG, t.CATEGORY_OUTPATIENT, t.CATEGORY_INPATIENT]),
            own_account_unused=chance.random() < 0.2,
            **chance.choice(SPLITS),
        )
    if kind == "transfer":
        return world.transfer(*chance.choice(["AB", "AC", "BA"]), chance.randint(1, 80), at=at)
    if kind == "reverse" and settled:
        return world.reverse(chance.choice(settled), at=at)
    if kind == "close":
        return world.close(chance.choice("CD"), at=at)
    return world.opening(f"I{chance.randint(1, 3)}", chance.randint(0, 900), at=at)


def make(world, chance, steps, settled=None):
    """Send that many random requests in a few batches; refusals belong to a history too."""
    settled = [] if settled is None else settled
    while steps > 0:
        size = min(steps, chance.randint(1, 12))
        for result in world.batch(*(item(step(world, chance, settled)) for _ in range(size))):
            for entry in getattr(result, "entries", ()):
                if entry.type in {"deposit_posted", "purchase_settled", "family_transfer_sent"}:
                    settled.append(int(entry.name.rsplit("/", 1)[1]))
        steps -= size
    return settled


def everything(w, chance, steps):
    """A history with something for every table of every projection, early and late; `w` is a `Life`."""
    today = str(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    for number, length in ((1, steps), (2, 12)):
        w.done(w.designate("H1"))
        w.done(w.report("A"))
        w.done(w.lift("A"))
        w.done(w.revoke_designation("H1"))
        claimed = w.done(w.claim("A", today, f"C-{number}")).first_position
        w.done(w.decide_claim("A", claimed, upstream={"pooled": 7}))
        w.done(w.pay_claim("A", claimed))
        raised = [w.done(w.flag(who, rule=f"r{number}", positions=[1, 2])).first_position for who in ("A", "H1")]
        w.done(w.clear_flag("A", raised[0]))
        given = w.done(w.mandate("A", "B", favour=["B", "C"])).first_position
        w.done(w.revoke_mandate("A", given))
        make(w, chance, length)


def lived(w, seed):
    """A random history with everything that moves money beside what `histories` has."""
    chance = random.Random(seed)
    settled = make(w, chance, 60)
    w.done(w.opening("old", 5_000, person_type=t.PERSON_TYPE_RETIRED))
    premium = w.done(w.premium("old", 700)).first_position
    w.done(w.reverse(premium))
    w.done(w.premium("old", 300, kind=t.PREMIUM_KIND_LONG_TERM_CARE))
    w.done(w.interest("old", 2, days=200_000))
    proposed = w.done(w.adjustment("old", -11)).first_position
    w.done(w.review(proposed), metadata=(("x-dev-actor", "other"),))
    bought = w.done(w.purchase("old", 900, upstream={"pooled": 100})).first_position
    w.done(w.close("old"))
    w.done(w.reverse(bought))
    w.done(w.settle_payable("old", 300))
    make(w, chance, 30, settled)


class Move(NamedTuple):
    """One entry of an account, as it stands in the log."""

    position: int
    account: bytes
    type: str
    change: int
    after: int
    effective: int
    recorded: int
    event: object


def raw(world):
    """Every entry of the log."""
    return [
        Move(each.position, each.stream, EVENT_NAMES[each.type], each.balance_change, each.balance_after,
             each.effective_time, each.record_time, each.event)
        for each in map(recorded, world.entries())
    ]  # fmt: skip


def balance(moves, account, position, effective):
    """What the entries up to a position say that an account had at a time: the sum of what happened until then."""
    return sum(
        move.change
        for move in moves
        if move.account == account and move.position <= position and move.effective <= effective
    )
