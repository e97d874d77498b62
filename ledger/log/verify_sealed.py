"""Opens what is sealed, and makes every unique key again that an entry must have taken.

`docs/log-format.md`, section 4, says what each is made of.

It needs the key store: the secret of the ledger for the hashes, the persons' keys for the numbers. Whoever holds the
key that signs the log, but not these, cannot leave an invoice out, or put another one in, without being named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import psycopg
from cryptography.exceptions import InvalidTag

from ledger.domain.names import id_text, parse_account, parse_person
from ledger.log.entry import EVENT_TYPES, recorded
from ledger.log.identifiers import ledger_id, schema_name
from ledger.log.keystore import KeyStore, read_secret
from ledger.log.master import MasterKey
from ledger.log.reader import Reader
from ledger.log.secret import LedgerSecret
from ledger.log.verify_entries import Defect
from ledger.v1 import types_pb2 as t

if TYPE_CHECKING:
    from ledger.domain.recorded import Recorded

PAGE: Final = 1_024
Parts = tuple[int, tuple[str, ...]]
"""Kind of a key, and what it is made of."""

_PERSON: Final = t.UNIQUE_KEY_KIND_PERSON
_NUMBERED: Final = ("person_registered", "account_opened", "opening_imported", "holder_info_changed")


def _date(date: Any) -> str:
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def _payment(_: Recorded, __: Any, sealed: t.Confidential) -> list[Parts]:
    return [(t.UNIQUE_KEY_KIND_PAYMENT, (sealed.payment_ref,))] if sealed.payment_ref else []


def _number(_: Recorded, __: Any, sealed: t.Confidential) -> list[Parts]:
    return [(_PERSON, (sealed.insured_person_id,))] if sealed.insured_person_id else []


def _deposit(entry: Recorded, event: Any, sealed: t.Confidential) -> list[Parts]:
    deposit = event.deposit
    month = (entry.stream.hex(), str(deposit.period), str(deposit.source))
    found: list[Parts] = [(t.UNIQUE_KEY_KIND_CONTRIBUTION_PERIOD, month)] if deposit.period else []
    return found + _payment(entry, event, sealed)


def _premium(entry: Recorded, event: Any, _: t.Confidential) -> list[Parts]:
    asked = event.deduction
    covered = parse_person(asked.covered)[1] if asked.covered else entry.stream
    return [(t.UNIQUE_KEY_KIND_PREMIUM_YEAR, (id_text(covered), str(asked.year), str(asked.kind)))]


def _interest(entry: Recorded, event: Any, _: t.Confidential) -> list[Parts]:
    days = (_date(event.posting.from_date), _date(event.posting.to_date))
    return [(t.UNIQUE_KEY_KIND_INTEREST_PERIOD, (id_text(entry.stream), *days))]


def _purchase(_: Recorded, event: Any, sealed: t.Confidential) -> list[Parts]:
    place = event.purchase.institution
    found: list[Parts] = []
    if sealed.invoice_number:
        found.append((t.UNIQUE_KEY_KIND_INVOICE, (place, sealed.invoice_number)))
    if sealed.institution_settlement_id:
        found.append((t.UNIQUE_KEY_KIND_SETTLEMENT, (place, sealed.institution_settlement_id)))
    return found + [(t.UNIQUE_KEY_KIND_TRACE_CODE, (code,)) for code in sealed.trace_codes]


def _claim(_: Recorded, event: Any, sealed: t.Confidential) -> list[Parts]:
    return [(t.UNIQUE_KEY_KIND_INVOICE, (event.filing.institution, sealed.invoice_number))]


def _sent(_: Recorded, event: Any, __: t.Confidential) -> list[Parts]:
    name = event.transfer.transfer_id.hex()
    return [(t.UNIQUE_KEY_KIND_TRANSFER, ("sent", name)), (t.UNIQUE_KEY_KIND_PENDING_TRANSFER, (name,))]


def _accepted(_: Recorded, event: Any, __: t.Confidential) -> list[Parts]:
    return [(t.UNIQUE_KEY_KIND_ACCEPTED_TRANSFER, (event.acceptance.transfer_id.hex(),))]


def _credited(_: Recorded, event: Any, __: t.Confidential) -> list[Parts]:
    credit = event.credit
    return [(t.UNIQUE_KEY_KIND_TRANSFER, ("credited", parse_account(credit.sender)[0], credit.transfer_id.hex()))]


_TAKES: Final[dict[int, Callable[[Recorded, Any, t.Confidential], list[Parts]]]] = {
    **{EVENT_TYPES[name]: _number for name in _NUMBERED},
    EVENT_TYPES["deposit_posted"]: _deposit,
    EVENT_TYPES["payable_settled"]: _payment,
    EVENT_TYPES["premium_deducted"]: _premium,
    EVENT_TYPES["interest_posted"]: _interest,
    EVENT_TYPES["purchase_settled"]: _purchase,
    EVENT_TYPES["claim_filed"]: _claim,
    EVENT_TYPES["claim_paid"]: _payment,
    EVENT_TYPES["transfer_initiated"]: _sent,
    EVENT_TYPES["transfer_accepted"]: _accepted,
    EVENT_TYPES["transfer_credited"]: _credited,
}
_APPROVED: Final = EVENT_TYPES["key_destruction_approved"]


class SealedVerifier:
    """One verification of one ledger. Entries that cannot be read are left to `ledger.log.verify`."""

    def __init__(self, connection: psycopg.Connection, code: str, master_key: MasterKey) -> None:
        """Take an autocommitting connection that may read log and key store. Raise LookupError for a wrong key."""
        self.opened = 0
        """How many sealed parts were opened."""
        self.destroyed = 0
        """How many could not be, because their key is not there any more."""
        self._connection = connection
        self._reader = Reader(schema_name(code))
        self._secret = LedgerSecret(read_secret(connection, ledger_id(code), master_key))
        self._keys = KeyStore(ledger_id(code), master_key)
        self._numbers: dict[bytes, tuple[int, bytes]] = {}
        self._erased: set[bytes] = set()

    def defects(self, size: int, progress: Callable[[int], None] = lambda _: None) -> Iterator[Defect]:
        """Check everything from the first entry to the last, and yield each defect."""
        at = 0
        while at < size:
            end = min(at + PAGE, size)
            rows = self._connection.execute(
                self._reader.sql(
                    "SELECT entry FROM {s}.entries WHERE position > %s AND position <= %s ORDER BY position"
                ),
                (at, end),
                binary=True,
            ).fetchall()
            entries = []
            for (data,) in rows:
                try:
                    entries.append(recorded(data))
                except ValueError:
                    continue
            self._keys.load_ids(
                self._connection, {entry.sealed.key_id for entry in entries if entry.sealed is not None}
            )
            for entry in entries:
                yield from self._entry(entry)
            at = end
            progress(at)

    def _entry(self, entry: Recorded) -> Iterator[Defect]:
        if entry.type == _APPROVED:
            self._erased.add(entry.stream)
        try:
            sealed = self._opened(entry)
        except (InvalidTag, ValueError) as error:
            yield Defect("sealed", entry.position, f"it does not open under its key: {type(error).__name__}")
            return
        takes = _TAKES.get(entry.type)
        said = {(key.kind, key.hash) for key in entry.keys if not key.released}
        if takes is None or sealed is None:
            if takes is None and said:
                yield Defect("key", entry.position, "it takes a key that its event does not call for")
            return
        due = {(kind, self._secret.key_hash(kind, *parts)) for kind, parts in takes(entry, entry.event, sealed)}
        due.discard(self._numbers.get(entry.stream, (0, b"")))  # a person keeps the number that is known
        for kind, hash_ in due - said:
            yield Defect("key", entry.position, f"it does not take kind {kind} {hash_.hex()}, as what it holds must")
        for kind, hash_ in said - due:
            yield Defect("key", entry.position, f"it takes kind {kind} {hash_.hex()}, of nothing that it holds")
        self._numbers.update((entry.stream, name) for name in said if name[0] == _PERSON)

    def _opened(self, entry: Recorded) -> t.Confidential | None:
        """Return the personal data of an entry, nothing where there are none; None where nobody can tell."""
        if entry.sealed is None:
            return None if entry.stream in self._erased else t.Confidential()
        plain = self._keys.open(self._connection, entry.stream, entry.version, entry.sealed)
        if plain is None:
            self.destroyed += 1
            return None
        self.opened += 1
        return t.Confidential.FromString(plain)
