"""What `ledgerd` can be told, as one typed table: names, texts, defaults and ranges.

Where values come from (file, environment, arguments) is `ledger.operation.reading`. A wrong value stops the program
at once, with words that name the setting by its variable in the environment.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ledger.log.master import KEY_SIZE, MasterKey
from ledger.log.settings import LogSettings

PROFILES: Final = ("dev", "prod", "ha")
PROJECTIONS: Final = ("process", "off")
PROFILE_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "dev": {},
    "prod": {"reflection": False, "channelz": False, "access_entries": True},
    "ha": {"reflection": False, "channelz": False, "access_entries": True, "require_replica": True},
}
"""Where a profile's default is another one than that of `dev`."""

_LEDGER_CODE = re.compile(r"[0-9a-z]{1,16}")
_PORTS = range(65_536)


class SettingsError(ValueError):
    """A setting cannot be used; the message names it and says what to do."""


def _setting(
    default: Any,
    text: str,
    *,
    least: float | None = None,
    most: float | None = None,
    secret: bool = False,
) -> Any:
    return field(default=default, metadata={"help": text, "least": least, "most": most, "secret": secret})


_OF_LOG: Final = {option.name: option for option in dataclasses.fields(LogSettings)}


def _of_log(name: str) -> Any:
    """A setting of the log, under its own name."""
    return field(default=_OF_LOG[name].default, metadata=_OF_LOG[name].metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed settings. The texts are those of `ledgerd --help` and of `docs/settings.md`."""

    profile: str = _setting(
        "dev",
        "dev: loopback only, no TLS, everybody may do everything; prod: TLS, and nobody may do anything that the file "
        "of identities does not grant; ha: prod, and no commit is acknowledged before a standby has it",
    )
    listen: str = _setting("127.0.0.1:50051", "host:port to serve on; port 0 takes a free one")
    workers: int = _setting(
        1,
        "processes that share the port, so that more processors are used; each ledger is written by one of them, its "
        "home, and the others pass commands on",
        least=1,
        most=64,
    )
    database_url: str = _setting(
        "",
        "connection string of the PostgreSQL server of record; empty in dev: an embedded server",
        secret=True,
    )
    data_directory: str = _setting(
        "",
        "where dev keeps its embedded PostgreSQL and its master key; empty: `.ledger/postgres` in the project's "
        "folder, for root a folder of its own in `/var/lib/personal-ledger`",
    )
    master_key_file: str = _setting(
        "",
        "file with the 32-byte master key in hexadecimal digits, "
        "which wraps the secrets and keys in the database; empty in dev: made at the first start. Further lines "
        "hold older master keys, which still unwrap",
    )
    master_key_variable: str = _setting(
        "", "name of an environment variable that holds what master_key_file would hold; used instead of a file"
    )
    key_wrapper: str = _setting(
        "",
        "module:function that makes the adapter of a key management service (ledger.log.master.Wrapper), which then "
        "wraps and unwraps instead of a master key in memory",
    )
    checkpoint_directory: str = _setting(
        "",
        "directory outside the database for the last signed checkpoint of each ledger, so that a database that was "
        "restored to an earlier moment is noticed; empty: beside the embedded server, and nowhere for another one",
    )
    witness_policy_file: str = _setting(
        "",
        "file (C2SP tlog-policy) with the witnesses that are asked to cosign checkpoints, each with its URL, and the "
        "quorum of those that a cosigned checkpoint needs; empty: none is asked",
    )
    mirror_dir: str = _setting(
        "",
        "directory, on another disk than the database, to which every entry is written after its commit, so that what "
        "a restored or failed-over database has lost can be brought back; empty: no mirror",
    )
    ledgers: tuple[str, ...] = _setting(
        ("410100",),
        "codes, separated by commas, of ledgers to open at the start (others: when they are first "
        "asked for); dev creates those that are missing",
    )
    tls_certificate_file: str = _setting(
        "", "PEM file with the server's certificate and what leads to its authority; read again when it changes"
    )
    tls_key_file: str = _setting("", "PEM file with the private key of the certificate; read again when it changes")
    tls_client_ca_file: str = _setting(
        "",
        "PEM file with the authorities whose client certificates are accepted; where it is given, a client without a "
        "certificate is refused in the handshake",
    )
    identities_file: str = _setting(
        "",
        "TOML file that says which certificates and tokens stand for whom, and what they may do; read again when it "
        "changes",
    )
    token_keys_file: str = _setting(
        "", "JSON Web Key Set with the public keys (Ed25519 or RSA) that sign bearer tokens; read again when it changes"
    )
    token_audience: str = _setting("", "what the claim `aud` of a bearer token must be; needed with token_keys_file")
    token_issuer: str = _setting("", "what the claim `iss` of a bearer token must be; needed with token_keys_file")
    calls_max: int = _setting(4096, "most calls in flight in a process; more are refused as overload", least=1)
    streams_max: int = _setting(
        4096, "most streaming calls, such as subscriptions, at once in a process; they do not count as calls", least=1
    )
    refusals_per_second: float = _setting(
        100.0,
        "refusals that one caller may have recorded per second and service in the long run; 0: no limit",
        least=0,
    )
    refusals_burst: int = _setting(
        10_000, "refusals that one caller may have recorded at once, before the rate limits it", least=1
    )
    operator_listen: str = _setting(
        "",
        "loopback host:port of /metrics (Prometheus) and /status (for `ledgerctl status`), over plain HTTP; "
        "worker number n serves them on port + n; empty: switched off",
    )
    access_log_sample: float = _setting(
        0.0, "fraction of the calls without trouble that leave a line in the log; 1: all of them", least=0, most=1
    )
    access_log_slow_seconds: float = _setting(
        1.0, "a call that took longer leaves a line in the log; 0: switched off", least=0
    )
    access_entries: bool = _setting(
        False,
        "whether who reads raw entries or identities, and operators who look at accounts, leave entries in the log; "
        "what cannot be recorded is not answered",
    )
    reflection: bool = _setting(True, "whether anybody who can connect may ask for the contract")
    channelz: bool = _setting(True, "whether anybody who can connect may ask who is connected")
    processors: tuple[str, ...] = _setting(
        ("one",),
        "one: all threads together on one processor, and on another when others keep it busy, which is fastest, "
        "since Python's threads take turns anyway and share its cache (on Linux; elsewhere as any); any: wherever the "
        "system puts each thread; or the numbers, separated by commas, of the processors to run on, of which several "
        "workers take one each in turn",
    )
    projections: str = _setting(
        "process",
        "who keeps the read side up to date: process (a process beside this one, for the ledgers that are open here) "
        "or off (others, such as `ledgerctl projections run`)",
    )
    transfer_sweep_seconds: float = _setting(
        10.0,
        "about how often wallet transfers that stopped half way are resumed, in the ledgers that are open here; "
        "0: never (others, such as `ledgerctl transfers sweep`)",
        least=0,
    )
    transfer_grace_seconds: float = _setting(
        900.0,
        "how long after its time a wallet transfer stays pending: an acceptance that was in time may arrive so late",
        least=0,
    )
    grace_seconds: float = _setting(
        20.0, "how long calls may take to end after SIGTERM; commands in the log always end", least=0
    )
    drain_seconds: float = _setting(
        0.0, "wait between NOT_SERVING and refusing calls, for load balancers to notice", least=0
    )
    batch_commands: int = _of_log("batch_commands")
    full_batch: int = _of_log("full_batch")
    overlap: int = _of_log("overlap")
    gather_seconds: float = _of_log("gather_seconds")
    queue_commands: int = _of_log("queue_commands")
    commit_timeout_seconds: float = _of_log("commit_timeout_seconds")
    reconnect_seconds: float = _of_log("reconnect_seconds")
    idle_seconds: float = _of_log("idle_seconds")
    busy_ledgers: int = _of_log("busy_ledgers")
    cached_persons: int = _of_log("cached_persons")
    clock_skew_seconds: float = _of_log("clock_skew_seconds")
    clock_behind_seconds: float = _of_log("clock_behind_seconds")
    readers: int = _of_log("readers")
    feature_level: int = _of_log("feature_level")
    require_replica: bool = _of_log("require_replica")

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.profile not in PROFILES:
            raise SettingsError(f"LEDGER_PROFILE is {self.profile!r}; use one of {', '.join(PROFILES)}")
        if self.projections not in PROJECTIONS:
            raise SettingsError(f"LEDGER_PROJECTIONS is {self.projections!r}; use one of {', '.join(PROJECTIONS)}")
        self._check_ranges()
        self._check_addresses()
        for code in self.ledgers:
            if not _LEDGER_CODE.fullmatch(code):
                raise SettingsError(f"LEDGER_LEDGERS names {code!r}; a code has 1 to 16 digits and lower-case letters")
        if self.processors not in {("one",), ("any",)} and not (
            self.processors and all(number.isascii() and number.isdigit() for number in self.processors)
        ):
            raise SettingsError(
                f"LEDGER_PROCESSORS is {','.join(self.processors)!r}; it is one, any, or numbers like 0 or 0,1"
            )
        if self.profile == "dev":
            self._check_development()
        else:
            self._check_production()

    def _check_ranges(self) -> None:
        for option in dataclasses.fields(self):
            value, least, most = getattr(self, option.name), option.metadata["least"], option.metadata["most"]
            if isinstance(value, float) and not math.isfinite(value):
                raise SettingsError(f"{variable(option.name)} is {value}; it is a number of this world")
            if least is not None and value < least:
                raise SettingsError(f"{variable(option.name)} is {value}; it is at least {least}")
            if most is not None and value > most:
                raise SettingsError(f"{variable(option.name)} is {value}; it is at most {most}")

    def _check_addresses(self) -> None:
        host, _ = address(self.listen)
        if self.profile == "dev" and not is_loopback(host):
            raise SettingsError(
                f"LEDGER_LISTEN is {self.listen!r}: the profile dev lets everybody do everything, "
                "so it serves on a loopback address only, such as 127.0.0.1:50051"
            )
        if self.operator_listen and not is_loopback(address(self.operator_listen, "operator_listen")[0]):
            raise SettingsError(
                f"LEDGER_OPERATOR_LISTEN is {self.operator_listen!r}: it is served without TLS and rights, "
                "so it must be a loopback address, such as 127.0.0.1:9464"
            )

    def _check_development(self) -> None:
        """Refuse what would look like protection and be none."""
        for name in (
            "tls_certificate_file",
            "tls_key_file",
            "tls_client_ca_file",
            "identities_file",
            "token_keys_file",
        ):
            if getattr(self, name):
                raise SettingsError(
                    f"{variable(name)} is given, but the profile dev has no TLS and lets everybody do everything; "
                    "use the profile prod"
                )

    def _check_production(self) -> None:
        """Refuse a service that nobody could use safely, and say what is missing, all at once."""
        identified = "tls_client_ca_file or token_keys_file"
        needed = {name: getattr(self, name) for name in _PRODUCTION}
        keys = (self.master_key_file, self.master_key_variable, self.key_wrapper)
        needed["master_key_file or master_key_variable or key_wrapper"] = any(keys)
        if sum(map(bool, keys)) > 1:
            raise SettingsError("a master key comes from one place: a file, a variable or a key management service")
        needed[identified] = self.tls_client_ca_file or self.token_keys_file
        if missing := [name for name, value in needed.items() if not value]:
            listed = ", ".join(" or ".join(variable(part) for part in name.split(" or ")) for name in missing)
            raise SettingsError(
                f"the profile {self.profile} needs {listed}; docs/operations/running.md says what they are, "
                "and to try the service on this machine there is the profile dev"
            )
        if self.token_keys_file and not (self.token_audience and self.token_issuer):
            raise SettingsError(
                "LEDGER_TOKEN_KEYS_FILE needs LEDGER_TOKEN_AUDIENCE and LEDGER_TOKEN_ISSUER: "
                "a token for another service must not open this one"
            )
        if self.profile == "ha" and not self.require_replica:
            raise SettingsError(
                "LEDGER_REQUIRE_REPLICA is false, but the profile ha promises that a standby has every "
                "acknowledged command; use the profile prod to do without"
            )

    def log_settings(self, database_url: str, master_key: MasterKey) -> LogSettings:
        """The settings of the log, under a database and a master key."""
        own = {option.name for option in dataclasses.fields(self)}
        values = {name: getattr(self, name) for name in _OF_LOG if name in own and name != "database_url"}
        return LogSettings(database_url, master_key, **values)


_PRODUCTION: Final = (
    "database_url",
    "tls_certificate_file",
    "tls_key_file",
    "identities_file",
)


def variable(name: str) -> str:
    """The name of a setting in the environment."""
    return f"LEDGER_{name.upper()}"


def address(listen: str, name: str = "listen") -> tuple[str, int]:
    """Host and port of a listening address; IPv6 hosts stand in brackets."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not host:
        raise SettingsError(f"{variable(name)} is {listen!r}; it must look like 127.0.0.1:50051")
    if int(port) not in _PORTS:
        raise SettingsError(f"{variable(name)} is {listen!r}; a port is at most 65535")
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_master_key(path: Path) -> bytes:
    """The master keys of a file, the newest first: 64 hexadecimal digits a line. Never says what is in it."""
    try:
        told = path.read_text("ascii")
    except OSError as error:
        raise SettingsError(f"LEDGER_MASTER_KEY_FILE {path}: {error.strerror}") from None
    except ValueError:
        told = ""
    return master_keys_of(told, f"LEDGER_MASTER_KEY_FILE {path}")


def master_keys_of(told: str, where: str) -> bytes:
    """The master keys of a text, one a line. Raise SettingsError, which never says what is in it."""
    try:
        keys = [bytes.fromhex(line) for line in told.split()]
    except ValueError:
        keys = []
    if not keys or any(len(key) != KEY_SIZE for key in keys):
        raise SettingsError(f"{where} must hold 64 hexadecimal digits")
    return b"".join(keys)
