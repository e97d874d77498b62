"""A small ledger with people in every state, and requests about them, over the wire."""

from __future__ import annotations

import hashlib
import time
import uuid

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status

from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2 as c
from ledger.v1 import query_service_pb2 as q
from ledger.v1 import types_pb2 as t
from tests.running import time_ordered_id

METHODS = {
    getattr(pb, f"{method.name}Request"): method.name
    for method in pb.DESCRIPTOR.services_by_name["CommandService"].methods
}
KINDS = {field.message_type.name: field.name for field in pb.Command.DESCRIPTOR.fields}
SPOUSE = t.RELATION_SPOUSE


def status_of(error):
    """What a failed call says."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return Status.FromString(value)
    raise error


def details(status):
    """ErrorInfo, field paths, and the localized message of a status."""
    info, bad, spoken = ErrorInfo(), BadRequest(), LocalizedMessage()
    for detail in status.details:
        for message in (info, bad, spoken):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    return info, [violation.field for violation in bad.field_violations], spoken


def reason_of(status):
    """The reason of a status."""
    return details(status)[0].reason


def told(result):
    """The transaction or the status of a batch result."""
    return getattr(result, result.WhichOneof("result"))


def item(request):
    """A batch item of one command."""
    return pb.BatchItem(command=pb.Command(**{KINDS[type(request).__name__]: request}))


def group(*requests, request_id=None):
    """A batch item of an atomic group; the members lose their own request ids."""
    commands = []
    for request in requests:
        request.request_id = ""
        commands.append(pb.Command(**{KINDS[type(request).__name__]: request}))
    request_id = time_ordered_id() if request_id is None else request_id
    return pb.BatchItem(group=pb.AtomicGroup(request_id=request_id, commands=commands))


def again(transaction):
    """An answer as a retry gets it."""
    expected = pb.Transaction()
    expected.CopyFrom(transaction)
    expected.replayed = True
    return expected


def refusal(status):
    """Reason and metadata of a refusal, without the mark of a replay."""
    info = details(status)[0]
    metadata = dict(info.metadata)
    return info.reason, metadata, metadata.pop("replayed", "") == "true"


def common_of(fields):
    """The fields that all commands have, taken out of the others."""
    return {key: fields.pop(key) for key in {"request_id", "version", "at"} & fields.keys()}


class World:
    """A ledger and who lives in it. People are named by a word; a new word is a new person."""

    def __init__(self, client, code):
        self.client, self.code = client, code
        self.ids = {}

    @property
    def ledger(self):
        return f"ledgers/{self.code}"

    def id(self, who):
        return self.ids.setdefault(who, str(uuid.uuid4()))

    def account(self, who):
        return f"{self.ledger}/accounts/{self.id(who)}"

    def person(self, who):
        return f"{self.ledger}/persons/{self.id(who)}"

    # -- calls ----------------------------------------------------------------------------------

    def send(self, request, *, method="", metadata=(), timeout=20):
        """The answer, or the status of the error. `request` may be plain bytes for a method."""
        if isinstance(request, bytes):
            path = f"/ledger.v1.CommandService/{method}"
            call = self.client.channel.unary_unary(path)
        else:
            service = self.client.commands if type(request) in METHODS else self.client.queries
            name = METHODS.get(type(request)) or type(request).__name__.removesuffix("Request")
            call = getattr(service, name)
        try:
            return call(request, metadata=metadata, timeout=timeout)
        except grpc.RpcError as error:
            return status_of(error)

    def done(self, request, **options):
        """The transaction of a command that must succeed."""
        answer = self.send(request, **options)
        assert not isinstance(answer, Status), answer
        return answer.transaction

    def batch(self, *items, **options):
        """What each item of a batch was told."""
        answer = self.send(pb.BatchExecuteRequest(ledger=self.ledger, items=items), **options)
        assert not isinstance(answer, Status), answer
        return [told(result) for result in answer.results]

    def outcome(self, request_id, **options):
        """What became of a command."""
        ask = pb.GetCommandOutcomeRequest(ledger=self.ledger, command_request_id=request_id)
        return self.send(ask, **options)

    def size(self):
        """How many entries there are."""
        return self.send(q.GetLedgerRequest(name=self.ledger)).size

    def state(self, who):
        """The account of somebody; None where there is no such person."""
        answer = self.send(q.GetAccountRequest(name=self.person(who)))
        return None if isinstance(answer, Status) else answer.account

    def entries(self, first=1):
        """The stored bytes of the entries from a position on."""
        ask = q.ReadEntriesRequest(ledger=self.ledger, from_position=first, page_size=10_000)
        return [stored.entry for stored in self.send(ask).entries]

    # -- requests -------------------------------------------------------------------------------

    def common(self, who="", name="account", request_id=None, version=0, at=None):
        """The fields that all commands have. `at` is in seconds from now."""
        values = {
            "request_id": time_ordered_id() if request_id is None else request_id,
            "expected_version": version,
        }
        if at is not None:
            values["effective_time"] = Timestamp(seconds=int(time.time()) + at)
        if who:
            values[name] = who if "/" in who else getattr(self, name)(who)
        return values

    def register(self, who, number="", **common):
        content = c.PersonRegistration(
            scheme=t.SCHEME_RESIDENT,
            person_type=t.PERSON_TYPE_FLEXIBLE,
            confidential=t.Confidential(insured_person_id=number) if number else None,
        )
        common = self.common(who, "person", **common)
        return pb.RegisterPersonRequest(registration=content, **common)

    def open(self, who, scheme=t.SCHEME_EMPLOYEE, number="", **common):
        content = c.AccountOpening(
            scheme=scheme,
            person_type=t.PERSON_TYPE_ACTIVE,
            confidential=t.Confidential(insured_person_id=number) if number else None,
        )
        return pb.OpenAccountRequest(opening=content, **self.common(who, **common))

    def activate(self, who, **common):
        content = c.Activation(channel=t.CHANNEL_APP)
        return pb.ActivateAccountRequest(activation=content, **self.common(who, **common))

    def opening(self, who, balance=1_000, person_type=t.PERSON_TYPE_ACTIVE, **common):
        content = c.Opening(
            scheme=t.SCHEME_EMPLOYEE,
            person_type=person_type,
            balance=balance,
            activated_time=Timestamp(seconds=1),
            source_sha256=bytes(32),
        )
        return pb.ImportOpeningRequest(opening=content, **self.common(who, **common))

    def deposit(self, who, amount=100, source=1, period=0, channel=0, sealed=None, **common):
        content = c.Deposit(amount=amount, source=source, period=period, channel=channel, confidential=sealed)
        return pb.RecordDepositRequest(deposit=content, **self.common(who, **common))

    def bill(self, total=100, sealed=None, upstream=True, payers=(), **fields):
        """What a purchase is about. `upstream`: True or {} for a centre that pays nothing, None for no centre."""
        values = {"institution": "H1", "category": t.CATEGORY_DRUG} | fields
        return c.Purchase(
            bill=values.pop("bill", None) or t.Bill(total=total, in_scope=total),
            confidential=sealed,
            payers=[payer if "/" in payer else self.account(payer) for payer in payers],
            upstream=c.UpstreamSplit() if upstream is True or upstream == {} else upstream,
            **values,
        )

    def purchase(self, who, total=100, **fields):
        common = common_of(fields)
        content = self.bill(total, **fields)
        return pb.RecordPurchaseRequest(purchase=content, **self.common(who, "person", **common))

    def amend(self, position, total=60, sealed=None, **fields):
        common = common_of(fields)
        content = c.PurchaseAmendment(
            entry=f"{self.ledger}/entries/{position}", purchase=self.bill(total, **fields), confidential=sealed
        )
        return pb.AmendPurchaseRequest(ledger=self.ledger, amendment=content, **self.common(**common))

    def grant(self, who, beneficiary, relation=SPOUSE, year_limit=0, purchase_limit=0, until=None, **common):
        """`until` is in seconds from now."""
        name = beneficiary if "/" in beneficiary else self.person(beneficiary)
        content = c.ShareGrant(
            beneficiary=name,
            relation=relation,
            year_limit=year_limit,
            purchase_limit=purchase_limit,
            expire_time=None if until is None else Timestamp(seconds=int(time.time()) + until),
        )
        return pb.GrantShareRequest(grant=content, **self.common(who, **common))

    def adjustment(self, who, amount=-10, entry=0, until=None, sealed=None, **common):
        content = c.AdjustmentProposal(
            amount=amount,
            reason=t.ADJUSTMENT_REASON_SYSTEM_ERROR,
            entry=f"{self.ledger}/entries/{entry}" if entry else "",
            expire_time=None if until is None else Timestamp(seconds=int(time.time()) + until),
            confidential=sealed,
        )
        return pb.ProposeAdjustmentRequest(adjustment=content, **self.common(who, **common))

    def review(self, proposal, decision=t.PROPOSAL_DECISION_APPROVED, **common):
        content = c.ProposalReview(proposal=f"{self.ledger}/entries/{proposal}", decision=decision)
        return pb.ReviewProposalRequest(ledger=self.ledger, review=content, **self.common(**common))

    def order(self, who, *payers, **common):
        names = [payer if "/" in payer else self.account(payer) for payer in payers]
        return pb.OrderPayersRequest(order=c.PayerOrder(payers=names), **self.common(who, "person", **common))

    def premium(self, who, amount=100, kind=t.PREMIUM_KIND_LARGE_AMOUNT_SUPPLEMENT, year=2025, covered="", **common):
        name = self.person(covered) if covered and "/" not in covered else covered
        content = c.PremiumDeduction(amount=amount, kind=kind, year=year, covered=name)
        return pb.DeductPremiumRequest(deduction=content, **self.common(who, **common))

    def revoke(self, who, beneficiary, **common):
        content = c.ShareRevocation(beneficiary=self.person(beneficiary))
        return pb.RevokeShareRequest(revocation=content, **self.common(who, **common))

    def transfer(self, who, receiver, amount=10, **common):
        name = receiver if "/" in receiver else self.account(receiver)
        content = c.FamilyTransfer(receiver=name, amount=amount)
        return pb.TransferShareRequest(transfer=content, **self.common(who, **common))

    def send_to(self, who, receiver, amount=10, transfer_id=None, relation=0, **common):
        """A wallet transfer; the receiver is a word here, or a name anywhere."""
        content = c.WalletTransfer(
            receiver=receiver if "/" in receiver else self.account(receiver),
            amount=amount,
            transfer_id=uuid.uuid4().bytes if transfer_id is None else transfer_id,
            relation=relation,
        )
        return pb.InitiateTransferRequest(transfer=content, **self.common(who, **common))

    def accept(self, transfer_id, receiver, **common):
        content = c.TransferAcceptance(
            transfer_id=transfer_id, receiver=receiver if "/" in receiver else self.account(receiver)
        )
        return pb.AcceptTransferRequest(ledger=self.ledger, acceptance=content, **self.common(**common))

    def settlement(self, transfer_id, there=None, **common):
        """What the service itself tells the sender's ledger of a transfer that was credited."""
        found = self.send(q.GetTransferRequest(name=f"{self.ledger}/transfers/{uuid.UUID(bytes=transfer_id)}")).transfer
        credited = (there or self).entries(found.credited_position)[0]
        content = c.TransferSettlement(
            transfer_id=transfer_id,
            receiver=found.receiver,
            accepted_position=found.ended_position,
            credited_position=found.credited_position,
            credited_leaf=hashlib.sha256(b"\0" + credited).digest(),
        )
        return pb.SettleTransferRequest(account=found.sender, settled=content, **self.common(**common))

    def send_back(self, transfer_id, reason=t.TRANSFER_RETURN_REASON_CANCELLED, receiver="", **common):
        content = c.TransferReturn(transfer_id=transfer_id, reason=reason, receiver=receiver)
        return pb.ReturnTransferRequest(ledger=self.ledger, transfer_return=content, **self.common(**common))

    def reverse(self, position, reason="ERROR", **common):
        content = c.Reversal(entry=f"{self.ledger}/entries/{position}", reason=reason)
        common = self.common(**common)
        return pb.ReverseEntryRequest(ledger=self.ledger, reversal=content, **common)

    def report(self, who, kind=t.LOSS_KIND_PROVISIONAL, **common):
        return pb.ReportLossRequest(loss=c.LossReport(kind=kind), **self.common(who, **common))

    def lift(self, who, **common):
        return pb.LiftLossRequest(lift=c.LossLift(), **self.common(who, **common))

    def close(self, who, reason=t.CLOSE_REASON_DEATH, evidence=(1,), **common):
        content = c.Closing(reason=reason, evidence=evidence)
        return pb.CloseAccountRequest(closing=content, **self.common(who, **common))

    def void(self, voided, request_id=None, sealed=None):
        return pb.VoidCommandRequest(
            ledger=self.ledger,
            request_id=time_ordered_id() if request_id is None else request_id,
            voided_request_id=voided,
            confidential=sealed,
        )
