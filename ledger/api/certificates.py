"""What a client's certificate says. The handshake has checked its signatures; here are its names and its time.

A connection outlives the handshake by days, so the time is looked at in every call.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes


@dataclass(frozen=True, slots=True)
class Certificate:
    """The names that a roster may know it by, and the seconds since 1970 UTC between which it is valid."""

    names: tuple[str, ...]
    valid_from: float
    valid_until: float


def read_certificate(pem: bytes) -> Certificate | None:
    """Read a certificate; None if it cannot be understood."""
    try:
        read = x509.load_pem_x509_certificate(pem)
        names = [f"sha256:{read.fingerprint(hashes.SHA256()).hex()}"]
        if read.subject:
            names.append(f"subject:{read.subject.rfc4514_string()}")
        names += _alternative_names(read)
    except ValueError:
        return None
    return Certificate(tuple(names), read.not_valid_before_utc.timestamp(), read.not_valid_after_utc.timestamp())


def _alternative_names(read: x509.Certificate) -> list[str]:
    try:
        found = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    uris = [f"uri:{name}" for name in found.get_values_for_type(x509.UniformResourceIdentifier)]
    return uris + [f"dns:{name.lower()}" for name in found.get_values_for_type(x509.DNSName)]
