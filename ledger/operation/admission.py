"""Who may call: the provider of the profile, and the files that it is made of."""

from __future__ import annotations

import stat
from pathlib import Path

from ledger.api.identity import DevProvider, Provider
from ledger.api.provider import RosterProvider
from ledger.api.roster import Roster, read_roster
from ledger.api.tokens import TokenKeys, read_token_keys
from ledger.operation.credentials import TlsFiles
from ledger.operation.watched import WatchedFile
from ledger.settings import Settings, SettingsError, variable


class Admission:
    """The provider, the TLS files (None: no TLS), and the files to watch."""

    def __init__(self, provider: Provider, tls: TlsFiles | None, files: list[WatchedFile]) -> None:
        """Take the parts; `admit` makes them."""
        self.provider = provider
        self.tls = tls
        self.files = files


def admit(settings: Settings) -> Admission:
    """Make what the profile asks for. Raise SettingsError with the file at fault."""
    if settings.profile == "dev":
        return Admission(DevProvider(), None, [])
    provider = RosterProvider(Roster({}, {}))

    def take_tokens(text: str) -> None:
        provider.replace(tokens=_tokens(settings, text))

    files = [
        WatchedFile(
            "identities_file",
            Path(settings.identities_file),
            lambda text: provider.replace(roster=read_roster(text)),
        )
    ]
    if settings.token_keys_file:
        files.append(WatchedFile("token_keys_file", Path(settings.token_keys_file), take_tokens))
    for file in files:
        _check_guarded(file)
        try:
            file.read()
        except OSError as error:
            raise SettingsError(f"{variable(file.name)} {file.path}: {error.strerror}") from None
        except ValueError as error:
            raise SettingsError(f"{variable(file.name)} {file.path} {error}") from None
    return Admission(provider, TlsFiles(settings), files)


def _check_guarded(file: WatchedFile) -> None:
    """Refuse a file that anybody on the machine could rewrite: it gives away rights to money."""
    found = file.path.stat() if file.path.exists() else None
    if found and found.st_mode & stat.S_IWOTH:
        raise SettingsError(f"{variable(file.name)} {file.path} may be written by everybody on this machine; chmod o-w")


def _tokens(settings: Settings, text: str) -> TokenKeys:
    return read_token_keys(text, audience=settings.token_audience, issuer=settings.token_issuer)
