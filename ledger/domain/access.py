"""Who read what, in the stream `access-log`: whatever was read is recorded, and nothing about it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import entry_types as types
from ledger.domain.recorded import Leg

if TYPE_CHECKING:
    from ledger.domain.command import Command
    from ledger.domain.view import View


def record_access(command: Command, _view: View) -> list[Leg]:
    """Record that the command's caller read what the content says."""
    return [Leg(command.stream, types.ACCESS_RECORDED, command.content)]
