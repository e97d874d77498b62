"""The short way for plain deposits reads like the tables that every command goes through, or leaves it to them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.api import plain_deposit
from ledger.api.errors import InvalidRequest
from ledger.api.kinds import KINDS
from ledger.api.normalise import normalise
from ledger.v1 import command_service_pb2 as pb

KIND = KINDS["record_deposit"]
NOW = 1_790_000_000_000_000
ACCOUNT = "ledgers/beijing/accounts/0198c0de-0000-7000-8000-00000000ab01"
NAMES = (
    ACCOUNT,
    ACCOUNT.upper().replace("LEDGERS", "ledgers").replace("BEIJING", "beijing").replace("ACCOUNTS", "accounts"),
    ACCOUNT.replace("accounts", "persons"),
    ACCOUNT.replace("beijing", "Beijing"),
    ACCOUNT[:-36] + "0" * 8 + "-0000-0000-0000-" + "0" * 12,
    ACCOUNT[:-1],
    ACCOUNT + " ",
    "",
)


def near(*edges: int) -> st.SearchStrategy[int]:
    """Numbers at, below and above what a rule allows."""
    return st.sampled_from([edge + step for edge in edges for step in (-1, 0, 1)])


@st.composite
def deposits(draw: st.DrawFn) -> pb.RecordDepositRequest:
    """Plain ones with up to two things otherwise."""
    request = pb.RecordDepositRequest(account=ACCOUNT, request_id="not looked at")
    request.deposit.amount, request.deposit.source = 100, 1
    for _ in range(draw(st.integers(0, 2))):
        field = draw(st.sampled_from(["account", "version", "time", "content", "note", *FIELDS]))
        if field == "account":
            request.account = draw(st.sampled_from(NAMES))
        elif field == "version":
            request.expected_version = draw(near(0, 7, 2**63 - 2))
        elif field == "time":
            request.effective_time.seconds = draw(st.sampled_from([0, NOW // 1_000_000, 1]))
        elif field == "content":
            request.ClearField("deposit")
        elif field == "note":
            request.deposit.confidential.note = draw(st.sampled_from(["", "from the employer"]))
        else:
            setattr(request.deposit, field, draw(FIELDS[field]))
    return request


FIELDS: dict[str, st.SearchStrategy[int]] = {
    "amount": near(0, 1, 10**12),
    "source": near(0, 5),
    "channel": near(0, 1, 7, 20),
    "period": near(0, 202601, 202612, 190001, 999912),
    "base": near(0, 10**12),
    "rate_bp": near(0, 10_000),
}


def read(request: pb.RecordDepositRequest) -> Any:
    """What is read of a request, or what is wrong with it."""
    copy = pb.RecordDepositRequest.FromString(request.SerializeToString())
    try:
        return normalise(KIND, copy, NOW, KIND.rights)
    except InvalidRequest as invalid:
        return invalid.violations


@settings(max_examples=600, deadline=None)
@given(deposits())
def test_both_ways_read_alike(request_: pb.RecordDepositRequest) -> None:
    short = read(request_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_deposit, "read", lambda _: None)
        assert short == read(request_)


def test_the_short_way_is_taken_by_plain_deposits_alone() -> None:
    request = pb.RecordDepositRequest(account=ACCOUNT)
    request.deposit.amount, request.deposit.source = 100, 1
    assert plain_deposit.read(request) is not None
    request.effective_time.seconds = 1
    assert plain_deposit.read(request) is None
