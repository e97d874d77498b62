"""A certificate authority for tests, and what it signs."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
from pathlib import Path

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def pem(key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Authority:
    """Signs certificates for servers on this machine and for clients."""

    def __init__(self, common: str = "Test Authority") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = name(common)
        basic = x509.BasicConstraints(ca=True, path_length=0)
        self.certificate = self._build(self.name, self.key, DAY, [(basic, True)])

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def _build(self, subject, key, life, extensions):
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + life)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, life: dt.timedelta = DAY) -> tuple[bytes, bytes]:
        """Key and certificate of a server on the loopback address."""
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return self._pair("server", names, life)

    def client(self, *names: str, common: str = "client", life: dt.timedelta = DAY) -> tuple[bytes, bytes]:
        """Key and certificate of a client; names are like `dns:pos.example.org` and `uri:spiffe://...`."""
        kinds = {"dns": x509.DNSName, "uri": x509.UniformResourceIdentifier}
        made = [kinds[kind](text) for kind, _, text in (each.partition(":") for each in names)]
        return self._pair(common, made, life)

    def _pair(self, common, names, life):
        key = ec.generate_private_key(ec.SECP256R1())
        extensions = [(x509.SubjectAlternativeName(names), False)] if names else []
        return pem(key), self._build(name(common), key, life, extensions).public_bytes(Encoding.PEM)


class Signer:
    """Makes bearer tokens, and the key set that verifies them."""

    def __init__(self, key_id: str = "k1") -> None:
        self.key_id = key_id
        self.key = Ed25519PrivateKey.generate()

    def key_set(self) -> str:
        public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(self.key.public_key()))
        return json.dumps({"keys": [{**public, "kid": self.key_id}]})

    def token(self, now: float, *, algorithm: str = "EdDSA", key=None, kid: str | None = None, **claims) -> str:
        said = {"iss": "https://issuer.example", "aud": "ledgerd", "sub": "app", "iat": now, "exp": now + 600}
        said = {name: value for name, value in {**said, **claims}.items() if value is not None}
        headers = {"kid": self.key_id if kid is None else kid}
        return jwt.encode(said, self.key if key is None else key, algorithm, headers=headers)


class Place:
    """A directory with everything that the profile prod needs, and the variables that name it."""

    def __init__(self, directory: Path, authority: Authority) -> None:
        self.directory = directory
        self.authority = authority
        directory.mkdir(parents=True, exist_ok=True)
        self.write("clients.pem", authority.pem)
        self.server_certificate(authority.server())

    def write(self, file: str, content: bytes | str) -> Path:
        """Replace a file in one step, as people who care do."""
        path = self.directory / file
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content.encode() if isinstance(content, str) else content)
        fresh.replace(path)
        return path

    def server_certificate(self, pair: tuple[bytes, bytes]) -> None:
        self.write("server.key", pair[0])
        self.write("server.pem", pair[1])

    def variables(self, **more: str) -> dict[str, str]:
        at = {file: str(self.directory / file) for file in ("server.pem", "server.key", "clients.pem", "who.toml")}
        return {
            "LEDGER_PROFILE": "prod",
            "LEDGER_TLS_CERTIFICATE_FILE": at["server.pem"],
            "LEDGER_TLS_KEY_FILE": at["server.key"],
            "LEDGER_TLS_CLIENT_CA_FILE": at["clients.pem"],
            "LEDGER_IDENTITIES_FILE": at["who.toml"],
            **more,
        }
