"""The service's TLS credentials, read again for the next handshake when their files change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import grpc
import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from ledger.operation.watched import Signature, signature
from ledger.settings import Settings, SettingsError, variable

_log = structlog.get_logger("ledger.server")

_NAMES = ("tls_certificate_file", "tls_key_file", "tls_client_ca_file")


class TlsFiles:
    """Certificate, key, and the authorities of clients; all of one moment."""

    def __init__(self, settings: Settings) -> None:
        """Take the paths; nothing is read yet."""
        self._paths = {name: Path(path) for name in _NAMES if (path := getattr(settings, name))}
        self._seen: dict[str, Signature] = {}
        self.expires = 0.0
        """When the certificate in use ends, in seconds since 1970 UTC."""
        self.problem = ""
        """Why the newest version of the files is not in use; empty while it is."""

    @property
    def demands_certificate(self) -> bool:
        """Whether a client without a certificate is refused in the handshake."""
        return "tls_client_ca_file" in self._paths

    def credentials(self) -> grpc.ServerCredentials:
        """Read the files for the first time. Raise SettingsError with the setting at fault."""
        fetch = cast("Callable[[], grpc.ServerCertificateConfiguration]", self.fetch)  # None means: as before
        return grpc.dynamic_ssl_server_credentials(self.read(), fetch, self.demands_certificate)

    def read(self) -> grpc.ServerCertificateConfiguration:
        """Read and check the files. Raise SettingsError."""
        seen = {name: signature(path) for name, path in self._paths.items()}
        contents = {name: self._content(name) for name in self._paths}
        chain = _certificates("tls_certificate_file", contents)
        expires = chain[0].not_valid_after_utc.timestamp()
        if expires <= time.time():
            raise SettingsError(f"{variable('tls_certificate_file')}: the certificate expired, which no client accepts")
        if chain[0].public_key().public_bytes(*_PUBLIC) != _public_bytes(contents["tls_key_file"]):
            raise SettingsError(f"{variable('tls_key_file')} does not hold the key of the certificate")
        if self.demands_certificate:
            _certificates("tls_client_ca_file", contents)
        self._seen, self.expires, self.problem = seen, expires, ""
        return grpc.ssl_server_certificate_configuration(
            [(contents["tls_key_file"], contents["tls_certificate_file"])], contents.get("tls_client_ca_file")
        )

    def fetch(self) -> grpc.ServerCertificateConfiguration | None:
        """What the next handshake uses, if it is something new; gRPC asks before each."""
        seen = {name: signature(path) for name, path in self._paths.items()}
        if seen == self._seen:
            return None
        try:
            fresh = self.read()
        except SettingsError as error:
            self._seen, self.problem = seen, str(error)
            _log.error("tls.unusable", problem=self.problem)
            return None
        _log.info("tls.read", expires=self.expires)
        return fresh

    def _content(self, name: str) -> bytes:
        try:
            return self._paths[name].read_bytes()
        except OSError as error:
            raise SettingsError(f"{variable(name)} {self._paths[name]}: {error.strerror}") from None


_PUBLIC = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _certificates(name: str, contents: dict[str, bytes]) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(contents[name])
    except ValueError:
        raise SettingsError(f"{variable(name)} holds no certificate in PEM form") from None


def _public_bytes(pem: bytes) -> bytes:
    try:
        return load_pem_private_key(pem, None).public_key().public_bytes(*_PUBLIC)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError(f"{variable('tls_key_file')} holds no private key in PEM form without a password") from None
