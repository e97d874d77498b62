"""Settings: where they come from, which one wins, what is refused, and what the program says about them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tomllib

import pytest

from ledger.log.settings import LogSettings
from ledger.operation import reading
from ledger.operation.reading import FIELDS, masked, parser, read_settings, shown
from ledger.settings import PROFILES, Settings, SettingsError

PRODUCTION = {
    "LEDGER_PROFILE": "prod",
    "LEDGER_LISTEN": "0.0.0.0:50051",
    "LEDGER_DATABASE_URL": "postgresql://ledger:geheim@db/ledger",
    "LEDGER_MASTER_KEY_FILE": "/etc/ledger/master.key",
    "LEDGER_TLS_CERTIFICATE_FILE": "/etc/ledger/server.pem",
    "LEDGER_TLS_KEY_FILE": "/etc/ledger/server.key",
    "LEDGER_TLS_CLIENT_CA_FILE": "/etc/ledger/clients.pem",
    "LEDGER_IDENTITIES_FILE": "/etc/ledger/identities.toml",
}


@pytest.fixture
def file(tmp_path):
    """Write a configuration file; return its path as text."""

    def write(content):
        path = tmp_path / "ledgerd.toml"
        path.write_text(content)
        return str(path)

    return write


def test_precedence(file):
    """Arguments over the environment over the file over the profile over the default, and each says so."""
    path = file('calls_max = 1\nreaders = 1\noverlap = 1\nledgers = ["1", "2"]\n')
    environment = {"LEDGER_CONFIG": path, "LEDGER_CALLS_MAX": "2", "LEDGER_READERS": "2", "LEDGER_LISTEN": ""}
    given = read_settings(environment, ["--calls-max", "3"])
    settings, origins = given.settings, given.origins
    assert (settings.calls_max, settings.readers, settings.overlap) == (3, 2, 1)
    assert settings.ledgers == ("1", "2")
    assert origins["calls_max"] == "argument --calls-max"
    assert origins["readers"] == "environment LEDGER_READERS"
    assert origins["overlap"] == f"file {path}"
    assert origins["listen"] == "default"
    assert read_settings({"LEDGER_CONFIG": "/nowhere"}, ["--config", path]).settings.overlap == 1


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_has_defaults_that_can_be_overruled(profile):
    """In prod nobody is told the contract or who is connected, unless that is asked for."""
    environment = PRODUCTION | {"LEDGER_PROFILE": profile} if profile != "dev" else {}
    given = read_settings(environment)
    assert given.settings.reflection is (profile == "dev")
    assert given.settings.require_replica is (profile == "ha")
    assert given.origins["reflection"] == ("default" if profile == "dev" else f"profile {profile}")
    assert read_settings(environment, ["--reflection"]).settings.reflection is True


@pytest.mark.parametrize(
    ("environment", "content", "named"),
    [
        ({"LEDGER_LISTNE": "x"}, "", "LEDGER_LISTNE, which is no setting; did you mean LEDGER_LISTEN"),
        ({"LEDGER_QUARK": "1"}, "", "ledgerd --help"),
        ({}, "cals_max = 3", "did you mean calls_max"),
        ({}, "[log]\noverlap = 1", "'log', which is no setting"),
        ({}, "calls_max = '3'", "calls_max is a whole number"),
        ({}, "calls_max = true", "calls_max is a whole number"),
        ({}, "grace_seconds = '3'", "grace_seconds is a number"),
        ({}, "reflection = 1", "true or false"),
        ({}, "ledgers = '410100'", "a list of strings"),
        ({}, "listen = 3", "a string"),
        ({}, "calls_max = ", "is no TOML"),
        ({"LEDGER_REFLECTION": "yes"}, "", "true or false"),
        ({"LEDGER_OVERLAP": "9"}, "", "LEDGER_OVERLAP is 9; it is at most 4"),
        ({"LEDGER_WORKERS": "0"}, "", "LEDGER_WORKERS is 0; it is at least 1"),
        ({"LEDGER_GATHER_SECONDS": "nan"}, "", "LEDGER_GATHER_SECONDS"),
        ({"LEDGER_OPERATOR_LISTEN": "0.0.0.0:9464"}, "", "loopback"),
    ],
)
def test_what_is_wrong_is_refused(file, environment, content, named):
    """In words that name it."""
    with pytest.raises(SettingsError, match=named):
        read_settings(environment | {"LEDGER_CONFIG": file(content)})


def test_a_missing_file_is_named():
    with pytest.raises(SettingsError, match=r"/nowhere/ledgerd\.toml: No such file"):
        read_settings({}, ["--config", "/nowhere/ledgerd.toml"])


def test_variables_of_an_orchestrator_are_left_alone():
    """Kubernetes sets these for a service that is named `ledger`."""
    environment = {"LEDGER_PORT": "tcp://10.0.0.1:1", "LEDGER_SERVICE_HOST": "10.0.0.1", "LEDGER_PORT_1_TCP": "x"}
    assert read_settings(environment | {"LEDGER_SERVICE_PORT_GRPC": "1"}).settings == Settings()


@pytest.mark.parametrize("missing", sorted(PRODUCTION.keys() - {"LEDGER_PROFILE", "LEDGER_LISTEN"}))
@pytest.mark.parametrize("profile", ["prod", "ha"])
def test_production_names_what_is_missing(profile, missing):
    """A service that nobody could use safely does not start."""
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(SettingsError, match=f"the profile {profile} needs .*{missing}"):
        read_settings(environment | {"LEDGER_PROFILE": profile})


def test_tokens_need_an_audience_and_an_issuer():
    environment = PRODUCTION | {"LEDGER_TOKEN_KEYS_FILE": "keys.json"}
    with pytest.raises(SettingsError, match="LEDGER_TOKEN_AUDIENCE"):
        read_settings(environment | {"LEDGER_TOKEN_ISSUER": "x"})


@pytest.mark.parametrize("name", ["LEDGER_TLS_CERTIFICATE_FILE", "LEDGER_TLS_CLIENT_CA_FILE", "LEDGER_IDENTITIES_FILE"])
def test_dev_pretends_no_protection(name):
    with pytest.raises(SettingsError, match=f"{name} is given, but the profile dev"):
        read_settings({name: "file"})


def test_ha_cannot_do_without_a_replica():
    with pytest.raises(SettingsError, match="LEDGER_REQUIRE_REPLICA"):
        read_settings(PRODUCTION | {"LEDGER_PROFILE": "ha", "LEDGER_REQUIRE_REPLICA": "false"})


def test_every_setting_of_the_log_can_be_set():
    """And reaches the log."""
    names = {option.name for option in dataclasses.fields(LogSettings)} - {"database_url", "master_key"}
    assert names <= FIELDS.keys()
    changed = Settings(overlap=1, readers=3, gather_seconds=0.5).log_settings("url", b"key")
    assert (changed.overlap, changed.readers, changed.gather_seconds) == (1, 3, 0.5)
    assert Settings().log_settings("url", b"key") == LogSettings("url", b"key")


def test_help_has_every_setting():
    text = parser().format_help()
    for name, option in FIELDS.items():
        assert f"--{name.replace('_', '-')} " in text
        assert option.metadata["help"], name


def test_printed_settings_are_a_file_that_means_the_same(file):
    """Except for the password, which nobody is shown."""
    given = read_settings(PRODUCTION | {"LEDGER_PROCESSORS": "0,1", "LEDGER_TOKEN_AUDIENCE": 'a"b\\c'})
    printed = shown(given)
    assert "geheim" not in printed
    assert "# environment LEDGER_PROCESSORS" in printed
    values = tomllib.loads(printed)
    again = read_settings({}, ["--config", file(printed)]).settings
    assert again == dataclasses.replace(given.settings, database_url=values["database_url"])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:s3cret@h:5/d", "postgresql://u:***@h:5/d"),
        ("postgresql://u@h/d?password=s3cret&x=1", "postgresql://u@h/d?password=***&x=1"),
        ("host=h password=s3cret user=u", "host=h password=*** user=u"),
        ("host=h password = 's3 c\\'ret' user=u", "host=h password = *** user=u"),
        ("postgresql://u@h/d", "postgresql://u@h/d"),
    ],
)
def test_passwords_are_masked(url, expected):
    assert masked(url) == expected
    assert reading.differing(Settings(database_url=url)) == {"database_url": expected}


def test_the_program_prints_its_settings(file):
    """Without a database, and ends well."""
    command = [sys.executable, "-m", "ledger.server", "--config", file("workers = 2"), "--print-settings"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "\nworkers = 2  # file " in done.stdout
