"""What a payer's stream says about family sharing: grants as they hold now, and who used how much."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp

from ledger.domain import names
from ledger.v1 import query_service_pb2 as pb

if TYPE_CHECKING:
    from datetime import tzinfo

    from ledger.domain.person import Person
    from ledger.domain.values import Grant


class Moment(NamedTuple):
    """A time in microseconds since 1970 UTC, and the zone in which it has a civil year."""

    time: int
    zone: tzinfo

    @property
    def year(self) -> int:
        """The civil year."""
        return self.date[0]

    @property
    def date(self) -> tuple[int, int, int]:
        """The civil date."""
        local = datetime.fromtimestamp(self.time // 1_000_000, self.zone)
        return local.year, local.month, local.day


def timestamp(micros: int) -> Timestamp:
    """A time in microseconds since 1970 UTC as a message."""
    seconds, rest = divmod(micros, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def describe(shown: pb.Grant, grant: Grant, used: int) -> None:
    """Write a grant into an empty message; `used` is in fen, of the current civil year."""
    shown.beneficiary = grant.beneficiary_name
    shown.relation = grant.relation
    shown.purchase_limit = grant.purchase_limit
    shown.year_limit = grant.year_limit
    shown.start_time.CopyFrom(timestamp(grant.start_time))
    if grant.expire_time:
        shown.expire_time.CopyFrom(timestamp(grant.expire_time))
    shown.used = used
    if grant.year_limit:
        shown.year_left = year_left(grant, used)


def year_left(grant: Grant, used: int) -> int:
    """Fen that a yearly limit leaves. A limit that was granted anew may be lower than what was used."""
    return max(0, grant.year_limit - used)


def use(person: Person, code: str, year: int, now: Moment) -> pb.GetShareUseResponse:
    """Who spent what of a person's money in a civil year, and what the limits leave."""
    spent = {of: fen for (of, when), fen in person.grant_use.items() if when == year and fen}
    answer = pb.GetShareUseResponse(
        year=year,
        used=sum(spent.values()),
        years=sorted({when for (_, when), fen in person.grant_use.items() if fen}, reverse=True),
    )
    everybody = {**dict.fromkeys(person.grants, 0), **spent}
    for beneficiary, used in sorted(everybody.items(), key=lambda each: (-each[1], each[0])):
        grant = person.grants.get(beneficiary)
        if grant is None:
            name = names.person_name(code, beneficiary)
            answer.uses.add(beneficiary=name, state=pb.SHARE_STATE_REVOKED, used=used)
            continue
        shown = answer.uses.add(
            beneficiary=grant.beneficiary_name,
            state=pb.SHARE_STATE_ENDED if grant.ended(now.time) else pb.SHARE_STATE_HOLDING,
            relation=grant.relation,
            used=used,
            purchase_limit=grant.purchase_limit,
            year_limit=grant.year_limit,
        )
        if grant.year_limit and shown.state == pb.SHARE_STATE_HOLDING:
            shown.year_left = year_left(grant, used)
    return answer
