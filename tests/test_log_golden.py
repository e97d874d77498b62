"""Entries as the service wrote them once, kept for ever: every later version reads these bytes to the same meaning.

`python -m tests.test_log_golden` adds an entry for each event type that has none yet. What is there is never
written again: an old version of an event stays beside its newer ones.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict

from ledger.domain import entry_types as types
from ledger.domain.changes import CHANGES
from ledger.domain.features import FEATURE_LEVEL, OLDEST_LEVEL
from ledger.log import header
from ledger.log.entry import EVENT_NAMES, parse, recorded
from ledger.v1 import command_service_pb2 as requests
from ledger.v1 import commands_pb2 as c
from ledger.v1 import key_service_pb2 as k
from ledger.v1 import period_service_pb2 as pb
from ledger.v1 import types_pb2 as t
from ledger.v1 import upgrade_service_pb2 as u
from ledger.v1.key_service_pb2_grpc import KeyServiceStub
from ledger.v1.period_service_pb2_grpc import PeriodServiceStub
from ledger.v1.upgrade_service_pb2_grpc import UpgradeServiceStub
from tests.book import as_actor, shipped
from tests.book import day as day_of
from tests.life import PHONE, Life
from tests.running import Client, Database, Ledgerd, time_ordered_id
from tests.world import group

PLACE = Path(__file__).parent / "golden" / "entries.json"
GOLDEN = json.loads(PLACE.read_text()) if PLACE.exists() else {}
WRITTEN = {
    *CHANGES,
    16,
    17,
    18,
    23,
    73,
    types.PAYOUT_PROPOSED,
    *types.POLICY,
    types.INSTITUTION_DESIGNATED,
    types.DESIGNATION_REVOKED,
    types.RECONCILIATION_RUN,
    types.YEAR_CLOSED,
    types.OPENINGS_PROPOSED,
    types.OPENINGS_APPROVED,
    types.SIGNING_KEY_CHANGED,
    types.FEATURE_LEVEL_RAISED,
    types.KEY_DESTRUCTION_PROPOSED,
    types.ACCESS_RECORDED,
}
"""Numbers of the events that the service writes now."""


def meaning(data):
    """What an entry says, in words."""
    return MessageToDict(parse(data), preserving_proto_field_name=True)


@pytest.mark.parametrize("name", GOLDEN)
def test_old_bytes_keep_their_meaning(name):
    """The whole message, the header by slices, and what the domain is given."""
    data, expected = bytes.fromhex(GOLDEN[name]["entry"]), GOLDEN[name]["message"]
    assert meaning(data) == expected
    assert set(expected) <= {"header", "references", "sealed", name}
    item = recorded(data)
    assert EVENT_NAMES[item.type] == name
    assert MessageToDict(item.event, preserving_proto_field_name=True) == expected[name]
    fields = dict(zip((field.name for field in parse(data).header.DESCRIPTOR.fields), header.unpack(data), strict=True))
    for field in ("position", "version", "balance_change", "balance_after", "effective_time", "record_time"):
        assert fields[field] == getattr(item, field) == int(expected["header"][field])


def test_every_event_that_is_written_has_an_entry():
    """A new event type needs its golden entry before it is written anywhere."""
    assert set(GOLDEN) == {EVENT_NAMES[number] for number in WRITTEN}


def test_the_entries_hold_what_may_be_lost():
    """The optional parts are among them: references, keys, sealed data, given times, groups, negative amounts."""
    messages = [each["message"] for each in GOLDEN.values()]
    keys = [key for message in messages for key in message.get("references", {}).get("unique_keys", [])]
    assert any("sealed" in message for message in messages)
    assert {key.get("released", False) for key in keys} == {False, True}
    headers = [each["message"]["header"] for each in GOLDEN.values()]
    assert any(int(each["balance_change"]) < 0 for each in headers)
    assert any(each["legs"] > 1 for each in headers)


def days_since(date):
    """Seconds from now to a date."""
    return int(datetime.fromisoformat(date).timestamp() - time.time())


def live(w):
    """A small life that brings every event about."""
    w.done(w.register("dan", number="330101199003071234"))
    w.done(w.open("new"))
    w.done(w.activate("new"))
    w.done(w.opening("ann", balance=5_000))
    w.done(w.opening("bob"))
    keys = t.Confidential(invoice_number="I-1", trace_codes=["T-1"], note="备注")
    deposit = w.deposit("ann", period=202501, sealed=t.Confidential(payment_ref="P-1"), at=-60)
    w.done(w.reverse(w.done(deposit).first_position))
    w.done(w.grant("ann", "bob", year_limit=9_000))
    bought = w.purchase("bob", total=1_500, sealed=keys, service_date=t.CivilDate(year=2024, month=2, day=29))
    w.done(bought)
    w.done(w.void(bought.request_id))
    sent = w.transfer("ann", "bob", amount=70)
    w.done(w.reverse(w.done(sent).first_position))
    w.done(w.order("bob", "ann"))
    kept = w.done(w.amend(w.done(w.purchase("bob", total=900)).first_position, total=400))
    assert kept.split.account_payable == 400
    w.done(w.opening("old", person_type=t.PERSON_TYPE_RETIRED))
    w.done(w.reverse(w.done(w.premium("old", amount=200)).first_position))
    proposed = w.done(w.adjustment("ann", entry=7), metadata=(("x-dev-actor", "first"),)).first_position
    w.done(w.review(proposed))
    # Noon of tomorrow in Shanghai: inside the hours, whenever this runs.
    noon = int(time.time()) // 86_400 * 86_400 + 28 * 3_600 - int(time.time())
    accepted, returned = b"A" * 16, b"R" * 16
    w.done(w.send_to("ann", "bob", 200, accepted, at=noon))
    w.done(w.accept(accepted, "bob", at=noon))
    w.done(w.settlement(accepted))
    w.done(w.send_to("ann", "bob", 300, returned, at=noon))
    w.done(w.send_back(returned))
    w.done(w.revoke("ann", "bob"))
    w.done(w.report("bob"))
    w.done(w.lift("bob"))
    w.send(w.lift("bob"))
    w.done(w.void(time_ordered_id()))
    w.batch(group(w.close("new"), w.close("bob")))
    filed = w.done(w.file("dan", institutions=["H31010000008"]))
    w.done(w.end_filing("dan", filed.first_position))
    w.publish(shipped("hefei-outpatient-2025"))
    w.done(w.designate("H1"))
    w.done(w.computed("ann", 20_100))
    w.withdraw("hefei-outpatient-2025")
    w.done(w.revoke_designation("H1"))
    w.done(w.change_kind("ann"))
    w.done(w.suspend("ann"))
    w.done(w.restore("ann"))
    w.done(w.change_data("ann", PHONE))
    w.done(w.credential("ann"))
    day = 86_400
    w.publish(shipped("zhengzhou-region", region="340100", losses={"provisional_days": 5}, approximate=[]))
    w.done(w.report("ann", at=-6 * day))
    w.done(w.reissue("ann"))
    w.done(w.issue("ann"))
    w.done(w.interest("ann"))
    w.done(w.opening("gone"))
    w.done(w.designate("H2"))
    bought = w.done(w.purchase("gone", 300, institution="H2")).first_position
    w.done(w.close("gone"))
    w.done(w.reverse(bought))
    w.done(w.settle_payable("gone", 100))
    w.done(w.opening("twin"))
    w.done(w.merge("ann", "twin"))
    w.done(w.opening("heir", balance=1))
    w.withdraw("zhengzhou-region")
    w.publish(shipped("guangxi-region", region="340100", payout_limit=0))
    w.done(w.review(w.done(w.close("heir"), **as_actor("first")).first_position))
    claimed = w.done(w.claim("ann", "2025-05-02", "I-5", at=days_since("2025-05-03"))).first_position
    w.done(w.decide_claim("ann", claimed, upstream={"pooled": 70}))
    w.done(w.pay_claim("ann", claimed, "B-5"))
    raised = u.FinishUpgradeRequest(ledger=w.ledger, request_id=time_ordered_id(), feature_level=FEATURE_LEVEL)
    UpgradeServiceStub(w.client.channel).FinishUpgrade(raised, timeout=20)
    w.done(w.revoke_mandate("ann", w.done(w.mandate("ann", "bob", until=day)).first_position))
    w.done(w.lift_sanction("ann", w.done(w.sanction("ann", until=day)).first_position))
    raised = w.done(w.flag("ann", positions=[bought, claimed])).first_position
    w.done(w.clear_flag("ann", raised))
    periods = PeriodServiceStub(w.client.channel)
    year = pb.CloseYearRequest(ledger=w.ledger, request_id=time_ordered_id(), closing=c.YearClosing(year=2025))
    periods.CloseYear(year, timeout=20)
    asked = c.Reconciliation(from_date=day_of("2025-03-01"), to_date=day_of("2025-03-31"), refunds_counted=True)
    asked.stated.count = 1
    statement = pb.ReconcileTotalsRequest(
        institution=f"{w.ledger}/institutions/H2", request_id=time_ordered_id(), reconciliation=asked
    )
    periods.ReconcileTotals(statement, timeout=20)
    administer(w)


def administer(w):
    """Openings by four eyes, another signing key, the destruction of a person's key, a look into the entries."""
    listed = c.OpeningsProposal(count=1, balance=100, source_sha256=b"o" * 32)
    proposed = w.done(requests.ProposeOpeningsRequest(ledger=w.ledger, openings=listed, **w.common())).first_position
    w.done(w.review(proposed), **as_actor("second"))
    keys = KeyServiceStub(w.client.channel)
    keys.RotateSigningKey(k.RotateSigningKeyRequest(ledger=w.ledger, request_id=time_ordered_id()), timeout=20)
    proposal = keys.ProposeKeyDestruction(
        k.ProposeKeyDestructionRequest(
            person=w.person("gone"), request_id=time_ordered_id(), cause=t.KEY_DESTRUCTION_CAUSE_RETENTION_ENDED
        ),
        timeout=20,
    )
    keys.ReviewKeyDestruction(
        k.ReviewKeyDestructionRequest(
            ledger=w.ledger,
            request_id=time_ordered_id(),
            proposal=f"{w.ledger}/entries/{proposal.transaction.first_position}",
            decision=t.PROPOSAL_DECISION_APPROVED,
        ),
        timeout=20,
        **as_actor("second"),
    )
    # Whoever reads entries waits for the entry about it; in profile dev only where the service is told so.
    w.entries()


def main():
    """Write the entries that are missing."""
    database = Database()
    code = database.new_ledger(feature_level=OLDEST_LEVEL)
    environment = {"LEDGER_PROJECTIONS": "process", "LEDGER_ACCESS_ENTRIES": "true"}
    with Ledgerd(database, [code], environment=environment) as process:
        client = Client(process.channel())
        world = Life(client, code)
        live(world)
        for data in world.entries():
            name = EVENT_NAMES[recorded(data).type]
            GOLDEN.setdefault(name, {"entry": data.hex(), "message": meaning(data)})
        client.close()
    database.close()
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(json.dumps(GOLDEN, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
