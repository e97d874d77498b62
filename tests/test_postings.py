"""What events mean in the books: every type is known, and every event that adds up has postings that add up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ledger.log.entry import EVENT_NAMES
from ledger.v1 import entry_pb2
from projections import chart
from projections.chart import CHART, Owned
from projections.postings import MONEYLESS, POSTINGS, UnbalancedError, postings

STREAM = bytes(range(16))
OTHER = "ledgers/310000/accounts/00000000-0000-4000-8000-000000000001"
TYPES = {name: entry_pb2.Entry.DESCRIPTOR.fields_by_name[name].message_type for name in EVENT_NAMES.values()}


def made(name):
    """An empty event of a type."""
    return type(getattr(entry_pb2.Entry(), name))()


def split(draw, event):
    """Who pays a bill, at random."""
    part = event.split
    part.pooled, part.own_account, part.cash, part.hospital = (draw.randrange(500) for _ in range(4))
    for fund in range(draw.randrange(3)):
        part.funds.add(fund=f"F{fund}", amount=draw.randrange(1, 300))
    for payer in range(draw.randrange(3)):
        part.shared.add(payer=OTHER[:-1] + str(payer), amount=draw.randrange(1, 300))
    event.accumulator.benefit = 1
    return part


def settled(draw, name):
    """A settlement or its reversal: event, origin, and what it adds to the balance."""
    event, origin = made(name), made("purchase_settled")
    part = split(draw, event)
    origin.purchase.institution = "H1"
    if name == "purchase_settled":
        event.purchase.institution = "H1"
        return event, None, -part.own_account
    event.payable_after_close = draw.choice([0, part.own_account])
    return event, origin, part.own_account - event.payable_after_close


def claim(draw):
    event, origin = made("claim_decided"), made("claim_filed")
    origin.filing.institution = "H1"
    part = split(draw, event)
    del part.shared[:]
    part.own_account = 0
    return event, origin, 0


def simple(draw, name):
    """An event with an amount, wherever it stands."""
    event, origin, amount = made(name), None, draw.randrange(1, 1_000)
    place = {
        "opening_imported": ("opening", "balance"),
        "payable_settled": ("settlement", "amount"),
        "deposit_posted": ("deposit", "amount"),
        "interest_posted": ("posting", "amount"),
        "premium_deducted": ("deduction", "amount"),
        "family_transfer_sent": ("transfer", "amount"),
        "transfer_initiated": ("transfer", "amount"),
        "transfer_credited": ("credit", "amount"),
        "hold_placed": ("hold", "amount"),
        "relocation_in": ("arrival", "amount"),
    }.get(name)
    if name == "hold_captured":
        event.capture.amount, event.returned = draw.randrange(1, 500), amount
    elif name == "relocation_confirmed":
        origin = made("relocation_out")
        origin.amount, origin.departure.destination = amount, OTHER
    elif place:
        setattr(getattr(event, place[0]), place[1], amount)
    else:
        event.amount = amount
    owed = 0
    if "payable_after_close" in event.DESCRIPTOR.fields_by_name:
        owed = event.payable_after_close = draw.choice([0, amount])
    return event, origin, amount, owed


SIGNS = {
    "balance_paid_out": -1, "payable_settled": 0, "account_absorbed": -1, "deposit_reversed": -1,
    "premium_deducted": -1, "share_paid": -1, "family_transfer_sent": -1, "transfer_initiated": -1,
    "transfer_accepted": 0, "hold_placed": -1, "claim_paid": 0, "relocation_out": -1, "relocation_confirmed": 0,
}  # fmt: skip
"""What an event does to the balance; it adds, unless it stands here."""


def drawn(draw, name):
    """An event that adds up, its origin, and what it adds to the balance."""
    if name in {"purchase_settled", "purchase_reversed"}:
        return settled(draw, name)
    if name == "claim_decided":
        return claim(draw)
    event, origin, amount, owed = simple(draw, name)
    for path in ("receiver", "credit.sender", "arrival.origin"):
        *parts, last = path.split(".")
        holder = event
        for part in parts:
            if part not in holder.DESCRIPTOR.fields_by_name:
                break
            holder = getattr(holder, part)
        else:
            if last in holder.DESCRIPTOR.fields_by_name:
                setattr(holder, last, OTHER)
    if name == "hold_captured":
        origin = made("hold_placed")
        origin.hold.beneficiary = OTHER
    if name == "deposit_reversed":
        origin = made("deposit_posted")
        origin.deposit.source = draw.randrange(1, 6)
    if name == "premium_reversed":
        origin = made("premium_deducted")
        origin.deduction.kind = 1
    if name == "family_transfer_reversed" and draw.random() < 0.5:
        event.receiver_leg, event.payable_after_close = True, 0
        return event, None, -amount
    return event, origin, SIGNS.get(name, 1) * amount - owed


def test_every_type_of_event_is_known():
    """A type that is added to the log must say what it means in the books, or that it means nothing."""
    assert POSTINGS.keys() | MONEYLESS == set(EVENT_NAMES.values())
    assert not POSTINGS.keys() & MONEYLESS


def test_every_origin_is_a_field_of_its_event():
    for name, rule in POSTINGS.items():
        assert not rule.origin or rule.origin in TYPES[name].fields_by_name, name


@pytest.mark.parametrize("name", sorted(POSTINGS))
def test_postings_add_up(name):
    """To zero, and with the balance to what the header says; owners are of the kind that the chart says."""
    draw = random.Random(name)
    for _ in range(200):
        event, origin, change = drawn(draw, name)
        found = postings(name, STREAM, event, origin, change)
        assert sum(amount for *_, amount in found) == 0
        assert -sum(amount for account, _, amount in found if account == chart.PERSONAL) == change
        for account, owner, amount in found:
            owned = CHART[account].owned
            assert amount
            assert (owned is Owned.NOBODY) == (owner == b"")
            assert owned is not Owned.ID or owner == STREAM
        with pytest.raises(UnbalancedError):
            postings(name, STREAM, event, origin, change + 1)


@pytest.mark.parametrize("name", sorted(MONEYLESS))
def test_what_moves_no_money_posts_nothing(name):
    assert postings(name, STREAM, made(name), None, 0) == []
    with pytest.raises(UnbalancedError):
        postings(name, STREAM, made(name), None, 1)


def test_a_bill_in_the_books():
    """Funds, own account and relatives pay the institution; cash and the hospital's part stand beside."""
    event = made("purchase_settled")
    event.purchase.institution, event.accumulator.benefit = "H34010000001", 2
    event.split.pooled, event.split.own_account, event.split.cash, event.split.hospital = 480, 300, 150, 20
    event.split.funds.add(fund="390100", amount=40)
    event.split.shared.add(payer=OTHER, amount=10)
    found = {
        chart.path(account, owner): amount
        for account, owner, amount in postings("purchase_settled", STREAM, event, None, -300)
    }
    assert found == {
        "Expenses:Pooled-Fund:INPATIENT": 480,
        "Expenses:Supplement-Funds:390100": 40,
        "Liabilities:Personal-Accounts:00010203-0405-0607-0809-0A0B0C0D0E0F": 300,
        "Equity:Clearing": 10,
        "Liabilities:Institutions:H34010000001": -830,
        "Equity:Memo:Cash:H34010000001": 150,
        "Equity:Memo:Hospital:H34010000001": 20,
        "Equity:Memo:Contra:H34010000001": -170,
    }


def test_no_two_owners_have_one_path():
    """Words that accounting programs do not take are written in hexadecimal digits."""
    words = ["H1", "h1", "0X4831", "0X6831", "H_1", "H-1", "协和", "a:b", "A B", "0XH1", "-A", "A-"]
    paths = [chart.path(chart.INSTITUTIONS, word.encode()) for word in words]
    assert len(set(paths)) == len(words)
    assert chart.path(chart.INSTITUTIONS, b"h1").endswith(":0X6831")
    assert all(path.isascii() and " " not in path and path.count(":") == 2 for path in paths)


def test_the_page_shows_the_chart():
    """docs/books.md lists every account as the program has it."""
    text = (Path(__file__).parent.parent / "docs" / "books.md").read_text("utf-8")
    rows = [tuple(cell.strip(" `") for cell in line.split("|")[1:5]) for line in text.splitlines() if line[:3] == "| `"]
    shown = [row for row in rows if row[0].split(":")[0] in {"Assets", "Liabilities", "Equity", "Income", "Expenses"}]
    assert [(row[0], row[1], row[2]) for row in shown] == [(a.path, a.english, a.chinese) for a in CHART.values()]
    posted = [row[0] for row in rows if row[0] in POSTINGS]
    assert sorted(posted) == sorted(POSTINGS)
