"""Where the master key comes from: a file, a variable of the environment, or a key management service."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

from ledger.log.master import MasterKey, Wrapper
from ledger.settings import Settings, SettingsError, master_keys_of, read_master_key


def master_key(settings: Settings) -> MasterKey | None:
    """Return the master key that the settings name, None where they name none. Raise SettingsError, OSError."""
    if settings.key_wrapper:
        return key_wrapper(settings)
    if settings.master_key_variable:
        told = os.environ.get(settings.master_key_variable)
        if told is None:
            raise SettingsError(f"LEDGER_MASTER_KEY_VARIABLE names {settings.master_key_variable}, which is not set")
        return master_keys_of(told, f"the variable {settings.master_key_variable}")
    return read_master_key(Path(settings.master_key_file)) if settings.master_key_file else None


def key_wrapper(settings: Settings) -> Wrapper:
    """Load the adapter of a key management service. Raise SettingsError."""
    module, _, name = settings.key_wrapper.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise SettingsError(f"LEDGER_KEY_WRAPPER {settings.key_wrapper} cannot be used: {error}") from None
    if not isinstance(made, Wrapper):
        raise SettingsError(f"LEDGER_KEY_WRAPPER {settings.key_wrapper} makes nothing that wraps and unwraps keys")
    return made
