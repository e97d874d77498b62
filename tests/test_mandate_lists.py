"""Who may act for whom, from both sides: everything once, whatever is recorded meanwhile, and told to few."""

from __future__ import annotations

import random
import time

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.log.entry import parse
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.life import Life
from tests.running import Client, Ledgerd
from tests.test_mandates import by
from tests.world import details, reason_of

DAY = 86_400


@pytest.fixture(scope="module")
def client(database):
    settings = {"LEDGER_PROJECTIONS": "process", "LEDGER_ACCESS_ENTRIES": "true"}
    with Ledgerd(database, [], environment=settings) as server:
        client = Client(server.channel())
        yield client
        client.close()


@pytest.fixture
def life(client, database):
    return people(client, database)


def people(client, database, *, kin=("mother", "daughter", "stranger")):
    w = Life(client, database.new_ledger())
    for who in kin:
        w.done(w.register(who))
    return w


def asked(w, who, side, **fields):
    fields = {"page_size": 2} | fields
    if side == "agents":
        return h.ListAgentsRequest(person=w.person(who), **fields)
    return h.ListPrincipalsRequest(agent=who if "/" in who else w.person(who), **fields)


def send(w, request, **options):
    method = (
        w.client.history.ListAgents if isinstance(request, h.ListAgentsRequest) else w.client.history.ListPrincipals
    )
    try:
        return method(request, timeout=20, **options)
    except grpc.RpcError as error:
        return Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])


def pages(w, request, between=lambda: None, **options):
    """All pages."""
    found = []
    while True:
        answer = send(w, request, **options)
        assert not isinstance(answer, Status), answer
        assert len(answer.mandates) <= (request.page_size or 100)
        found += answer.mandates
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token
        between()


def accesses(w):
    """Whom, by which method, with how many mandates, the access entries say that somebody looked at lists."""
    found = [
        parse(each).access_recorded for each in w.entries() if parse(each).WhichOneof("event") == "access_recorded"
    ]
    found = [each for each in found if each.kind == t.ACCESS_KIND_MANDATES]
    return [(each.method.rpartition(".")[2], each.stream.hex(), each.entries) for each in found]


def test_both_sides_of_a_random_history_in_stable_pages(life):
    """The lists are those of a loop over what was given and taken back; what happens between pages changes nothing."""
    w, draw = life, random.Random(52)
    names = [f"p{number}" for number in range(7)]
    for name in names:
        w.done(w.register(name))
    given = {}  # (person, agent) → position, None once it was revoked
    for _ in range(45):
        pair = tuple(draw.sample(names, 2))
        if given.get(pair):
            w.done(w.revoke_mandate(pair[0], given[pair]))
            given[pair] = None
        else:
            favour = draw.sample(names, draw.randrange(3))
            given[pair] = w.done(w.mandate(*pair, "MANAGE_SHARE", favour=favour)).first_position
    standing = {pair: position for pair, position in given.items() if position}

    def more():
        for agent in names:  # of these, the list knows nothing
            if not isinstance(w.send(w.mandate("stranger", agent)), Status):
                return
        for pair, position in list(standing.items())[:1]:
            w.done(w.revoke_mandate(pair[0], position))

    for who in names[:4]:
        for index, side in enumerate(("agents", "principals")):
            expected = sorted(position for pair, position in standing.items() if pair[index] == who)
            listed = pages(w, asked(w, who, side), more if who == names[0] and index else lambda: None)
            assert [int(each.entry.rpartition("/")[2]) for each in listed] == expected
            for each in listed:
                assert (each.principal, each.agent)[index] == w.person(who)
                assert (each.in_force, each.revocation_entry) == (True, "")
    whole = pages(w, asked(w, names[5], "agents", ended_too=True))
    assert len({each.entry for each in whole}) == len(whole)


@pytest.mark.feature(10, 64)
def test_a_citizen_sees_for_whom_and_by_whom_one_may_act(life):
    """What an app shows: wards with rights, favours and ends; nobody else's, and no record of it."""
    w = life
    w.done(w.register("child"))
    ward = w.done(w.mandate("child", "mother", "READ_ACCOUNT", kind="GUARDIAN", until=DAY)).first_position
    w.done(w.mandate("mother", "daughter", "MANAGE_SHARE", favour=["child"]))
    later = w.done(w.mandate("stranger", "mother", at=3_600)).first_position
    mother = by(w, "mother", rights="READ_MANDATE")
    guarded, coming = pages(w, asked(w, "mother", "principals"), **mother)
    assert (guarded.entry, guarded.principal, guarded.kind) == (
        f"{w.ledger}/entries/{ward}",
        w.person("child"),
        t.MANDATE_KIND_GUARDIAN,
    )
    assert (list(guarded.rights), guarded.in_force) == ([1], True)
    assert 0 < guarded.expire_time.seconds - time.time() <= DAY
    assert (coming.entry, coming.in_force) == (f"{w.ledger}/entries/{later}", False)
    (agent,) = pages(w, asked(w, "mother", "agents"), **mother)
    assert (agent.agent, list(agent.beneficiaries)) == (w.person("daughter"), [w.person("child")])
    w.done(w.revoke_mandate("mother", int(agent.entry.rpartition("/")[2])))
    assert pages(w, asked(w, "mother", "agents"), **mother) == []
    (over,) = pages(w, asked(w, "mother", "agents", ended_too=True), **mother)
    assert (over.in_force, bool(over.revocation_entry)) == (False, True)
    # Neither a stranger nor somebody who may act for her sees whom else she trusts.
    for who in ("daughter", "stranger"):
        for side in ("agents", "principals"):
            reason = reason_of(send(w, asked(w, "mother", side), **by(w, who)))
            assert reason in {"PERSON_NOT_FOUND", "MANDATE_INSUFFICIENT"}
    assert (
        reason_of(send(w, asked(w, "mother", "agents"), **by(w, "mother", rights="READ_ACCOUNT")))
        == "PERMISSION_DENIED"
    )
    assert accesses(w) == []


def test_a_ward_in_another_ledger(life, client, database):
    """Who lives elsewhere is found where the ward is."""
    w, there = life, people(client, database, kin=("child",))
    request = there.mandate("child", "mother", kind="GUARDIAN")
    request.mandate.agent = w.person("mother")
    there.done(request)
    mother = by(w, "mother")
    assert pages(w, asked(w, "mother", "principals"), **mother) == []
    (found,) = pages(w, asked(w, "mother", "principals", ledger=there.ledger), **mother)
    assert found.principal == there.person("child")


def test_staff_who_look_are_recorded_first(life):
    """Each page, with how much it told; also where there was nothing to tell."""
    w = life
    for agent in ("daughter", "stranger"):
        w.done(w.mandate("mother", agent))
    assert len(pages(w, asked(w, "mother", "agents", page_size=1))) == 2
    assert pages(w, asked(w, "mother", "principals")) == []
    stream = w.id("mother").replace("-", "")
    assert accesses(w) == [("ListAgents", stream, 1), ("ListAgents", stream, 1), ("ListPrincipals", stream, 0)]
    assert pages(w, asked(w, "daughter", "principals"), metadata=by(w, "daughter")["metadata"])
    assert len(accesses(w)) == 3


def test_what_is_asked_wrongly(life):
    w = life
    w.done(w.mandate("mother", "daughter"))
    w.done(w.mandate("mother", "stranger"))
    assert reason_of(send(w, asked(w, "nobody", "agents"))) == "PERSON_NOT_FOUND"
    for fields, wrong in (
        ({"person": "ann"}, ["person"]),
        ({"person": ""}, ["person"]),
        ({"page_size": -1}, ["page_size"]),
        ({"consistency": 9}, ["consistency"]),
    ):
        request = h.ListAgentsRequest(**({"person": w.person("mother")} | fields))
        assert details(send(w, request))[1] == wrong
    assert details(send(w, asked(w, "mother", "principals", ledger="here")))[1] == ["ledger"]
    token = send(w, asked(w, "mother", "agents", page_size=1)).next_page_token
    assert token
    for request in (
        asked(w, "daughter", "agents", page_token=token),
        asked(w, "mother", "principals", page_token=token),
        asked(w, "mother", "agents", page_token=token, ended_too=True),
    ):
        assert reason_of(send(w, request)) == "PAGE_TOKEN_INVALID"
    cached = asked(w, "mother", "agents", consistency=q.CONSISTENCY_CACHED, page_token=token)
    assert len(send(w, cached).mandates) == 1
