"""Plays a case through the API: each step becomes a call, each answer is compared with the case."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import grpc
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from ledger.demo import requests
from ledger.demo.books import UPSTREAM, is_pinned
from ledger.demo.cases import Case
from ledger.demo.ids import new_id
from ledger.demo.requests import OPERATIONS, Step
from ledger.demo.statements import Statements
from ledger.v1 import command_service_pb2 as pb
from ledger.v1.command_service_pb2_grpc import CommandServiceStub
from ledger.v1.commands_pb2 import Deposit
from ledger.v1.query_service_pb2 import Account, GetAccountRequest, GetTransferRequest, QuoteContributionRequest
from ledger.v1.query_service_pb2_grpc import QueryServiceStub
from ledger.v1.types_pb2 import TRANSFER_STATE_PENDING, CivilDate

Values = dict[str, Any]

CALL_SECONDS: Final = 20.0
_AMOUNTS: Final = ("deductible", "pooled", "personal", "own_account", "cash")
_DETAILS: Final = "grpc-status-details-bin"


class Line(NamedTuple):
    """One compared field of a step, or of the end of a case."""

    case: str
    step: str
    field: str
    expected: Any
    actual: Any

    @property
    def equal(self) -> bool:
        """Tell whether the service gave what the case expects."""
        return bool(self.expected == self.actual)


class Played(NamedTuple):
    """A step that was played: what was asked, what the service answered, and the comparison."""

    step: Step
    label: str
    actual: Values
    lines: list[Line]


class Story:
    """One case on one ledger. Everybody in it gets a new id, so that cases never meet."""

    def __init__(self, channel: grpc.Channel, code: str, case: Case, elsewhere: str = "") -> None:
        """Take a channel to the service, the ledger's code and the case. Who lives in another region than the first
        account of the case has the account in the ledger `elsewhere`, where there is one.
        """
        self.case = case
        self.name = str(case["id"])
        self.ledger = f"ledgers/{code}"
        self._elsewhere = f"ledgers/{elsewhere or code}"
        self._strangers = strangers(case)
        self._commands = CommandServiceStub(channel)
        self._queries = QueryServiceStub(channel)
        self._ids: dict[str, str] = {}
        self._requests: dict[str, str] = {}
        self._positions: dict[str, int] = {}
        self._statements = Statements(channel, self.ledger, self._positions)

    def play(self) -> Iterator[Played]:
        """Prepare what is given, play the steps in order, and compare the end."""
        self._give()
        for number, step in enumerate(self.case["steps"], 1):
            yield self._play(step, str(step.get("id") or f"{number} {step['op']}"))
        yield Played({"op": "end"}, "end", {}, list(self._end()))

    def account(self, label: str) -> str:
        """Return the resource name of somebody's account."""
        return f"{self._home(label)}/accounts/{self._ids.setdefault(label, new_id())}"

    def person(self, label: str) -> str:
        """Return the resource name of a person."""
        return f"{self._home(label)}/persons/{self._ids.setdefault(label, new_id())}"

    def policy(self, label: str) -> str:
        """Return the resource name of a policy version."""
        return f"{self.ledger}/policies/{label}"

    def entry(self, label: str) -> str:
        """Return the resource name of the first entry of an earlier step."""
        return f"{self.ledger}/entries/{self._positions[label]}"

    def transfer(self, label: str) -> requests.Transfer:
        """Return the wallet transfer of a step."""
        step = next(step for step in self.case["steps"] if step.get("id") == label)
        identifier = uuid.UUID(self._ids.setdefault(label, new_id()))
        return requests.Transfer(identifier.bytes, self.account(step["from"]), self.account(step["to"]))

    def _home(self, label: str) -> str:
        return self._elsewhere if label in self._strangers else self.ledger

    def state(self, label: str) -> Account:
        """Return somebody's account as the service shows it now."""
        request = GetAccountRequest(name=self.account(label))
        account: Account = self._queries.GetAccount(request, timeout=CALL_SECONDS).account
        return account

    def _give(self) -> None:
        """Make the persons, accounts and shares that a case begins with, the day before."""
        given = self.case.get("given", {})
        first = min(requests.moment(step) for step in self.case["steps"] if "at" in step)
        before = first - dt.timedelta(days=1)
        at = before.isoformat()
        for label, known in given.get("persons", {}).items():
            registration = requests.registration(known)
            fields = {"person": self.person(label), "registration": registration}
            self._call("RegisterPerson", {"at": at}, fields)
        for label, known in given.get("accounts", {}).items():
            years = given.get("ytd", {}).get(label, {})
            opening = requests.opening(known, years, before, f"{self.name}/{label}")
            fields = {"account": self.account(label), "opening": opening}
            self._call("ImportOpening", {"at": at}, fields)
        for share in given.get("shares", ()):
            fields = OPERATIONS["grant_share"].fields(share, self)
            self._call("GrantShare", {"at": at}, fields)

    def _call(self, method: str, step: Step, fields: dict[str, Any]) -> pb.Transaction:
        """Send a command. A step with an id that was used before has the same request id."""
        label = str(step.get("id") or new_id())
        request = getattr(pb, f"{method}Request")(
            request_id=self._requests.setdefault(label, new_id()),
            effective_time=requests.timestamp(requests.moment(step)),
            **fields,
        )
        done: pb.Transaction = getattr(self._commands, method)(request, timeout=CALL_SECONDS).transaction
        self._positions.setdefault(label, done.first_position)
        return done

    def _quote(self, step: Step, fields: dict[str, Any]) -> bytes:
        """Ask what the purchase will be settled as; the settlement is refused if it would be another one."""
        time = requests.timestamp(requests.moment(step))
        request = pb.QuotePurchaseRequest(effective_time=time, **fields)
        try:
            quoted: pb.QuotePurchaseResponse = self._commands.QuotePurchase(request, timeout=CALL_SECONDS)
        except grpc.RpcError as error:
            _reason(error)  # what is refused as a quote is refused as a purchase too, and recorded then
            return b""
        return quoted.quote

    def _contribute(self, step: Step, deposit: Deposit) -> None:
        """Ask what a month's contribution of a wage comes to, and let that be deposited."""
        asked = QuoteContributionRequest(
            ledger=self.ledger,
            wage=step["salary"],
            period=deposit.period,
            source=deposit.source,
            rate_bp=step["rate"],
        )
        quoted = self._queries.QuoteContribution(asked, timeout=CALL_SECONDS)
        deposit.amount, deposit.base, deposit.rate_bp = quoted.amount, quoted.base, quoted.rate_bp

    def _play(self, step: Step, label: str) -> Played:
        if self._statements.plays(step):
            told = self._statements.play(step)
            lines = [Line(self.name, label, field, value, told.get(field)) for field, value in step["expect"].items()]
            return Played(step, label, told, [*lines, Line(self.name, label, "told", set(step["expect"]), set(told))])
        operation, expected = OPERATIONS[step["op"]], dict(step["expect"])
        fields = operation.fields(step, self)
        try:
            if step["op"] == "purchase" and label not in self._requests:
                fields["purchase"].quote = self._quote(step, fields)
            if step["op"] == "contribution":
                self._contribute(step, fields["deposit"])
            actual = _answer(self._call(operation.method, step, fields))
        except grpc.RpcError as error:
            reason, metadata = _reason(error)
            actual = {**metadata, "error": reason}
            expected.setdefault("error", "none")
        else:
            if step["op"] == "reverse":
                # What the account got back, which is nothing once it is closed.
                actual["own_account"] = actual["change"]
            if step["op"] == "contribution":
                actual |= {"amount": actual["change"], "base": fields["deposit"].base}
        if step["op"] == "purchase" and "error" not in expected:
            expected["policy"] = _deciding(step)
        if "shared" in expected:
            expected["shared"] = [(self.account(share["payer"]), share["amount"]) for share in expected["shared"]]
        lines = [Line(self.name, label, field, value, actual.get(field)) for field, value in expected.items()]
        return Played(step, label, actual, lines)

    def _end(self) -> Iterator[Line]:
        """Compare balances and yearly sums with what the case ends with."""
        then = self.case["then"]
        for label, balance in then["balances"].items():
            yield Line(self.name, "end", f"balance {label}", balance, self.state(label).balance)
        for label, amount in then.get("pending", {}).items():
            request = GetTransferRequest(name=self.transfer(label).name)
            transfer = self._queries.GetTransfer(request, timeout=CALL_SECONDS).transfer
            actual = transfer.amount if transfer.state == TRANSFER_STATE_PENDING else 0
            yield Line(self.name, "end", f"pending {label}", amount, actual)
        for label, years in then.get("ytd", {}).items():
            sums = self.state(label).accumulators
            for year, fields in years.items():
                for field, value in fields.items():
                    actual = sum(getattr(each, field) for each in sums if each.year == int(year))
                    yield Line(self.name, "end", f"{year} {field} {label}", value, actual)


def _deciding(step: Step) -> str:
    """Return the name of the version that decides a purchase; empty when the split is supplied."""
    if step["policy"] == UPSTREAM:
        return ""
    by_rule = step["policy"] == "account-only" and not is_pinned(step["policy"], step["inst"])
    return "account-only-pharmacy" if by_rule else str(step["policy"])


def strangers(case: Case) -> frozenset[str]:
    """Return the labels of accounts that are given in another region than the first one."""
    accounts = case.get("given", {}).get("accounts", {})
    regions = {label: known.get("region") for label, known in accounts.items()}
    home = next(iter(regions.values()), None)
    return frozenset(label for label, region in regions.items() if region != home)


def _date(date: CivilDate) -> str:
    return f"{date.year}-{date.month:02}-{date.day:02}"


def _answer(done: pb.Transaction) -> Values:
    """Return what a transaction says, in the words of the cases."""
    split, first = done.split, done.entries[0]
    return {
        "ok": True,
        "replay": done.replayed,
        **{field: getattr(split, field) for field in _AMOUNTS},
        "shared": [(share.payer, share.amount) for share in split.shared],
        "paid_out": done.paid_out,
        "payable_after_close": done.payable_after_close,
        "policy": done.computation.policy.rpartition("/")[2],
        "position": done.first_position,
        "ready_by": _date(done.due_date) if done.HasField("due_date") else None,
        "change": first.balance_change,
        "balance": done.entries[-1].balance_after if done.paid_out else first.balance_after,
    }


def _reason(error: grpc.RpcError) -> tuple[str, Values]:
    """Return the machine-readable reason of a refusal and its values; any other failure is passed on."""
    metadata: Any = error.trailing_metadata()  # pairs of name and value
    for name, value in metadata or ():
        if name == _DETAILS:
            for detail in Status.FromString(value).details:
                info = ErrorInfo()
                if detail.Unpack(info):
                    return str(info.reason), dict(info.metadata)
    raise error
