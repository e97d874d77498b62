"""Finds what was erased: in files of every kind, in any form in which a store could hold it, and behind kept keys."""

from __future__ import annotations

import base64
import hashlib
import json
import mmap
import random
import subprocess
from typing import NamedTuple
from urllib.parse import quote

import psycopg
import pyarrow.parquet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.embedded_postgres import bin_dir
from ledger.log.entry import recorded
from ledger.log.identifiers import ledger_id
from ledger.log.keystore import associated_data, person_context
from ledger.log.master import wrapper
from ledger.v1 import types_pb2 as t
from ledger.v1.identity_service_pb2 import PersonIdentity

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


class Secrets:
    """What is told of a person: every text has digits or characters that nothing else in the world has."""

    def __init__(self):
        self.digits = "1" + "".join(random.choices("0123456789", k=12))
        self.characters = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(5))
        self.name = f"{self.characters} {self.digits}"
        self.number = f"4101{self.digits}X"
        self.phone = self.digits

    def identity(self, **changes):
        """Who the person is."""
        return PersonIdentity(**{"name": self.name, "document_number": self.number, "phone": self.phone, **changes})

    def sealed(self):
        """Everything personal that a bill can hold."""
        text = f"{self.digits}-{{}}".format
        return t.Confidential(
            disease_code=text("D"),
            trace_codes=[text("T1"), text("T2")],
            invoice_number=text("I"),
            visit_id=text("V"),
            settlement_id=text("S"),
            institution_settlement_id=text("M"),
            agent=t.Agent(principal_id_ref=text("P"), agent_id_ref=text("A")),
            auth_ref=text("U"),
            operator_id=text("O"),
            note=f"说明 {self.characters} {self.digits}",
            payment_ref=text("R"),
        )

    def patterns(self):
        """Bytes by which the texts, or plain hashes of the ones that can be guessed, are known again."""
        found = {}
        for text in (self.digits, self.characters):
            for encoding in ENCODINGS:
                found |= forms(text.encode(encoding), f"{encoding} of {text}")
            found[f"JSON of {text}"] = json.dumps(text)[1:-1].encode()
            found[f"references of {text}"] = "".join(f"&#{ord(each)};" for each in text).encode()
            found[f"URL of {text}"] = quote(text).encode()
        for text in (self.name, self.number, self.phone):
            found |= forms(hashlib.sha256(text.encode()).digest(), f"SHA-256 of {text}")
        return found


def forms(plain, name):
    """The bytes themselves, in hexadecimal digits, and in base64 wherever they begin in what is encoded."""
    found = {name: plain, f"{name} in hex": plain.hex().encode(), f"{name} in HEX": plain.hex().upper().encode()}
    for before in range(3):
        text = base64.b64encode(bytes(before) + plain)
        whole = (before + len(plain)) * 8 // 6
        found[f"{name} in base64, {before} behind"] = text[(before * 8 + 5) // 6 : whole]
    return found


def searched(place):
    """The content of a file, or of all files of a directory; what is compressed also as it was before."""
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if not path.is_file() or path.is_symlink() or not path.stat().st_size:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield path, content
        if path.suffix == ".parquet":
            rows = pyarrow.parquet.read_table(path).to_pylist()
            yield path, "\n".join(str(value) for row in rows for value in row.values()).encode()
        if path.suffix == ".dump":  # of pg_dump's own format, which is compressed
            command = [str(bin_dir() / "pg_restore"), "--file=-", str(path)]
            yield path, subprocess.run(command, check=True, capture_output=True).stdout


def leaks(secrets, *places):
    """Where something of the person is found, and as what."""
    patterns, found = secrets.patterns(), []
    for place in places:
        assert place.exists(), f"there is nothing to be searched in {place}"
        for path, content in searched(place):
            found += [f"{path}: {name}" for name, pattern in patterns.items() if content.find(pattern) >= 0]
    return found


def dump(url, place):
    """Write a database as `pg_dump` does, in both of its formats; the files."""
    plain, custom = place / "database.sql", place / "database.dump"
    for form, path in (("plain", plain), ("custom", custom)):
        subprocess.run([str(bin_dir() / "pg_dump"), f"--format={form}", f"--file={path}", url], check=True)
    return plain, custom


class StoredKey(NamedTuple):
    """A person's key as a store or a backup has it: wrapped, or nothing."""

    stream: bytes
    key_id: bytes
    wrapped: bytes | None


def stored_keys(url):
    """The keys of a database."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT stream, key_id, wrapped FROM ledger_keys.person_keys").fetchall()
    return [StoredKey(stream.bytes, key_id.bytes, wrapped) for stream, key_id, wrapped in rows]


def opened(code, master_key, keys, entries, url=""):
    """Everything sealed that whoever has the keys and the master key reads: in entries, and of who persons are."""
    ledger, master, ciphers, told = ledger_id(code), wrapper(master_key), {}, []
    for key in keys:
        if key.wrapped is not None:
            plain = master.unwrap(key.wrapped, person_context(ledger, key.stream, key.key_id))
            ciphers[key.key_id] = ciphers[key.stream] = AESGCM(plain)
    for item in map(recorded, entries):
        if item.sealed is not None and item.sealed.key_id in ciphers:
            context = associated_data(ledger, item.stream, item.version)
            told.append(ciphers[item.sealed.key_id].decrypt(item.sealed.nonce, item.sealed.ciphertext, context))
    for stream, version, nonce, ciphertext in _identities(url) if url else ():
        if stream.bytes in ciphers:
            context = b"identity" + ledger + stream.bytes + version.to_bytes(8, "little")
            told.append(ciphers[stream.bytes].decrypt(nonce, ciphertext, context))
    return told


def _identities(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT stream, version, nonce, ciphertext FROM ledger_identity.identities"
        ).fetchall()
