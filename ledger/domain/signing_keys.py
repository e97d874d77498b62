"""The keys that sign checkpoints, as the log tells of them: which were taken into use, and which are retired.

The private keys lie in the key store. The log decides which of them sign; the store follows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

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


def change_signing_key(command: Command, view: View) -> list[Leg]:
    """Take a key into use, or retire one while another one signs. Refuse to retire what is retired, or the last."""
    content = cast("commands_pb2.SigningKeyChange", command.content)
    known = Admin.of(view.state(view.admin)).signing_keys
    if known.get(content.public_key) is False:
        raise Refusal(reasons.REFUSAL_REASON_SIGNING_KEY_RETIRED)
    if content.retired and not any(signs for key, signs in known.items() if key != content.public_key):
        raise Refusal(reasons.REFUSAL_REASON_SIGNING_KEY_LAST)
    untold = [key for key in content.earlier if key not in known]
    events = [events_pb2.SigningKeyChanged(origin=content.origin, public_key=key) for key in untold]
    events.append(
        events_pb2.SigningKeyChanged(origin=content.origin, public_key=content.public_key, retired=content.retired)
    )
    return [Leg(view.admin, types.SIGNING_KEY_CHANGED, event) for event in events]
