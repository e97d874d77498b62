"""Corrections over the wire: reversals, premiums, amendments. What was recorded is negated, never computed again."""

from __future__ import annotations

import pytest
from google.rpc.status_pb2 import Status

from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.running import Client, Ledgerd, time_ordered_id
from tests.world import World, again, details, group, item, reason_of, refusal

LAST_YEAR = t.CivilDate(year=2024, month=12, day=30)


@pytest.fixture(scope="module")
def service(database):
    """A service of this module's own."""
    with Ledgerd(database, []) as process:
        yield process


@pytest.fixture
def world(database, service):
    """Somebody in work and a retiree with 1,000 fen each, and a payer with 500 fen for the first."""
    client = Client(service.channel())
    w = World(client, database.new_ledger())
    w.done(w.opening("kid"))
    w.done(w.opening("old", person_type=t.PERSON_TYPE_RETIRED))
    w.done(w.opening("ann", 500))
    w.done(w.grant("ann", "kid", year_limit=400))
    yield w
    client.close()
    assert database.defects(w.code) == []


def split(**parts):
    """A split of the settlement centre."""
    return c.UpstreamSplit(**parts)


def sums(w, who):
    """The yearly sums of somebody, without those that are zero."""
    return {
        (each.year, each.benefit): (each.deductible, each.pooled, each.eligible, each.visits)
        for each in w.state(who).accumulators
        if each.eligible or each.visits
    }


def balances(w):
    """What everybody has."""
    return {who: w.state(who).balance for who in ("kid", "old", "ann")}


# -- reversals ------------------------------------------------------------------------------------


@pytest.mark.feature(72)
def test_a_reversal_gives_everybody_back_what_was_taken(world):
    """Own account, relative, yearly sums and limits; cash is told, so that the cashier hands it back."""
    w = world
    bought = w.done(w.purchase("kid", 2_000, upstream=split(pooled=300, deductible=100)))
    assert (bought.split.own_account, bought.split.shared[0].amount, bought.split.cash) == (1_000, 400, 300)
    back = w.done(w.reverse(bought.first_position))
    assert back.split == bought.split
    assert balances(w) == {"kid": 1_000, "old": 1_000, "ann": 500}
    assert (sums(w, "kid"), w.state("ann").grants[0].year_left) == ({}, 400)
    assert reason_of(w.send(w.reverse(bought.first_position))) == "ALREADY_REVERSED"
    assert reason_of(w.send(w.reverse(back.first_position))) == "NOT_REVERSIBLE"


@pytest.mark.feature(72)
def test_a_reversal_after_the_grant_was_revoked(world):
    """The money goes back to whoever paid, whatever became of the grant or of the card."""
    w = world
    bought = w.done(w.purchase("kid", 1_300))
    w.done(w.revoke("ann", "kid"))
    w.done(w.report("ann"))
    w.done(w.report("kid"))
    w.done(w.reverse(bought.first_position))
    assert balances(w) == {"kid": 1_000, "old": 1_000, "ann": 500}


@pytest.mark.feature(72)
def test_a_reversal_in_the_next_year_rolls_the_year_of_service_back(world):
    """The sums of the year of service fall; this year's stay."""
    w = world
    before = w.done(w.purchase("kid", 100, upstream=split(pooled=70), service_date=LAST_YEAR))
    w.done(w.purchase("kid", 50, upstream=split(pooled=35)))
    w.done(w.reverse(before.first_position))
    ((year, _), left), *others = sums(w, "kid").items()
    assert (year > 2024, left, others) == (True, (0, 35, 50, 1), [])


@pytest.mark.feature(72)
def test_a_reversal_after_the_cap_leaves_later_splits_alone(world):
    """It frees cap for bills to come; nothing that was settled is computed again (G56)."""
    w = world
    first = w.done(w.purchase("kid", 500, upstream=split(pooled=400, deductible=20)))
    at_the_cap = w.done(w.purchase("kid", 200, upstream=split(pooled=0)))
    w.done(w.reverse(first.first_position))
    (left,) = sums(w, "kid").values()
    assert left == (0, 0, 200, 1)
    assert w.state("kid").balance == 1_000 - at_the_cap.split.own_account


@pytest.mark.feature(72)
def test_money_that_comes_back_after_closing_is_owed_outside(world):
    """For the holder and for a relative who paid: the closed balance stays zero (G67)."""
    w = world
    bought = w.done(w.purchase("kid", 1_300))
    for who in ("kid", "ann"):
        w.done(w.close(who))
    back = w.done(w.reverse(bought.first_position))
    assert back.payable_after_close == 1_300
    owed = {who: (w.state(who).balance, w.state(who).payable_after_close) for who in ("kid", "ann")}
    assert owed == {"kid": (0, 1_000), "ann": (0, 300)}


@pytest.mark.feature(73)
def test_a_deposit_that_was_spent_cannot_be_taken_back(world):
    """The balance never goes below zero (G61); what is still there can."""
    w = world
    spent, kept = (w.done(w.deposit("kid", amount)).first_position for amount in (600, 100))
    w.done(w.purchase("kid", 1_200))
    assert reason_of(w.send(w.reverse(spent))) == "INSUFFICIENT_BALANCE"
    w.done(w.reverse(kept))
    assert w.state("kid").balance == 400


def test_a_transfer_comes_back_unless_it_was_spent(world):
    """Both legs or none."""
    w = world
    sent = w.done(w.transfer("ann", "kid", amount=200))
    w.done(w.purchase("kid", 1_100, shares_unused=True))
    assert reason_of(w.send(w.reverse(sent.first_position))) == "INSUFFICIENT_BALANCE"
    w.done(w.deposit("kid", 100))
    w.done(w.reverse(sent.first_position))
    assert balances(w) == {"kid": 0, "old": 1_000, "ann": 500}


def test_a_ledger_that_reverses_the_latest_first(database, service):
    """An earlier purchase of the year and benefit waits for the later ones; other benefits do not matter."""
    client = Client(service.channel())
    w = World(client, database.new_ledger(reversal_order=t.REVERSAL_ORDER_LIFO))
    w.done(w.opening("kid"))
    first, last = (w.done(w.purchase("kid", 10)).first_position for _ in range(2))
    w.done(w.purchase("kid", 10, category=t.CATEGORY_INPATIENT))
    w.done(w.purchase("kid", 10, service_date=LAST_YEAR))
    for ask in (w.reverse(first), w.amend(first)):
        refused = w.send(ask)
        assert reason_of(refused) == "REVERSAL_OUT_OF_ORDER"
        assert details(refused)[0].metadata["entry"] == f"{w.ledger}/entries/{last}"
    kept = w.done(w.amend(last, total=4)).last_position
    assert reason_of(w.send(w.reverse(first))) == "REVERSAL_OUT_OF_ORDER"
    w.done(w.reverse(kept))
    w.done(w.reverse(first))
    assert w.state("kid").balance == 980
    client.close()


# -- premiums -------------------------------------------------------------------------------------


@pytest.mark.feature(81)
def test_a_retirees_premium_once_a_year(world):
    """Nobody in work (G64); once per year and kind; a reversal makes room for the right amount."""
    w = world
    assert reason_of(w.send(w.premium("kid", amount=36))) == "PERSON_TYPE_NOT_ELIGIBLE"
    taken = w.done(w.premium("old", amount=36))
    assert (taken.entries[0].type, taken.entries[0].balance_after) == ("premium_deducted", 964)
    assert reason_of(w.send(w.premium("old", amount=30))) == "DUPLICATE_PREMIUM"
    w.done(w.premium("old", amount=5, kind=t.PREMIUM_KIND_LONG_TERM_CARE))
    w.done(w.premium("old", amount=7, year=2026))
    assert reason_of(w.send(w.premium("old", amount=10_000, year=2027))) == "INSUFFICIENT_BALANCE"
    w.done(w.reverse(taken.first_position))
    w.done(w.premium("old", amount=30))
    assert w.state("old").balance == 1_000 - 5 - 7 - 30


@pytest.mark.feature(81)
def test_a_relatives_resident_premium(world):
    """Anybody may pay it for a relative of the resident scheme who holds a grant; once, whoever pays."""
    w = world
    w.done(w.register("dan"))
    ask = {"kind": t.PREMIUM_KIND_RESIDENT_SCHEME, "covered": "dan", "amount": 40}
    assert reason_of(w.send(w.premium("kid", **ask))) == "SHARE_NOT_AUTHORIZED"
    for payer in ("kid", "ann"):
        w.done(w.grant(payer, "dan"))
    w.done(w.premium("kid", **ask))
    assert reason_of(w.send(w.premium("ann", **ask))) == "DUPLICATE_PREMIUM"


@pytest.mark.feature(81)
def test_a_premium_is_voided_and_owed_after_closing(world):
    """冲正 of a premium, and a premium that comes back to a closed account."""
    w = world
    request = w.premium("old", amount=100)
    w.done(request)
    w.done(w.void(request.request_id))
    assert w.state("old").balance == 1_000
    taken = w.done(w.premium("old", amount=100))
    w.done(w.close("old"))
    assert w.done(w.reverse(taken.first_position)).payable_after_close == 100
    assert (w.state("old").balance, w.state("old").payable_after_close) == (0, 100)


# -- amendments -----------------------------------------------------------------------------------


@pytest.mark.feature(72)
def test_a_return_of_goods_in_one_command(world):
    """What is kept is settled anew: own account first, the relative gets everything back (G59)."""
    w = world
    bought = w.done(w.purchase("kid", 2_000, upstream=split(pooled=300, deductible=100)))
    amended = w.done(w.amend(bought.first_position, total=600, upstream=split(pooled=200, deductible=100)))
    types = [entry.type for entry in amended.entries]
    assert types == ["purchase_amended", "purchase_reversed", "share_refunded", "purchase_settled"]
    assert amended.reversed_split == bought.split
    assert (amended.split.own_account, amended.split.cash, list(amended.split.shared)) == (400, 0, [])
    assert balances(w) == {"kid": 600, "old": 1_000, "ann": 500}
    (left,) = sums(w, "kid").values()
    assert left == (100, 200, 600, 1)
    again_amended = w.done(w.amend(amended.last_position, total=100))
    assert again_amended.reversed_split == amended.split
    assert w.state("kid").balance == 900


def test_an_amendment_is_a_reversal_and_a_settlement(world, database, service):
    """The same balances, sums and limits as by two commands, also when relatives pay for what is kept."""
    client = Client(service.channel())
    other = World(client, database.new_ledger())
    other.done(other.opening("kid"))
    other.done(other.opening("ann", 500))
    other.done(other.grant("ann", "kid", year_limit=400))
    kept = {"total": 1_250, "upstream": split(pooled=90, deductible=5), "service_date": LAST_YEAR}
    for w in (world, other):
        w.bought = w.done(w.purchase("kid", 1_700, upstream=split(pooled=100))).first_position
    one = world.done(world.amend(world.bought, **kept)).split
    other.done(other.reverse(other.bought))
    two = other.done(other.purchase("kid", **kept)).split
    for share in (*one.shared, *two.shared):
        share.payer = ""
    assert one == two
    assert [share.amount for share in one.shared] == [160]
    for who in ("kid", "ann"):
        assert world.state(who).balance == other.state(who).balance
        assert sums(world, who) == sums(other, who)
    assert world.state("ann").grants[0].used == other.state("ann").grants[0].used == 160
    client.close()


def test_what_is_kept_has_the_service_date_of_what_was_bought(world):
    """An amendment in January moves the sums of December, unless it names another date."""
    w = world
    bought = w.done(w.purchase("kid", 100, service_date=LAST_YEAR))
    amended = w.done(w.amend(bought.first_position, total=60))
    assert {year for year, _ in sums(w, "kid")} == {2024}
    w.done(w.amend(amended.last_position, total=60, service_date=t.CivilDate(year=2025, month=1, day=2)))
    assert {year for year, _ in sums(w, "kid")} == {2025}


@pytest.mark.feature(72)
def test_what_is_kept_keeps_its_invoice_and_trace_codes(world):
    """Keys of the amended purchase are free for what is kept, and only for that."""
    w = world
    keys = t.Confidential(invoice_number="I-1", trace_codes=["T-1", "T-2"])
    bought = w.done(w.purchase("kid", 100, sealed=keys))
    kept = t.Confidential(invoice_number="I-1", trace_codes=["T-2"])
    w.done(w.amend(bought.first_position, total=60, sealed=kept))
    assert reason_of(w.send(w.purchase("kid", 10, sealed=keys))) == "DUPLICATE_REIMBURSEMENT"
    w.done(w.purchase("kid", 10, sealed=t.Confidential(trace_codes=["T-1"])))
    again_sold = w.send(w.purchase("kid", 10, sealed=t.Confidential(trace_codes=["T-2"])))
    assert reason_of(again_sold) == "TRACE_CODE_ALREADY_SETTLED"


def test_an_amendment_that_is_refused_changes_nothing(world):
    """Frozen since, a part that the account cannot bear, a key in use: the purchase stands as it was."""
    w = world
    bought = w.done(w.purchase("kid", 1_300)).first_position
    w.done(w.purchase("old", 10, sealed=t.Confidential(invoice_number="I-2")))
    before, state = balances(w), w.state("kid")
    asked = [
        (w.amend(bought, total=5_000, upstream=split(own_account=4_000)), "INSUFFICIENT_BALANCE"),
        (w.amend(bought, total=60, sealed=t.Confidential(invoice_number="I-2")), "DUPLICATE_REIMBURSEMENT"),
        (w.amend(bought, total=60, version=1), "VERSION_MISMATCH"),
        (w.amend(bought, total=60, payers=["old"]), "SHARE_NOT_AUTHORIZED"),
    ]
    for ask, reason in asked:
        assert reason_of(w.send(ask)) == reason
    w.done(w.report("old"))
    assert (balances(w), w.state("kid")) == (before, state)
    w.done(w.report("kid"))
    assert reason_of(w.send(w.amend(bought, total=60))) == "ACCOUNT_FROZEN"
    assert balances(w) == before


def test_an_amendment_needs_both_rights_and_the_right_to_pin(world):
    """Reversing and recording; and for what is kept a policy may be pinned only by those who may."""
    w = world
    bought = w.done(w.purchase("kid", 100)).first_position
    pinned = w.amend(bought, policy=f"{w.ledger}/policies/p")
    for rights, ask in (("REVERSE", w.amend(bought)), ("RECORD_PURCHASE", w.amend(bought))):
        assert reason_of(w.send(ask, metadata=(("x-dev-rights", rights),))) == "PERMISSION_DENIED"
    both = (("x-dev-rights", "REVERSE,RECORD_PURCHASE"),)
    assert reason_of(w.send(pinned, metadata=both)) == "PERMISSION_DENIED"
    assert w.done(w.amend(bought), metadata=both).split.own_account == 60


# -- amendments and request ids -------------------------------------------------------------------


def test_the_same_amendment_again_is_the_same_answer(world):
    """Retries with personal data, in upper case, after other commands; other content names the field."""
    w = world
    bought = w.done(w.purchase("kid", 1_300)).first_position
    ask = w.amend(bought, total=60, sealed=t.Confidential(note="returned"))
    first = w.done(ask)
    w.done(w.deposit("kid"))
    assert w.done(ask) == again(first)
    ask.request_id = ask.request_id.upper()
    assert w.done(ask) == again(first)
    others = {
        "purchase.bill.total": w.amend(bought, total=61, request_id=ask.request_id),
        "entry": w.amend(bought + 1, total=60, request_id=ask.request_id),
        "confidential": w.amend(bought, total=60, request_id=ask.request_id),
        "confidential.note": w.amend(bought, 60, t.Confidential(note="x"), request_id=ask.request_id),
        "method": w.reverse(bought, request_id=ask.request_id),
    }
    for field, other in others.items():
        conflict = w.send(other)
        assert reason_of(conflict) == "IDEMPOTENCY_CONFLICT"
        assert details(conflict)[0].metadata["field"] == field
    assert w.outcome(ask.request_id).transaction == again(first)


def test_a_refused_amendment_is_refused_again(world):
    """The first answer for ever."""
    w = world
    ask = w.amend(w.done(w.purchase("kid", 10)).first_position, payers=["old"])
    first = refusal(w.send(ask))
    w.done(w.grant("old", "kid"))
    assert refusal(w.send(ask)) == (*first[:2], True)


def test_amendments_in_batches_and_groups(world):
    """Each sees what the ones before it did; a group is all or nothing."""
    w = world
    size = w.size()
    ask = w.amend(size + 1, total=60)
    bought, amended, same = w.batch(item(w.purchase("kid", 100)), item(ask), item(ask))
    assert (bought.first_position, amended.first_position, same) == (size + 1, size + 2, again(amended))
    assert w.state("kid").balance == 940
    kept = amended.last_position
    failing = group(w.amend(kept, total=50), w.lift("kid"))
    (refused,) = w.batch(failing)
    assert refusal(refused)[:2] == ("LOSS_NOT_REPORTED", {"item": "1", "position": str(w.size())})
    assert w.state("kid").balance == 940
    together = group(w.amend(kept, total=50), w.deposit("kid", 5), w.purchase("kid", 7))
    (done,) = w.batch(together)
    assert w.batch(together) == [again(done)]
    assert w.state("kid").balance == 1_000 - 50 + 5 - 7
    assert not done.HasField("split")


def test_a_voided_amendment_never_happens(world):
    """A tombstone for one that did not arrive; one that did cannot be voided, because it cannot be undone in one."""
    w = world
    bought = w.done(w.purchase("kid", 100)).first_position
    late = w.amend(bought, total=60)
    w.done(w.void(late.request_id))
    assert reason_of(w.send(late)) == "COMMAND_VOIDED"
    ask = w.amend(bought, total=60)
    w.done(ask)
    assert reason_of(w.send(w.void(ask.request_id))) == "NOT_VOIDABLE"


def test_amendments_survive_kill_9(database):
    """Killed between and within commits: with the same ids again, each happens once, whole."""
    code = database.new_ledger()
    asked, done = [], set()
    with Ledgerd(database, [code]) as process:
        client = Client(process.channel())
        w = World(client, code)
        w.done(w.opening("kid", 100_000))
        w.done(w.opening("ann", 100_000))
        w.done(w.grant("ann", "kid"))
        bought = [w.done(w.purchase("kid", 3_000)).first_position for _ in range(40)]
        asked = [w.amend(position, total=2_500, request_id=time_ordered_id()) for position in bought]
        calls = [client.commands.AmendPurchase.future(ask, timeout=20) for ask in asked]
        calls[5].result()
        process.kill()
        done = {index for index, call in enumerate(calls) if call.done() and not call.exception()}
        client.close()
    assert done
    with Ledgerd(database, [code]) as process:
        client = Client(process.channel())
        w.client = client
        answers = [w.send(ask) for ask in asked]
        assert not any(isinstance(answer, Status) for answer in answers)
        assert all(answers[index].transaction.replayed for index in done)
        assert {len(answer.transaction.entries) for answer in answers} <= {3, 4, 5}
        left = w.state("kid").balance + w.state("ann").balance
        assert left == 200_000 - 40 * 2_500
        client.close()
