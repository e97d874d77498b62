"""Which refusal of a wallet transfer is given when several rules are broken: ladders like those of
`tests/test_domain_precedence.py`.
"""

from __future__ import annotations

import pytest

from ledger.v1 import types_pb2
from tests import test_domain_precedence as precedence
from tests.test_domain_ledger import Ledger, account, content, instant, kinds
from tests.test_domain_precedence import OPEN_FROZEN, Broken, Step, put, version


def wallet_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("closed")
    ledger.close("closed")
    ledger.open("C")
    at = Broken(
        ledger=ledger,
        kind=kinds.INITIATE_TRANSFER,
        message=content.WalletTransfer(receiver=account("nobody"), amount=0, relation=99, transfer_id=b"1" * 16),
        label="P",
        confidential=None,
        expected_version=99,
    )

    def morning(at: Broken) -> None:
        at.ledger.now = instant("2025-03-03 09:00")

    def send(at: Broken, number: int) -> None:
        message = content.WalletTransfer(receiver=account("C"), amount=1, transfer_id=bytes([number]) * 16)
        at.ledger.run(kinds.INITIATE_TRANSFER, message, "P")

    def use_the_day_up(at: Broken) -> None:
        morning(at)
        at.ledger.deposit("P", 3)
        for number in b"123":
            send(at, number)
        at.ledger.now = instant("2025-03-03 23:00")

    def next_day(at: Broken) -> None:
        at.ledger.now = instant("2025-03-04 09:00")

    return at, [
        ("ACCOUNT_NOT_FOUND", lambda at: OPEN_FROZEN(at, "P")),
        ("ACCOUNT_NOT_FOUND", put(receiver=account("closed"))),
        ("VERSION_MISMATCH", version),
        ("ACCOUNT_CLOSED", put(receiver=account("P"))),
        ("ACCOUNT_FROZEN", lambda at: at.ledger.lift_loss("P")),
        ("AMOUNT_MISMATCH", put(amount=200_001)),
        ("SHARE_WITH_SELF", put(receiver=account("C"))),
        ("RELATION_NOT_PERMITTED", put(relation=types_pb2.RELATION_PARENT)),
        ("SHARE_NOT_AUTHORIZED", lambda at: (at.ledger.grant("P", "C"), use_the_day_up(at))),
        ("SHARE_NOT_AUTHORIZED", put(relation=types_pb2.RELATION_CHILD)),
        ("TRANSFER_WINDOW_CLOSED", morning),
        ("TRANSFER_LIMIT_EXCEEDED", put(amount=200_000)),
        ("TRANSFER_COUNT_EXCEEDED", next_day),
        ("INSUFFICIENT_BALANCE", lambda at: at.ledger.deposit("P", 200_000)),
        ("DUPLICATE_TRANSFER_ID", put(transfer_id=b"4" * 16)),
    ]


def acceptance_ladder() -> tuple[Broken, list[Step]]:
    ledger = Ledger()
    ledger.open("P", 100)
    ledger.open("C")
    ledger.grant("P", "C")
    for number in b"123":
        message = content.WalletTransfer(receiver=account("C"), amount=1, transfer_id=bytes([number]) * 16)
        ledger.run(kinds.INITIATE_TRANSFER, message, "P")
    accepted = content.TransferAcceptance(transfer_id=b"1" * 16, receiver=account("C"))
    ledger.run(kinds.ACCEPT_TRANSFER, accepted)
    ledger.run(kinds.RETURN_TRANSFER, content.TransferReturn(transfer_id=b"2" * 16))
    ledger.now = instant("2025-03-04 06:00")
    at = Broken(
        ledger=ledger,
        kind=kinds.ACCEPT_TRANSFER,
        message=content.TransferAcceptance(transfer_id=b"0" * 16, receiver=account("P")),
        label="",
        confidential=None,
        expected_version=99,
    )
    return at, [
        ("TRANSFER_NOT_FOUND", put(transfer_id=b"1" * 16)),
        ("TRANSFER_NOT_FOUND", put(receiver=account("C"))),
        ("VERSION_MISMATCH", version),
        ("TRANSFER_ALREADY_ACCEPTED", put(transfer_id=b"2" * 16)),
        ("TRANSFER_ALREADY_RETURNED", put(transfer_id=b"3" * 16)),
        ("TRANSFER_EXPIRED", lambda at: setattr(at.ledger, "now", instant("2025-03-04 05:59:59"))),
    ]


def return_ladder() -> tuple[Broken, list[Step]]:
    at, steps = acceptance_ladder()
    at.kind = kinds.RETURN_TRANSFER
    at.message = content.TransferReturn(transfer_id=b"0" * 16, reason=types_pb2.TRANSFER_RETURN_REASON_EXPIRED)
    at.ledger.now = instant("2025-03-04 05:59:59")
    late = lambda at: setattr(at.ledger, "now", instant("2025-03-04 06:00"))  # noqa: E731 - a step of this ladder
    return at, [
        ("TRANSFER_NOT_FOUND", put(transfer_id=b"1" * 16)),
        *steps[2:5],
        ("TRANSFER_NOT_EXPIRED", late),
    ]


@pytest.mark.parametrize("ladder", [wallet_ladder, acceptance_ladder, return_ladder])
def test_refusals_of_transfers_come_in_the_documented_order(ladder):
    precedence.test_refusals_come_in_the_documented_order(ladder)
