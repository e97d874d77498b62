"""Requests of the load: purchases whose split the service computes, and what a ledger needs for them."""

from __future__ import annotations

import grpc

from benchmarks.deposits import fresh_ids
from ledger.policy import seeds
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2, types_pb2
from ledger.v1.command_service_pb2_grpc import CommandServiceStub

HOSPITAL = "H34010000001"
REVIEWER = (("x-dev-actor", "reviewer"),)
CALL_SECONDS = 60.0


def settlement_item(person: str, own_id: str) -> pb.BatchItem:
    """An outpatient bill of 50.00: deductible, ratio, cap, own account, cash."""
    purchase = commands_pb2.Purchase(
        bill=types_pb2.Bill(total=5_000, in_scope=4_500, full_self_pay=500),
        institution=HOSPITAL,
        category=types_pb2.CATEGORY_OUTPATIENT,
    )
    request = pb.RecordPurchaseRequest(person=person, request_id=own_id, purchase=purchase)
    return pb.BatchItem(command=pb.Command(record_purchase=request))


def prepare(address: str, ledger: str) -> None:
    """Publish Hefei's policy by four eyes and designate a hospital."""
    with grpc.insecure_channel(address) as channel:
        service = CommandServiceStub(channel)
        name = f"ledgers/{ledger}"
        content = next(each for each in seeds.shipped("hefei") if each["policy"] == "hefei-outpatient-2025")
        proposed = service.ProposePolicy(
            pb.ProposePolicyRequest(ledger=name, request_id=fresh_ids(1)[0], draft=seeds.draft(ledger, content)),
            timeout=CALL_SECONDS,
        )
        review = commands_pb2.ProposalReview(
            proposal=f"{name}/entries/{proposed.transaction.first_position}",
            decision=types_pb2.PROPOSAL_DECISION_APPROVED,
        )
        service.ReviewProposal(
            pb.ReviewProposalRequest(ledger=name, request_id=fresh_ids(1)[0], review=review),
            timeout=CALL_SECONDS,
            metadata=REVIEWER,
        )
        designation = commands_pb2.InstitutionDesignation(
            institution=HOSPITAL,
            kind=types_pb2.INSTITUTION_KIND_HOSPITAL,
            level=types_pb2.INSTITUTION_LEVEL_TERTIARY,
            region="340100",
            effective_from=types_pb2.CivilDate(year=2025, month=1, day=1),
        )
        service.DesignateInstitution(
            pb.DesignateInstitutionRequest(
                institution=f"{name}/institutions/{HOSPITAL}", request_id=fresh_ids(1)[0], designation=designation
            ),
            timeout=CALL_SECONDS,
        )
