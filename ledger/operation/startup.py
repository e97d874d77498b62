"""What must be there before the service starts: a database, a master key, ledgers; and how the process is set up."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import structlog

from ledger.embedded_postgres import EmbeddedPostgres, default_directory
from ledger.log import schema
from ledger.log.settings import LogSettings
from ledger.operation.master_keys import master_key
from ledger.proof.policy import Policy, PolicyError
from ledger.settings import Settings, SettingsError, read_master_key

_log = structlog.get_logger("ledger.server")


def prepare(settings: Settings, stack: contextlib.ExitStack) -> LogSettings:
    """Bring up what the log needs. The profile dev makes whatever is missing; prod nothing."""
    directory = Path(settings.data_directory or default_directory())
    url = settings.database_url
    try:
        if not url:
            _log.info("starting_embedded_postgres", directory=str(directory))
            url = stack.enter_context(EmbeddedPostgres(directory)).url
        key = master_key(settings)
        if key is None:
            directory.mkdir(parents=True, exist_ok=True)
            key = read_master_key(ensure_master_key(directory / "master.key"))
    except OSError as error:
        place = error.filename or directory
        raise SettingsError(f"LEDGER_DATA_DIRECTORY {directory} cannot be used: {place}: {error.strerror}") from None
    if settings.profile == "dev":
        for name in schema.migrate(url):
            _log.info("migrated", migration=name)
        for code in settings.ledgers:
            try:
                made = schema.create_ledger(url, code, master_key=key, feature_level=settings.feature_level)
            except LookupError as error:
                raise SettingsError(f"ledger {code} cannot be made: {error}") from None
            if made:
                _log.info("ledger_created", ledger=code)
    return settings.log_settings(url, key)


def checkpoint_directory(settings: Settings) -> Path | None:
    """Where the last signed checkpoints are kept outside the database; None: nowhere.

    With its own server, dev keeps them beside that; another server's ledgers of the same name are other ledgers.
    """
    if settings.checkpoint_directory:
        return Path(settings.checkpoint_directory)
    if settings.database_url:
        return None
    return Path(settings.data_directory or default_directory()) / "checkpoints"


def witness_policy(settings: Settings) -> Policy | None:
    """The witnesses that are asked; None: nobody is. Raise SettingsError."""
    if not settings.witness_policy_file:
        return None
    try:
        policy = Policy.parse(Path(settings.witness_policy_file).read_bytes())
    except (OSError, PolicyError) as error:
        raise SettingsError(f"LEDGER_WITNESS_POLICY_FILE cannot be used: {error}") from None
    if not policy.reachable():
        raise SettingsError("LEDGER_WITNESS_POLICY_FILE names no witness with a URL, so there is nobody to ask")
    return policy


def ensure_master_key(path: Path) -> Path:
    """Make a random key where there is none. Whole or not there, and the first of two wins."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".master-key-") as fresh:
            fresh.write(os.urandom(32).hex() + "\n")  # the file is readable by its owner only
            fresh.flush()
            os.fsync(fresh.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, path)
    return path
