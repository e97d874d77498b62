"""Tamperings with the files of an export: bundles, tiles, checkpoints, cosignatures, rows beside the entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ledger.inspector.tree import tile_path
from ledger.proof.checkpoint import cosign
from ledger.proof.note import COSIGNATURE
from tests.attack import SEEN_AT, bundle, flipped, signer
from tests.tamper_table import FILE, KEPT, KEY, POLICY, SEEN, WHOLE, Tampering

FIRST_BUNDLE = tile_path("entries", 0)
FIRST_TILE = tile_path(0, 0)
LAST_OF_BUNDLE = "the end of the bundle"
LAST_OF_TILE = "the end of the tile"
NOWHERE = "0"
Plant = Callable[[Any], int | None]


def row(what: str, holds: str, kind: str, where: str, plant: Plant, why: str = "") -> Tampering:
    """A tampering with files."""
    return Tampering(FILE, what, holds, kind, where, plant, why)


def files() -> Iterator[Tampering]:
    """All of them."""
    yield from _bundles()
    yield from _tiles()
    yield from _checkpoints()
    yield from _witnesses()
    yield from _beside()


def edit(name: str, change: Callable[[bytes], bytes], position: int | None = None) -> Plant:
    """Change a file."""

    def plant(attack: Any) -> int | None:
        attack.files[name] = change(attack.files[name])
        return position

    return plant


def drop(name: str, position: int | None = None) -> Plant:
    """Remove a file."""

    def plant(attack: Any) -> int | None:
        del attack.files[name]
        return position

    return plant


def _rebundled(change: Callable[[list[bytes]], None], position: int) -> Plant:
    def plant(attack: Any) -> int | None:
        part = attack.entries[:256]
        change(part)
        attack.files[FIRST_BUNDLE] = bundle(part)
        return position

    return plant


def _swap(entries: list[bytes]) -> None:
    entries[99], entries[100] = entries[100], entries[99]


def _bundles() -> Iterator[Tampering]:
    yield row("an entry left out of a bundle", KEY, "bundle", LAST_OF_BUNDLE, _rebundled(lambda e: e.pop(99), 256))
    yield row(
        "an entry left out of a bundle, and where",
        KEY,
        "position",
        "where it was",
        _rebundled(lambda e: e.pop(99), 100),
    )
    yield row("an entry twice in a bundle", KEY, "position", "the copy", _rebundled(lambda e: e.insert(99, e[99]), 101))
    yield row("two entries swapped in a bundle", KEY, "leaf", "the first of them", _rebundled(_swap, 100))
    yield row("an entry emptied", KEY, "layout", "the entry", _rebundled(lambda e: e.__setitem__(99, b""), 100))
    yield row(
        "a bundle cut off inside an entry", KEY, "bundle", LAST_OF_BUNDLE, edit(FIRST_BUNDLE, lambda d: d[:-1], 256)
    )
    yield row(
        "a length in a bundle changed", KEY, "leaf", "the entry", edit(FIRST_BUNDLE, lambda d: b"\x01\x00" + d[2:], 1)
    )
    yield row("a bundle removed", KEY, "bundle", "its begin", drop(FIRST_BUNDLE, 1))
    yield row("a bundle emptied", KEY, "bundle", "its begin", edit(FIRST_BUNDLE, lambda _: b"", 1))
    yield row("a bundle more than the log has", KEY, "bundle", WHOLE, _extra("entries"))
    yield row("the bundle of another log", KEY, "layout", "its begin", _foreign)
    yield row("a partial bundle with an entry too many", KEY, "bundle", "behind the end", _partial_more)


def _extra(level: str | int) -> Plant:
    def plant(attack: Any) -> int | None:
        attack.files[tile_path(level, 7)] = attack.files[FIRST_BUNDLE]
        return attack.base.size

    return plant


def _foreign(attack: Any) -> int | None:
    part = [entry[:10] + b"f" * 16 + entry[26:] for entry in attack.entries[:256]]
    attack.files[FIRST_BUNDLE] = bundle(part)
    return 1


def _partial_more(attack: Any) -> int | None:
    width = attack.base.size - 256
    attack.files[tile_path("entries", 1, width)] += bundle(attack.entries[-1:])
    return attack.base.size + 1


def _tiles() -> Iterator[Tampering]:
    def bit(data: bytes) -> bytes:
        return data[:40] + bytes((data[40] ^ 1,)) + data[41:]

    yield row("a bit of a tile of leaf hashes", KEY, "leaf", "the entry below it", edit(FIRST_TILE, bit, 2))
    yield row("a tile of leaf hashes removed", KEY, "tile", LAST_OF_TILE, drop(FIRST_TILE, 256))
    yield row("a tile of leaf hashes cut off", KEY, "tile", LAST_OF_TILE, edit(FIRST_TILE, lambda d: d[:-1], 256))
    yield row(
        "two hashes of a tile swapped",
        KEY,
        "leaf",
        "the first of them",
        edit(FIRST_TILE, lambda d: d[32:64] + d[:32] + d[64:], 1),
    )
    above = tile_path(1, 0, 1)
    yield row(
        "a bit of an upper tile", KEY, "tile", LAST_OF_TILE, edit(above, lambda d: bytes((d[0] ^ 1,)) + d[1:], 256)
    )
    yield row("an upper tile removed", KEY, "tile", LAST_OF_TILE, drop(above, 256))
    yield row("a tile more than the log has", KEY, "tile", WHOLE, _extra(0))


def _noted(change: Callable[[str, Any], str], where: str = "") -> Plant:
    def plant(attack: Any) -> int | None:
        text = attack.files["checkpoint"].decode()
        attack.files["checkpoint"] = change(text, attack).encode()
        return {"whole": attack.base.size, "seen": attack.base.seen}.get(where)

    return plant


def _signature_flipped(text: str, _: Any) -> str:
    before, _, line = text.rstrip("\n").rpartition(" ")
    return f"{before} {flipped(line)}\n"


def _root_flipped(text: str, _: Any) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:2], flipped(lines[2]), *lines[3:]])


def _checkpoints() -> Iterator[Tampering]:
    yield row("the checkpoint removed", KEY, "checkpoint", NOWHERE, drop("checkpoint"))
    yield row("a bit of the signature", KEY, "checkpoint", NOWHERE, _noted(_signature_flipped))
    yield row("a bit of the root", KEY, "checkpoint", NOWHERE, _noted(_root_flipped))
    yield row(
        "another size",
        KEY,
        "checkpoint",
        NOWHERE,
        _noted(lambda n, a: n.replace(f"\n{a.base.size}\n", f"\n{a.base.size - 1}\n")),
    )
    yield row("another origin", KEY, "checkpoint", NOWHERE, _noted(lambda n, _: "x" + n))
    yield row(
        "an extension line put in", KEY, "checkpoint", NOWHERE, _noted(lambda n, _: n.replace("\n\n", "\nx\n\n", 1))
    )
    yield row("the signature removed", KEY, "checkpoint", NOWHERE, _noted(lambda n, _: n.partition("\n\n")[0] + "\n\n"))
    yield row("a checkpoint that somebody else signed", KEY, "checkpoint", NOWHERE, _by_another_key)
    yield row("an entry changed and signed by another key of the same name", KEY, "checkpoint", NOWHERE, _forger)
    yield row("an older checkpoint in place of the newest", KEPT, "checkpoint", SEEN, _older)
    yield row("an earlier checkpoint with another root", KEY, "checkpoint", SEEN, _earlier_root)
    yield row("an earlier checkpoint under another size", KEY, "checkpoint", SEEN, _renamed)
    yield row(
        "the manifest says another ledger",
        KEY,
        "manifest",
        NOWHERE,
        edit("manifest.json", lambda d: d.replace(b'"ledger": "', b'"ledger": "x')),
    )
    yield row(
        "the manifest says another size",
        KEY,
        "manifest",
        NOWHERE,
        edit("manifest.json", lambda d: d.replace(b'"size": ', b'"size": 1')),
    )


def _by_another_key(attack: Any) -> int | None:
    attack.sign(signer("somebody.example/else"))
    return None


def _forger(attack: Any) -> int | None:
    attack.event(attack.base.plain(late=True), lambda event: setattr(event.deposit, "amount", 1))
    attack.recompute()
    attack.pack()
    attack.sign(signer(attack.base.origin))
    return None


def _older(attack: Any) -> int | None:
    """The log goes back to what the witness saw; the auditor has the newest checkpoint from the last audit."""
    attack.kept = [attack.files["checkpoint"].decode()]
    del attack.entries[attack.base.seen :]
    attack.pack()
    attack.files["checkpoint"] = attack.files[f"checkpoints/{attack.base.seen}"]
    return attack.base.seen


def _earlier_root(attack: Any) -> int | None:
    name = f"checkpoints/{attack.base.seen}"
    attack.files[name] = _root_flipped(attack.files[name].decode(), None).encode()
    return attack.base.seen


def _renamed(attack: Any) -> int | None:
    attack.files[f"checkpoints/{attack.base.seen - 1}"] = attack.files.pop(f"checkpoints/{attack.base.seen}")
    return attack.base.seen


def _witnesses() -> Iterator[Tampering]:
    def cosigned(change: Callable[[str, Any], str]) -> Plant:
        def plant(attack: Any) -> int | None:
            name = f"checkpoints/{attack.base.seen}"
            attack.files[name] = change(attack.files[name].decode(), attack).encode()
            return attack.base.size

        return plant

    def seen(plant: Plant) -> Plant:
        def planted(attack: Any) -> int | None:
            plant(attack)
            return attack.base.seen

        return planted

    def strip(note: str, attack: Any) -> str:
        return note.replace(attack.base.cosignature, "")

    def flip(note: str, attack: Any) -> str:
        line = attack.base.cosignature.split()[-1]
        return note.replace(line, flipped(line))

    def other(note: str, attack: Any) -> str:
        text = note.partition("\n\n")[0] + "\n"
        stranger = signer("witness.example/court", COSIGNATURE)
        return strip(note, attack) + cosign(stranger, text, SEEN_AT)

    def borrowed(note: str, attack: Any) -> str:
        # A cosignature that the witness gave to another checkpoint.
        return strip(note, attack) + cosign(attack.base.witness, "x\n1\n" + note.split("\n")[2] + "\n", SEEN_AT)

    yield row("the witnessed checkpoint removed", POLICY, "cosignature", WHOLE, _unwitnessed)
    yield row("the cosignature removed", POLICY, "cosignature", WHOLE, cosigned(strip))
    yield row("a bit of the cosignature", POLICY, "cosignature", SEEN, seen(cosigned(flip)))
    yield row("the cosignature of somebody of the same name", POLICY, "cosignature", WHOLE, cosigned(other))
    yield row("the cosignature of another checkpoint", POLICY, "cosignature", SEEN, seen(cosigned(borrowed)))


def _unwitnessed(attack: Any) -> int | None:
    del attack.files[f"checkpoints/{attack.base.seen}"]
    return attack.base.size


def _lines(name: str, change: Callable[[list[dict[str, Any]], Any], int | None]) -> Plant:
    """Change the rows of a file beside the entries."""

    def plant(attack: Any) -> int | None:
        rows = [json.loads(line) for line in attack.files[name].splitlines()]
        position = change(rows, attack)
        attack.files[name] = "".join(json.dumps(each) + "\n" for each in rows).encode()
        return position

    return plant


def _set(at: int, name: str, value: Any, position: str) -> Callable[[list[dict[str, Any]], Any], int | None]:
    def change(rows: list[dict[str, Any]], _: Any) -> int | None:
        true = rows[at][position]
        rows[at][name] = value
        return int(true)

    return change


def _beside() -> Iterator[Tampering]:
    commits, commands = "beside/commits.jsonl", "beside/commands.jsonl"
    keys, columns = "beside/unique_keys.jsonl", "beside/columns.jsonl"
    for name, value in (
        ("root", "00"), ("frontier", "00"), ("last_leaf_hash", "00"), ("record_time", 1), ("entries", 99),
        ("feature_level", -1),
    ):  # fmt: skip
        plant = _lines(commits, _set(9, name, value, "last_position"))
        yield row(f"`{name}` of a commit row", KEY, "commit", "the end of the commit", plant)

    def without(rows: list[dict[str, Any]], _: Any) -> int | None:
        rows.pop(9)
        return int(rows[9]["last_position"])

    yield row("a commit row left out", KEY, "commit", "the end of the next one", _lines(commits, without))
    yield row(
        "the last commit row left out", KEY, "commit", WHOLE, _lines(commits, lambda r, a: r.pop() and a.base.size)
    )
    for name, value in (("command_hash", "00" * 32), ("first_position", 1), ("entries", 7)):
        plant = _lines(commands, _set(9, name, value, "first_position"))
        yield row(f"`{name}` of a request id's row", KEY, "command", "its entry", plant)

    def gone(rows: list[dict[str, Any]], _: Any) -> int | None:
        return int(rows.pop(9)["first_position"])

    def invented(rows: list[dict[str, Any]], _: Any) -> int | None:
        rows.append({**rows[9], "request_id": "0" * 32})
        return int(rows[9]["first_position"])

    yield row("a request id's row left out", KEY, "command", "its entry", _lines(commands, gone))
    yield row("a request id's row invented", KEY, "command", "where it points", _lines(commands, invented))
    for name, value in (("active", "no"), ("position", 1)):
        plant = _lines(keys, _set(2, name, value, "position"))
        yield row(f"`{name}` of a unique key's row", KEY, "unique_key", "its entry", plant)

    yield row(
        "a unique key's row said to rest on an entry behind the log", KEY, "unique_key", "its entry",
        _lines(keys, _set(2, "position", 10**6, "position")),
    )  # fmt: skip

    def no_key(rows: list[dict[str, Any]], _: Any) -> int | None:
        return int(rows.pop(2)["position"])

    yield row("a unique key's row left out", KEY, "unique_key", "its entry", _lines(keys, no_key))
    yield row(
        "a unique key's row invented", KEY, "unique_key", NOWHERE,
        _lines(keys, lambda rows, _: rows.append({**rows[2], "key_hash": "0" * 32})),
    )  # fmt: skip
    yield row("a row beside the entries that is none", KEY, "command", NOWHERE, edit(commands, lambda d: d + b"?\n"))
    told = {"position": 5, "stream": "00", "version": 1, "header": "another"}
    yield row(
        "a column that differed when it was exported",
        KEY,
        "column",
        "the entry",
        _lines(columns, lambda r, _: r.append(told) or 5),
    )
    view = {"view": "balances", "position": 200, "accounts": 1, "balance": 1, "sha256": ""}
    bound = edit("beside/projections.jsonl", lambda d: d + json.dumps(view).encode() + b"\n", 200)
    yield row("a bound view with other balances", KEY, "projection", "its position", bound)
    beyond = edit("beside/projections.jsonl", lambda d: d + json.dumps({**view, "position": 10**6}).encode() + b"\n")
    yield row("a view bound to a position that the log does not have", KEY, "projection", WHOLE, _whole(beyond))


def _whole(plant: Plant) -> Plant:
    def planted(attack: Any) -> int | None:
        plant(attack)
        return int(attack.base.size)

    return planted
