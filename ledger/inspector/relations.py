"""What entries must satisfy among one another, followed in the order of the log by one reader.

It remembers each request id (some 300 bytes), each key (some 400), purchase, deposit and premium (some 250), and each
person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ledger.inspector.accounts import Accounts
from ledger.inspector.defect import Defect
from ledger.inspector.layout import EVENT_TYPES, Body, Header, stream_id
from ledger.inspector.openings import Openings
from ledger.inspector.reversals import Reversals
from ledger.inspector.settlements import Settlements
from ledger.inspector.signing_keys import SigningKeys
from ledger.inspector.times import Times
from ledger.inspector.unique_keys import UniqueKeys
from ledger.inspector.wallet import Wallet
from ledger.inspector.years import Years

_NOBODY: Final = bytes(16)
_APPROVED: Final = 1
_E: Final = EVENT_TYPES
_NAMED: Final = {
    "refusals": {_E["command_refused"], _E["command_voided"]},
    "policies": {
        _E[name] for name in ("policy_proposed", "policy_published", "policy_withdrawal_proposed", "policy_withdrawn")
    },
    "admin": {
        _E[name]
        for name in (
            "ledger_opened", "payout_proposed", "openings_proposed", "openings_approved", "adjustment_proposed",
            "year_closed", "ledger_secret_changed", "signing_key_changed", "feature_level_raised",
        )
    },
    "access-log": {_E["access_recorded"]},
}  # fmt: skip
_HOME: Final = {type_: name for name, types in _NAMED.items() for type_ in types}
_ANYWHERE: Final = {_E["proposal_decided"], _E["key_destruction_proposed"], _E["key_destruction_approved"]}
_PROPOSALS: Final = {
    _E[name]
    for name in (
        "policy_proposed", "policy_withdrawal_proposed", "adjustment_proposed", "payout_proposed", "openings_proposed",
        "key_destruction_proposed",
    )
}  # fmt: skip


class Relations:
    """The checks, and what they know so far."""

    def __init__(self, ledger: bytes, report: Callable[[Defect], None]) -> None:
        """Take the ledger's id, and whom to tell."""
        self._report = report
        self._streams = {name: stream_id(ledger, name) for name in _NAMED}
        self._named = {stream: name for name, stream in self._streams.items()}
        self._ledger = ledger
        self._versions: dict[bytes, int] = {}
        self._institutions: set[bytes] = set()
        self._begun: dict[bytes, int] = {}
        """Versions of the streams that the transaction at hand has moved, as they were before it."""
        self._first = 0
        self.requests: dict[bytes, tuple[int, int, bytes]] = {}
        """Organisation ‖ request id → first position, entries, command hash."""
        self._proposals: dict[int, tuple[int, bytes, Any]] = {}
        """Position → type, organisation ‖ actor, event; until it is decided."""
        self._approved: dict[int, tuple[int, Any, bytes]] = {}
        """Position of the proposal → first position of the approving transaction, event, actor of the proposal."""
        self._reversals = Reversals(self.say)
        self.keys = UniqueKeys(self.say)
        self.signing_keys = SigningKeys(self.say)
        self.wallet = Wallet(ledger, self.say)
        self.settlements = Settlements(ledger, self.say)
        self._years = Years(self.say)
        self._times = Times(self.say)
        self._accounts = Accounts(self.say)
        self._openings = Openings(self.say)

    def say(self, kind: str, position: int, detail: str) -> None:
        """Report a defect."""
        self._report(Defect(kind, position, detail))

    def take(self, header: Header, body: Body, leaf: bytes) -> None:
        """Check the next entry, which has this leaf hash."""
        position, type_, event = header.position, header.type, body.event
        if header.leg == 1:
            self._begun = {}
            self._first = position
            self._request(header)
        self._begun.setdefault(header.stream, self._versions.get(header.stream, 0))
        self._home(header, event)
        if body.references is not None:
            self._references(header, body.references)
        if header.effective_time != header.service_time and not (
            body.references is not None and body.references.effective_time_given
        ):
            self.say("time", position, "the effective time is not the service's, and nobody named one")
        if type_ == _E["command_refused"]:
            self._refused(position, event)
        elif type_ == _E["command_voided"]:
            self._voided(header, event)
        elif type_ in _PROPOSALS:
            self._proposals[position] = (type_, header.organisation + header.actor, event)
        elif type_ == _E["proposal_decided"]:
            self._decided(header, event)
        elif type_ == _E["adjustment_posted"]:
            self._adjusted(header, event)
        self._reversals.take(header, body)
        self.keys.take(header, body)
        self.signing_keys.take(header, event)
        self.wallet.take(header, event, leaf)
        self.settlements.take(header, body, self._approved)
        self._years.take(header, event)
        self._times.take(header, event)
        self._accounts.take(header)
        self._openings.take(header, event, self._approved)
        self._versions[header.stream] = header.version

    def finish(self) -> None:
        """Check what the end of the log leaves open."""
        self._reversals.finish()

    def _request(self, header: Header) -> None:
        if header.request_id == _NOBODY and header.organisation == _NOBODY:
            return
        key = header.organisation + header.request_id
        known = self.requests.get(key)
        if known is not None:
            self.say("request", header.position, f"{header.request_id.hex()} was executed at {known[0]} already")
        else:
            self.requests[key] = (header.position, header.legs, header.command_hash)

    def _home(self, header: Header, event: Any) -> None:
        """Check that an event lies in a stream for its kind."""
        if header.type in _ANYWHERE:
            return
        home = _HOME.get(header.type)
        there = self._named.get(header.stream)
        if home != there:
            where = there or "a person's or institution's stream"
            self.say(
                "stream", header.position, f"the event belongs to {home or 'a person or institution'}, not {where}"
            )
        elif header.type == _E["institution_designated"]:
            self._institutions.add(header.stream)
            if header.stream != stream_id(self._ledger, event.designation.institution):
                self.say("stream", header.position, f"it is not the stream of {event.designation.institution}")

    def _references(self, header: Header, references: Any) -> None:
        position = header.position
        if not 0 <= references.reverses < position:
            self.say("reference", position, f"it reverses the entry at {references.reverses}, which is not before it")
        expected = references.expected_version
        if header.leg == 1 and header.stream not in self._named and expected not in {0, header.version - 1}:
            self.say("reference", position, f"version {expected} was expected, {header.version - 1} was there")
        for read in references.decided_by:
            self._read(position, read.stream, read.version)
        if bool(references.policy_position) != bool(references.policy_hash):
            self.say("reference", position, "a policy is named by half")

    def _read(self, position: int, stream: bytes, version: int) -> None:
        """Check that a stream which decided stood at the version that was read."""
        now = self._versions.get(stream, 0)
        if not self._begun.get(stream, now) <= version <= now:
            self.say("reference", position, f"{stream.hex()} decided at version {version}, but stood at {now}")

    def _refused(self, position: int, event: Any) -> None:
        if not event.reason or event.command.WhichOneof("content") is None:
            self.say("reference", position, "a refusal names no reason or no command")
        nobody = event.subject in self._named or event.subject in self._institutions
        if nobody and not event.subject_version:
            return  # somebody asked for a person under the id of a stream that is none
        if event.subject.strip(b"\0"):
            self._read(position, event.subject, event.subject_version)

    def _voided(self, header: Header, event: Any) -> None:
        """A void names the command that it voided; a tombstone one that never came."""
        known = self.requests.get(header.organisation + event.command.request_id)
        first = known[0] if known else 0
        if first != event.voided_position:
            said = f"it voids the command at {event.voided_position}"
            self.say("request", header.position, f"{said}, but {event.command.request_id.hex()} is at {first}")
        if not event.voided_position:
            key = header.organisation + event.command.request_id
            self.requests.setdefault(key, (header.first_position, header.legs, bytes(32)))

    def _decided(self, header: Header, event: Any) -> None:
        proposal = self._proposals.pop(event.proposal_position, None)
        if proposal is None:
            self.say("approval", header.position, f"no proposal waits at {event.proposal_position}")
            return
        _, proposer, proposed = proposal
        if event.decision == _APPROVED:
            if proposer == header.organisation + header.actor:
                detail = f"whoever proposed at {event.proposal_position} approved it"
                self.say("approval", header.position, detail)
            self._approved[event.proposal_position] = (header.first_position, proposed, proposer[16:])

    def _adjusted(self, header: Header, event: Any) -> None:
        # One approval carries one adjustment: a second one beside it finds none any more.
        first, proposed, proposer = self._approved.pop(event.proposal_position, (0, None, b""))
        if first != header.first_position:
            self.say("approval", header.position, f"no approval of {event.proposal_position} stands beside it")
            return
        said = (header.stream, event.amount, event.reason, event.proposer)
        asked = (proposed.account, proposed.proposal.amount, proposed.proposal.reason, proposer)
        if said != asked:
            self.say("approval", header.position, f"another adjustment was approved: {asked[1]} fen")
