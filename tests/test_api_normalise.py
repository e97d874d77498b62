"""The normalised bytes of a command: the same content hashes alike for ever."""

from __future__ import annotations

import struct
import uuid

import pytest

from ledger.api.identity import ALL_RIGHTS
from ledger.api.kinds import CONTENTS, KINDS
from ledger.api.normalise import group_bytes, normalise, void
from ledger.log.secret import LedgerSecret
from ledger.v1 import command_service_pb2 as pb
from ledger.v1 import commands_pb2, types_pb2
from ledger.v1.types_pb2 import BENEFIT_INPATIENT, BENEFIT_OUTPATIENT, PRESENTER_HOLDER

ID = "0198c0de-abcd-7000-8000-000000000001"
OTHER_ID = "0198c0de-abcd-7000-8000-000000000002"
NOW = 1_700_000_000_000_000
SECRET = LedgerSecret(bytes(range(32)))


def deposit(**changes):
    """A deposit with something in each part."""
    message = pb.RecordDepositRequest(
        account=f"ledgers/410100/accounts/{ID}",
        request_id=OTHER_ID,
        expected_version=3,
        deposit=commands_pb2.Deposit(
            amount=12_345,
            source="DEPOSIT_SOURCE_PERSONAL_CONTRIBUTION",
            channel="CHANNEL_BANK",
            period=202401,
            confidential=types_pb2.Confidential(payment_ref="P-1", note=" 备注 "),
        ),
    )
    message.effective_time.FromMicroseconds(NOW - 5)
    for name, value in changes.items():
        setattr(message, name, value)
    return message


def purchase():
    """A purchase that names payers."""
    return pb.RecordPurchaseRequest(
        person=f"ledgers/410100/persons/{ID}",
        purchase=commands_pb2.Purchase(
            bill=types_pb2.Bill(total=100, in_scope=100),
            institution="H41010000001",
            category="CATEGORY_DRUG",
            payers=[f"ledgers/410100/accounts/{OTHER_ID}"],
        ),
    )


def normal(kind, message):
    """Normalise with every right."""
    return normalise(KINDS[kind], message, NOW, ALL_RIGHTS)


def data(kind, message) -> bytes:
    """Normalised bytes."""
    return normal(kind, message).data


def test_the_bytes_are_laid_out_as_documented():
    """Byte by byte, so that another program can compute the hash."""
    found = data("record_deposit", deposit())
    content = commands_pb2.Deposit(amount=12_345, source=1, channel=2, period=202401)
    encoded = content.SerializeToString(deterministic=True)
    expected = (
        bytes([5])
        + uuid.UUID(ID).bytes
        + struct.pack("<q", NOW - 5)
        + struct.pack("<q", 3)
        + struct.pack("<I", len(encoded))
        + encoded
    )
    assert found == expected


# Changing one of these values breaks the idempotency of everything that was recorded before.
GOLDEN = {
    "deposit": "f070f39d992f4f51fb8b5bc59333ec7ca514a44bbac803d42b3cac5840503a5c",
    "purchase": "e93b762d8a551d5611096a5312eec2e414519edfef6a226bae522d51b1bfa749",
    "group": "6af9e81247c669e172b0c819aa67449aa0bb08f4e0cc0568ad5d62304ae48027",
    "void": "ea7364c15c3d6505d402582abe1705e659c72b948bbc48be432d08d2513989da",
}


def test_golden_hashes():
    """Values that were computed once and must come out for ever."""
    hashes = {
        "deposit": SECRET.command_hash(data("record_deposit", deposit())).hex(),
        "purchase": SECRET.command_hash(data("record_purchase", purchase())).hex(),
        "group": SECRET.command_hash(
            group_bytes([data("record_deposit", deposit()), data("record_purchase", purchase())])
        ).hex(),
        "void": SECRET.command_hash(void(pb.VoidCommandRequest(voided_request_id=ID), NOW, 0)[1]).hex(),
    }
    assert hashes == GOLDEN


def test_two_ways_of_building_the_same_content():
    """Upper-case ids, defaults written out, fields set in another order, empty sub-messages."""
    other = pb.RecordPurchaseRequest()
    other.purchase.payers.append(f"ledgers/410100/accounts/{OTHER_ID.upper()}")
    other.purchase.presenter = PRESENTER_HOLDER
    other.purchase.benefit = BENEFIT_OUTPATIENT
    other.purchase.confidential.agent.SetInParent()
    other.purchase.category = 3
    other.purchase.institution = "H41010000001"
    other.purchase.bill.in_scope = other.purchase.bill.total = 100
    other.person = f"ledgers/410100/persons/{ID.upper()}"
    assert data("record_purchase", other) == data("record_purchase", purchase())


def test_defaults_are_explicit():
    """What is stored says what was decided on, without a table of defaults."""
    assert normal("record_purchase", purchase()).command.content.benefit == BENEFIT_OUTPATIENT
    assert normal("record_purchase", purchase()).command.content.presenter == PRESENTER_HOLDER
    inpatient = purchase()
    inpatient.purchase.category = types_pb2.CATEGORY_INPATIENT
    assert normal("record_purchase", inpatient).command.content.benefit == BENEFIT_INPATIENT


def test_the_clock_does_not_change_the_hash():
    """A retry an hour later is the same command."""
    early, late = (
        normalise(KINDS["record_purchase"], purchase(), moment, ALL_RIGHTS).data
        for moment in (NOW, NOW + 3_600_000_000)
    )
    assert early == late


@pytest.mark.parametrize(
    "change",
    [
        lambda message: setattr(message.deposit, "amount", 12_346),
        lambda message: setattr(message, "expected_version", 4),
        lambda message: message.effective_time.FromMicroseconds(NOW - 6),
        lambda message: message.ClearField("effective_time"),
        lambda message: setattr(message, "account", f"ledgers/410100/accounts/{OTHER_ID}"),
    ],
)
def test_every_difference_changes_the_bytes(change):
    """Or another command would be taken for a replay."""
    message = deposit()
    change(message)
    assert data("record_deposit", message) != data("record_deposit", deposit())


def test_personal_data_are_not_hashed():
    """The hash stays for ever: whoever holds the secret could guess them from it when their key is gone."""
    other = deposit()
    other.deposit.confidential.payment_ref = "P-2"
    found = normal("record_deposit", other)
    assert found.data == data("record_deposit", deposit())
    assert found.command.confidential.payment_ref == "P-2"


def test_a_group_of_one_is_not_the_command_itself():
    """A group answers for all its commands under one id."""
    single = data("record_deposit", deposit())
    assert group_bytes([single]) == b"\0" + struct.pack("<I", len(single)) + single


def test_personal_data_are_taken_out():
    """The content that is stored in clear holds none; the text is not changed, blanks included."""
    command = normal("record_deposit", deposit()).command
    assert not command.content.HasField("confidential")
    assert command.confidential.note == " 备注 "
    message = deposit()
    message.deposit.confidential.Clear()
    assert normal("record_deposit", message).command.confidential is None


def test_no_content_holds_a_map():
    """A map has no fixed order on the wire; everything else is encoded in field order."""
    pool = commands_pb2.DESCRIPTOR.pool
    waiting = [pool.FindMessageTypeByName(name) for name in CONTENTS]
    seen = set()
    while waiting:
        message = waiting.pop()
        if message.full_name in seen:
            continue
        seen.add(message.full_name)
        assert not message.GetOptions().map_entry
        waiting += [field.message_type for field in message.fields if field.message_type]
    assert "ledger.v1.Confidential" in seen
