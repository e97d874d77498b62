"""The view of a batch: civil dates are remembered by the quarter of an hour, and are those of the ledger's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from ledger.domain.command import NO_ID
from ledger.domain.person import Person
from ledger.log.identity import Identity
from ledger.log.secret import LedgerSecret
from ledger.log.view import BatchView

ZONES = ["Asia/Shanghai", "Asia/Urumqi", "Asia/Kathmandu", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"]
VIEWS = {
    zone: BatchView(Identity("a", bytes(16), "ledger_a", ZoneInfo(zone), LedgerSecret(bytes(32)), Person(NO_ID), True))
    for zone in ZONES
}
SECOND = 1_000_000
DAY = 86_400 * SECOND
# Where clocks jump over midnight, and where offsets are no quarters of an hour.
ODD = [datetime(1910, 6, 1, tzinfo=UTC), datetime(1972, 1, 7, tzinfo=UTC), datetime(2006, 10, 29, 2, 31, tzinfo=UTC)]


@given(
    zone=st.sampled_from(ZONES),
    begin=st.integers(-60 * 365 * DAY, 60 * 365 * DAY)
    | st.sampled_from([int(each.timestamp()) * SECOND for each in ODD]),
    after=st.lists(st.integers(0, 2 * DAY), min_size=1, max_size=20),
)
@example("Asia/Shanghai", 1_790_000_000 * SECOND // DAY * DAY, [16 * 3600 * SECOND - 1, 16 * 3600 * SECOND])
@example("Africa/Monrovia", (150 * 86_400 + 44 * 60) * SECOND, [29 * SECOND, 30 * SECOND, 31 * SECOND])
def test_a_civil_date_is_that_of_the_zone(zone, begin, after):
    for time in [*(begin + each for each in after), begin]:
        local = datetime.fromtimestamp(time // SECOND, ZoneInfo(zone))
        assert VIEWS[zone].civil_date(time) == (local.year, local.month, local.day)
