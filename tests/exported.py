"""A ledger with some of everything, exported as an auditor gets it, and verified as an auditor does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from ledger.audit.again import settle_again
from ledger.export.source import Source
from ledger.export.tiled import export
from ledger.inspector.folder import Folder
from ledger.inspector.inspection import Inspection, trust_in
from ledger.proof import schema as proof_schema
from ledger.proof.signer import CheckpointSigner
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests.book import Book, as_actor, shipped
from tests.running import time_ordered_id
from tests.world import group, item

DAY = 86_400
SHANGHAI = ZoneInfo("Asia/Shanghai")


def noon() -> int:
    """Seconds from now to the last noon in Shanghai: wallet transfers rest at night."""
    now = dt.datetime.now(SHANGHAI)
    last = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return int((last - dt.timedelta(days=last > now) - now).total_seconds())


def sign(database, code: str) -> str:
    """Sign what a ledger has now, as the service does."""
    proof_schema.migrate(database.url, [code])
    return CheckpointSigner(code, f"personal-account-ledger/{code}", database.url, database.master_key).sign()


def write(database, code: str, place: Path, views=()) -> Folder:
    """Export a ledger into a directory."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        export(Source(connection, code), place, views)
    return Folder(place)


def inspect(folder: Folder, trust=None, *, kept=(), settle=True, processes=1):
    """What an inspection finds, and its result."""
    inspection = Inspection(folder, trust or trust_in(folder), kept=kept, again=settle_again if settle else None)
    return list(inspection.defects(processes)), inspection.result


def fill(client, code: str, bulk: int = 300) -> Book:
    """The same twice, with other people, and many deposits between: whatever happens, happens early and late."""
    book = Book(client, code)
    book.publish(shipped("hefei-outpatient-2025"))
    book.publish(shipped("hefei-region"))
    book.done(book.designate("H1"))
    book.done(book.designate("P1", t.INSTITUTION_LEVEL_PRIMARY))
    book.done(book.designate("S1", region="310000"))
    live(book, "1")
    if bulk:
        book.batch(*(item(book.deposit("eve1", amount)) for amount in range(1, bulk + 1)))
        live(book, "2")
    return book


def live(book: Book, year: str) -> None:
    """Settlements by policies and by a centre, shares, transfers, claims, proposals, reversals, refusals, voids."""
    ann, bob, cat, dan, eve, fay = (f"{name}{year}" for name in ("ann", "bob", "cat", "dan", "eve", "fay"))
    for who, balance in ((ann, 30_000), (bob, 5_000), (cat, 0), (dan, 2_900)):
        book.done(book.opening(who, balance))
    book.done(book.open(eve, number=f"3401{year}"))
    book.done(book.activate(eve))
    book.done(book.grant(bob, ann, year_limit=400_000, at=noon() - DAY))
    book.done(book.grant(ann, cat))
    book.done(book.grant(dan, cat))
    sealed = t.Confidential(invoice_number=f"7-{year}", trace_codes=[f"a{year}", f"b{year}"])
    first = book.done(book.computed(ann, 60_000, sealed=sealed))
    book.done(book.computed(cat, 2_500, upstream={"pooled": 0}))
    book.done(book.computed(cat, 100_000, payers=[], shares_unused=True))
    book.done(book.file(ann))
    book.done(book.computed(ann, 9_000, institution="S1"))
    book.done(book.reverse(first.first_position))
    book.send(book.reverse(first.first_position))
    second = book.done(book.computed(ann, 40_000, sealed=sealed))
    book.done(book.purchase(cat, 700, upstream={"pooled": 300, "deductible": 100}))
    book.done(book.deposit(bob, 16_000, period=202501, channel=t.CHANNEL_BATCH, version=4))
    back = book.done(book.deposit(eve, 500))
    book.done(book.reverse(back.first_position))
    book.done(book.opening(fay, 900, t.PERSON_TYPE_RETIRED))
    premium = book.done(book.premium(fay, 100))
    book.done(book.reverse(premium.first_position))
    sent = book.done(book.transfer(bob, ann, 250))
    book.done(book.reverse(sent.first_position))
    book.done(book.transfer(bob, ann, 70))
    book.done(book.amend(second.first_position, 30_000, upstream=None, category=t.CATEGORY_OUTPATIENT))
    wallet(book, bob, ann, year)
    claims(book, bob, year)
    for decision in (t.PROPOSAL_DECISION_APPROVED, t.PROPOSAL_DECISION_REJECTED):
        proposed = book.done(book.adjustment(bob, -10)).first_position
        book.done(book.review(proposed, decision), **as_actor("bea"))
    book.done(book.report(dan))
    book.send(book.purchase(dan, 10))
    book.done(book.lift(dan))
    book.done(book.void(time_ordered_id()))
    known = time_ordered_id()
    book.done(book.deposit(eve, 40, request_id=known))
    book.done(book.void(known))
    book.batch(group(book.deposit(eve, 1), book.deposit(bob, 2), book.deposit(eve, 3)))
    share = book.done(book.purchase(cat, 400, upstream={}))
    book.done(book.close(dan))
    book.done(book.reverse(share.first_position))
    for _ in range(4):
        book.done(book.computed(ann, 1_000))
    kept = t.Confidential(invoice_number=f"9-{year}", trace_codes=[f"c{year}"])
    book.done(book.computed(ann, 1_000, sealed=kept))
    for amount in (11, 12, 13, 14):
        book.done(book.deposit(eve, amount))


def wallet(book: Book, sender: str, receiver: str, year: str) -> None:
    """A wallet transfer that is accepted and one that comes back."""
    for number in (f"a{year}", f"b{year}"):
        sent = book.send_to(sender, receiver, 30, transfer_id=number.encode() * 8, at=noon())
        book.done(sent)
    book.done(book.accept(f"a{year}".encode() * 8, receiver, at=noon()))
    book.done(book.send_back(f"b{year}".encode() * 8))


def claims(book: Book, who: str, year: str) -> None:
    """A claim that is approved and paid, and one that is rejected."""
    today = dt.datetime.now(SHANGHAI).date()
    for decision in (t.CLAIM_DECISION_APPROVED, t.CLAIM_DECISION_REJECTED):
        filing = c.ClaimFiling(
            cause=t.CLAIM_CAUSE_CARD_REISSUE,
            bill=t.Bill(total=5_000, in_scope=4_000, full_self_pay=1_000),
            institution="H1",
            category=t.CATEGORY_OUTPATIENT,
            benefit=t.BENEFIT_OUTPATIENT,
            service_date=t.CivilDate(year=today.year, month=today.month, day=today.day),
            confidential=t.Confidential(invoice_number=f"c{decision}-{year}"),
        )
        filed = book.done(pb.FileClaimRequest(claim=filing, **book.common(who, "person")))
        supplied = c.UpstreamSplit(pooled=1_500, deductible=500) if decision == t.CLAIM_DECISION_APPROVED else None
        review = c.ClaimReview(
            claim=f"{book.ledger}/entries/{filed.first_position}", decision=decision, reason="OK", upstream=supplied
        )
        book.done(pb.ReviewClaimRequest(claim_review=review, **book.common(who, "person")))
        if decision == t.CLAIM_DECISION_APPROVED:
            paid = c.ClaimPayment(claim=review.claim)
            book.done(pb.RecordClaimPaymentRequest(claim_payment=paid, **book.common(who, "person")))
