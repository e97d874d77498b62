"""Wallet transfers in a log, and defects of them that the verifier must find."""

from __future__ import annotations

import time

from ledger.log.header import varint
from tests.running import time_ordered_id
from tests.world import World

FIRST, SECOND, RETURNED = b"1" * 16, b"2" * 16, b"3" * 16


def fill(client, code):
    """Two transfers inside one ledger that arrive, and one that comes back."""
    world = World(client, code)
    now = int(time.time())
    noon = (now + 8 * 3_600) // 86_400 * 86_400 + 4 * 3_600 - now
    sender, receiver = (f"{world.ledger}/accounts/{time_ordered_id()}" for _ in range(2))
    for account in (sender, receiver):
        world.done(world.opening(account, 1_000))
    world.done(world.grant(sender, receiver.replace("/accounts/", "/persons/"), at=noon - 86_400))
    for transfer_id in (FIRST, SECOND, RETURNED):
        world.done(world.send_to(sender, receiver, 100, unique(transfer_id, sender), at=noon))
    for transfer_id in (FIRST, SECOND):
        world.done(world.accept(unique(transfer_id, sender), receiver, at=noon))
    world.done(world.send_back(unique(RETURNED, sender)))


def unique(transfer_id, sender):
    """An id of this sender's: what is filled twice must not meet."""
    return transfer_id[:4] + bytes.fromhex(sender[-36:].replace("-", ""))[4:]


def plant_double_credit(planted):
    """The second credit becomes one of the first transfer."""
    first, second = (planted.position_of("transfer_credited", nth) for nth in (0, 1))
    entry = planted.entry(second)
    found = bytes(entry)
    assert SECOND[:4] in found
    planted.store(second, found.replace(SECOND[:4], FIRST[:4]))
    return max(first, second)


def plant_returned_and_accepted(planted):
    """The return becomes one of the first transfer, which was accepted."""
    accepted, returned = (planted.position_of("transfer_initiated", nth) for nth in (0, 2))
    place = planted.position_of("transfer_returned")
    before, after = (b"\x10" + varint(position) + b"\x18" for position in (returned, accepted))
    entry = bytes(planted.entry(place))
    assert before in entry
    planted.store(place, entry.replace(before, after))
    return place
