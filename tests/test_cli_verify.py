"""The verifier finds every kind of defect: each one is planted in a throw-away ledger, as a superuser."""

from __future__ import annotations

import uuid

import psycopg
import pytest
from psycopg import sql

from ledger.log import header
from ledger.log.entry import EVENT_TYPES
from ledger.log.merkle import Tree, leaf_hash
from ledger.log.verify import KINDS, Verifier
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from tests import planted_transfers
from tests.running import time_ordered_id

PAYMENTS = 20
BULK = 300
"""More than a tile of 256 leaves."""


class Planted:
    """A ledger that somebody with all rights tampers with."""

    def __init__(self, url: str, code: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.code = code
        self.schema = f"ledger_{code}"
        tables = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        rows = self.connection.execute(tables + " WHERE nspname = %s AND relkind IN ('r', 'p')", (self.schema,))
        for (name,) in rows.fetchall():
            self.run(sql.SQL("ALTER TABLE {}.{} DISABLE TRIGGER USER").format(self._id(self.schema), self._id(name)))

    def _id(self, name: str) -> sql.Identifier:
        return sql.Identifier(name)

    def run(self, statement, *values):
        text = statement if isinstance(statement, sql.Composed) else sql.SQL(statement).format(s=self._id(self.schema))
        cursor = self.connection.execute(text, values)
        return cursor.fetchall() if cursor.description else []

    def entry(self, position: int) -> bytearray:
        return bytearray(self.run("SELECT entry FROM {s}.entries WHERE position = %s", position)[0][0])

    def store(self, position: int, entry: bytes) -> None:
        self.run("UPDATE {s}.entries SET entry = %s WHERE position = %s", bytes(entry), position)

    def change(self, position: int, field: str, value: bytes) -> None:
        entry, at = self.entry(position), header.OFFSETS[field]
        entry[at : at + len(value)] = value
        self.store(position, entry)

    def position_of(self, type_: str, nth: int = 0) -> int:
        rows = self.run("SELECT position, entry FROM {s}.entries ORDER BY position")
        return [place for place, entry in rows if header.unpack(entry)[18] == EVENT_TYPES[type_]][nth]

    def defects(self, first: int = 1):
        return list(Verifier(self.connection, self.code, first=first).defects())

    def expect(self, kind: str, position: int | None = None) -> None:
        found = self.defects()
        assert kind in {defect.kind for defect in found}, found
        if position is not None:
            assert (kind, position) in {(defect.kind, defect.position) for defect in found}, found


def fill(client, code: str) -> None:
    """Some of everything: accounts, shares, purchases with keys, a reversal, a refusal, a void."""
    prefix = f"ledgers/{code}"
    payer, beneficiary = time_ordered_id(), time_ordered_id()
    call = client.commands

    def new():
        return {"request_id": time_ordered_id()}

    opening = c.Opening(
        scheme=310, person_type=1, balance=100_000, source_sha256=bytes(32), activated_time={"seconds": 1_600_000_000}
    )
    for person in (payer, beneficiary):
        call.ImportOpening(pb.ImportOpeningRequest(account=f"{prefix}/accounts/{person}", opening=opening, **new()))
    grant = c.ShareGrant(beneficiary=f"{prefix}/persons/{beneficiary}", relation=1)
    call.GrantShare(pb.GrantShareRequest(account=f"{prefix}/accounts/{payer}", grant=grant, **new()))
    done = None
    for number in range(PAYMENTS):
        purchase = c.Purchase(
            bill=t.Bill(total=10_000, in_scope=10_000),
            institution=f"H{beneficiary[-12:]}",
            category=3,
            upstream=c.UpstreamSplit(pooled=1_000),
            confidential=t.Confidential(invoice_number=str(number)),
        )
        request = pb.RecordPurchaseRequest(person=f"{prefix}/persons/{beneficiary}", purchase=purchase, **new())
        done = call.RecordPurchase(request).transaction
    reversal = c.Reversal(entry=f"{prefix}/entries/{done.first_position}")
    call.ReverseEntry(pb.ReverseEntryRequest(ledger=prefix, reversal=reversal, **new()))
    with pytest.raises(Exception, match="FAILED_PRECONDITION"):
        call.ReverseEntry(pb.ReverseEntryRequest(ledger=prefix, reversal=reversal, **new()))
    call.VoidCommand(pb.VoidCommandRequest(ledger=prefix, voided_request_id=time_ordered_id(), **new()))
    deposit = {"account": f"{prefix}/accounts/{payer}", "deposit": c.Deposit(amount=100, source=5)}
    items = [
        pb.BatchItem(command=pb.Command(record_deposit=pb.RecordDepositRequest(**deposit, **new())))
        for _ in range(BULK)
    ]
    call.BatchExecute(pb.BatchExecuteRequest(ledger=prefix, items=items))
    planted_transfers.fill(client, code)


@pytest.fixture
def planted(database, client, ledger):
    fill(client, ledger)
    made = Planted(database.url, ledger)
    assert made.defects() == []
    yield made
    made.connection.close()


def middle(planted) -> int:
    return planted.position_of("purchase_settled", 3)


def plant_gap(planted):
    place = middle(planted)
    planted.run("DELETE FROM {s}.entries WHERE position = %s", place)
    return place


def plant_layout(planted):
    place = middle(planted)
    entry = planted.entry(place)
    entry[8] ^= 1
    planted.store(place, entry)
    return place


def plant_other_ledger(planted):
    place = middle(planted)
    planted.change(place, "ledger", bytes(16))
    return place


def plant_column(planted):
    place = middle(planted)
    planted.run("UPDATE {s}.entries SET stream = %s WHERE position = %s", uuid.uuid4(), place)
    return place


def plant_parts(planted):
    place = middle(planted)
    planted.store(place, bytes(planted.entry(place)) + b"\x00")
    return place


def plant_other_type(planted):
    place = middle(planted)
    planted.change(place, "type", EVENT_TYPES["deposit_posted"].to_bytes(4, "little"))
    return place


def plant_birth(planted):
    entry = bytes(planted.entry(1)).replace(b"SHA-256", b"SHA-257")
    planted.store(1, entry)
    return 1


def plant_transaction(planted):
    place = planted.position_of("share_paid")
    planted.change(place, "leg", (1).to_bytes(4, "little"))
    return place


def plant_request_of_a_leg(planted):
    place = planted.position_of("share_paid")
    planted.change(place, "request_id", bytes(16))
    return place


def plant_time(planted):
    place = middle(planted)
    planted.change(place, "record_time", (1).to_bytes(8, "little"))
    return place


def plant_version(planted):
    place = middle(planted)
    planted.change(place, "version", (7_000).to_bytes(8, "little"))
    return place


def plant_chain(planted):
    place = middle(planted)
    planted.change(place, "previous_leaf", bytes(32))
    return place


def plant_balance(planted):
    place = middle(planted)
    planted.change(place, "balance_after", (1).to_bytes(8, "little"))
    return place


def plant_money(planted):
    """More than the deposit says, with a balance that fits: only the event tells."""
    place = planted.position_of("deposit_posted", 5)
    fields = header.unpack(bytes(planted.entry(place)))
    planted.change(place, "balance_change", (fields[19] + 5).to_bytes(8, "little"))
    planted.change(place, "balance_after", (fields[20] + 5).to_bytes(8, "little"))
    return place


def plant_share(planted):
    """The share is paid by somebody whom the purchase does not name."""
    place = planted.position_of("share_paid")
    planted.change(place, "stream", bytes(15) + b"\x01")
    return place


def plant_key(planted):
    """The key of one invoice is that of another one."""
    one, other = planted.position_of("purchase_settled", 2), planted.position_of("purchase_settled", 4)
    key, taken = (
        planted.run("SELECT key_hash FROM {s}.unique_keys WHERE position = %s", p)[0][0] for p in (one, other)
    )
    planted.store(other, bytes(planted.entry(other)).replace(taken.bytes, key.bytes))
    return other


def plant_root(planted):
    place = planted.run("SELECT last_position FROM {s}.commits ORDER BY 1 OFFSET 5 LIMIT 1")[0][0]
    planted.run("UPDATE {s}.commits SET root = %s WHERE last_position = %s", bytes(32), place)
    return place


def plant_frontier(planted):
    place = planted.run("SELECT last_position FROM {s}.commits ORDER BY 1 OFFSET 5 LIMIT 1")[0][0]
    planted.run("UPDATE {s}.commits SET frontier = %s WHERE last_position = %s", bytes(32), place)
    return place


def plant_last_leaf(planted):
    place = planted.run("SELECT last_position FROM {s}.commits ORDER BY 1 OFFSET 5 LIMIT 1")[0][0]
    planted.run("UPDATE {s}.commits SET last_leaf_hash = %s WHERE last_position = %s", bytes(32), place)
    return place


def plant_lost_commit(planted):
    rows = planted.run("SELECT last_position FROM {s}.commits ORDER BY 1 OFFSET 5 LIMIT 2")
    planted.run("DELETE FROM {s}.commits WHERE last_position = %s", rows[0][0])
    return rows[1][0]


def plant_commit_inside_a_transaction(planted):
    """A commit row that looks right, but for where it ends."""
    place = planted.position_of("share_paid") - 1
    entries = planted.run("SELECT entry FROM {s}.entries WHERE position <= %s ORDER BY position", place)
    leaves = [leaf_hash(entry) for (entry,) in entries]
    tree, _ = Tree().append(leaves)
    time = header.unpack(entries[-1][0])[10]
    row = (place, tree.root(), tree.encoded_frontier(), leaves[-1], time, 1, 1)
    planted.run("INSERT INTO {s}.commits VALUES (%s, %s, %s, %s, %s, %s, %s)", *row)
    return place


def plant_uncommitted(planted):
    size = planted.run("SELECT max(last_position) FROM {s}.commits")[0][0]
    planted.run("DELETE FROM {s}.commits WHERE last_position = %s", size)
    return planted.run("SELECT max(last_position) FROM {s}.commits")[0][0] + 1


def plant_tile(planted):
    planted.run("UPDATE {s}.tiles SET hashes = %s WHERE level = 0 AND index = 0", bytes(8192))
    return 256


def plant_lost_tile(planted):
    planted.run("DELETE FROM {s}.tiles")
    return 256


def plant_early_tile(planted):
    planted.run("INSERT INTO {s}.tiles VALUES (0, 99, %s)", bytes(8192))


def plant_command(planted):
    place = middle(planted)
    planted.run("UPDATE {s}.commands SET command_hash = %s WHERE first_position = %s", b"\x01" * 32, place)
    return place


def plant_lost_command(planted):
    place = middle(planted)
    planted.run("DELETE FROM {s}.commands WHERE first_position = %s", place)
    return place


def plant_lost_tombstone(planted):
    planted.run("DELETE FROM {s}.commands WHERE command_hash = %s", bytes(32))
    return planted.position_of("command_voided")


def plant_false_command(planted):
    place = middle(planted)
    row = (uuid.uuid4(), uuid.uuid4(), b"\x01" * 32, place, 1)
    planted.run("INSERT INTO {s}.commands VALUES (%s, %s, %s, %s, %s)", *row)
    return place


def plant_command_outside(planted):
    row = (uuid.uuid4(), uuid.uuid4(), b"\x01" * 32, 9_999_999, 1)
    planted.run("INSERT INTO {s}.commands VALUES (%s, %s, %s, %s, %s)", *row)
    return 9_999_999


def plant_false_tombstone(planted):
    """It would keep a command that is still to come from ever being executed."""
    row = planted.run("SELECT organisation, first_position FROM {s}.commands ORDER BY first_position LIMIT 1")[0]
    planted.run("INSERT INTO {s}.commands VALUES (%s, %s, %s, %s, 1)", uuid.uuid4(), row[0], bytes(32), row[1])
    return row[1]


def plant_tombstone_of_another(planted):
    """The entry is a void, but not of this id."""
    place = planted.position_of("command_voided")
    row = planted.run("SELECT organisation FROM {s}.commands WHERE first_position = %s", place)[0]
    planted.run("INSERT INTO {s}.commands VALUES (%s, %s, %s, %s, 1)", uuid.uuid4(), row[0], bytes(32), place)
    return place


def plant_free_key(planted):
    place = middle(planted)
    planted.run("UPDATE {s}.unique_keys SET active = false WHERE position = %s", place)
    return place


def plant_lost_key(planted):
    place = middle(planted)
    planted.run("DELETE FROM {s}.unique_keys WHERE position = %s", place)
    return place


def plant_false_key(planted):
    planted.run("INSERT INTO {s}.unique_keys VALUES (2, %s, %s, true)", uuid.uuid4(), middle(planted))
    return middle(planted)


def plant_key_outside(planted):
    """Each would keep a bill that is still to come from ever being settled."""
    for place in (-5, 0, 9_999_999):
        planted.run("INSERT INTO {s}.unique_keys VALUES (2, %s, %s, true)", uuid.uuid4(), place)
    planted.run("INSERT INTO {s}.unique_keys VALUES (-32768, %s, 1, true)", uuid.UUID(int=0))
    places = [defect.position for defect in planted.defects()]
    assert sorted(places) == [-5, 0, 1, 9_999_999]
    return 9_999_999


PLANTS = [
    ("gap", plant_gap),
    ("layout", plant_layout),
    ("layout", plant_other_ledger),
    ("column", plant_column),
    ("parts", plant_parts),
    ("parts", plant_other_type),
    ("birth", plant_birth),
    ("transaction", plant_transaction),
    ("transaction", plant_request_of_a_leg),
    ("time", plant_time),
    ("version", plant_version),
    ("chain", plant_chain),
    ("balance", plant_balance),
    ("money", plant_money),
    ("money", plant_share),
    ("transfer", planted_transfers.plant_double_credit),
    ("transfer", planted_transfers.plant_returned_and_accepted),
    ("key", plant_key),
    ("root", plant_root),
    ("commit", plant_frontier),
    ("commit", plant_last_leaf),
    ("commit", plant_lost_commit),
    ("commit", plant_commit_inside_a_transaction),
    ("uncommitted", plant_uncommitted),
    ("tile", plant_tile),
    ("tile", plant_lost_tile),
    ("tile", plant_early_tile),
    ("command", plant_command),
    ("command", plant_lost_command),
    ("command", plant_lost_tombstone),
    ("command", plant_false_command),
    ("command", plant_command_outside),
    ("command", plant_false_tombstone),
    ("command", plant_tombstone_of_another),
    ("unique_key", plant_free_key),
    ("unique_key", plant_lost_key),
    ("unique_key", plant_false_key),
    ("unique_key", plant_key_outside),
]


@pytest.mark.parametrize(("kind", "plant"), PLANTS, ids=[plant.__name__ for _, plant in PLANTS])
def test_a_planted_defect_is_found(kind, plant, planted):
    planted.expect(kind, plant(planted))


def test_every_kind_is_planted():
    assert {kind for kind, _ in PLANTS} == set(KINDS)


def test_one_false_root_is_one_defect(planted):
    """What a commit claims is taken up from there, so that later commits are still told apart."""
    place = middle(planted)
    planted.change(place, "salt", bytes(16))
    found = planted.defects()
    assert sorted({defect.kind for defect in found}) == ["chain", "commit", "root", "tile"]
    assert [defect.position for defect in found if defect.kind == "root"] == [place]


def test_a_log_that_is_trusted_in_part(planted):
    place = middle(planted)
    planted.change(place, "salt", bytes(16))
    size = planted.run("SELECT max(last_position) FROM {s}.commits")[0][0]
    first = planted.position_of("deposit_posted")
    verifier = Verifier(planted.connection, planted.code, first=first)
    # The tile that begins before it is completed behind it, and so is compared.
    assert [(defect.kind, defect.position) for defect in verifier.defects()] == [("tile", 256)]
    assert (verifier.first, verifier.entries) == (first, size - first + 1)
    root = planted.run("SELECT root FROM {s}.commits ORDER BY last_position DESC LIMIT 1")[0][0]
    assert verifier.root == root


def test_a_ledger_that_was_just_born_is_in_order(database, ledger):
    with psycopg.connect(database.url, autocommit=True) as connection:
        verifier = Verifier(connection, ledger)
        assert list(verifier.defects()) == []
        assert verifier.size == verifier.entries == 1


def test_what_is_written_meanwhile_does_not_disturb(database, client, ledger):
    """The log grows between two pages of a verification that has begun."""
    fill(client, ledger)
    with psycopg.connect(database.url, autocommit=True) as connection:
        verifier = Verifier(connection, ledger)
        found = []

        def grow(_done):
            fill(client, ledger)

        found += verifier.defects(grow)
        assert found == []
        assert list(Verifier(connection, ledger).defects()) == []
