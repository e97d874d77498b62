"""Where settings come from: arguments, before the environment, before the file, before the profile's defaults.

`LEDGER_LISTEN`, `--listen` and the line `listen = ...` of the file that `--config` or `LEDGER_CONFIG` names are one
setting. An empty variable counts as not given. What nobody knows is refused with the name that was probably meant:
a misspelt limit must not silently be no limit.
"""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ledger.settings import PROFILE_DEFAULTS, PROFILES, Settings, SettingsError, variable

CONFIG: Final = "LEDGER_CONFIG"
DESCRIPTION: Final = """Serves personal-account ledgers over gRPC.

Each setting may be an argument (--listen), a variable of the environment (LEDGER_LISTEN) or a line of the TOML file
that --config or LEDGER_CONFIG names (listen = "..."). Arguments win over the environment, the environment over the
file, the file over the defaults of the profile."""

FIELDS: Final = {option.name: option for option in dataclasses.fields(Settings)}

# A service that is named `ledger` makes Kubernetes set these; they are not meant for this program.
_ORCHESTRATOR = re.compile(r"LEDGER_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_\w+)?)")
# Read by the tests of this project.
_TESTS = re.compile(r"LEDGER_TEST_\w+")

_PASSWORDS = (
    re.compile(r"(?<=://)([^:/?@\s]*):[^/?\s]*(?=@)"),
    re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE),
)
_MASKS = (r"\1:***", r"\1***")


@dataclass(frozen=True, slots=True)
class Given:
    """Settings, and for each name where its value came from. `show`: print them instead of serving."""

    settings: Settings
    origins: Mapping[str, str]
    show: bool = False


def read_settings(environment: Mapping[str, str], arguments: Sequence[str] = ()) -> Given:
    """Put the settings together. Raise SettingsError; `--help` ends the program."""
    options = vars(parser().parse_args(arguments))
    show = options.pop("print_settings")
    path = options.pop("config") or environment.get(CONFIG, "")
    if port := options.pop("port"):
        options["listen"] = options["listen"] or f"127.0.0.1:{port}"
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if path:
        for name, value in _read_file(Path(path)).items():
            values[name], origins[name] = value, f"file {path}"
    for name, text in _of_environment(environment).items():
        values[name], origins[name] = _typed(name, text), f"environment {variable(name)}"
    for name, text in options.items():
        if text is not None:
            values[name], origins[name] = _typed(name, text), f"argument --{name.replace('_', '-')}"
    profile = values.get("profile", FIELDS["profile"].default)
    for name, value in PROFILE_DEFAULTS.get(profile, {}).items():
        if name not in values:
            values[name], origins[name] = value, f"profile {profile}"
    return Given(Settings(**values), {name: origins.get(name, "default") for name in FIELDS}, show)


def parser() -> argparse.ArgumentParser:
    """The command line; one option per setting."""
    made = argparse.ArgumentParser(
        prog="ledgerd",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--config", metavar="FILE", help=f"TOML file with settings [{CONFIG}]")
    made.add_argument(
        "--print-settings",
        action="store_true",
        help="print every setting with its value and where it came from, as a file for --config, and end",
    )
    made.add_argument("--port", help="short for --listen 127.0.0.1:PORT")
    for name, option in FIELDS.items():
        default = default_text(name)
        text = f"{option.metadata['help']}{range_text(name)} [{variable(name)}; default: {default or 'empty'}]"
        flag = f"--{name.replace('_', '-')}"
        truth: dict[str, Any] = {"nargs": "?", "const": "true"} if isinstance(option.default, bool) else {}
        made.add_argument(flag, dest=name, metavar=_metavar(name), help=text.replace("%", "%%"), **truth)
    return made


def default_text(name: str) -> str:
    """The default of a setting, and those of the profiles that differ from it, as people write them."""
    parts = [as_text(FIELDS[name].default)]
    parts += [
        f"{as_text(PROFILE_DEFAULTS[profile][name])} in {profile}"
        for profile in PROFILES
        if name in PROFILE_DEFAULTS[profile]
    ]
    return "; ".join(parts)


def range_text(name: str) -> str:
    """The range of a number in words; empty where there is none."""
    least, most = FIELDS[name].metadata["least"], FIELDS[name].metadata["most"]
    if least is not None and most is not None:
        return f"; {least:g} to {most:g}"
    return f"; at least {least:g}" if least is not None else ""


def as_text(value: Any) -> str:
    """A value as it is written in the environment and on the command line."""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def shown(given: Given) -> str:
    """Every setting as a line of TOML, with where its value came from. Passwords are masked."""
    lines = ["# Precedence: arguments, environment, file, defaults of the profile."]
    for name, option in FIELDS.items():
        value = getattr(given.settings, name)
        if option.metadata.get("secret"):
            value = masked(value)
        lines.append(f"{name} = {_toml(value)}  # {given.origins[name]}")
    return "\n".join(lines) + "\n"


def differing(settings: Settings) -> dict[str, str]:
    """The settings that are not the defaults, as text, passwords masked."""
    found = {}
    for name, option in FIELDS.items():
        value = getattr(settings, name)
        if value != option.default:
            found[name] = masked(value) if option.metadata.get("secret") else as_text(value)
    return found


def masked(url: str) -> str:
    """A connection string without its password."""
    for pattern, mask in zip(_PASSWORDS, _MASKS, strict=True):
        url = pattern.sub(mask, url)
    return url


def _metavar(name: str) -> str:
    default = FIELDS[name].default
    if isinstance(default, bool):
        return "true|false"
    if isinstance(default, int | float):
        return "NUMBER"
    return "FILE" if name.endswith("_file") else "LIST" if isinstance(default, tuple) else "TEXT"


def _toml(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return as_text(value)
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(part) for part in value)}]"
    escaped = "".join(
        f"\\u{ord(sign):04X}" if ord(sign) < ord(" ") else f"\\{sign}" if sign in '"\\' else sign for sign in value
    )
    return f'"{escaped}"'


def _unknown(name: str, known: Sequence[str]) -> str:
    ends = {other.removeprefix("LEDGER_"): other for other in known}
    close = difflib.get_close_matches(name.removeprefix("LEDGER_"), ends, n=1, cutoff=0.6)
    return f"did you mean {ends[close[0]]}?" if close else "`ledgerd --help` lists all settings"


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    variables = {variable(name): name for name in FIELDS}
    for key, value in environment.items():
        if not key.startswith("LEDGER_") or not value or key == CONFIG:
            continue
        if key in variables:
            found[variables[key]] = value
        elif not _ORCHESTRATOR.fullmatch(key) and not _TESTS.fullmatch(key):
            raise SettingsError(
                f"the environment has {key}, which is no setting; {_unknown(key, [*variables, CONFIG])}"
            )
    return found


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{CONFIG} {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{CONFIG} {path} is no TOML: {error}") from None
    values = {}
    for name, value in content.items():
        if name not in FIELDS:
            raise SettingsError(f"{path} has {name!r}, which is no setting; {_unknown(name, list(FIELDS))}")
        values[name] = _of_file(path, name, value)
    return values


def _of_file(path: Path, name: str, value: Any) -> Any:
    """A value of the file, which must have the setting's own type."""
    default = FIELDS[name].default
    if isinstance(default, bool):
        right, kind = isinstance(value, bool), "true or false"
    elif isinstance(default, int):
        right, kind = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    elif isinstance(default, float):
        right, kind = isinstance(value, int | float) and not isinstance(value, bool), "a number"
        value = float(value) if right else value
    elif isinstance(default, tuple):
        right, kind = isinstance(value, list) and all(isinstance(part, str) for part in value), "a list of strings"
        value = tuple(value) if right else value
    else:
        right, kind = isinstance(value, str), "a string"
    if not right:
        raise SettingsError(f"{path}: {name} is {kind}, not {value!r}")
    return value


def _typed(name: str, text: str) -> Any:
    """A setting's text as a value of its type."""
    default = FIELDS[name].default
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if isinstance(default, bool):
        if text.lower() not in {"true", "false"}:
            raise SettingsError(f"{variable(name)} is {text!r}; it is true or false")
        return text.lower() == "true"
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            whole = "a whole number" if isinstance(default, int) else "a number"
            raise SettingsError(f"{variable(name)} is {text!r}; it is {whole}") from None
    return text
