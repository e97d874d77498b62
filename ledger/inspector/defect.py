"""What can be found wrong with an export, each with a kind and a position."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

KINDS: Final[Mapping[str, str]] = {
    "manifest": "the export does not say what it is, or says it wrongly",
    "checkpoint": "a checkpoint cannot be read, is of another log, or no key has signed it that is trusted at its size",
    "cosignature": "too few witnesses have cosigned, or a cosignature is wrong",
    "root": "the entries give another root than a signed checkpoint says",
    "bundle": "an entry bundle is missing, cut off, or holds too much",
    "leaf": "an entry is not the one whose hash stands in the tile above it",
    "tile": "a tile is missing, or is not what lies below it",
    "proof": "the inclusion proof of an excerpt's entry does not lead to the checkpoint",
    "position": "positions are not 1, 2, 3 …",
    "layout": "the header is not one of format 1 of this ledger",
    "parts": "what follows the header is not references, sealed part and one readable event",
    "birth": "position 1 is not the birth of this ledger, or another entry is",
    "transaction": "a transaction is not whole, or its entries do not belong together",
    "time": "a record time does not rise, or a time that nobody named is not the service's",
    "version": "the versions of a stream are not 1, 2, 3 …",
    "chain": "an entry does not name the entry before it in its stream",
    "balance": "a balance does not follow from the one before, or is negative",
    "request": "a request id was executed twice, or a void names another command than it voided",
    "reference": "an entry refers to something that is not there, or that was another one at that position",
    "stream": "an event lies in a stream where it does not belong",
    "money": "what an event says about money does not add up",
    "reversal": "something is reversed twice, by another amount, or that was never recorded",
    "transfer": "a transfer is sent, ended or credited twice, or ends without having begun",
    "claim": "a claim is decided or paid twice, or by another amount",
    "sums": "the yearly sums of a person do not follow from those before",
    "key": "a unique key is taken twice, or released when nobody has it",
    "signing_key": "a signing key is taken into use twice, retired when it does not sign, or as the last one",
    "approval": "somebody approved a proposal alone, or one that does not wait",
    "policy": "a policy is not the document that was proposed, or did not hold where it decided",
    "state": "an entry does not follow from what its person's stream says before it",
    "settlement": "a settlement is not what policy and inputs give",
    "column": "a column beside an entry is not what the entry says",
    "commit": "a commit row is not what its entries say",
    "command": "a row of the request ids is not what the entries say",
    "unique_key": "a row of the unique keys is not what the entries say",
    "projection": "a view that was bound to a position is not what the entries give",
}
"""The kinds of defects."""


class Defect(NamedTuple):
    """One thing that is not as it must be. `position` is that of an entry, 0 where it is of no single one."""

    kind: str
    position: int
    detail: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.kind}  position {self.position}  {self.detail}"
