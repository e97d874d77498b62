"""Whose institution it is: callers see and compare what is settled at institutions of their own organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ledger.api.errors import Rejected
from ledger.domain.institutions import Institution
from ledger.log.identifiers import institution_stream
from ledger.v1 import reasons_pb2 as reasons
from ledger.v1.options_pb2 import RIGHT_ANY_INSTITUTION

if TYPE_CHECKING:
    from ledger.api.identity import Identity
    from ledger.log.ledger import Ledger

_ANY = 1 << RIGHT_ANY_INSTITUTION


async def check_own(ledger: Ledger, code: str, identity: Identity) -> None:
    """Raise Rejected unless the last designation of an institution names the caller's organisation, or the caller is
    the centre, which has the right to all.
    """
    if identity.rights & _ANY:
        return
    state, _ = await ledger.read_person(institution_stream(ledger.id, code))
    known = cast("Any", state)
    if not isinstance(known, Institution) or known.organisation != identity.organisation:
        raise Rejected(reasons.REFUSAL_REASON_INSTITUTION_OF_ANOTHER_ORGANISATION)
