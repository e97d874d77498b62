"""The stream `policies`: versions that were proposed, published and withdrawn. A version is never edited.

Whether a version counts depends on the service date, and on what is recorded now: a version that is published late, or
withdrawn, changes nothing that was settled before.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from ledger.domain import entry_types as types
from ledger.domain.names import policy_name
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.domain.register import Register
from ledger.domain.subject import check_version
from ledger.domain.values import EvolveError
from ledger.policy import document
from ledger.policy.rules import Date, RegionRules, Rule, Version
from ledger.v1 import events_pb2, types_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ledger.domain.command import Command
    from ledger.domain.recorded import Recorded
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

NATIONAL = "000000"
"""Region of rules that hold everywhere."""
DEFAULT_RULES = RegionRules()
_FOUND_MAX = 4096
_APPROVED = types_pb2.PROPOSAL_DECISION_APPROVED


class Draft(NamedTuple):
    """A proposed version that waits for a decision. `expire_time` is 0: it waits for ever."""

    content: commands_pb2.PolicyDraft
    proposer: bytes
    expire_time: int = 0


class Withdrawal(NamedTuple):
    """A proposal to withdraw a published version, by its full name. `expire_time` is 0: it waits for ever."""

    policy: str
    proposer: bytes
    expire_time: int = 0


class Published(NamedTuple):
    """A published version: full name, position of its publication, its content and what it says."""

    name: str
    position: int
    draft: commands_pb2.PolicyDraft
    says: Version | RegionRules
    withdrawn: bool = False


class Policies(Register):
    """All versions of the ledger's policies.

    `open`: proposals that wait, by position; `approved`: approved and about to be published; `published`: by full name;
    `names`: taken for ever. `found` remembers look-ups of this state.
    """

    __slots__ = ("approved", "found", "names", "open", "published")

    open: Mapping[int, Draft | Withdrawal]
    approved: Mapping[int, Draft]
    published: Mapping[str, Published]
    names: frozenset[str]
    found: dict[Any, Any]

    def __init__(self, stream: bytes) -> None:
        """Make it empty."""
        super().__init__(stream)
        self.open = {}
        self.approved = {}
        self.published = {}
        self.names = frozenset()
        self.found = {}

    def ends(self, version: Published) -> Date:
        """Return the first date on which a version that replaces this one counts instead; (10000, 1, 1) = never."""
        return min((other.says.effective_from for other in self._replacing(version)), default=(10_000, 1, 1))

    def _replacing(self, version: Published) -> Iterator[Published]:
        """Yield the versions that count in the place of one: in that of a withdrawn one, those that replaced it."""
        for other in self.published.values():
            if other.draft.replaces == version.name:
                if other.withdrawn:
                    yield from self._replacing(other)
                else:
                    yield other

    def in_effect(self, benefit: int, date: Date) -> Iterator[Published]:
        """Yield the versions of a benefit (0 = of the region) that are found for a service date without being named."""
        for version in self.published.values():
            says = version.says
            if (
                version.draft.benefit == benefit
                and not version.withdrawn
                and says.effective_from <= date <= says.effective_to
                and date < self.ends(version)
                and not _pinned_only(says)
            ):
                yield version

    def find(
        self, benefit: int, level: int, person_type: int, relation: int, date: Date
    ) -> tuple[Published, Rule] | None:
        """Return the one version and rule for such a purchase, None for none; refuse where there are several."""
        key = (benefit, level, person_type, relation, date)
        if key in self.found:
            return cast("tuple[Published, Rule] | None", self.found[key])
        hits = []
        for version in self.in_effect(benefit, date):
            rule = cast("Version", version.says).rule_for(level, person_type, relation)
            if rule is not None:
                hits.append((version, rule))
        if len(hits) > 1:
            raise Refusal(reasons.REFUSAL_REASON_POLICY_AMBIGUOUS, {"policies": ", ".join(hit[0].name for hit in hits)})
        return cast("tuple[Published, Rule] | None", self._remember(key, hits[0] if hits else None))

    def rules_on(self, date: Date) -> RegionRules:
        """Return what holds for all benefits of the region on a date; the national rules while none were published."""
        key = ("region", date)
        if key in self.found:
            return cast("RegionRules", self.found[key])
        versions = list(self.in_effect(0, date))
        if len(versions) > 1:
            names = ", ".join(version.name for version in versions)
            raise Refusal(reasons.REFUSAL_REASON_POLICY_AMBIGUOUS, {"policies": names})
        rules = cast("RegionRules", versions[0].says) if versions else DEFAULT_RULES
        return cast("RegionRules", self._remember(key, rules))

    def region(self, ledger: str) -> str:
        """Return the region of the ledger: its code where that is one, else that of its policies; empty = unknown."""
        if len(ledger) == len(NATIONAL) and ledger.isdigit():
            return ledger
        if "" not in self.found:
            regions = {version.says.region for version in self.published.values()} - {NATIONAL}
            self._remember("", min(regions, default=""))
        return str(self.found[""])

    def _remember(self, key: Any, value: Any) -> Any:
        if len(self.found) >= _FOUND_MAX:
            self.found.clear()
        self.found[key] = value
        return value


def policies_of(view: View) -> Policies:
    """Return the policies of the ledger."""
    return Policies.of(view.state(view.policies))


def evolve_policies(state: Any, recorded: Recorded) -> Any:
    """Return the policies after one more entry of their stream."""
    after = Policies.of(state).after(recorded)
    after.found = {}
    event = recorded.event
    if recorded.type == types.POLICY_PROPOSED:
        after.open = {**after.open, recorded.position: Draft(event.draft, recorded.actor)}
        after.names |= {event.draft.policy}
    elif recorded.type == types.PROPOSAL_DECIDED:
        decided = event.proposal_position
        draft = after.open[decided]
        if event.decision == _APPROVED and isinstance(draft, Draft):
            after.approved = {**after.approved, decided: draft}
        after.open = {position: each for position, each in after.open.items() if position != decided}
    elif recorded.type == types.POLICY_PUBLISHED:
        content = after.approved[event.proposal_position].content
        published = Published(content.policy, recorded.position, content, _says(content.content))
        after.published = {**after.published, published.name: published}
        after.approved = {at: each for at, each in after.approved.items() if at != event.proposal_position}
    elif recorded.type == types.POLICY_WITHDRAWAL_PROPOSED:
        proposed = Withdrawal(event.withdrawal.policy, recorded.actor)
        after.open = {**after.open, recorded.position: proposed}
    elif recorded.type == types.POLICY_WITHDRAWN:
        name = event.withdrawal.policy
        after.published = {**after.published, name: after.published[name]._replace(withdrawn=True)}
    return after


@lru_cache(maxsize=256)
def _says(content: bytes) -> Version | RegionRules:
    try:
        return document.read(document.decode(content))
    except document.DocumentError as error:
        raise EvolveError(f"a published policy cannot be read: {error}") from None


def propose_policy(command: Command, view: View) -> list[Leg]:
    """Propose a version. It counts for nothing until somebody else has approved it."""
    draft = cast("commands_pb2.PolicyDraft", command.content)
    policies = policies_of(view)
    check_version(command, policies)
    says = check_draft(draft, view.ledger)
    check_fits(draft, says, policies, view.ledger)
    if draft.policy in policies.names:
        raise Refusal(reasons.REFUSAL_REASON_POLICY_VERSION_EXISTS)
    return [Leg(view.policies, types.POLICY_PROPOSED, events_pb2.PolicyProposed(draft=draft))]


def publish(target: Recorded, _command: Command, view: View) -> list[Leg]:
    """Publish an approved version: it decides purchases that are recorded from now on."""
    draft = target.event.draft
    check_fits(draft, check_draft(draft, view.ledger), policies_of(view), view.ledger)
    event = events_pb2.PolicyPublished(
        proposal_position=target.position,
        policy=draft.policy,
        benefit=draft.benefit,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to if draft.HasField("effective_to") else None,
        content_sha256=draft.content_sha256,
    )
    return [Leg(view.policies, types.POLICY_PUBLISHED, event)]


def withdraw_policy(command: Command, view: View) -> list[Leg]:
    """Propose to withdraw a published version. It counts until somebody else has approved that."""
    content = cast("commands_pb2.PolicyWithdrawal", command.content)
    policies = policies_of(view)
    check_version(command, policies)
    version = _standing(content.policy, policies)
    event = events_pb2.PolicyWithdrawalProposed(withdrawal=content, published_position=version.position)
    return [Leg(view.policies, types.POLICY_WITHDRAWAL_PROPOSED, event)]


def approve_withdrawal(target: Recorded, _command: Command, view: View) -> list[Leg]:
    """Withdraw a version for purchases to come; what it decided stays as it is. It may be withdrawn by now."""
    content = target.event.withdrawal
    version = _standing(content.policy, policies_of(view))
    event = events_pb2.PolicyWithdrawn(
        withdrawal=content, published_position=version.position, proposal_position=target.position
    )
    return [Leg(view.policies, types.POLICY_WITHDRAWN, event)]


def _standing(name: str, policies: Policies) -> Published:
    version = policies.published.get(name)
    if version is None or version.withdrawn:
        raise Refusal(reasons.REFUSAL_REASON_POLICY_NOT_FOUND)
    return version


def _invalid(detail: str) -> Refusal:
    return Refusal(reasons.REFUSAL_REASON_POLICY_INVALID, {"detail": detail})


def check_draft(draft: commands_pb2.PolicyDraft, ledger: str) -> Version | RegionRules:
    """Return what a draft says; refuse unless its document is in order and the draft repeats it truly."""
    try:
        content = document.decode(draft.content)
        says = document.read(content)
    except document.DocumentError as error:
        raise _invalid(str(error)[:1_000]) from None
    if hashlib.sha256(draft.content).digest() != draft.content_sha256:
        raise _invalid("content_sha256 is not the hash of the document")
    if document.source_hash(content) != draft.source_sha256:
        raise _invalid("source_sha256 is not the hash of the source's text")
    benefit = says.benefit if isinstance(says, Version) else types_pb2.BENEFIT_UNSPECIFIED
    last = draft.effective_to if draft.HasField("effective_to") else types_pb2.CivilDate(year=9999, month=12, day=31)
    said = (policy_name(ledger, says.policy), benefit, says.effective_from, says.effective_to)
    if said != (draft.policy, draft.benefit, _date(draft.effective_from), _date(last)):
        raise _invalid("name, benefit and dates are not those of the document")
    if document.is_approximate(content) != draft.approximate:
        raise _invalid("approximate is not what the document says")
    return says


def check_fits(draft: commands_pb2.PolicyDraft, says: Version | RegionRules, policies: Policies, ledger: str) -> None:
    """Refuse a version of another region, one that replaces the wrong version, and one that overlaps another."""
    region = policies.region(ledger)
    if region and says.region not in {region, NATIONAL}:
        raise _invalid(f"the document is of the region {says.region}, the ledger of {region}")
    if draft.replaces:
        replaced = policies.published.get(draft.replaces)
        if replaced is None or replaced.withdrawn or replaced.draft.benefit != draft.benefit:
            raise _invalid("the version that it replaces is not published for this benefit")
        if says.effective_from < replaced.says.effective_from:
            raise _invalid("it begins before the version that it replaces")
        if _pinned_only(says) and not _pinned_only(replaced.says):
            raise _invalid("what is PINNED replaces nothing that is found without its name")
    for other in policies.published.values():
        if not other.withdrawn and other.draft.benefit == draft.benefit and _overlap(draft, says, other, policies):
            raise Refusal(reasons.REFUSAL_REASON_POLICY_OVERLAP, {"policy": other.name})


def _overlap(
    draft: commands_pb2.PolicyDraft, says: Version | RegionRules, other: Published, policies: Policies
) -> bool:
    """Tell whether some purchase would find both."""
    first, last = other.says.effective_from, other.says.effective_to
    end = policies.ends(other)
    if draft.replaces == other.name:
        end = min(end, says.effective_from)
    begin = max(first, says.effective_from)
    if begin > min(last, says.effective_to) or begin >= end:
        return False
    if _pinned_only(says) or _pinned_only(other.says):
        return False
    if isinstance(says, Version) and isinstance(other.says, Version):
        return any(one.meets(another) for one in says.rules for another in other.says.rules)
    return True


def _pinned_only(says: Version | RegionRules) -> bool:
    return isinstance(says, Version) and says.pinned_only


def _date(date: types_pb2.CivilDate) -> Date:
    return date.year, date.month, date.day
