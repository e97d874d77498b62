"""A connection on which no wait is without an end.

`statement_timeout` does not bound a commit that waits for a standby, and nothing on the server bounds a server that is
silent. So the wait is bounded here, and whoever has callers to answer meanwhile is asked to do so.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Self

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

LOOK_SECONDS: Final = 0.1
"""How long a wait lasts before it is looked at."""
_CANCEL_SECONDS: Final = 2.0


def nothing() -> None:
    """Do nothing while a server is waited for."""


def _looking(gen: Generator[Any, Any, Any], look: Callable[[], None]) -> Generator[Any, Any, Any]:
    """Wait as psycopg does, and look whenever there was nothing for a while."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready:
                look()
            wanted = gen.send(ready)
    except StopIteration as done:
        return done.value


class PatientConnection(psycopg.Connection):
    """A connection that is given up, with OperationalError, when the server is silent for `limit` seconds.

    `meanwhile` is called about ten times a second during a wait, on the thread that waits; also while it is opened and
    while a statement is cancelled, which take long where the server hardly gets a processor.
    """

    limit: float = 20.0
    meanwhile: Callable[[], None] = staticmethod(nothing)

    def wait(self, gen: Generator[Any, Any, Any], interval: float = LOOK_SECONDS, timeout: float | None = None) -> Any:
        """Wait for the server as psycopg does, but not for ever."""
        options = {} if timeout is None else {"timeout": timeout}  # which older versions do not know
        return super().wait(self._bounded(gen), interval, **options)

    @classmethod
    def _connect_gen(cls, *arguments: Any, **options: Any) -> Generator[Any, Any, Self]:
        return _looking(super()._connect_gen(*arguments, **options), cls.meanwhile)

    def _cancel_gen(self) -> Generator[Any, Any, None]:
        return _looking(super()._cancel_gen(), self.meanwhile)

    def _bounded(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        end = time.monotonic() + self.limit

        def look() -> None:
            self.meanwhile()
            if time.monotonic() > end:
                self._give_up()

        return _looking(gen, look)

    def _give_up(self) -> None:
        """Ask the server to stop, or its process would wait on for a standby, and others after it; then close."""
        try:
            self.cancel_safe(timeout=_CANCEL_SECONDS)
        except psycopg.Error:
            pass  # it is out of reach
        finally:
            self.close()
        raise psycopg.OperationalError(f"the server was silent for {self.limit:g} seconds")
