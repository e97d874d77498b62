"""Trust policies (C2SP tlog-policy): which logs are believed, and which witnesses must have seen a checkpoint.

The same file serves whoever verifies a receipt or an export, and the service, which asks the witnesses that have a URL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.proof.checkpoint import Checkpoint, witnessed
from ledger.proof.note import COSIGNATURE, ED25519, NoteError, Verifier, verify

POLICY_MAX: Final = 256 * 1024
"""Longest policy that is read, in bytes."""
NONE: Final = "none"

_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PolicyError(ValueError):
    """The file is no policy; the message names the line."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is believed. The name of its key is its origin."""

    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class WitnessEntry:
    """A witness: what the policy calls it, its key, and where checkpoints are submitted to it, or nothing."""

    name: str
    verifier: Verifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of the members, which are witnesses and groups by name."""

    threshold: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Policy:
    """What makes a checkpoint valid: the signature of any of the logs, and the cosignatures of the quorum."""

    logs: list[Log] = field(default_factory=list)
    witnesses: dict[str, WitnessEntry] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""

    @classmethod
    def parse(cls, data: bytes | str) -> Policy:
        """Read a policy file. Raise PolicyError."""
        raw = data.encode() if isinstance(data, str) else data
        if len(raw) > POLICY_MAX:
            raise PolicyError(f"a policy has at most {POLICY_MAX:,} bytes")
        if _CONTROL.search(raw):
            raise PolicyError("a policy has no control characters but tab and newline")
        reading = _Reading(cls())
        # Octets beyond ASCII mean nothing: names are equal where their bytes are.
        for number, line in enumerate(raw.decode("latin-1").split("\n"), 1):
            words = line.replace("\t", " ").split(" ")
            reading.take(number, [word for word in words if word])
        if not reading.policy.quorum:
            raise PolicyError("a policy has exactly one quorum line, and this one has none")
        return reading.policy

    def satisfied(self, cosigned: Iterable[str]) -> bool:
        """Tell whether cosignatures of these witnesses, by their names in the policy, are enough."""
        return self.quorum == NONE or self._witnessed(self.quorum, set(cosigned))

    def _witnessed(self, name: str, cosigned: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._witnessed(member, cosigned) for member in group.members) >= group.threshold

    def cosigners(self, note: str) -> dict[str, int]:
        """Return the witnesses that cosigned a note, by their names in the policy, and when (seconds since 1970 UTC).

        Raise NoteError where a line under the key of one of them is wrong.
        """
        found: dict[str, int] = {}
        for name, witness in self.witnesses.items():
            time = witnessed(note, [witness.verifier]).get(witness.verifier.name)
            if time is not None:
                found[name] = time
        return found

    def check(self, note: str, origin: str = "") -> Checkpoint:
        """Return the checkpoint of a note that this policy accepts; `origin` must be its log, where it is given.

        Raise NoteError.
        """
        keys = [log.verifier for log in self.logs if not origin or log.verifier.name == origin]
        text, signed = verify(note, keys)
        checkpoint = Checkpoint.parse(text)
        if checkpoint.origin not in {key.name for key in signed}:
            raise NoteError(f"no key of {checkpoint.origin} itself has signed its checkpoint")
        seen = self.cosigners(note)
        if not self.satisfied(seen):
            told = ", ".join(sorted(seen)) or "nobody"
            raise NoteError(f"the quorum {self.quorum} is not met: cosigned by {told}")
        return checkpoint

    def reachable(self) -> list[WitnessEntry]:
        """Return the witnesses that have a URL."""
        return [witness for witness in self.witnesses.values() if witness.url]


class _Reading:
    """Takes the lines of a policy one after another."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._members: set[str] = set()
        self._kinds: Mapping[str, Callable[[Sequence[str]], str]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }

    def take(self, number: int, words: Sequence[str]) -> None:
        if not words or words[0].startswith("#"):
            return
        kind = self._kinds.get(words[0])
        problem = kind(words[1:]) if kind else f"{words[0]!r} begins no line of a policy"
        if problem:
            raise PolicyError(f"line {number}: {problem}")

    def _log(self, words: Sequence[str]) -> str:
        if not 1 <= len(words) <= 2:  # noqa: PLR2004 - key and URL
            return "a log has a verifier key, and perhaps a URL"
        verifier = _key(words[0], ED25519)
        if isinstance(verifier, str):
            return verifier
        if any(log.verifier.public == verifier.public for log in self.policy.logs):
            return "the key of this log stands there already"
        self.policy.logs.append(Log(verifier, *words[1:]))
        return ""

    def _witness(self, words: Sequence[str]) -> str:
        if not 2 <= len(words) <= 3:  # noqa: PLR2004 - name, key and URL
            return "a witness has a name, a verifier key, and perhaps a URL"
        verifier = _key(words[1], COSIGNATURE)
        if isinstance(verifier, str):
            return verifier
        if any(other.verifier.public == verifier.public for other in self.policy.witnesses.values()):
            return "the key of this witness stands there already"
        problem = self._new(words[0])
        if not problem:
            self.policy.witnesses[words[0]] = WitnessEntry(words[0], verifier, *words[2:])
        return problem

    def _group(self, words: Sequence[str]) -> str:
        if len(words) < 3:  # noqa: PLR2004 - name, threshold and one member at least
            return "a group has a name, a threshold, and members"
        name, told, *members = words
        size = {"any": 1, "all": len(members)}.get(told) or (int(told) if _NUMBER.fullmatch(told) else 0)
        if not 1 <= size <= len(members):
            return f"the threshold of a group is any, all, or 1 to {len(members)}, not {told}"
        for member in members:
            if member not in self.policy.witnesses and member not in self.policy.groups:
                return f"{member} is not defined above"
            if member in self._members:
                return f"{member} is a member already"
            self._members.add(member)
        problem = self._new(name)
        if not problem:
            self.policy.groups[name] = Group(size, tuple(members))
        return problem

    def _quorum(self, words: Sequence[str]) -> str:
        if len(words) != 1:
            return "a quorum is one name"
        if self.policy.quorum:
            return "a policy has exactly one quorum line"
        if words[0] != NONE and words[0] not in self.policy.witnesses and words[0] not in self.policy.groups:
            return f"{words[0]} is not defined above"
        self.policy.quorum = words[0]
        return ""

    def _new(self, name: str) -> str:
        if name == NONE or name in self.policy.witnesses or name in self.policy.groups:
            return f"the name {name} is taken"
        return ""


def _key(text: str, kind: int) -> Verifier | str:
    try:
        verifier = Verifier.parse(text.encode("latin-1").decode())
    except (NoteError, UnicodeDecodeError) as error:
        return str(error)
    if verifier.kind != kind:
        return f"the key of {verifier.name} is of type {verifier.kind:#04x}, not {kind:#04x}"
    return verifier
