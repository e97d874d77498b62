"""The files of deploy/ are true to the program."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from ledger.operation.reading import parser, read_settings

DEPLOY = Path(__file__).parent.parent / "deploy"


def settings_of_file():
    return read_settings({}, ["--config", str(DEPLOY / "ledgerd.toml")]).settings


def test_the_settings_can_be_used():
    """Every name is a setting, every value is allowed, and the profile has all that it needs."""
    settings = settings_of_file()
    assert settings.profile == "prod"
    assert settings.reflection is False
    assert len(tomllib.loads((DEPLOY / "ledgerd.toml").read_text())) > 10


def test_the_variables_can_be_used():
    lines = (DEPLOY / "ledgerd.env.example").read_text().splitlines()
    variables = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert variables.pop("LEDGER_CONFIG") == "/etc/ledger/ledgerd.toml"
    given = read_settings({**variables, "LEDGER_CONFIG": str(DEPLOY / "ledgerd.toml")})
    assert given.origins["database_url"] == "environment LEDGER_DATABASE_URL"


@pytest.mark.parametrize("option", ["ExecStart", "ExecStartPre"])
def test_the_unit_starts_the_program(option):
    """With arguments that it knows, and gives it the time that a drain may take."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "ledgerd.service")
    program, *arguments = shlex.split(unit["Service"][option])
    assert program.endswith("/ledgerd")
    assert parser().parse_args(arguments).config == "/etc/ledger/ledgerd.toml"
    settings = settings_of_file()
    needed = settings.drain_seconds + 3 * settings.grace_seconds + 15
    assert int(unit["Service"]["TimeoutStopSec"]) >= needed


def test_the_composition_gives_the_time_of_a_drain():
    content = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    service = content["services"]["ledgerd"]
    settings = settings_of_file()
    assert (
        int(service["stop_grace_period"].removesuffix("s")) >= settings.drain_seconds + 3 * settings.grace_seconds + 15
    )
    read_settings({**service["environment"], "LEDGER_CONFIG": str(DEPLOY / "ledgerd.toml")})
    assert f":{settings.listen.rpartition(':')[2]}" in service["ports"][0]
