"""A person who was erased is found nowhere: in no file, dump, log, export or backup, also after an older restore.

The search itself is tested first: it finds whatever is planted, in every form. And services that forget to erase are
found out by it, before the right one is asked.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os

import pytest

from tests.erased_person import ErasedPerson, base_backup, said
from tests.leaks import Secrets, dump, leaks
from tests.life import Life
from tests.running import Client, Database, Ledgerd
from tests.test_archive import Copy, wait_for
from tests.test_archive import ledgerctl as ledgerctl  # noqa: PLC0414 - a fixture
from tests.world import reason_of

SEALED = 12
"""Different texts about the person that entries hold."""


@pytest.fixture
def own():
    """A server of its own, whose files are searched."""
    database = Database()
    yield database
    database.close()


PLANTED = {
    "text": lambda s: s.number.encode(),
    "name": lambda s: s.name.encode(),
    "UTF-16": lambda s: f"x{s.name}".encode("utf-16"),
    "GB 18030": lambda s: s.name.encode("gb18030"),
    "JSON": lambda s: json.dumps({"name": s.characters}).encode(),
    "hex of a bytea": lambda s: b"\\\\x" + f"abc{s.name}".encode().hex().encode(),
    "base64": lambda s: base64.b64encode(b"12345" + s.phone.encode() + b"6"),
    "base64 of UTF-16": lambda s: base64.b64encode(b"1234567" + s.characters.encode("utf-16-le")),
    "URL": lambda s: b"/%E8%B5%B5" + "".join(f"%{byte:02X}" for byte in s.characters.encode()).encode(),
    "HTML": lambda s: "".join(f"&#{ord(each)};" for each in s.characters).encode(),
    "a hash that can be guessed": lambda s: hashlib.sha256(s.number.encode()).hexdigest().encode(),
}


@pytest.mark.parametrize("form", PLANTED)
def test_whatever_is_planted_is_found(tmp_path, form):
    secrets = Secrets()
    (tmp_path / "other").write_bytes(os.urandom(1_000))
    assert leaks(secrets, tmp_path) == []
    (tmp_path / "store").write_bytes(b"before" + PLANTED[form](secrets) + b"behind")
    assert leaks(secrets, tmp_path), form
    assert leaks(Secrets(), tmp_path) == []


class Services:
    """Services that are started one after another, and what they have said."""

    def __init__(self, database, place):
        self.database, self.logs = database, []
        self.settings = {
            "LEDGER_CHECKPOINT_DIRECTORY": str(place / "notes"),
            "LEDGER_MIRROR_DIR": str(place / "mirror"),
            "LEDGER_ACCESS_ENTRIES": "true",
        }

    @contextlib.contextmanager
    def serving(self, code, url=None, defect=""):
        """A service until the end of the block; with a defect it is one that forgets to erase."""
        program = "tests.forgetful_server" if defect else "ledger.server"
        environment = {**self.settings, "FORGETFUL": defect}
        with Ledgerd(self.database, [code], url=url, program=program, environment=environment) as server:
            self.logs.append(server.log)
            yield server
            assert server.terminate() == 0


def test_erased_is_erased_everywhere_and_stays_so(own, ledgerctl, tmp_path, monkeypatch):
    """From a whole life to restored backups. Each search that finds nothing stands beside one that finds something."""
    monkeypatch.setenv("LEDGER_ACCESS_ENTRIES", "false")  # it reads while no service runs
    code, services = own.new_ledger(), Services(own, tmp_path)
    older, keys_of_older = tmp_path / "older", tmp_path / "older-keys"
    with services.serving(code) as server:
        ann = ErasedPerson(own, Life(Client(server.channel()), code), tmp_path)
        ann.live()
        assert len(ann.readable()) == SEALED + 1
        receipts, keys, size = ann.receipts(), ann.known_keys(), ann.world.size()
        wait_for(ann.mirror, size)
        said(ledgerctl(own.url, "archive", "create", code, str(older), "--keys", str(keys_of_older)))
        backup = base_backup(own, own.place / "restored")
        ann.erase("ann")
        assert reason_of(ann.get("ann")) == "IDENTITY_ERASED"
        assert ann.checkpoint(min_position=ann.world.size()).size > size
    assert not ann.readable()
    places = ann.written(ledgerctl, own.url, own.postgres.data, tmp_path / "written")
    assert leaks(ann.secrets, *places, *services.logs) == []
    keep = ("--key", keys[0].encode(), "--kept", str(older / "checkpoint"))
    said(ledgerctl(own.url, "audit", "verify", str(tmp_path / "written" / "tlog-tiles"), *keep))
    ann.check_receipts(receipts, tmp_path / "written" / "archive", keys)

    with backup:
        restored_from_a_base_backup(ann, services, backup, ledgerctl)
        ann.check_receipts(receipts, tmp_path / "again" / "archive", keys)
    archived = Copy(own, "archived")
    command = ("archive", "restore", str(older), "--keys", str(keys_of_older), "--key", keys[0].encode())
    said(ledgerctl(archived.url, *command))
    restored_from_an_archive(ann, services, archived, ledgerctl)


def restored_from_a_base_backup(ann, services, backup, ledgerctl):
    """The whole server as it was. The list ends it again, before the log has its end back."""
    code, url = ann.world.code, backup.url
    assert len(ann.readable(url)) == SEALED + 1, "an older backup knows her"
    with services.serving(code, url, defect="list") as server:
        ann.call_at(server)
        assert reason_of(ann.get("ann")) == "LEDGER_FORKED"
    assert len(ann.readable(url)) == SEALED + 1, "who does not look at the list brings her back"
    with services.serving(code, url) as server:
        ann.call_at(server)
        assert reason_of(ann.get("ann")) == "LEDGER_FORKED"
        assert not ann.readable(url)
    said(ledgerctl(url, "archive", "fill", code, str(ann.mirror), "--kept", str(ann.note)))
    with services.serving(code, url) as server:
        ann.call_at(server)
        assert reason_of(ann.get("ann")) == "IDENTITY_ERASED"
        assert reason_of(ann.tell_who("PutIdentity")) == "IDENTITY_ERASED"
        ann.checkpoint(min_position=ann.world.size())
    assert not ann.readable(url)
    places = ann.written(ledgerctl, url, backup.data, ann.place / "again")
    assert leaks(ann.secrets, *places, *services.logs) == []


def restored_from_an_archive(ann, services, archived, ledgerctl):
    """An archive with its keys, and the end of the log from the mirror: the log says who is erased."""
    code, url = ann.world.code, archived.url
    assert len(ann.readable(url)) == SEALED
    said(ledgerctl(url, "archive", "fill", code, str(ann.mirror), "--kept", str(ann.note)))
    with services.serving(code, url, defect="key") as server:
        ann.call_at(server)
        assert reason_of(ann.get("ann")) != "IDENTITY_ERASED"
    assert len(ann.readable(url)) == SEALED, "a key that is kept opens everything"
    with services.serving(code, url) as server:
        ann.call_at(server)
        assert reason_of(ann.get("ann")) == "IDENTITY_ERASED"
    assert not ann.readable(url)
    assert leaks(ann.secrets, *dump(url, ann.place), archived.place, *services.logs) == []
