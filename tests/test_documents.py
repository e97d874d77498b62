"""The documents that show the API at work are run against a real service."""

from __future__ import annotations

import pytest

from tests.documents import ROOT, blocks, differences, matches, run_python, run_shell

DOCS = ROOT / "docs"


@pytest.fixture
def places(whole_service, ledger):
    """What to put in place of the address and the ledger that documents name."""
    return {"127.0.0.1:50051": whole_service.address, "410100": ledger}


def expect_no(found):
    """Fail with every difference."""
    if found := list(found):
        pytest.fail("\n\n".join(found), pytrace=False)


def test_the_api_by_hand(places):
    """docs/api-by-hand.md, pasted into a shell."""
    path = DOCS / "api-by-hand.md"
    document = blocks(path, places)
    assert {block.language for block in document} == {"sh"}
    assert sum(block.printed is not None for block in document) >= 6
    expect_no(differences(path, run_shell(document)))


def test_the_tutorial(places):
    """docs/tutorial.md, run as one program."""
    path = DOCS / "tutorial.md"
    document = blocks(path, places)
    assert {block.language for block in document} == {"python"}
    assert sum(block.printed is not None for block in document) >= 8
    expect_no(differences(path, run_python(document)))


def test_a_difference_is_seen():
    """A check that cannot fail is none."""
    assert matches("a …c\n\n", "a bc  \n")
    assert not matches("a …c\n", "a b\nc\n")
    assert not matches("a\n", "a\nb\n")
