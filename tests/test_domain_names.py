"""Resource names and ids: read, written, and refused with words that help."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import names

TEXT = "0198c0de-0000-7000-8000-0000000000ff"
ID = uuid.UUID(TEXT).bytes


@given(st.binary(min_size=16, max_size=16))
def test_ids_survive_both_ways(identifier):
    text = names.id_text(identifier)
    assert text == str(uuid.UUID(bytes=identifier))
    assert names.id_bytes(text) == identifier
    assert names.parse_account(names.account_name("410100", identifier)) == ("410100", identifier)
    assert names.parse_person(names.person_name("hn-410100", identifier)) == (
        "hn-410100",
        identifier,
    )


@given(st.integers(1, 2**63 - 1))
def test_entry_names_survive_both_ways(position):
    assert names.parse_entry(names.entry_name("410100", position)) == ("410100", position)


def test_ledger_names_survive_both_ways():
    assert names.parse_ledger(names.ledger_name("410100")) == "410100"


def test_upper_case_digits_are_the_same_id():
    name = f"ledgers/410100/accounts/{TEXT.upper()}"
    assert names.parse_account(name) == ("410100", ID)
    assert names.account_name("410100", ID) == f"ledgers/410100/accounts/{TEXT}"


@pytest.mark.parametrize(
    "text",
    [
        *("", TEXT[:-1], TEXT + "0", TEXT.replace("-", ""), f"{{{TEXT}}}"),
        *("0198c0de00-00-7000-8000-0000000000ff", TEXT[:-1] + "g", TEXT[:-1] + " "),
        *(" " + TEXT[1:], TEXT[:-2] + "--", TEXT[:-2] + " f", TEXT[:-1] + "１", "é" * 36),
    ],
)
def test_what_is_no_uuid_is_refused(text):
    with pytest.raises(ValueError, match="not a UUID of 36 characters"):
        names.id_bytes(text)


@pytest.mark.parametrize(
    "name",
    [
        *("", TEXT, f"accounts/{TEXT}", f"ledgers/410100/persons/{TEXT}"),
        *(f"ledgers//accounts/{TEXT}", f"ledgers/A/accounts/{TEXT}", f"x/410100/accounts/{TEXT}"),
        *(f"ledgers/410100/accounts/{TEXT}/", f"ledgers/410100/accounts{TEXT}"),
        *(f"ledgers/4101/00/accounts/{TEXT}", f"/ledgers/410100/accounts/{TEXT}"),
    ],
)
def test_what_is_no_account_name_is_refused(name):
    with pytest.raises(ValueError, match=r"not a (name of the form ledgers/|UUID)"):
        names.parse_account(name)


@pytest.mark.parametrize("position", ["", "0", "-1", "01", "+1", "1.0", "１", "9" * 20, "1/x"])
def test_what_is_no_position_is_refused(position):
    with pytest.raises(ValueError, match="not an entry name"):
        names.parse_entry(f"ledgers/410100/entries/{position}")


@pytest.mark.parametrize("name", ["", "410100", "ledgers/", "ledgers/A", "ledgers/1/2", "ledgers/1\n"])
def test_what_is_no_ledger_name_is_refused(name):
    with pytest.raises(ValueError, match="not a ledger name"):
        names.parse_ledger(name)
