"""Where the ledgers of calls are found, and which of them a caller may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ledger.api.errors import InvalidRequest, Rejected, Violation
from ledger.api.identity import Identity
from ledger.api.shape import REQUIRED
from ledger.domain import names
from ledger.v1 import reasons_pb2 as reasons

if TYPE_CHECKING:
    from ledger.log.ledger import Ledger

_LEDGER_PATTERN = "must look like ledgers/{ledger}"


class Shelf(Protocol):
    """Where ledgers are found."""

    async def get(self, code: str) -> Ledger | None:
        """Return a ledger by its code, None if there is none."""

    def opened(self, code: str) -> Ledger | None:
        """Return a ledger that is open already."""


async def find_ledger(ledgers: Shelf, code: str, identity: Identity) -> Ledger:
    """Return the ledger or refuse. One that the caller may not use answers like one that is not there."""
    ledger = await ledgers.get(code) if identity.may_use(code) else None
    if ledger is None:
        raise Rejected(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code})
    return ledger


async def serving(ledgers: Shelf, code: str) -> Ledger:
    """Return a ledger whose log is whole, whoever asks; what another one says must not be believed."""
    ledger = await ledgers.get(code)
    if ledger is None:
        raise Rejected(reasons.REFUSAL_REASON_LEDGER_NOT_FOUND, {"ledger": code})
    if not ledger.serving:
        raise Rejected(ledger.problem_reason, {"problem": ledger.problem})
    return ledger


async def find_serving(ledgers: Shelf, code: str, identity: Identity) -> Ledger:
    """Return a ledger that the caller may use and whose log is whole."""
    await find_ledger(ledgers, code, identity)
    return await serving(ledgers, code)


def ledger_code(name: str, path: str) -> str:
    """The code in a ledger's name, or InvalidRequest."""
    try:
        return names.parse_ledger(name)
    except ValueError:
        raise InvalidRequest([Violation(path, _LEDGER_PATTERN if name else REQUIRED)]) from None
