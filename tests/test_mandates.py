"""Citizens act for themselves, and for others as their mandates say: agents, guardians, and nobody else."""

from __future__ import annotations

import random
import time

import grpc
import pytest
from google.rpc.status_pb2 import Status

from ledger.api.identity import Identity
from ledger.api.provider import RosterProvider
from ledger.api.roster import RosterError, read_roster
from ledger.domain import mandates
from ledger.domain.decide import decide
from ledger.domain.names import person_name
from ledger.domain.refusal import Refusal
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import history_service_pb2 as h
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1 import subscription_service_pb2 as s
from ledger.v1 import types_pb2 as t
from tests.life import Life
from tests.running import time_ordered_id
from tests.test_domain_ledger import CODE, Ledger, kinds, stream_of
from tests.world import item, reason_of

DAY = 86_400


@pytest.fixture
def life(client, database):
    """An old mother, her daughter, a stranger, and a child without an account."""
    w = Life(client, database.new_ledger())
    for who in ("mother", "daughter", "stranger"):
        w.done(w.opening(who, 1_000))
    w.done(w.register("child"))
    return w


def by(w, who, rights=""):
    """Metadata of a citizen's app: who of them acts, with all rights that such an app may have or with some."""
    return {"metadata": (("x-acting-as", w.person(who)), *((("x-dev-rights", rights),) if rights else ()))}


def reads(w, who):
    """Reads about one person, of every service that has some."""
    yield q.GetAccountRequest(name=w.person(who))
    yield q.GetAccountRequest(name=w.account(who))
    yield q.ReplayAccountRequest(name=w.account(who))
    yield q.ListClaimsRequest(parent=w.person(who))
    yield q.GetShareUseRequest(account=w.account(who))
    yield pb.CheckEligibilityRequest(person=w.person(who), institution="H1", category=t.CATEGORY_DRUG)


def history_reason(w, who, **options):
    """How a read of the views ends; the view itself may not be there."""
    try:
        w.client.history.GetBalance(h.GetBalanceRequest(account=w.account(who)), timeout=20, **options)
    except grpc.RpcError as error:
        return reason_of(status_of(error))
    return ""


@pytest.mark.feature(64)
def test_a_citizen_sees_nobody_else(life):
    """Somebody else answers like somebody who is not there, in every service."""
    w = life
    for request in reads(w, "mother"):
        assert not hasattr(w.send(request, **by(w, "mother")), "code")
        assert reason_of(w.send(request, **by(w, "daughter"))) == "PERSON_NOT_FOUND"
    for request in reads(w, "nobody"):
        assert reason_of(w.send(request, **by(w, "daughter"))) == "PERSON_NOT_FOUND"
    assert history_reason(w, "mother", **by(w, "daughter")) == "PERSON_NOT_FOUND"
    assert history_reason(w, "mother", **by(w, "mother")) != "PERSON_NOT_FOUND"
    size = w.size()
    assert reason_of(w.send(w.report("mother"), **by(w, "daughter"))) == "PERSON_NOT_FOUND"
    assert w.size() == size
    w.done(w.report("daughter"), **by(w, "daughter"))


@pytest.mark.feature(64)
def test_an_agent_does_what_the_mandate_says_until_it_ends(life):
    w = life
    given = w.done(w.mandate("mother", "daughter", "READ_ACCOUNT", "REPORT_LOSS", until=DAY), **by(w, "mother"))
    agent = by(w, "daughter")
    assert w.send(q.GetAccountRequest(name=w.account("mother")), **agent).account.balance == 1_000
    assert reason_of(w.send(w.transfer("mother", "daughter", 5), **agent)) == "MANDATE_INSUFFICIENT"
    w.done(w.report("mother"), **agent)
    (shown,) = w.state("mother").mandates
    assert (shown.agent, shown.kind, list(shown.rights)) == (w.person("daughter"), t.MANDATE_KIND_AGENT, [1, 7])
    assert shown.entry == f"{w.ledger}/entries/{given.first_position}"
    # Nobody hands on what was given to him, and nobody else has it.
    assert reason_of(w.send(w.mandate("mother", "stranger"), **agent)) == "MANDATE_INSUFFICIENT"
    assert reason_of(w.send(w.lift("mother"), **by(w, "stranger"))) == "PERSON_NOT_FOUND"
    w.done(w.revoke_mandate("mother", given.first_position), **by(w, "mother"))
    assert reason_of(w.send(w.lift("mother"), **agent)) == "PERSON_NOT_FOUND"
    assert not w.state("mother").mandates


@pytest.mark.feature(64)
def test_a_guardian_is_made_and_ended_by_the_agency(life):
    """Until the ward comes of age."""
    w = life
    rights = ("READ_ACCOUNT", "REPORT_LOSS")
    own = w.mandate("child", "mother", *rights, kind="GUARDIAN")
    assert reason_of(w.send(own, **by(w, "child"))) == "GUARDIANSHIP_BY_AGENCY"
    given = w.done(w.mandate("child", "mother", *rights, kind="GUARDIAN", until=2)).first_position
    guardian = by(w, "mother")
    assert w.send(q.GetAccountRequest(name=w.person("child")), **guardian).account.version
    assert reason_of(w.send(w.revoke_mandate("child", given), **by(w, "child"))) == "GUARDIANSHIP_BY_AGENCY"
    deadline = time.monotonic() + 10
    while not hasattr(w.send(q.GetAccountRequest(name=w.person("child")), **guardian), "code"):
        assert time.monotonic() < deadline  # two seconds from now it has ended
        time.sleep(0.1)
    assert not w.state("child").mandates
    w.done(w.mandate("child", "mother", *rights, kind="GUARDIAN"))  # an ended one is in nobody's way


def test_a_mandate_counts_by_the_clock_of_the_service(life):
    """Neither a mandate to come nor one that is over is reached by stating another time."""
    w = life
    begins = w.mandate("mother", "daughter", "REPORT_LOSS", at=3_600)
    w.done(begins)
    agent = by(w, "daughter")
    assert reason_of(w.send(w.report("mother", at=7_200), **agent)) == "PERSON_NOT_FOUND"


def test_what_concerns_no_person_is_not_for_citizens(life):
    """Ledgers, batches, groups, voids, outcomes, streams: whatever could be about somebody else."""
    w, citizen = life, by(life, "mother")
    bought = w.purchase("daughter", 50)
    position = w.done(bought).first_position
    for request in (
        q.GetLedgerRequest(name=w.ledger),
        q.ReadEntriesRequest(ledger=w.ledger, from_position=1),
        q.ListTransfersRequest(parent=w.ledger),
        q.ListPoliciesRequest(parent=w.ledger),
        pb.BatchExecuteRequest(ledger=w.ledger, items=[item(w.deposit("mother", 5))]),
        pb.GetCommandOutcomeRequest(ledger=w.ledger, command_request_id=bought.request_id),
        w.void(bought.request_id),
        w.reverse(position),
        pb.ReturnTransferRequest(
            ledger=w.ledger,
            request_id=time_ordered_id(),
            transfer_return=c.TransferReturn(transfer_id=bytes(15) + b"1", reason=1),
        ),
    ):
        size = w.size()
        assert reason_of(w.send(request, **citizen)) == "NOT_PERSONAL", type(request)
        assert w.size() == size
    # The answer of somebody else's command is not given to who knows its bytes.
    assert reason_of(w.send(bought, **citizen)) == "PERSON_NOT_FOUND"
    subscription = w.client.subscriptions.Subscribe(s.SubscribeRequest(ledger=w.ledger), timeout=20, **citizen)
    with pytest.raises(grpc.RpcError) as ended:
        next(subscription)
    assert reason_of(status_of(ended.value)) == "NOT_PERSONAL"


def status_of(error):
    return Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])


def test_transfers_are_taken_by_their_receiver(life):
    """Whoever accepts stands in the content, not in the subject."""
    w = life
    request = pb.AcceptTransferRequest(
        ledger=w.ledger,
        request_id=time_ordered_id(),
        acceptance=c.TransferAcceptance(transfer_id=bytes(15) + b"1", receiver=w.account("mother")),
    )
    assert reason_of(w.send(request, **by(w, "daughter"))) == "PERSON_NOT_FOUND"
    assert reason_of(w.send(request, **by(w, "mother"))) == "TRANSFER_NOT_FOUND"


@pytest.mark.feature(64)
@pytest.mark.parametrize("kind", ["AGENT", "GUARDIAN"])
def test_who_looks_after_money_gives_it_only_to_whom_the_mandate_names(life, kind):
    """Neither to himself nor to anybody else: to family, to a wallet elsewhere, or by sharing the account."""
    w, agent = life, by(life, "daughter")
    w.done(w.opening("sister", 1_000))
    giving = [
        lambda to: w.grant("mother", to, t.RELATION_CHILD),
        lambda to: w.transfer("mother", to, 5),
        lambda to: w.send_to("mother", w.account(to), 5, relation=t.RELATION_CHILD),
    ]
    plain = w.done(w.mandate("mother", "daughter", "MANAGE_SHARE", kind=kind)).first_position
    for give in giving:
        for receiver in ("daughter", "sister"):
            assert reason_of(w.send(give(receiver), **agent)) == "MANDATE_NOT_IN_FAVOUR"
    assert w.state("mother").balance == 1_000
    w.done(w.revoke_mandate("mother", plain))
    w.done(w.mandate("mother", "daughter", "MANAGE_SHARE", kind=kind, favour=["sister"]))
    for give in giving:
        assert reason_of(w.send(give("daughter"), **agent)) == "MANDATE_NOT_IN_FAVOUR"
        told = w.send(give("sister"), **agent)
        assert not hasattr(told, "code") or reason_of(told) == "TRANSFER_WINDOW_CLOSED"  # wallets rest at night
    (shown,) = w.state("mother").mandates
    assert list(shown.beneficiaries) == [w.person("sister")]
    w.done(w.revoke("mother", "sister"), **agent)  # taking back gives nothing away
    w.done(w.grant("mother", "stranger", t.RELATION_CHILD), **by(w, "mother"))  # she herself may


def test_one_mandate_has_to_allow_both(life):
    """The right of one and the favour of another do not add up."""
    w, agent = life, by(life, "daughter")
    w.done(w.mandate("mother", "daughter", "MANAGE_SHARE"))
    w.done(w.mandate("mother", "daughter", "READ_ACCOUNT", kind="GUARDIAN", favour=["daughter"]))
    assert reason_of(w.send(w.transfer("mother", "daughter", 5), **agent)) == "MANDATE_NOT_IN_FAVOUR"


def test_a_person_gives_a_few_mandates_only(life):
    w = life
    for number in range(mandates.MANDATES_PER_PERSON):
        w.done(w.register(f"friend {number}"))
        w.done(w.mandate("mother", f"friend {number}", until=DAY))
    assert reason_of(w.send(w.mandate("mother", "daughter"))) == "MANDATE_LIMIT_EXCEEDED"


def test_the_state_decides_where_commands_meet(life):
    """Revoked in the same batch, a command behind the revocation is refused, in random orders: the look at the door is
    not what counts.
    """
    w, draw = life, random.Random(7)
    for _ in range(5):
        given = w.done(w.mandate("mother", "daughter", "MANAGE_SHARE", favour=["daughter"])).first_position
        agent = by(w, "daughter")
        calls = [w.client.commands.TransferShare.future(w.transfer("mother", "daughter", 1), timeout=20, **agent)
                 for _ in range(draw.randrange(4))]  # fmt: skip
        revoked = w.client.commands.RevokeMandate.future(w.revoke_mandate("mother", given), timeout=20)
        calls += [
            w.client.commands.TransferShare.future(w.transfer("mother", "daughter", 1), timeout=20, **agent)
            for _ in range(4)
        ]
        end = revoked.result().transaction.first_position
        for call in calls:
            if call.exception() is None:
                assert call.result().transaction.first_position < end


ROSTER = """
[[identity]]
organisation = "city"
actor = "app"
tokens = ["app"]
rights = ["READ_ACCOUNT"]
ledgers = ["*"]
citizens = true

[[identity]]
organisation = "city"
actor = "kiosk"
tokens = ["kiosk"]
rights = ["READ_ACCOUNT"]
ledgers = ["*"]
person = "ledgers/410100/persons/0198C0DE-0000-7000-8000-000000000001"
"""
PERSON = "ledgers/410100/persons/0198c0de-0000-7000-8000-000000000001"


def test_an_identity_of_citizens_names_one_in_every_call():
    roster = read_roster(ROSTER)
    kiosk = roster.of_token("kiosk")
    assert (kiosk.person, kiosk.citizens) == (PERSON, False)
    provider = RosterProvider(roster)
    provider._by_token = lambda authorization: type("K", (), {
        "identity": roster.of_token(authorization), "valid_from": 0.0, "valid_until": 1e12})()  # fmt: skip
    ask = lambda token, **headers: provider.identify({"authorization": token, **headers}, dict)  # noqa: E731
    assert ask("app") is None
    assert ask("app", **{"x-acting-as": "ledgers/410100"}) is None
    one, other = (ask("app", **{"x-acting-as": PERSON[:-1] + end}) for end in "12")
    assert (one.person, one.rights) == (PERSON, roster.of_token("app").rights)
    assert len({one.actor, other.actor, roster.of_token("app").actor}) == 3
    assert one.organisation == other.organisation == Identity.named("city", "app", 0).organisation
    # Whoever is one person cannot become another by saying so.
    assert ask("kiosk", **{"x-acting-as": PERSON[:-1] + "2"}).person == PERSON


@pytest.mark.parametrize("wrong", ['person = "ann"', "citizens = 1", f'citizens = true\nperson = "{PERSON}"'])
def test_a_bad_bound_is_refused(wrong):
    text = ROSTER.replace("citizens = true", wrong, 1)
    with pytest.raises(RosterError):
        read_roster(text)


def test_a_mandate_ends_when_its_time_has_come():
    person = type("P", (), {"mandates": {1: mandates.Mandate("b", 1, 1 << 1 | 1 << 7, 10, 20)}})()
    asked = [(9, 1 << 1), (10, 1 << 1), (19, 1 << 7), (19, 1 << 5), (20, 1 << 1)]
    told = [bool(mandates.may_act(person, "a", "b", rights, at)) for at, rights in asked]
    assert told == [True, False, False, True, True]


def test_a_command_is_looked_at_where_it_is_decided():
    """It was let in at the door, and the mandate was taken back before its turn came."""
    ledger = Ledger()
    ledger.open("mother")
    ledger.open("daughter")
    content = c.Mandate(agent=person_name(CODE, stream_of("daughter")), kind=1, rights=[7])
    given = ledger.run(kinds.GRANT_MANDATE, content, "mother")[0].position
    late = ledger.command_of(kinds.REPORT_LOSS, c.LossReport(kind=1), "mother")
    late.behalf, late.rights = content.agent, 1 << 7
    assert decide(late, ledger)
    late.rights |= 1 << 9
    with pytest.raises(Refusal) as wide:
        decide(late, ledger)
    revocation = c.MandateRevocation(mandate=f"ledgers/{CODE}/entries/{given}")
    ledger.run(kinds.REVOKE_MANDATE, revocation, "mother")
    with pytest.raises(Refusal) as over:
        decide(late, ledger)
    refused = [wide.value.reason, over.value.reason]
    assert refused == [reasons.REFUSAL_REASON_MANDATE_INSUFFICIENT, reasons.REFUSAL_REASON_PERSON_NOT_FOUND]
