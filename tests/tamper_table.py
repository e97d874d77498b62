"""Every planted tampering: who does it, with what, what the auditor holds, and what the inspection must name.

`python -m tests.tamper_table` writes the table into docs/audit.md; `--check` only compares. tests/test_tamperings.py
carries each of them out.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ledger.inspector.defect import KINDS
from ledger.inspector.layout import PLACES

PLACE = Path(__file__).parent.parent / "docs" / "audit.md"
BEGIN, END = "<!-- tamperings: begin -->\n", "<!-- tamperings: end -->\n"

FILE = "whoever gets hold of the export's files"
ROWS = "a writer of the database"
EARLY = "a superuser with the log's key, before what a witness saw"
LATE = "a superuser with the log's key, behind what a witness saw"
THIEF = "somebody who kept a key of the log that was retired"
ATTACKERS = {
    FILE: "changes files; may recompute hashes, but cannot sign",
    ROWS: "changes rows of the live database, triggers switched off; recomputes nothing",
    EARLY: "rewrites an entry that a witness has seen, recomputes every chain, balance, tile and root, and signs anew",
    LATE: "does the same to an entry that no witness has seen yet",
    THIEF: "writes and signs with it what he likes; no witness is asked for",
}
KEY, POLICY, KEPT = "the log's key", "the log's key and a witness's", "the log's key and a checkpoint that was kept"

SEEN, ENTRY, NEXT, WHOLE = "the size that the witness saw", "the entry", "a later entry", "the size of the log"
NOBODY_KNOWS = "random: it has no meaning but to hide amounts in proofs"
CALLER_KNOWS = "only the caller knows what was asked; the receipt that the caller keeps shows it"


class Tampering(NamedTuple):
    """One planted tampering.

    `kind` at `where` must be named; an empty kind says that nothing can be found, and `why`. `plant` gets the attack
    (or the open database, for ROWS) and returns the position that `where` means, or None where it says so itself.
    """

    attacker: str
    what: str
    holds: str
    kind: str
    where: str
    plant: Callable[[Any], int | None]
    why: str = ""


def _headers() -> Iterator[Tampering]:
    """One bit of every field of a header, by every attacker."""
    late = {
        "format": "layout", "ledger": "layout", "position": "position", "stream": "version", "version": "version",
        "first_position": "transaction", "leg": "transaction", "legs": "transaction", "effective_time": "time",
        "service_time": "time", "previous_leaf": "chain", "type": "parts", "balance_change": "money",
        "balance_after": "balance",
    }  # fmt: skip
    why = {
        "record_time": "the order of times is kept, and the service's clock is the only one there is",
        "salt": NOBODY_KNOWS,
        "organisation": "the log alone says who called; the caller's own records and receipt show it",
        "actor": "the log alone says who called; the caller's own records and receipt show it",
        "rights": "the log alone says which rights were used",
        "request_id": CALLER_KNOWS,
        "command_hash": "it is keyed with the ledger's secret, which an auditor does not get",
    }
    for name in PLACES:
        what = f"a bit of `{name}`"
        yield Tampering(FILE, what, KEY, "leaf", ENTRY, _bit(name, late=False, recomputed=False))
        yield Tampering(FILE, f"{what}, tiles recomputed", KEY, "root", WHOLE, _bit(name, late=False, recomputed=True))
        yield Tampering(ROWS, what, KEY, "leaf", ENTRY, _row_bit(name))
        yield Tampering(EARLY, what, POLICY, "root", SEEN, _signed_bit(name, late=False))
        kind = late.get(name, "")
        yield Tampering(
            LATE, what, POLICY, kind, ENTRY if kind else "", _signed_bit(name, late=True), why.get(name, "")
        )


def _bit(field: str, *, late: bool, recomputed: bool) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = attack.base.plain(late=late)
        attack.change(position, field)
        attack.pack(tiles=recomputed)
        return attack.base.size if recomputed else position

    return plant


def _row_bit(field: str) -> Callable[[Any], int | None]:
    def plant(rows: Any) -> int | None:
        position = rows.base.plain(late=False)
        at = PLACES[field][0]
        rows.run(
            "UPDATE {s}.entries SET entry = set_byte(entry, %s, get_byte(entry, %s) # 1) WHERE position = %s",
            at,
            at,
            position,
        )
        return position

    return plant


def _signed_bit(field: str, *, late: bool) -> Callable[[Any], int | None]:
    def plant(attack: Any) -> int | None:
        position = attack.base.plain(late=late)
        attack.change(position, field)
        if field not in {"stream", "previous_leaf", "balance_after"}:
            attack.recompute()
        attack.pack()
        attack.sign()
        return position if late else attack.base.seen

    return plant


def signed(change: Callable[[Any], int | None]) -> Callable[[Any], int | None]:
    """A change, after which everything is recomputed and signed."""

    def plant(attack: Any) -> int | None:
        position = change(attack)
        attack.recompute()
        attack.pack()
        attack.sign()
        return position

    return plant


def table() -> list[Tampering]:
    """All of them, in the order of the page."""
    from tests import tamper_bodies, tamper_files, tamper_keys, tamper_round, tamper_rows, tamper_signing

    found = [
        *_headers(),
        *tamper_bodies.bodies(),
        *tamper_keys.keys(),
        *tamper_round.another_round(),
        *tamper_signing.signing(),
        *tamper_files.files(),
        *tamper_rows.rows(),
    ]
    order = list(ATTACKERS)
    return sorted(found, key=lambda each: order.index(each.attacker))


def page() -> str:
    """The part of the page between the marks."""
    found = table()
    counts = defaultdict(int)
    for each in found:
        counts[bool(each.kind)] += 1
    said = (
        f"{len(found)} tamperings are planted, one after another, by `tests/test_tamperings.py`: {counts[True]} are "
        f"found, each named by its kind and position; {counts[False]} cannot be found from this log alone, and the "
        "table says why."
    )
    lines = [said]
    for attacker, means in ATTACKERS.items():
        own = [each for each in found if each.attacker == attacker]
        lines += ["", f"### {attacker[0].upper()}{attacker[1:]}", "", f"{means[0].upper()}{means[1:]}.", ""]
        lines += ["| Tampering | The auditor holds | Named as | At |", "| --- | --- | --- | --- |"]
        for each in own:
            named = f"`{each.kind}`" if each.kind else f"not found: {each.why}"
            lines.append(f"| {each.what} | {each.holds} | {named} | {each.where} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table into the page, or compare it."""
    wrong = [each for each in table() if (each.kind and each.kind not in KINDS) or bool(each.kind) == bool(each.why)]
    if wrong:
        raise SystemExit(f"a tampering needs a kind or a reason why it cannot be found: {wrong}")
    text = PLACE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    new = before + BEGIN + page() + END + after
    if "--check" not in sys.argv:
        PLACE.write_text(new, "utf-8")
    elif new != text:
        raise SystemExit("docs/audit.md is not what the table of tamperings says; run `make features`")


if __name__ == "__main__":
    main()
