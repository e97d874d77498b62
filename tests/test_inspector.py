"""The inspector's own parts: policy files, quorums, trees, and the second opinion on settlements."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.inspector import layout, tree
from ledger.inspector.beside import Peaks
from ledger.inspector.evaluator import OpinionError, opinion
from ledger.inspector.layout import Header
from ledger.inspector.note import BadNoteError, Head, Key, Note
from ledger.inspector.trust import PolicyError, Trust
from ledger.inspector.years import Years
from ledger.log import header
from ledger.log.identifiers import ledger_id
from ledger.log.merkle import Tree, leaf_hash
from ledger.proof import policy as proof_policy
from ledger.proof.checkpoint import Checkpoint, cosign
from ledger.proof.inclusion import inclusion_ranges
from ledger.proof.note import COSIGNATURE, Signer, Verifier, join
from ledger.v1 import events_pb2
from tests.slow_settlement import Purse, Undefined, settle
from tests.test_second_evaluator import Draw


def signer(name, kind=1):
    return Signer(name, Ed25519PrivateKey.generate().private_bytes_raw(), kind)


LOG = signer("example.org/log")
WITNESSES = {name: signer(f"witness.example/{name}", COSIGNATURE) for name in "abcdef"}
LINES = [f"log {LOG.verifier.encode()}"] + [f"witness {n} {w.verifier.encode()}" for n, w in WITNESSES.items()]


def policy(*lines):
    return Trust.parse("\n".join([*LINES, *lines, ""]).encode())


def test_a_policy_says_who_is_enough():
    """As C2SP has it in its example: two of three here, and one of three there."""
    trust = policy("# two groups", "group X 2 a b c", "  group Y\tany d e f", "group both all X Y", "quorum both")
    for number in range(7):
        for cosigners in itertools.combinations("abcdef", number):
            enough = len(set(cosigners) & set("abc")) >= 2 and bool(set(cosigners) & set("def"))
            assert trust.satisfied(cosigners) == enough
    assert policy("quorum none").satisfied(())
    assert policy("quorum a").satisfied("ab")
    assert not policy("quorum a").satisfied("b")
    assert [key.name for key in trust.logs] == ["example.org/log"]


@pytest.mark.parametrize(
    "lines",
    [
        (), ("quorum none", "quorum a"), ("quorum z",), ("group g 0 a", "quorum g"), ("group g 3 a b", "quorum g"),
        ("group g any", "quorum none"), ("group g any a a", "quorum g"), ("group g any z", "quorum g"),
        ("group a any b", "quorum a"), ("group none any b", "quorum none"),
        ("group g any h", "group h any g", "quorum g"),
        ("group g any a", "group h any a", "quorum g"), ("group g 01 a", "quorum g"), ("nonsense", "quorum none"),
        (LINES[0], "quorum none"), (LINES[1].replace("witness a", "witness z"), "quorum none"),
        (LINES[1].replace("witness a", "log"), "quorum none"), (LINES[0].replace("log", "witness z"), "quorum none"),
        ("log x", "quorum none"), ("quorum", ), ("quorum none x",), ("quorum none\x07",),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(lines):
    with pytest.raises(PolicyError):
        policy(*lines)
    with pytest.raises(proof_policy.PolicyError):  # the service reads the same files, by a reader of its own
        proof_policy.Policy.parse("\n".join([*LINES, *lines, ""]))


def test_notes_of_the_service_are_read_by_the_inspector():
    text = Checkpoint("example.org/log", 7, bytes(range(32))).text()
    note = join(text, [LOG.line(text), cosign(WITNESSES["a"], text, 1_700_000_000)])
    key, witness = Key.parse(LOG.verifier.encode()), Key.parse(WITNESSES["a"].verifier.encode())
    read = Note.parse(note)
    assert Head.parse(read.text) == Head("example.org/log", 7, bytes(range(32)))
    assert read.signed_by(key)
    assert read.cosigned_by(witness) == 1_700_000_000
    assert read.cosigned_by(Key.parse(WITNESSES["b"].verifier.encode())) is None
    for wrong in (note.replace("\n7\n", "\n8\n"), note.replace("\n7\n", "\n07\n")):
        with pytest.raises(BadNoteError):
            Note.parse(wrong).signed_by(key)
    with pytest.raises(BadNoteError):
        Head.parse(text.replace("\n7\n", "\n07\n"))
    moved = note.replace(cosign(WITNESSES["a"], text, 1_700_000_000), cosign(WITNESSES["a"], text + "x\n", 1))
    with pytest.raises(BadNoteError):
        Note.parse(moved).cosigned_by(witness)
    with pytest.raises(BadNoteError):
        Key.parse(Verifier("other", LOG.verifier.public).encode().replace("other", "another"))


def test_its_trees_are_those_of_the_log():
    leaves = [leaf_hash(str(number).encode()) for number in range(66_000)]
    rows, peaks = tree.levels(b"".join(leaves)), Peaks()
    sizes = {*range(1, 600), 65_535, 65_536, 65_537, 65_792, 66_000}
    for size, leaf in enumerate(leaves, 1):
        peaks.add(leaf)
        if size in sizes:
            true = Tree().append(leaves[:size])[0]
            assert tree.root_at(rows, size) == true.root() == peaks.root()
            assert peaks.frontier() == true.encoded_frontier()
    for size in (1, 2, 3, 7, 256, 300):
        for index in range(size):
            proof = [Tree().append(leaves[begin:end])[0].root() for begin, end in inclusion_ranges(index, size)]
            root = Tree().append(leaves[:size])[0].root()
            assert tree.root_by_proof(index, size, leaves[index], proof) == root
            assert tree.root_by_proof(index, size, leaves[index], [*proof, root]) == b""
            assert not proof or tree.root_by_proof(index, size, leaves[index], proof[:-1]) == b""
    assert tree.tile_path("entries", 1_234_067, 3) == "tile/entries/x001/x234/067.p/3"


def entry(position, stream, type_, event, change=0, time=0):
    """Header and parts of an entry as relations take them; times are seconds since 1970 UTC."""
    micros = time * 1_000_000
    values = (1, b"", position, stream, 1, position, 1, 1, micros, micros, position, b"", b"", bytes(16), b"")
    return Header(*values, 0, bytes(16), b"", layout.EVENT_TYPES[type_], change, 0), layout.Body(None, None, event)


def closing(**figures):
    return events_pb2.YearClosed(closing={"year": figures.pop("year", 2025)}, **figures)


FIGURES = {"accounts": 1, "balance": 70, "credits": 107, "debits": 37, "interest": 7, "last_position": 5}


@pytest.mark.parametrize("wrong", [None, *FIGURES])
def test_a_closing_of_a_year_is_added_up_again(wrong):
    """New year comes at 16:00 UTC in Shanghai; what is recorded behind `last_position` is not in the figures."""
    new_year, found = 1_767_196_800, []
    years = Years(lambda kind, position, _: found.append((kind, position)))

    def take(*values, **more):
        header_, body = entry(*values, **more)
        years.take(header_, body.event)

    take(1, b"a" * 16, "ledger_opened", events_pb2.LedgerOpened(time_zone="Asia/Shanghai"))
    take(2, b"p" * 16, "account_opened", None, time=new_year - 9)
    take(3, b"p" * 16, "deposit_posted", None, change=100, time=new_year - 1)
    take(4, b"p" * 16, "interest_posted", None, change=7, time=new_year - 1)
    take(5, b"p" * 16, "premium_deducted", None, change=-37, time=new_year - 1)
    take(6, b"p" * 16, "deposit_posted", None, change=1_000, time=new_year)
    take(7, b"p" * 16, "deposit_posted", None, change=10, time=new_year - 1)
    figures = {**FIGURES}
    if wrong:
        figures[wrong] += 1 if wrong != "last_position" else 2
    take(8, b"a" * 16, "year_closed", closing(**figures))
    assert set(found) == ({("money", 8)} if wrong else set())
    if not wrong:
        next_one = {"accounts": 1, "balance": 1_080, "credits": 1_010, "last_position": 8, "opening_balance": 70}
        take(9, b"a" * 16, "year_closed", closing(year=2026, **next_one))
        assert found == []
        take(10, b"a" * 16, "year_closed", closing(year=2028, **next_one))
        assert ("money", 10) in found


def test_its_header_is_that_of_the_log():
    own = ledger_id("410100")
    entry = header.pack(
        own, 5, b"s" * 16, 6, 4, 2, 3, -1, 8, 9, b"p" * 32, b"t" * 16, b"o" * 16, b"a" * 16, 10, b"r" * 16, b"c" * 32,
        70, -11, 12,
    ) + b"x"  # fmt: skip
    fixed = layout.FixedPart(layout.ledger_id("410100"))
    assert fixed.holds(entry)
    assert layout.unpack(entry) == header.unpack(entry)
    for place in range(len(entry) - 1):
        changed = bytearray(entry)
        changed[place] ^= 0x80
        value = any(at <= place < at + length for at, length in layout.PLACES.values())
        named = any(at <= place < at + length for at, length in (layout.PLACES["format"], layout.PLACES["ledger"]))
        assert fixed.holds(bytes(changed)) == (value and not named), place
        if not fixed.holds(bytes(changed)):
            assert fixed.problem(bytes(changed)) != "its header is another one" or place < 3


@pytest.mark.parametrize("seed", range(40))
def test_the_second_opinion_is_that_of_the_slow_way(seed):
    """Random documents and bills, fen by fen and from limit to limit."""
    draw = Draw(seed)
    for _ in range(6):
        document = draw.document(draw.choice(["OUTPATIENT", "INPATIENT", "DIABETES"]), "340100")
        purse = Purse(draw.choice(["ACTIVE", "RETIRED"]), 0)
        sums = {
            "deductible": draw.randint(0, 400),
            "pooled": draw.randint(0, 2_000),
            "eligible": draw.randint(0, 2_000),
        }
        sums |= {"visits": draw.randint(0, 2), "admissions": draw.randint(0, 2)}
        purse.sums[2025, document["benefit"]] = Counter(sums)
        bill, level = draw.bill(), draw.choice(["NONE", "TERTIARY"])
        try:
            slow = settle(document, purse, bill, level=level, year=2025)
            true = (slow["deductible"], slow["pooled"])
        except Undefined:
            true = None
        try:
            own = opinion(document, purse.kind, level, "IN_REGION", bill["in_scope"], sums, nothing_pooled=False)
        except OpinionError:
            own = None
        assert own == true, (document, bill, sums)
    with pytest.raises(OpinionError):
        opinion(document, "ACTIVE", "NONE", "UNFILED", 1, sums, nothing_pooled=False)
