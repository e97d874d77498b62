"""Policies as they were published, yearly sums as they grow, and a second opinion on every computed settlement."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ledger.inspector.evaluator import OpinionError, opinion
from ledger.inspector.layout import EVENT_TYPES, Body, Header
from ledger.v1 import types_pb2

_E: Final = EVENT_TYPES
_FIELDS: Final = ("deductible", "pooled", "eligible", "visits", "admissions")
_NOTHING: Final = dict.fromkeys(_FIELDS, 0)
_STAY: Final = (types_pb2.CATEGORY_INPATIENT, types_pb2.BENEFIT_INPATIENT)
_FOR_EVER: Final = (9999, 12, 31)


def _word(enum: Any, number: int, prefix: str) -> str:
    """Return a word of the document for a number of the contract; `?` for one that it does not have."""
    try:
        return str(enum.Name(number)).removeprefix(prefix)
    except ValueError:
        return "?"


def _date(date: Any) -> tuple[int, int, int]:
    return date.year, date.month, date.day


class _Published(NamedTuple):
    """A published version: its name, its hash, its document (None where it lies elsewhere), its first and last day."""

    name: str
    hash: bytes
    document: Mapping[str, Any] | None
    first: tuple[int, int, int]
    last: tuple[int, int, int]


class Settlements:
    """Follows the entries in order."""

    def __init__(self, ledger: bytes, say: Callable[[str, int, str], None]) -> None:
        """Take the ledger's id, and whom to tell: kind, position, detail."""
        self._say = say
        self.computed = 0
        """How many settlements had a second opinion."""
        self._published: dict[int, _Published] = {}
        self._withdrawn: set[int] = set()
        self._sums: dict[tuple[bytes, int, int], dict[str, int]] = {}
        self._purchases: dict[int, tuple[int, int, dict[str, int]]] = {}
        """Purchase that stands → year, benefit, what it added."""
        self._filings: dict[int, Any] = {}

    def take(self, header: Header, body: Body, approved: Mapping[int, tuple[int, Any, bytes]]) -> None:
        """Check the next entry. `approved` are the proposals that somebody approved, by position."""
        type_, event = header.type, body.event
        if type_ == _E["policy_proposed"]:
            self._proposed(header, event)
        elif type_ == _E["policy_published"]:
            self._publish(header, event, approved)
        elif type_ == _E["policy_withdrawn"]:
            self._withdraw(header, event, approved)
        elif type_ == _E["purchase_settled"]:
            self._settled(header, body)
        elif type_ == _E["purchase_reversed"]:
            self._reversed(header, event)
        elif type_ == _E["claim_filed"]:
            self._filings[header.position] = event.filing
        elif type_ == _E["claim_decided"]:
            self._claim(header, event)
        elif type_ == _E["opening_imported"]:
            for taken in event.opening.accumulators:
                key = (header.stream, taken.year, taken.benefit)
                self._sums[key] = _plus(self._sums.get(key, _NOTHING), _read(taken))
        elif type_ == _E["accounts_merged"]:
            for sums in event.accumulators:
                self._sums[header.stream, sums.year, sums.benefit] = _read(sums)
        elif type_ == _E["relocation_in"]:
            for sums in event.arrival.accumulators:
                key = (header.stream, sums.year, sums.benefit)
                self._sums[key] = _plus(self._sums.get(key, _NOTHING), _read(sums))

    # -- policies --------------------------------------------------------------------------------

    def _proposed(self, header: Header, event: Any) -> None:
        draft = event.draft
        if draft.content and sha256(draft.content).digest() != draft.content_sha256:
            self._say("policy", header.position, "the document has another hash than the proposal says")

    def _publish(self, header: Header, event: Any, approved: Mapping[int, tuple[int, Any, bytes]]) -> None:
        first, proposed, _ = approved.get(event.proposal_position, (0, None, b""))
        if first != header.first_position:
            self._say("approval", header.position, f"no approval of {event.proposal_position} stands beside it")
            return
        draft = proposed.draft
        said = (event.policy, event.benefit, event.content_sha256, event.effective_from, event.effective_to)
        asked = (draft.policy, draft.benefit, draft.content_sha256, draft.effective_from, draft.effective_to)
        if said != asked:
            self._say("policy", header.position, f"another version was proposed at {event.proposal_position}")
        document = json.loads(draft.content) if draft.content else None
        last = _date(event.effective_to) if event.HasField("effective_to") else _FOR_EVER
        self._published[header.position] = _Published(
            event.policy, draft.content_sha256, document, _date(event.effective_from), last
        )

    def _withdraw(self, header: Header, event: Any, approved: Mapping[int, tuple[int, Any, bytes]]) -> None:
        at = event.published_position
        if at not in self._published or at in self._withdrawn:
            self._say("policy", header.position, f"nothing is published at {at}")
        if event.proposal_position:  # one person sufficed before feature level 2
            first, proposed, _ = approved.get(event.proposal_position, (0, None, b""))
            if first != header.first_position:
                self._say("approval", header.position, f"no approval of {event.proposal_position} stands beside it")
            elif (proposed.published_position, proposed.withdrawal) != (at, event.withdrawal):
                self._say("approval", header.position, "another withdrawal was approved")
        self._withdrawn.add(at)

    # -- settlements -----------------------------------------------------------------------------

    def _settled(self, header: Header, body: Body) -> None:
        event = body.event
        purchase, split, sums = event.purchase, event.split, event.accumulator
        stay = (purchase.category, purchase.benefit)
        added = _added(split, purchase.bill.in_scope, stay=stay[0] == _STAY[0] or stay[1] == _STAY[1])
        if event.uncounted:
            added = _NOTHING
            if split.pooled or split.deductible:
                self._say("settlement", header.position, "a bill outside the benefit has a pooled part or a deductible")
        key = (header.stream, sums.year, sums.benefit)
        before = self._sums.get(key, _NOTHING)
        self._grow(header.position, key, _plus(before, added), sums)
        self._purchases[header.position] = (sums.year, sums.benefit, added)
        if sums.year != event.service_date.year:
            self._say("sums", header.position, f"sums of {sums.year} for a service of {event.service_date.year}")
        balance = header.balance_after - header.balance_change
        if split.own_account > balance:
            self._say("settlement", header.position, f"the own account pays {split.own_account} of {balance} fen")
        free = not purchase.own_account_unused and not purchase.upstream.HasField("own_account")
        if free and split.own_account != min(balance, split.account_payable):
            detail = f"the own account pays {split.own_account} of {split.account_payable} fen and has {balance}"
            self._say("settlement", header.position, detail)
        self._rest(header.position, event)
        if event.HasField("computation"):
            self._second_opinion(header.position, body, before)

    def _rest(self, position: int, event: Any) -> None:
        """Check what may be paid from accounts, and that what a centre supplied was taken over."""
        split, upstream, bill = event.split, event.purchase.upstream, event.purchase.bill
        payable = split.personal
        given = event.computation if event.HasField("computation") else upstream
        if not given.full_self_pay_payable:
            payable = max(0, payable - bill.full_self_pay - bill.over_limit_self_pay)
        if split.account_payable != payable:
            self._say("settlement", position, f"accounts may pay {payable} fen, not {split.account_payable}")
        if event.purchase.HasField("upstream"):
            said = (split.deductible, split.pooled, split.hospital, list(split.funds))
            asked = (upstream.deductible, upstream.pooled, upstream.hospital, list(upstream.funds))
            if said != asked:
                self._say("settlement", position, "the split is not the one that the centre supplied")

    def _second_opinion(self, position: int, body: Body, before: Mapping[str, int]) -> None:
        event, references = body.event, body.references
        at = references.policy_position if references is not None else 0
        version = self._published.get(at)
        date = _date(event.service_date)
        if version is None or at in self._withdrawn:
            self._say("policy", position, f"no version of a policy is in force at {at}")
            return
        if (references.policy_hash, event.computation.policy) != (version.hash, version.name):
            self._say("policy", position, f"the version published at {at} is another one")
            return
        if not version.first <= date <= version.last:
            self._say("policy", position, f"{version.name} does not hold on {date}")
        if version.document is None:
            return
        self.computed += 1
        said, computation = event.split, event.computation
        try:
            found = opinion(
                version.document,
                _word(types_pb2.PersonType, event.person_type, "PERSON_TYPE_"),
                _word(types_pb2.InstitutionLevel, computation.level, "INSTITUTION_LEVEL_"),
                _word(types_pb2.RegionRelation, computation.relation, "REGION_RELATION_"),
                event.purchase.bill.in_scope,
                before,
                nothing_pooled=bool(event.purchase.exclusion_reason) or computation.coverage_suspended,
            )
        except (OpinionError, KeyError, TypeError) as error:
            self._say("settlement", position, f"{version.name} does not cover it: {error}")
            return
        if (said.deductible, said.pooled) != found:
            recorded = f"deductible {said.deductible}, pooled {said.pooled}"
            gives = f"deductible {found.deductible}, pooled {found.pooled}"
            self._say("settlement", position, f"{recorded} are recorded; {version.name} gives {gives}")

    def _reversed(self, header: Header, event: Any) -> None:
        year, benefit, added = self._purchases.pop(event.reversed_position, (0, 0, _NOTHING))
        sums = event.accumulator
        key = (header.stream, sums.year, sums.benefit)
        if (sums.year, sums.benefit) != (year, benefit):
            self._say("sums", header.position, f"it moves the sums of {sums.year}, not those of {year}")
        before = self._sums.get(key, _NOTHING)
        self._grow(header.position, key, {name: before[name] - added[name] for name in _FIELDS}, sums)

    def _claim(self, header: Header, event: Any) -> None:
        filing = self._filings.pop(event.claim_position, None)
        if not event.HasField("accumulator") or filing is None:
            return
        sums = event.accumulator
        stay = filing.category == _STAY[0] or filing.benefit == _STAY[1]
        key = (header.stream, sums.year, sums.benefit)
        added = _NOTHING if event.uncounted else _added(event.split, filing.bill.in_scope, stay=stay)
        self._grow(header.position, key, _plus(self._sums.get(key, _NOTHING), added), sums)

    def _grow(self, position: int, key: tuple[bytes, int, int], true: dict[str, int], sums: Any) -> None:
        said = _read(sums)
        for name in _FIELDS:
            if said[name] != true[name]:
                self._say("sums", position, f"{name} of {key[1]} is said to be {said[name]}, and is {true[name]}")
        self._sums[key] = said


def _read(sums: Any) -> dict[str, int]:
    return {name: getattr(sums, name) for name in _FIELDS}


def _plus(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one[name] + other[name] for name in _FIELDS}


def _added(split: Any, in_scope: int, *, stay: bool) -> dict[str, int]:
    return {
        "deductible": split.deductible,
        "pooled": split.pooled,
        "eligible": in_scope,
        "visits": int(not stay),
        "admissions": int(stay),
    }
