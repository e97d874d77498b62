"""Which commands wait for the end of an upgrade: a ledger's feature level, and how it is raised.

Programs of two versions serve a ledger side by side while an upgrade goes on, and the older one must understand what
the newer one writes. So a ledger keeps its level until an operator raises it; from then on older programs stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from ledger.domain import command as kinds
from ledger.domain import entry_types as types
from ledger.domain.proposals import Admin
from ledger.domain.recorded import Leg
from ledger.domain.refusal import Refusal
from ledger.v1 import events_pb2
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View
    from ledger.v1 import commands_pb2

FEATURE_LEVEL: Final = 3
"""The level that this program knows; ledgers are born with it. Commit rows carry the level of their ledger.

Level 2: bills that move no yearly sum are marked, and policies are withdrawn by two. Level 3: mandates, and the level
itself is raised by an operator and no longer by whoever commits first.
"""
OLDEST_LEVEL: Final = 2
"""What is written at least, also to a ledger that no program has written to since level 1."""
NEEDED_LEVELS: Final = {kinds.GRANT_MANDATE: 3}
"""Kinds of commands whose entries a program of a lower level cannot take in, and the level from which on they are
recorded.
"""


def check_level(command: Command, view: View) -> None:
    """Refuse a command whose entries a program that may still run beside this one would not understand."""
    needed = NEEDED_LEVELS[command.kind]
    if view.feature_level < needed:
        levels = {"feature_level": str(view.feature_level), "needed_level": str(needed)}
        raise Refusal(reasons.REFUSAL_REASON_UPGRADE_NOT_FINISHED, levels)


def raise_feature_level(command: Command, view: View) -> list[Leg]:
    """Raise the level of the ledger. Refuse one that it has, or had."""
    content = cast("commands_pb2.FeatureLevelRaise", command.content)
    level = max(view.feature_level, Admin.of(view.state(view.admin)).feature_level)
    if content.level <= level:
        raise Refusal(reasons.REFUSAL_REASON_FEATURE_LEVEL_REACHED, {"feature_level": str(level)})
    event = events_pb2.FeatureLevelRaised(level=content.level, software_version=str(command.facts))
    return [Leg(view.admin, types.FEATURE_LEVEL_RAISED, event)]
