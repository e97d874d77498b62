"""What `ledgerd` can be told: by the environment (`LEDGER_LISTEN`) or arguments (`--listen`).

The command line wins. A wrong value stops the program at once, with words that name the setting.
"""

from __future__ import annotations

import argparse
import dataclasses
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROFILES = ("dev", "prod")
_LEDGER_CODE = re.compile(r"[0-9a-z]{1,16}")


class SettingsError(ValueError):
    """A setting cannot be used; the message names it and says what to do."""


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings. The texts are those of `ledgerd --help`."""

    profile: str = _setting(
        "dev",
        "dev: loopback only, no TLS, everybody may do everything; "
        "prod: nobody may do anything until an identity provider is configured",
    )
    listen: str = _setting("127.0.0.1:50051", "host:port to serve on; port 0 takes a free one")
    database_url: str = _setting(
        "", "connection string of the PostgreSQL server of record; empty in dev: an embedded server"
    )
    data_directory: str = _setting(
        "", "where dev keeps its embedded PostgreSQL and its master key; empty: a fixed place"
    )
    master_key_file: str = _setting(
        "",
        "file with the 32-byte master key in hexadecimal digits, "
        "which wraps the secrets and keys in the database; empty in dev: made at the first start",
    )
    ledgers: tuple[str, ...] = _setting(
        ("410100",),
        "codes, separated by commas, of ledgers to open at the start (others: when they are first "
        "asked for); dev creates those that are missing",
    )
    calls_max: int = _setting(4096, "most calls in flight; more are refused as overload")
    queue_commands: int = _setting(100_000, "most commands that wait for a commit, per ledger")
    processors: tuple[str, ...] = _setting(
        (),
        "numbers, separated by commas, of the processors to run on; empty: any. One is often best for "
        "single commands: Python's threads take turns anyway, and on one processor they share its cache",
    )
    grace_seconds: float = _setting(
        20.0, "how long calls may take to end after SIGTERM; commands in the log always end"
    )
    drain_seconds: float = _setting(0.0, "wait between NOT_SERVING and refusing calls, for load balancers to notice")

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.profile not in PROFILES:
            raise SettingsError(f"LEDGER_PROFILE is {self.profile!r}; use one of {PROFILES}")
        host, port = address(self.listen)
        if self.profile == "dev" and not is_loopback(host):
            raise SettingsError(
                f"LEDGER_LISTEN is {self.listen!r}: the profile dev lets everybody do everything, "
                "so it serves on a loopback address only, such as 127.0.0.1:50051"
            )
        if not 0 <= port <= 65535:  # noqa: PLR2004 - the range of ports
            raise SettingsError(f"LEDGER_LISTEN is {self.listen!r}; a port is at most 65535")
        if self.profile == "prod" and not (self.database_url and self.master_key_file):
            raise SettingsError("the profile prod needs LEDGER_DATABASE_URL and LEDGER_MASTER_KEY_FILE")
        for code in self.ledgers:
            if not _LEDGER_CODE.fullmatch(code):
                raise SettingsError(f"LEDGER_LEDGERS names {code!r}; a code has 1 to 16 digits and lower-case letters")
        if self.calls_max < 1 or self.queue_commands < 1:
            raise SettingsError("LEDGER_CALLS_MAX and LEDGER_QUEUE_COMMANDS are at least 1")
        if not all(number.isascii() and number.isdigit() for number in self.processors):
            raise SettingsError(f"LEDGER_PROCESSORS is {','.join(self.processors)!r}; it is numbers like 0 or 0,1")
        if self.grace_seconds < 0 or self.drain_seconds < 0:
            raise SettingsError("LEDGER_GRACE_SECONDS and LEDGER_DRAIN_SECONDS are not negative")


def address(listen: str) -> tuple[str, int]:
    """Host and port of a listening address; IPv6 hosts stand in brackets."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not host:
        raise SettingsError(f"LEDGER_LISTEN is {listen!r}; it must look like 127.0.0.1:50051")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(environment: Mapping[str, str], arguments: Sequence[str] = ()) -> Settings:
    """Settings of the environment and the command line."""
    parser = argparse.ArgumentParser(prog="ledgerd", description="Serves personal-account ledgers over gRPC.")
    given: dict[str, str] = {}
    for option in dataclasses.fields(Settings):
        variable = f"LEDGER_{option.name.upper()}"
        if environment.get(variable):
            given[option.name] = environment[variable]
        default: Any = option.default
        if isinstance(default, tuple):
            default = ",".join(default)
        text = f"{option.metadata['help']} [{variable}; default: {default!r}]"
        flag = f"--{option.name.replace('_', '-')}"
        parser.add_argument(flag, dest=option.name, help=text.replace("%", "%%"))
    parser.add_argument("--port", help="short for --listen 127.0.0.1:PORT")
    options = vars(parser.parse_args(arguments))
    if port := options.pop("port"):
        given["listen"] = f"127.0.0.1:{port}"
    given |= {name: value for name, value in options.items() if value is not None}
    return Settings(**{name: _typed(name, value) for name, value in given.items()})


def _typed(name: str, value: str) -> Any:
    """A setting's text as a value of its type."""
    default = next(option.default for option in dataclasses.fields(Settings) if option.name == name)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(default, int | float):
        try:
            return type(default)(value)
        except ValueError:
            raise SettingsError(f"LEDGER_{name.upper()} is {value!r}; it is a number") from None
    return value


def read_master_key(path: Path) -> bytes:
    """The master key of a file with 64 hexadecimal digits. Never says what is in it."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        raise SettingsError(f"LEDGER_MASTER_KEY_FILE {path}: {error.strerror}") from None
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004 - the size of an AES-256 key
        raise SettingsError(f"LEDGER_MASTER_KEY_FILE {path} must hold 64 hexadecimal digits")
    return key
