"""Who a caller is: certificates and tokens against the roster, and the files that are refused."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ledger.api.identity import actor_id, right_names
from ledger.api.provider import RosterProvider
from ledger.api.roster import RosterError, read_roster
from ledger.api.tokens import TokenKeysError, read_token_keys
from tests.authority import Authority, Signer

SIGNER = Signer()
PUBLIC_KEY = SIGNER.key.public_key().public_bytes_raw()
"""A careless verifier takes the public key for the secret of an HMAC."""
ROSTER = """
[[identity]]
organisation = "lotus"
actor = "pos"
certificates = ["dns:POS.example.org", "uri:spiffe://example.org/pos", "subject:CN=till"]
rights = ["RECORD_PURCHASE", "right_read_account"]
ledgers = ["410100"]

[[identity]]
organisation = "agency"
actor = "app"
certificates = ["dns:app.example.org"]
tokens = ["app"]
rights = []
ledgers = ["*"]
"""


@pytest.fixture(scope="module")
def authority():
    return Authority()


def peer(pair):
    """A connection with a client certificate, or without."""
    return lambda: {"x509_pem_cert": [pair[1]]} if pair else {}


def keys(*signers):
    listed = [json.loads(signer.key_set())["keys"][0] for signer in signers]
    return read_token_keys(json.dumps({"keys": listed}), audience="ledgerd", issuer="https://issuer.example")


def bearer(token):
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize("names", [["dns:pos.example.org"], ["uri:spiffe://example.org/pos"], []])
def test_a_certificate_leads_to_its_identity(authority, names):
    """By any of its names; twice, as the second time it is remembered."""
    provider = RosterProvider(read_roster(ROSTER))
    pair = authority.client(*names, common="other" if names else "till")
    for _ in range(2):
        found = provider.identify({}, peer(pair))
        assert (found.organisation_name, found.actor) == ("lotus", actor_id("lotus", "pos"))
        assert right_names(found.rights) == ["RIGHT_READ_ACCOUNT", "RIGHT_RECORD_PURCHASE"]
        assert (found.may_use("410100"), found.may_use("110000")) == (True, False)


def test_who_is_not_in_the_roster_is_nobody(authority):
    """Also with names of two identities, with headers of the profile dev, and without a certificate."""
    provider = RosterProvider(read_roster(ROSTER))
    both = authority.client("dns:pos.example.org", "dns:app.example.org")
    for pair in (authority.client("dns:pos.example.org.evil.org"), both, None):
        assert provider.identify({"x-dev-organisation": "lotus", "x-dev-rights": "OPERATE"}, peer(pair)) is None
    assert provider.identify({}, lambda: {"x509_pem_cert": [b"not a certificate"]}) is None


def test_a_certificate_ends_in_the_middle_of_a_connection(authority):
    clock = [time.time()]
    provider = RosterProvider(read_roster(ROSTER), now=lambda: clock[0])
    pair = authority.client("dns:pos.example.org", life=dt.timedelta(hours=1))
    assert provider.identify({}, peer(pair))
    clock[0] += 3700
    assert provider.identify({}, peer(pair)) is None


def test_a_fingerprint_names_one_certificate(authority):
    pair = authority.client()
    digest = x509.load_pem_x509_certificate(pair[1]).fingerprint(hashes.SHA256()).hex(":").upper()
    provider = RosterProvider(read_roster(ROSTER.replace("subject:CN=till", f"sha256:{digest}")))
    assert provider.identify({}, peer(pair)).organisation_name == "lotus"
    assert provider.identify({}, peer(authority.client())) is None


def test_a_token_leads_to_its_identity():
    signer = Signer()
    provider = RosterProvider(read_roster(ROSTER), keys(signer))
    token = signer.token(time.time())
    for _ in range(2):
        assert provider.identify(bearer(token), peer(None)).actor_name == "app"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": -3600, "iat": -7200},
        {"iat": -48 * 3600},
        {"iat": 3600, "exp": 7200},
        {"exp": None},
        {"sub": None},
        {"iat": None},
        {"sub": "nobody"},
        {"kid": "other"},
        {"kid": ""},
        {"nbf": 3600},
        {"algorithm": "none", "key": ""},
        {"algorithm": "HS256", "key": PUBLIC_KEY},
        {"key": Signer().key},
    ],
    ids="-".join,
)
def test_a_token_that_proves_nothing(claims):
    """And a certificate does not make up for it. Times are seconds from now: a test may run long after it is read."""
    now = time.time()
    dated = {name: value + now if name in {"exp", "iat", "nbf"} and value else value for name, value in claims.items()}
    provider = RosterProvider(read_roster(ROSTER), keys(SIGNER))
    pair = Authority().client("dns:pos.example.org")
    assert provider.identify(bearer(SIGNER.token(now)), peer(pair))
    assert provider.identify(bearer(SIGNER.token(now, **dated)), peer(pair)) is None


def test_other_headers_prove_nothing():
    signer = Signer()
    good = signer.token(time.time())
    provider = RosterProvider(read_roster(ROSTER), keys(signer))
    for header in ("", "Bearer", "Bearer ", f"Basic {good}", good, f"Bearer {good}x", "Bearer a.b.c"):
        assert provider.identify({"authorization": header}, peer(None)) is None
    assert RosterProvider(read_roster(ROSTER)).identify(bearer(good), peer(None)) is None


def test_a_remembered_token_ends_too():
    signer = Signer()
    clock = [time.time()]
    provider = RosterProvider(read_roster(ROSTER), keys(signer), now=lambda: clock[0])
    token = signer.token(time.time())
    assert provider.identify(bearer(token), peer(None))
    clock[0] += 700
    assert provider.identify(bearer(token), peer(None)) is None


def test_a_new_roster_and_new_keys_count_at_once(authority):
    """Whoever was remembered before is looked up again."""
    first, second = Signer("k1"), Signer("k2")
    provider = RosterProvider(read_roster(ROSTER), keys(first))
    pair, token = authority.client("dns:pos.example.org"), first.token(time.time())
    assert provider.identify({}, peer(pair))
    assert provider.identify(bearer(token), peer(None))
    provider.replace(tokens=keys(second))
    assert provider.identify(bearer(token), peer(None)) is None
    assert provider.identify(bearer(second.token(time.time())), peer(None))
    provider.replace(roster=read_roster(ROSTER.replace('"RECORD_PURCHASE", ', "")))
    assert right_names(provider.identify({}, peer(pair)).rights) == ["RIGHT_READ_ACCOUNT"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (ROSTER, "", "nobody could do anything"),
        (ROSTER, "identity = 3", "nobody could do anything"),
        (ROSTER, "[[identities]]", "consists of"),
        ("[[identity]]", "[[identity]", "is no TOML"),
        ('actor = "pos"', "", "number 1: actor"),
        ('actor = "pos"', 'actor = "p\\n"', "number 1: actor"),
        ('actor = "pos"', 'aktor = "pos"', "number 1: has 'aktor'"),
        ("RECORD_PURCHASE", "RECORD_PURCHASES", "no right 'RECORD_PURCHASES'"),
        ("RECORD_PURCHASE", "UNSPECIFIED", "no right 'UNSPECIFIED'"),
        ("rights = []", "", "number 2: rights is missing"),
        ("rights = []", "rights = 'x'", "number 2: rights must be a list"),
        ('ledgers = ["*"]', "", "number 2: ledgers is missing"),
        ('ledgers = ["*"]', 'ledgers = ["*", "1"]', "number 2: ledgers has"),
        ('ledgers = ["*"]', 'ledgers = ["X!"]', "number 2: ledgers has 'X!'"),
        ("dns:app.example.org", "dns:pos.example.org", "somebody else already"),
        ("dns:app.example.org", "cn:app", "write it like"),
        ("dns:app.example.org", "sha256:ab", "64 hexadecimal"),
        ('certificates = ["dns:app.example.org"]\ntokens = ["app"]', "", "needs certificates or tokens"),
    ],
)
def test_a_wrong_roster_is_refused_as_a_whole(old, new, named):
    with pytest.raises(RosterError, match=named):
        read_roster(ROSTER.replace(old, new, 1))


def weak_keys():
    """Key sets that must not be used, and what is said about them."""
    small = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key()))
    curve = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
    private = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(Signer().key))
    good = json.loads(Signer().key_set())["keys"][0]
    yield [], "has no keys"
    yield [{**small, "kid": "a"}], "1024 bits"
    yield [{**curve, "kid": "a"}], "use Ed25519"
    yield [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}], "private or secret"
    yield [{**private, "kid": "a"}], "private or secret"
    yield [{**good, "kid": ""}], "needs an id"
    yield [{**good, "alg": "HS256"}], "another kind"
    yield [{**good, "x": "AA"}], "cannot be read"
    yield [good, good], "twice"


@pytest.mark.parametrize(
    ("listed", "named"), list(weak_keys()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_weak_keys_are_refused(listed, named):
    with pytest.raises(TokenKeysError, match=named):
        read_token_keys(json.dumps({"keys": listed}), audience="a", issuer="i")


def test_rsa_tokens():
    """RS256, as many issuers still sign."""
    key = rsa.generate_private_key(65537, 2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    made = read_token_keys(
        json.dumps({"keys": [{**public, "kid": "r"}]}), audience="ledgerd", issuer="https://issuer.example"
    )
    signer = Signer("r")
    assert made.prove(signer.token(time.time(), key=key, algorithm="RS256")).subject == "app"
    assert made.prove(signer.token(time.time(), key=key, algorithm="RS512")) is None
    assert made.prove(signer.token(time.time())) is None


def test_the_example_is_a_roster():
    """What deploy/ shows can be used."""
    example = Path(__file__).parent.parent / "deploy" / "identities.example.toml"
    assert len(read_roster(example.read_text())) == 5
