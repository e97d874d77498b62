"""Knows callers by a client certificate or a signed token, and what they may do by the roster.

A token, where there is one, decides: a bad one is not made good by a certificate. Nothing of a request but these two
is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from ledger.api.certificates import read_certificate
from ledger.api.identity import ACTING_AS, Headers, Identity, Peer, bound
from ledger.api.roster import Roster
from ledger.api.tokens import TokenKeys

CACHE_MAX = 10_000
"""Certificates, and tokens, that are remembered with whom they stand for; all are forgotten when there are more."""

_PEM = "x509_pem_cert"
_SCHEME = "bearer"


class _Known(NamedTuple):
    identity: Identity
    valid_from: float
    valid_until: float


class RosterProvider:
    """The provider of the profiles prod and ha."""

    def __init__(
        self, roster: Roster, tokens: TokenKeys | None = None, *, now: Callable[[], float] = time.time
    ) -> None:
        """Take the roster, the keys of tokens if any are accepted, and the clock."""
        self._roster = roster
        self._tokens = tokens
        self._now = now
        self._certified: dict[bytes, _Known | None] = {}
        self._proven: dict[str, _Known] = {}

    def replace(self, roster: Roster | None = None, tokens: TokenKeys | None = None) -> None:
        """Take what was read anew. From the next call on nothing of what was known before counts."""
        if roster is not None:
            self._roster = roster
        if tokens is not None:
            self._tokens = tokens
        # Last, and as new objects: a call that is at work now can only remember in the old ones.
        self._certified, self._proven = {}, {}

    def identify(self, headers: Headers, peer: Peer) -> Identity | None:
        """Return who calls, or None."""
        authorization = headers.get("authorization")
        known = self._by_certificate(peer) if authorization is None else self._by_token(str(authorization))
        if known is None or not known.valid_from <= self._now() < known.valid_until:
            return None
        identity = known.identity
        return bound(identity, str(headers.get(ACTING_AS, ""))) if identity.citizens else identity

    def _by_certificate(self, peer: Peer) -> _Known | None:
        pem = next(iter(peer().get(_PEM, ())), b"")
        if not pem:
            return None
        certified = self._certified
        if pem in certified:
            return certified[pem]
        read = read_certificate(pem)
        identity = self._roster.of_certificate(read.names) if read else None
        known = _Known(identity, read.valid_from, read.valid_until) if read and identity else None
        if len(certified) >= CACHE_MAX:
            certified.clear()
        certified[pem] = known
        return known

    def _by_token(self, authorization: str) -> _Known | None:
        scheme, _, token = authorization.partition(" ")
        if self._tokens is None or scheme.lower() != _SCHEME:
            return None
        proven = self._proven
        known = proven.get(token)
        if known is None and (said := self._tokens.prove(token)):
            identity = self._roster.of_token(said.subject)
            if identity is None:
                return None
            if len(proven) >= CACHE_MAX:
                proven.clear()
            known = proven[token] = _Known(identity, 0.0, said.until)
        return known
