"""A wrong setting stops the program with words that name it."""

from __future__ import annotations

import contextlib

import pytest

from ledger.operation.reading import read_settings
from ledger.operation.startup import ensure_master_key, prepare
from ledger.settings import Settings, SettingsError, read_master_key


def test_defaults_serve_on_loopback():
    """What `make serve` runs with."""
    settings = read_settings({}).settings
    assert settings == Settings()
    assert (settings.profile, settings.listen) == ("dev", "127.0.0.1:50051")


def test_the_command_line_wins():
    """Over the environment, and both over the defaults."""
    environment = {"LEDGER_LISTEN": "127.0.0.1:1", "LEDGER_LEDGERS": "410100, 110000"}
    settings = read_settings(environment, ["--listen", "[::1]:2", "--grace-seconds", "3"]).settings
    assert settings.listen == "[::1]:2"
    assert settings.ledgers == ("410100", "110000")
    assert settings.grace_seconds == 3.0
    assert read_settings({}, ["--port", "7"]).settings.listen == "127.0.0.1:7"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"LEDGER_PROFILE": "test"}, "LEDGER_PROFILE"),
        ({"LEDGER_LISTEN": "0.0.0.0:50051"}, "loopback"),
        ({"LEDGER_LISTEN": "50051"}, "LEDGER_LISTEN"),
        ({"LEDGER_LISTEN": "127.0.0.1:70000"}, "LEDGER_LISTEN"),
        ({"LEDGER_CALLS_MAX": "many"}, "LEDGER_CALLS_MAX"),
        ({"LEDGER_CALLS_MAX": "0"}, "LEDGER_CALLS_MAX"),
        ({"LEDGER_LEDGERS": "Zhengzhou"}, "LEDGER_LEDGERS"),
        ({"LEDGER_PROFILE": "prod"}, "LEDGER_DATABASE_URL"),
    ],
)
def test_wrong_settings_are_named(environment, named):
    """At the start, not at the first call."""
    with pytest.raises(SettingsError, match=named):
        read_settings(environment)


def test_the_master_key_is_made_once(tmp_path):
    """Random, whole, for its owner only, and never replaced."""
    path = ensure_master_key(tmp_path / "master.key")
    key = read_master_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_master_key(ensure_master_key(path)) == key
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_a_broken_master_key_is_not_shown(tmp_path):
    """The message names the file and not what is in it."""
    path = tmp_path / "key"
    path.write_text("secret")
    with pytest.raises(SettingsError, match="64 hexadecimal") as caught:
        read_master_key(path)
    assert "secret" not in str(caught.value).replace(str(path), "")
    with pytest.raises(SettingsError, match="No such file"):
        read_master_key(tmp_path / "missing")


@pytest.mark.parametrize("place", ["/proc/ledger", "/dev/null/ledger"])
def test_a_place_that_cannot_be_used_is_named(place):
    """Even root cannot make directories there; the words name the setting and what the system said."""
    settings = read_settings({"LEDGER_DATA_DIRECTORY": place}).settings
    with contextlib.ExitStack() as stack, pytest.raises(SettingsError, match=f"LEDGER_DATA_DIRECTORY {place}"):
        prepare(settings, stack)


def test_a_ledger_is_not_made_under_another_master_key(database, ledger, tmp_path):
    """The ledgers that exist tell which key it has to be."""
    key = ensure_master_key(tmp_path / "other.key")
    given = {
        "LEDGER_DATABASE_URL": database.url,
        "LEDGER_MASTER_KEY_FILE": str(key),
        "LEDGER_LEDGERS": "another",
    }
    with contextlib.ExitStack() as stack, pytest.raises(SettingsError, match="master key is not the one"):
        prepare(read_settings(given).settings, stack)
