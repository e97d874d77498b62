"""Reads of the registers: versions of policies, and what institutions are designated as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ledger.api import page_tokens, risk
from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.shape import REQUIRED
from ledger.api.shelf import Shelf, find_serving, ledger_code
from ledger.domain import names
from ledger.domain.institutions import Institution
from ledger.domain.policies import Policies, Withdrawal
from ledger.log.identifiers import POLICIES, institution_stream, ledger_id, named_stream
from ledger.policy.rules import LAST_DAY, Date
from ledger.v1 import query_service_pb2 as pb
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.types_pb2 import Category, CivilDate, InstitutionKind, InstitutionLevel

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from ledger.api.calls import Call
    from ledger.v1.commands_pb2 import PolicyDraft


class RegisterQueries:
    """Answers from the registers as of the newest commit."""

    def __init__(self, ledgers: Shelf) -> None:
        """Take where ledgers are found."""
        self._ledgers = ledgers

    async def policy(self, request: pb.GetPolicyRequest, call: Call) -> Message:
        """Answer GetPolicy."""
        code = _parsed(names.parse_policy, request.name, "ledgers/{ledger}/policies/{policy}")[0]
        policies, position = await self._policies(code, call)
        for each in _versions(policies, code, content=True):
            if each.name == request.name:
                return pb.GetPolicyResponse(policy=each, position=position)
        raise Rejected(reasons.REFUSAL_REASON_RECORD_NOT_FOUND)

    async def policies(self, request: pb.ListPoliciesRequest, call: Call) -> Message:
        """Answer ListPolicies."""
        code = ledger_code(request.parent, "parent")
        page_tokens.size(request)
        ledger = await find_serving(self._ledgers, code, call.identity)
        policies, position = await self._policies(code, call)
        every = _versions(policies, code, content=False)
        shown, token = page_tokens.page(request, ledger.secret, every, lambda each: [names.parse_entry(each.entry)[1]])
        return pb.ListPoliciesResponse(policies=shown, position=position, next_page_token=token)

    async def institution(self, request: pb.GetInstitutionRequest, call: Call) -> Message:
        """Answer GetInstitution."""
        code, own = _parsed(names.parse_institution, request.name, "ledgers/{ledger}/institutions/{institution}")
        state, position = await self._state(code, institution_stream(ledger_id(code), own), call)
        if not state.version:
            raise Rejected(reasons.REFUSAL_REASON_RECORD_NOT_FOUND)
        answer = pb.GetInstitutionResponse(name=request.name, position=position, version=state.version)
        institution = Institution.of(state)
        risk.describe(answer.risk_flags, institution.flags, code, call.identity)
        for each in institution.designations:
            answer.designations.add(
                entry=names.entry_name(code, each.position),
                designated=each.designated,
                effective_from=_civil(each.effective_from),
                effective_to=_civil(each.effective_to),
                kind=cast("InstitutionKind", each.kind),
                level=cast("InstitutionLevel", each.level),
                region=each.region,
                categories=cast("list[Category]", sorted(each.categories)),
            )
        return answer

    async def _policies(self, code: str, call: Call) -> tuple[Policies, int]:
        state, position = await self._state(code, named_stream(ledger_id(code), POLICIES), call)
        return Policies.of(state), position

    async def _state(self, code: str, stream: bytes, call: Call) -> tuple[Any, int]:
        ledger = await find_serving(self._ledgers, code, call.identity)
        return await ledger.read_person(stream)


def _parsed(parse: Any, name: str, pattern: str) -> tuple[str, str]:
    try:
        ledger, own = parse(name)
    except ValueError:
        raise InvalidRequest([Violation("name", f"must look like {pattern}" if name else REQUIRED)]) from None
    return str(ledger), str(own)


def _versions(policies: Policies, code: str, *, content: bool) -> list[pb.Policy]:
    found = [
        (each.position, each.draft, pb.POLICY_STATE_WITHDRAWN if each.withdrawn else pb.POLICY_STATE_PUBLISHED)
        for each in policies.published.values()
    ]
    withdrawals: dict[str, int] = {}
    for position, waiting in policies.open.items():
        if isinstance(waiting, Withdrawal):
            withdrawals[waiting.policy] = max(position, withdrawals.get(waiting.policy, 0))
        else:
            found.append((position, waiting.content, pb.POLICY_STATE_PROPOSED))
    versions = []
    for position, draft, state in sorted(found, key=lambda each: each[0]):
        version = _version(draft, state, names.entry_name(code, position), content=content)
        if draft.policy in withdrawals and state == pb.POLICY_STATE_PUBLISHED:
            version.withdrawal_entry = names.entry_name(code, withdrawals[draft.policy])
        versions.append(version)
    return versions


def _version(draft: PolicyDraft, state: pb.PolicyState, entry: str, *, content: bool) -> pb.Policy:
    return pb.Policy(
        name=draft.policy,
        state=state,
        benefit=draft.benefit,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to if draft.HasField("effective_to") else None,
        replaces=draft.replaces,
        approximate=draft.approximate,
        content_sha256=draft.content_sha256,
        content=draft.content if content else b"",
        entry=entry,
    )


def _civil(date: Date) -> CivilDate | None:
    if date == LAST_DAY:
        return None
    year, month, day = date
    return CivilDate(year=year, month=month, day=day)
