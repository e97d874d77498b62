"""What a command will ask for, told before it is decided, so that a batch can be read for in a few queries.

It only saves round trips: what is forgotten here is asked for while deciding (`NotLoaded`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.domain import command as kinds
from ledger.domain.names import parse_account, parse_entry, parse_person
from ledger.domain.wallet import ACCEPTED, TRANSFER, credited_parts, sent_parts
from ledger.v1 import types_pb2

if TYPE_CHECKING:
    from ledger.domain.command import Command

_NAMING_ENTRIES = {
    kinds.REVERSE_ENTRY: "entry",
    kinds.AMEND_PURCHASE: "entry",
    kinds.PROPOSE_ADJUSTMENT: "entry",
    kinds.REVIEW_PROPOSAL: "proposal",
    kinds.REVIEW_CLAIM: "claim",
}
"""Kind of a command → the field of its content that names an entry."""

KeyParts = tuple[int, tuple[str, ...]]
"""Kind of a unique key, and the parts that are hashed."""

_TRANSFERS = frozenset((kinds.INITIATE_TRANSFER, kinds.ACCEPT_TRANSFER, kinds.RETURN_TRANSFER, kinds.CREDIT_TRANSFER))


def keys_of(command: Command) -> list[KeyParts]:
    """Return the unique keys that a command will claim."""
    if command.kind == kinds.RECORD_DEPOSIT:
        return _deposit_keys(command)
    if command.kind in _TRANSFERS:
        return _transfer_keys(command)
    if command.kind == kinds.SETTLE_TRANSFER:
        return [(ACCEPTED, (command.content.transfer_id.hex(),))]  # type: ignore[attr-defined]
    confidential = command.confidential
    if confidential is None:
        return []
    if command.kind in {kinds.RECORD_CLAIM_PAYMENT, kinds.SETTLE_PAYABLE}:
        reference = confidential.payment_ref
        return [(types_pb2.UNIQUE_KEY_KIND_PAYMENT, (reference,))] if reference else []
    if command.kind in {kinds.RECORD_PURCHASE, kinds.FILE_CLAIM}:
        return _purchase_keys(command.content.institution, confidential)  # type: ignore[attr-defined]
    if command.kind == kinds.AMEND_PURCHASE:
        return _purchase_keys(command.content.purchase.institution, confidential)  # type: ignore[attr-defined]
    number = confidential.insured_person_id
    return [(types_pb2.UNIQUE_KEY_KIND_PERSON, (number,))] if number else []


def _deposit_keys(command: Command) -> list[KeyParts]:
    found: list[KeyParts] = []
    deposit = command.content
    if deposit.period:  # type: ignore[attr-defined]
        parts = (command.stream.hex(), str(deposit.period), str(deposit.source))  # type: ignore[attr-defined]
        found.append((types_pb2.UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD, parts))
    if command.confidential is not None and command.confidential.payment_ref:
        found.append((types_pb2.UNIQUE_KEY_KIND_PAYMENT, (command.confidential.payment_ref,)))
    return found


def _purchase_keys(institution: str, confidential: types_pb2.Confidential) -> list[KeyParts]:
    found: list[KeyParts] = []
    if confidential.invoice_number:
        found.append((types_pb2.UNIQUE_KEY_KIND_INVOICE, (institution, confidential.invoice_number)))
    if confidential.institution_settlement_id:
        parts = (institution, confidential.institution_settlement_id)
        found.append((types_pb2.UNIQUE_KEY_KIND_SETTLEMENT, parts))
    found += [(types_pb2.UNIQUE_KEY_KIND_TRACE_CODE, (code,)) for code in confidential.trace_codes]
    return found


def _transfer_keys(command: Command) -> list[KeyParts]:
    content = command.content
    transfer_id = content.transfer_id  # type: ignore[attr-defined]
    if command.kind != kinds.CREDIT_TRANSFER:
        return [(TRANSFER, sent_parts(transfer_id))]
    try:
        ledger, _ = parse_account(content.sender)  # type: ignore[attr-defined]
    except ValueError:
        return []
    return [(TRANSFER, credited_parts(ledger, transfer_id))]


def streams_of(command: Command) -> list[bytes]:
    """Return the streams beside the subject's that the content names."""
    content = command.content
    try:
        if command.kind == kinds.RECORD_PURCHASE:
            return [parse_account(payer)[1] for payer in content.payers]  # type: ignore[attr-defined]
        if command.kind == kinds.AMEND_PURCHASE:
            return [parse_account(payer)[1] for payer in content.purchase.payers]  # type: ignore[attr-defined]
        if command.kind in {kinds.GRANT_SHARE, kinds.REVOKE_SHARE}:
            return [parse_person(content.beneficiary)[1]]  # type: ignore[attr-defined]
        if command.kind in {kinds.TRANSFER_SHARE, kinds.INITIATE_TRANSFER}:
            return [parse_account(content.receiver)[1]]  # type: ignore[attr-defined]
        if command.kind in {kinds.ACCEPT_TRANSFER, kinds.RETURN_TRANSFER} and command.behalf:
            return [parse_account(content.receiver)[1]]  # type: ignore[attr-defined]
        if command.kind == kinds.MERGE_ACCOUNTS:
            return [parse_account(content.absorbed)[1]]  # type: ignore[attr-defined]
        if command.kind == kinds.ORDER_PAYERS:
            return [parse_account(payer)[1] for payer in content.payers]  # type: ignore[attr-defined]
        if command.kind == kinds.DEDUCT_PREMIUM and content.covered:  # type: ignore[attr-defined]
            return [parse_person(content.covered)[1]]  # type: ignore[attr-defined]
    except ValueError:
        # Deciding will say what is wrong with the name.
        return []
    return []


def positions_of(command: Command) -> list[int]:
    """Return the positions of the entries that the content names."""
    if command.kind == kinds.SETTLE_TRANSFER:
        return [command.content.accepted_position]  # type: ignore[attr-defined]
    if command.kind == kinds.IMPORT_OPENING:
        name = command.content.approval.entry  # type: ignore[attr-defined]
    else:
        name = getattr(command.content, _NAMING_ENTRIES.get(command.kind, ""), "")
    if not name:
        return []
    try:
        return [parse_entry(name)[1]]
    except ValueError:
        return []
