"""A command that expects a version of its subject: decided on exactly that state, or refused.

Expected versions hold for every kind of command, after the existence of the subject and before every rule of its state,
and inside a group against what the commands before it have made of the state.
"""

from __future__ import annotations

import pytest

from ledger.v1 import command_service_pb2 as pb
from tests.world import World, details, group, item, reason_of, refusal


@pytest.fixture
def world(client, ledger):
    """A ledger with two accounts at known versions."""
    w = World(client, ledger)
    for who in ("ann", "bob"):
        w.done(w.opening(who))  # version 1
        w.deposited = w.done(w.deposit(who))  # version 2
    return w


COMMANDS = {
    "register_person": lambda w, **v: w.register("ann", **v),
    "open_account": lambda w, **v: w.open("ann", **v),
    "activate_account": lambda w, **v: w.activate("ann", **v),
    "import_opening": lambda w, **v: w.opening("ann", **v),
    "record_deposit": lambda w, **v: w.deposit("ann", **v),
    "record_purchase": lambda w, **v: w.purchase("ann", **v),
    "grant_share": lambda w, **v: w.grant("ann", "bob", **v),
    "revoke_share": lambda w, **v: w.revoke("ann", "bob", **v),
    "transfer_share": lambda w, **v: w.transfer("ann", "bob", **v),
    "reverse_entry": lambda w, **v: w.reverse(w.deposited.first_position, **v),  # bob's
    "report_loss": lambda w, **v: w.report("ann", **v),
    "lift_loss": lambda w, **v: w.lift("ann", **v),
    "close_account": lambda w, **v: w.close("ann", **v),
}
SURE = ("record_deposit", "record_purchase", "grant_share", "reverse_entry", "report_loss")
"""Commands that nothing else forbids here."""


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize("expected", [1, 3, 2**62])
def test_another_version_is_refused_and_recorded(world, kind, expected):
    """ABORTED, with the version that there is; the account does not move; a retry gets the same answer for ever."""
    request = COMMANDS[kind](world, version=expected)
    status = world.send(request)
    info = details(status)[0]
    assert (status.code, info.reason, info.metadata["version"]) == (10, "VERSION_MISMATCH", "2")
    assert [world.state(who).version for who in ("ann", "bob")] == [2, 2]
    world.done(world.deposit("ann"))  # version 3 now
    again = world.send(request)
    assert refusal(again) == (*refusal(status)[:2], True)


@pytest.mark.parametrize("kind", SURE)
def test_the_expected_version_lets_it_through(world, kind):
    """At the version that is expected the command is executed as without one."""
    world.done(COMMANDS[kind](world, version=2))


def test_a_negative_version_is_malformed(world):
    """It never reaches the log."""
    size = world.size()
    status = world.send(world.deposit("ann", version=-1))
    assert (reason_of(status), details(status)[1]) == ("INVALID_REQUEST", ["expected_version"])
    assert world.size() == size


def test_existence_comes_before_the_version_and_state_behind_it(world):
    """The documented order: not found, then the version, then what the state forbids."""
    assert reason_of(world.send(world.deposit("nobody", version=7))) == "ACCOUNT_NOT_FOUND"
    assert reason_of(world.send(world.reverse(10**9, version=7))) == "ENTRY_NOT_FOUND"
    world.done(world.close("ann"))
    version = world.state("ann").version
    assert reason_of(world.send(world.deposit("ann", version=version + 1))) == "VERSION_MISMATCH"
    assert reason_of(world.send(world.deposit("ann", version=version))) == "ACCOUNT_CLOSED"


def test_a_new_stream_has_version_0(world):
    """No version can be expected of somebody who is not there, so that opening with one is refused."""
    assert reason_of(world.send(world.opening("new", version=1))) == "VERSION_MISMATCH"
    assert world.done(world.opening("new")).entries[0].version == 1


def test_inside_a_group_each_command_sees_the_ones_before_it(world):
    """Versions are counted on through the group, for every subject by itself."""
    (done,) = world.batch(
        group(
            world.deposit("ann", version=2),
            world.deposit("bob", version=2),
            world.deposit("ann", version=3),
            world.grant("ann", world.person("bob"), version=4),
            world.transfer("ann", "bob", version=5),
            world.deposit("bob", version=5),
        )
    )
    assert isinstance(done, pb.Transaction)
    assert [world.state(who).version for who in ("ann", "bob")] == [6, 6]


@pytest.mark.parametrize("place", range(3))
def test_one_mismatch_refuses_the_whole_group(world, place):
    """With the place of the command; nothing of the group is left, and the versions are as they were."""
    versions = [2, 3, 4]
    versions[place] += 1
    size = world.size()
    asked = group(*(world.deposit("ann", version=version) for version in versions))
    (status,) = world.batch(asked)
    info = details(status)[0]
    assert (status.code, info.reason) == (10, "VERSION_MISMATCH")
    assert info.metadata["version"] == str(2 + place)
    assert info.metadata.get("item", "0") == str(place)
    assert (world.size(), world.state("ann").version) == (size + 1, 2)
    (again,) = world.batch(asked)
    assert refusal(again) == (*refusal(status)[:2], True)


def test_of_two_that_expect_the_same_version_one_is_executed(world):
    """In one batch, so that the second is decided on what the first has made."""
    results = world.batch(*(item(world.deposit("ann", version=2)) for _ in range(20)))
    assert isinstance(results[0], pb.Transaction)
    assert {reason_of(result) for result in results[1:]} == {"VERSION_MISMATCH"}
    assert world.state("ann").version == 3
