"""Whom the auditor trusts: a policy file of C2SP tlog-policy, with logs, witnesses, groups and a quorum."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from ledger.inspector.note import LOG_KEY, WITNESS_KEY, BadNoteError, Key

NAMES_MAX: Final = 1_024
"""More logs, witnesses and groups than any policy needs."""
NOBODY: Final = "none"
_BLANK = re.compile(r"[ \t]+")
_NUMBER = re.compile(r"[1-9][0-9]*")


class PolicyError(ValueError):
    """The file is no policy; the message names the line."""


@dataclass(slots=True)
class Trust:
    """Keys of the log that are accepted, witnesses by the names of the policy, and how many must have cosigned."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NOBODY

    def satisfied(self, cosigners: Collection[str]) -> bool:
        """Tell whether these witnesses, by the names of the policy, are enough."""
        reached = set(cosigners)
        for name, (least, members) in self.groups.items():  # members were named before their group
            if sum(member in reached for member in members) >= least:
                reached.add(name)
        return self.quorum == NOBODY or self.quorum in reached

    @property
    def witnessed(self) -> bool:
        """Whether any cosignature is asked for."""
        return self.quorum != NOBODY

    @classmethod
    def parse(cls, data: bytes) -> Trust:
        """Read a policy file. Raise PolicyError."""
        return _Reader().read(data)


class _Reader:
    """Reads a policy line by line."""

    def __init__(self) -> None:
        self._trust = Trust()
        self._members: set[str] = set()
        self._quorum: str | None = None

    def read(self, data: bytes) -> Trust:
        if any((octet < 0x20 and octet not in b"\t\n") or octet == 0x7F for octet in data):  # noqa: PLR2004
            raise PolicyError("a policy has no control characters but tab and newline")
        # Octets with the high bit are opaque; this keeps every one of them as it is.
        for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
            words = _BLANK.split(line.strip(" \t"))
            if not words[0] or words[0].startswith("#"):
                continue
            try:
                self._line(*words)
            except (PolicyError, BadNoteError) as error:
                raise PolicyError(f"line {number}: {error}") from None
        if self._quorum is None:
            raise PolicyError("there is no line `quorum`")
        self._trust.quorum = self._quorum
        return self._trust

    def _line(self, word: str, *rest: str) -> None:
        if word == "log" and len(rest) in {1, 2}:
            self._log(rest[0])
        elif word == "witness" and len(rest) in {2, 3}:
            self._witness(*rest[:2])
        elif word == "group" and len(rest) >= 3:  # noqa: PLR2004 - name, number, one member
            self._group(*rest)
        elif word == "quorum" and len(rest) == 1:
            self._set_quorum(rest[0])
        else:
            raise PolicyError(f"`{word}` is none of log, witness, group, quorum with what belongs to it")

    def _log(self, vkey: str) -> None:
        key = Key.parse(vkey)
        if key.kind != LOG_KEY:
            raise PolicyError(f"{key.name} is no key of a log")
        if any(key.public == known.public for known in self._trust.logs):
            raise PolicyError(f"the key of {key.name} is listed twice")
        self._trust.logs.append(key)

    def _witness(self, name: str, vkey: str) -> None:
        key = Key.parse(vkey)
        if key.kind != WITNESS_KEY:
            raise PolicyError(f"{key.name} is no key of a witness")
        if any(key.public == known.public for known in self._trust.witnesses.values()):
            raise PolicyError(f"the key of {name} is listed twice")
        self._new(name)
        self._trust.witnesses[name] = key

    def _group(self, name: str, count: str, *members: str) -> None:
        for member in members:
            if not self._known(member):
                raise PolicyError(f"{member} is not defined above")
            if member in self._members:
                raise PolicyError(f"{member} is in a group already")
            self._members.add(member)
        self._new(name)
        words = {"all": len(members), "any": 1}
        least = words.get(count) or (int(count) if _NUMBER.fullmatch(count) else 0)
        if not 1 <= least <= len(members):
            raise PolicyError(f"{count} of {len(members)} members cannot be")
        self._trust.groups[name] = (least, members)

    def _set_quorum(self, name: str) -> None:
        if self._quorum is not None:
            raise PolicyError("there is a second line `quorum`")
        if name != NOBODY and not self._known(name):
            raise PolicyError(f"{name} is not defined above")
        self._quorum = name

    def _known(self, name: str) -> bool:
        return name in self._trust.witnesses or name in self._trust.groups

    def _new(self, name: str) -> None:
        if name == NOBODY or self._known(name):
            raise PolicyError(f"the name {name} is taken")
        if len(self._trust.witnesses) + len(self._trust.groups) >= NAMES_MAX:
            raise PolicyError(f"more than {NAMES_MAX} names")
