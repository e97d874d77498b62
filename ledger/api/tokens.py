"""Signed bearer tokens (RFC 7519): EdDSA and RS256, with public keys from a JSON Web Key Set.

A token proves its subject and nothing else: the rights stand in the roster. It must name this service (`aud`), its
maker (`iss`), its key (`kid`) and its end (`exp`).
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

LEEWAY_SECONDS: Final = 30.0
"""By how much the clocks of the maker and of this service may differ."""
LIFE_SECONDS_MAX: Final = 24 * 3600
"""A token that is good for longer is refused: it could not be taken back in time."""
RSA_BITS_MIN: Final = 2048
_REQUIRED: Final = ["exp", "iat", "aud", "iss", "sub"]
_PRIVATE: Final = frozenset({"d", "p", "q", "k"})


class TokenKeysError(ValueError):
    """The key set cannot be used; the message says why."""


class Proven(NamedTuple):
    """What a token proved: its subject, until when (seconds since 1970 UTC, with the leeway)."""

    subject: str
    until: float


class _Key(NamedTuple):
    public: Any
    algorithm: str


class TokenKeys:
    """Verifies tokens."""

    def __init__(self, keys: dict[str, _Key], *, audience: str, issuer: str) -> None:
        """Take the keys by their ids; `read_token_keys` makes them."""
        self._keys = keys
        self._audience = audience
        self._issuer = issuer

    def prove(self, token: str) -> Proven | None:
        """What the token proves at this moment; None if nothing."""
        try:
            key = self._keys.get(str(jwt.get_unverified_header(token).get("kid", "")))
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key.public,
                # The key decides about the algorithm, never the token.
                algorithms=[key.algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
            life = float(claims["exp"]) - float(claims["iat"])
        except (jwt.InvalidTokenError, ValueError, TypeError):
            return None
        if not 0 < life <= LIFE_SECONDS_MAX:
            return None
        return Proven(claims["sub"], float(claims["exp"]) + LEEWAY_SECONDS)


def read_token_keys(text: str, *, audience: str, issuer: str) -> TokenKeys:
    """Read a key set. Raise TokenKeysError."""
    try:
        listed = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError):
        raise TokenKeysError('is no JSON Web Key Set: {"keys": [...]}') from None
    if not isinstance(listed, list) or not listed:
        raise TokenKeysError("has no keys: every token would be refused")
    keys: dict[str, _Key] = {}
    for number, item in enumerate(listed, 1):
        try:
            key_id, key = _read_key(item)
        except TokenKeysError as error:
            raise TokenKeysError(f"key number {number} {error}") from None
        if key_id in keys:
            raise TokenKeysError(f"has the key id {key_id!r} twice")
        keys[key_id] = key
    return TokenKeys(keys, audience=audience, issuer=issuer)


def _read_key(item: Any) -> tuple[str, _Key]:
    if not isinstance(item, dict) or not isinstance(item.get("kid"), str) or not item["kid"]:
        raise TokenKeysError("needs an id, `kid`")
    if _PRIVATE & item.keys():
        raise TokenKeysError("is a private or secret key; this service needs public ones only")
    algorithm = {"OKP": "EdDSA", "RSA": "RS256"}.get(str(item.get("kty")))
    if algorithm is None or item.get("alg", algorithm) != algorithm:
        raise TokenKeysError("is of another kind; use Ed25519 (EdDSA) or RSA (RS256)")
    try:
        public = jwt.PyJWK.from_dict(item, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        raise TokenKeysError("cannot be read") from None
    if isinstance(public, RSAPublicKey):
        if public.key_size < RSA_BITS_MIN:
            raise TokenKeysError(f"has {public.key_size} bits; {RSA_BITS_MIN} are the least")
    elif not isinstance(public, Ed25519PublicKey):
        raise TokenKeysError("is of another curve; use Ed25519")
    return item["kid"], _Key(public, algorithm)
