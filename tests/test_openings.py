"""Openings by four eyes: a list is approved by its root, and what is imported proves that it stands in the list."""

from __future__ import annotations

import uuid
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.client import ApprovedOpenings
from ledger.domain.openings import leaf, root_of
from ledger.inspector.layout import EVENT_NAMES
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests import exported
from tests.attack import Attack, Base
from tests.running import Client
from tests.world import World, reason_of

REVIEWER = (("x-dev-actor", "reviewer"),)
PEOPLE = ["ann", "bob", "eve", "gil", "ida"]


def opening_of(balance=100):
    return c.Opening(
        scheme=t.SCHEME_EMPLOYEE, person_type=t.PERSON_TYPE_ACTIVE, balance=balance, source_sha256=b"s" * 32
    )


def root(leaves):
    """The root of a list as RFC 9162 section 2.1.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + root(leaves[:half]) + root(leaves[half:])).digest()


@pytest.fixture
def world(database, ledgerd):
    """A ledger that takes over nothing but what was approved."""
    client = Client(ledgerd.channel())
    yield World(client, database.new_ledger(approved_openings_only=True))
    client.close()


def propose(w, openings, **common):
    return pb.ProposeOpeningsRequest(ledger=w.ledger, openings=openings, **w.common(**common))


def approve(w, openings):
    """Propose a list and let somebody else approve it; the name of the approving entry."""
    proposed = w.done(propose(w, openings.proposal())).first_position
    return w.done(w.review(proposed), metadata=REVIEWER).entries[-1].name


def take_over(w, account, opening, **common):
    return pb.ImportOpeningRequest(account=account, opening=opening, **w.common(**common))


def balances(w):
    return {who: state.balance for who in PEOPLE if (state := w.state(who)) is not None}


def test_an_approved_list_is_taken_over(world):
    w = world
    listed = ApprovedOpenings({w.account(who): opening_of(100 * at) for at, who in enumerate(PEOPLE)})
    proposal = listed.proposal()
    assert (proposal.count, proposal.balance) == (5, 1_000)
    proposed = w.done(propose(w, proposal)).first_position
    assert reason_of(w.send(w.review(proposed))) == "FOUR_EYES_REQUIRED"
    approved = w.done(w.review(proposed), metadata=REVIEWER)
    assert [entry.type for entry in approved.entries] == ["proposal_decided", "openings_approved"]
    assert balances(w) == {}
    for account, opening in listed.under(approved.entries[-1].name):
        request = take_over(w, account, opening)
        transaction = w.done(request)
        assert w.done(request).first_position == transaction.first_position
        assert reason_of(w.send(take_over(w, account, opening))) == "ACCOUNT_ALREADY_OPEN"
    assert balances(w) == {"ann": 0, "bob": 100, "eve": 200, "gil": 300, "ida": 400}


def test_nothing_else_is(world):
    """Refused, and recorded as refused: what is in no list, in another place, changed, or approved by no approval."""
    w = world
    listed = ApprovedOpenings({w.account(who): opening_of() for who in PEOPLE})
    name = approve(w, listed)
    places = dict(listed.under(name))
    ann, bob = w.account("ann"), w.account("bob")

    def refused(opening, account=ann):
        before = w.size()
        reason = reason_of(w.send(take_over(w, account, opening)))
        assert w.size() == before + 1
        return reason

    def changed(**fields):
        other = c.Opening()
        other.CopyFrom(places[ann])
        other.MergeFrom(c.Opening(**fields))
        return other

    assert refused(opening_of()) == "OPENING_NOT_APPROVED"
    assert refused(changed(balance=101)) == "OPENING_NOT_APPROVED"
    assert refused(changed(accumulators=[t.Accumulator(year=2026, benefit=t.BENEFIT_OUTPATIENT, pooled=1)])) == (
        "OPENING_NOT_APPROVED"
    )
    assert refused(places[bob]) == "OPENING_NOT_APPROVED"
    assert refused(places[ann], w.account("nobody")) == "OPENING_NOT_APPROVED"
    moved = changed()
    moved.approval.index = 1
    assert refused(moved) == "OPENING_NOT_APPROVED"
    proposed = w.done(propose(w, listed.proposal())).first_position
    for position in (1, proposed):
        elsewhere = changed()
        elsewhere.approval.entry = f"{w.ledger}/entries/{position}"
        assert refused(elsewhere) == "OPENING_NOT_APPROVED"
    elsewhere.approval.entry = f"{w.ledger}/entries/999999"
    assert refused(elsewhere) == "ENTRY_NOT_FOUND"
    assert balances(w) == {}
    assert w.done(take_over(w, ann, places[ann])).entries[0].balance_after == 100


def test_a_list_that_was_rejected_approves_nothing(world):
    w = world
    listed = ApprovedOpenings({w.account("ann"): opening_of()})
    proposed = w.done(propose(w, listed.proposal())).first_position
    rejected = w.done(w.review(proposed, t.PROPOSAL_DECISION_REJECTED), metadata=REVIEWER)
    ((account, opening),) = listed.under(rejected.entries[-1].name)
    assert reason_of(w.send(take_over(w, account, opening))) == "OPENING_NOT_APPROVED"


def test_elsewhere_a_list_is_of_use_and_no_duty(database, ledgerd):
    """A ledger that was not created so takes over what its agency sends, and holds to a list that is named."""
    client = Client(ledgerd.channel())
    w = World(client, database.new_ledger())
    w.done(take_over(w, w.account("ann"), opening_of()))
    listed = ApprovedOpenings({w.account(who): opening_of() for who in ("bob", "eve")})
    for account, opening in listed.under(approve(w, listed)):
        other = c.Opening()
        other.CopyFrom(opening)
        other.balance += 1
        assert reason_of(w.send(take_over(w, account, other))) == "OPENING_NOT_APPROVED"
        w.done(take_over(w, account, opening))
    client.close()


def test_an_auditor_finds_what_was_not_approved(database, world, tmp_path):
    """Somebody with the key of the log, who recomputes and signs: the list that others approved still tells on him."""
    w = world
    listed = ApprovedOpenings({w.account(who): opening_of(100) for who in PEOPLE})
    approving = approve(w, listed)
    for account, opening in listed.under(approving):
        w.done(take_over(w, account, opening))
    exported.sign(database, w.code)
    base = Base(exported.write(database, w.code, tmp_path / "good"), w.code)
    imported = [at for at, header in enumerate(base.headers, 1) if EVENT_NAMES[header.type] == "opening_imported"]
    (approved,) = (at for at, header in enumerate(base.headers, 1) if EVENT_NAMES[header.type] == "openings_approved")

    def told(name, plant):
        attack = Attack(base)
        plant(attack)
        attack.recompute()
        attack.pack()
        attack.sign()
        found, _ = exported.inspect(attack.write(tmp_path / name), base.log_key())
        return [(defect.kind, defect.position) for defect in found]

    def richer(opening):
        opening.balance += 100

    assert told("nothing", lambda _: None) == []
    last = imported[-1]
    changes = {
        "balance": (last, lambda event: richer(event.opening), 100),
        "source": (last, lambda event: setattr(event.opening, "source_sha256", b"t" * 32), 0),
        "index": (last, lambda event: setattr(event.opening.approval, "index", 0), 0),
        "approval": (last, lambda event: event.opening.ClearField("approval"), 0),
        "root": (approved, lambda event: setattr(event, "source_sha256", b"t" * 32), 0),
        "count": (approved, lambda event: setattr(event, "count", 6), 0),
    }
    for name, (position, change, moved) in changes.items():
        assert ("approval", position) in told(name, lambda attack, c=change, p=position, m=moved: attack.event(p, c, m))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"count": 0, "source_sha256": bytes(32)}, "openings.count"),
        ({"count": 1, "balance": -1, "source_sha256": b"a" * 32}, "openings.balance"),
        ({"count": 1, "source_sha256": b"a" * 31}, "openings.source_sha256"),
    ],
)
def test_a_proposal_that_is_not_well_formed_names_its_field(world, fields, wrong):
    before = world.size()
    status = world.send(propose(world, c.OpeningsProposal(**fields)))
    assert (reason_of(status), wrong in str(status)) == ("INVALID_REQUEST", True)
    assert world.size() == before


@given(size=st.integers(1, 70), data=st.data())
def test_a_path_leads_to_the_root_of_its_list_and_to_no_other(size, data):
    accounts = [f"ledgers/a/accounts/{uuid.UUID(int=at + 1)}" for at in range(size)]
    listed = ApprovedOpenings({account: opening_of(at) for at, account in enumerate(accounts)})
    placed = list(listed.under("ledgers/a/entries/2"))
    leaves = [leaf(opening, uuid.UUID(account[-36:]).bytes) for account, opening in placed]
    wanted = listed.proposal().source_sha256
    assert wanted == root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = list(placed[index][1].approval.path)
    assert root_of(leaves[index], index, size, path) == wanted
    others = {index ^ 1, index + size, size, -1} | set(data.draw(st.lists(st.integers(0, 2 * size), max_size=3)))
    for other in others - {index}:
        assert root_of(leaves[index], other, size, path) != wanted
    assert root_of(leaves[index], index, size, [*path, bytes(32)]) != wanted
    if path:
        assert root_of(leaves[index], index, size, path[:-1]) != wanted
        flipped = [bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:]]
        assert root_of(leaves[index], index, size, flipped) != wanted
