"""A person about whom everything is told that can be told, who is then erased and looked for everywhere."""

from __future__ import annotations

import datetime as dt
import hmac
import os
from types import SimpleNamespace

import psycopg
from google.rpc.status_pb2 import Status
from psycopg.conninfo import make_conninfo

from ledger.archive.mirror import mirrored
from ledger.embedded_postgres import EmbeddedPostgres, bin_dir
from ledger.inspector.folder import Folder
from ledger.proof.receipt import verify_receipt
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import identity_service_pb2 as i
from ledger.v1 import types_pb2 as t
from tests.leaks import Secrets, dump, opened, stored_keys
from tests.life import NUMBER
from tests.running import Client, time_ordered_id
from tests.test_identities import Registry
from tests.views import Views
from tests.world import reason_of

FORMS = ("tlog-tiles", "jsonl", "csv", "parquet")


class ErasedPerson(Registry):
    """Ann. What is written on the way lies in `place`."""

    def __init__(self, database, world, place):
        super().__init__(database, world)
        self.secrets, self.place, self.mirror = Secrets(), place, place / "mirror" / world.code
        self.note = place / "notes" / f"{world.code}.checkpoint"

    def call_at(self, server):
        """Talk to another service from now on."""
        self.world.client = Client(server.channel())
        super().__init__(self.database, self.world)

    # -- life -----------------------------------------------------------------------------------

    def live(self):
        """Everything personal that the service takes: done, refused, corrected and read."""
        world, told = self.world, t.Confidential(note=self.secrets.name)
        world.done(world.open("ann", number=self.secrets.number))
        world.done(world.activate("ann"))
        world.done(world.deposit("ann", 5_000, sealed=told))
        bill = self.secrets.sealed()
        first = world.done(world.purchase("ann", 900, sealed=bill, presenter=t.PRESENTER_OTHER))
        world.done(world.amend(first.first_position, 700, sealed=self.secrets.sealed(), presenter=t.PRESENTER_OTHER))
        bill.invoice_number += "-2"
        refused = world.purchase("ann", 900, sealed=bill, institution="UNKNOWN", upstream=None)
        assert isinstance(world.send(refused), Status)
        proposal = world.done(world.adjustment("ann", -10, sealed=told)).first_position
        review = world.review(proposal, t.PROPOSAL_DECISION_REJECTED)
        review.review.confidential.CopyFrom(told)
        world.done(review)
        world.done(world.credential("ann", sealed=told))
        self._void(told)
        hashed = hmac.digest(os.urandom(32), self.secrets.name.encode(), "sha256")
        world.done(world.change_data("ann", NUMBER, new=hashed, number=self.secrets.number + "2"))
        self._introduce()
        world.done(world.close("ann"))

    def _void(self, told):
        """Void what was done, what was refused, and what nobody knows."""
        world = self.world
        done, refused, unknown = world.deposit("ann", 1), world.deposit("ann", source=4), time_ordered_id()
        world.done(done)
        assert isinstance(world.send(refused), Status)
        for request_id in (done.request_id, done.request_id, refused.request_id, unknown, unknown):
            void = world.void(request_id, sealed=told)
            world.done(void)
            assert world.done(void).replayed

    def _introduce(self):
        assert self.tell_who("PutIdentity").version == 1
        assert self.tell_who("CorrectIdentity", expected=1, phone=self.secrets.phone + "9").version == 2
        assert reason_of(self.tell_who("PutIdentity", name=self.secrets.name * 9)) == "INVALID_REQUEST"
        assert reason_of(self.tell_who("PutIdentity", name="Li Si")) == "IDENTITY_EXISTS"
        assert self.get("ann").identity.name == self.secrets.name

    def tell_who(self, method, expected=0, **changes):
        """Put or correct the identity."""
        request = getattr(i, f"{method}Request")(
            person=self.world.person("ann"), identity=self.secrets.identity(**changes)
        )
        if expected:
            request.expected_version = expected
        return self.tell(method, request)

    # -- proofs ---------------------------------------------------------------------------------

    def receipts(self):
        """The receipts of all entries, by position."""
        asked = (a.GetReceiptRequest(entry=self.entry(position)) for position in range(1, self.world.size() + 1))
        return dict(enumerate((self.ask("GetReceipt", request).receipt for request in asked), 1))

    def check_receipts(self, receipts, exported, keys):
        """What a citizen kept verifies with the bytes that an export has, and roots are what they were."""
        folder = Folder(exported)
        entries = list(folder.entries(folder.manifest()["size"]))
        for position, receipt in receipts.items():
            assert verify_receipt(receipt, entries[position - 1], keys).size <= len(entries)

    # -- the search -----------------------------------------------------------------------------

    def readable(self, url=""):
        """Of the texts about Ann, those that whoever has a database, the mirror and the master key still reads."""
        url = url or self.database.url
        entries = list(mirrored(self.mirror, 1))
        told = opened(self.world.code, self.database.master_key, stored_keys(url), entries, url)
        patterns = self.secrets.patterns()
        return [plain for plain in told if any(pattern in plain for pattern in patterns.values())]

    def written(self, ledgerctl, url, data, place):
        """Write everything that can be written of a ledger: dumps, exports, books, statements, archives; the places.

        `data` is the directory of the server, whose files are up to date afterwards.
        """
        place.mkdir()
        code, account = self.world.code, self.world.account("ann")
        year = str(dt.datetime.now(dt.UTC).year)
        Views(SimpleNamespace(url=url), code).follow()
        for form in FORMS:
            said(ledgerctl(url, "export", code, str(place / form), "--format", form))
        said(ledgerctl(url, "archive", "create", code, str(place / "archive"), "--keys", str(place / "keys")))
        commands = (
            ("books", "export", code, "--format", "hledger"),
            ("books", "export", code, "--format", "beancount"),
            ("books", "trial-balance", code),
            ("log", "tail", code, "-n", "1000"),
            ("log", "verify", code),
            ("account", "show", account),
            ("account", "replay", account),
            ("account", "explain", account),
            ("account", "statement", account, "--year", year, "--output", str(place / "statement.html")),
        )
        for number, command in enumerate(commands):
            (place / f"said-{number}").write_text(said(ledgerctl(url, *command)))
        dump(url, place)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
        assert (data / "pg_wal").is_dir()
        return place, data, self.mirror, self.place / "notes"


def said(result):
    """What a command printed; it must have succeeded."""
    status, text = result
    assert status == 0, text
    return text


def base_backup(database, place):
    """Copy a running server, with what its log needs, as operators do; the directory of the copy."""
    place.mkdir()
    owner = database.postgres.data.stat()
    if os.geteuid() == 0:
        os.chown(place, owner.st_uid, owner.st_gid)
    status, text = database.postgres._account.run(
        str(bin_dir() / "pg_basebackup"),
        f"--pgdata={place / 'data'}",
        "--wal-method=stream",
        "--checkpoint=fast",
        f"--dbname={make_conninfo(database.url, dbname='postgres')}",
    )
    assert status == 0, text
    return EmbeddedPostgres(place)
