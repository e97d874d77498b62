"""The ledgers that the cases rest on: one for each region, with published policies and designated institutions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import grpc

from ledger.demo.cases import Case, institutions
from ledger.demo.ids import new_id
from ledger.policy import seeds
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import types_pb2 as t
from ledger.v1.command_service_pb2_grpc import CommandServiceStub

UPSTREAM: Final = "upstream-split"
"""Name under which the cases say that the settlement centre supplies the split."""

CALL_SECONDS: Final = 20.0
REVIEWER: Final = (("x-dev-actor", "reviewer"),)
"""Whoever approves is somebody else than whoever proposes."""

_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "340100": ("hefei", "national"),
    "110000": ("beijing", "national"),
    "440300": ("shenzhen", "national"),
    "210300": ("anshan", "national"),
    "410100": ("zhengzhou",),
    "450000": ("guangxi", "national"),
    "340100, for statements": ("hefei", "national"),
    "level tables": ("level-tables",),
    "level tables, H3 primary": ("level-tables",),
}
# Zhengzhou's own scope holds for its pharmacies too, so the national version for pharmacies has no place there.
_ONLY: Final[Mapping[str, frozenset[str]]] = {"410100": frozenset(("account-only", "national-scope-2021-14"))}

_LEVELS: Final = {"level tables, H3 primary": {"H3": "PRIMARY"}}
"""G24 calls its table primary and its institution tertiary. The table is what the case is about."""


def book_of(case: Case) -> str:
    """Return the book that a case rests on: its region, the tables by level, or one of its own."""
    used = {step.get("policy", "") for step in case["steps"]}
    if any(step["op"] == "totals" for step in case["steps"]):
        return "340100, for statements"  # what other cases buy at the same institution would count
    if "generic-primary" in used:
        return "level tables, H3 primary"
    if any(name.startswith("generic-") for name in used):
        return "level tables"
    given = case.get("given", {})
    people = [*given.get("accounts", {}).values(), *given.get("persons", {}).values()]
    return str(people[0]["region"])


@cache
def _selections() -> Mapping[str, str]:
    return {
        each["policy"]: each.get("selection", "AUTOMATIC")
        for name in seeds.region_files()
        for each in seeds.shipped(name)
    }


def is_pinned(policy: str, place: str) -> bool:
    """Tell whether a purchase has to name its policy: the others are found by what the purchase is."""
    known = institutions()[place]
    if policy == UPSTREAM or (policy == "account-only" and known["level"] == "NONE" and known["region"] not in _ONLY):
        return False
    return _selections()[policy] == "PINNED"


def documents(book: str) -> list[dict[str, Any]]:
    """Return the policies of a book."""
    own = [each for name in _FILES[book] if name != "national" for each in seeds.shipped(name)]
    wanted = _ONLY.get(book)
    national = [each for each in seeds.shipped("national") if wanted is None or each["policy"] in wanted]
    return own if book.startswith("level") else own + national


_SHOWN: Final = {"HOSPITAL": "示范医院", "PHARMACY": "示范药店"}
"""What institutions of the cases are called."""


def prepare(channel: grpc.Channel, code: str, book: str) -> None:
    """Publish the policies of a book in an empty ledger, by four eyes, and designate its institutions."""
    service = CommandServiceStub(channel)
    ledger = f"ledgers/{code}"
    for content in documents(book):
        proposed = service.ProposePolicy(
            pb.ProposePolicyRequest(ledger=ledger, request_id=new_id(), draft=seeds.draft(code, content)),
            timeout=CALL_SECONDS,
        )
        review = c.ProposalReview(
            proposal=f"{ledger}/entries/{proposed.transaction.first_position}",
            decision=t.PROPOSAL_DECISION_APPROVED,
        )
        service.ReviewProposal(
            pb.ReviewProposalRequest(ledger=ledger, request_id=new_id(), review=review),
            timeout=CALL_SECONDS,
            metadata=REVIEWER,
        )
    for label, known in institutions().items():
        if known["designated"]:
            service.DesignateInstitution(
                pb.DesignateInstitutionRequest(
                    institution=f"{ledger}/institutions/{known['code']}",
                    request_id=new_id(),
                    designation=_designation(label, known, _LEVELS.get(book, {})),
                ),
                timeout=CALL_SECONDS,
            )


def _designation(label: str, known: Mapping[str, Any], levels: Mapping[str, str]) -> c.InstitutionDesignation:
    return c.InstitutionDesignation(
        institution=known["code"],
        display_name=f"{_SHOWN[known['kind']]} {label}",
        kind=f"INSTITUTION_KIND_{known['kind']}",
        level=f"INSTITUTION_LEVEL_{levels.get(label, known['level'])}",
        region=known["region"],
        effective_from=t.CivilDate(year=2024, month=1, day=1),
    )
