"""The read side in tests: followed here and now, in a process, and what its tables hold."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psycopg

from projections import schema
from projections.environment import environment
from projections.follower import PAGE_ENTRIES_MAX, Follower
from projections.runner import connect

PATIENCE = 30.0


class Views:
    """The read side of one ledger."""

    def __init__(self, database, code, page_entries=PAGE_ENTRIES_MAX):
        self.url, self.code = database.url, code
        self.schema = f"views_{code}"
        schema.migrate(self.url, [code])
        self.follower = Follower(code, page_entries=page_entries)

    def follow(self):
        """Take in what there is."""
        with connect(self.url) as connection:
            taken = 0
            while count := self.follower.step(connection):
                taken += count
        return taken

    def rows(self, statement, *parameters):
        """Rows of a query in which `{s}` is the schema of the views and `{log}` that of the log."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            text = statement.replace("{s}", self.schema).replace("{log}", f"ledger_{self.code}")
            cursor = connection.execute(text, parameters)
            return cursor.fetchall() if cursor.description else []

    def table(self, name):
        """All rows of a table, in the order of its columns."""
        return sorted(self.rows(f"SELECT * FROM {{s}}.{name}"))

    def position(self):
        """Up to where everything is taken in."""
        return self.rows("SELECT min(position) FROM {s}.tracking")[0][0]

    def head(self):
        """The size of the log."""
        return self.rows("SELECT max(last_position) FROM {log}.commits")[0][0]

    def wait(self, position=None):
        """Wait until others have taken everything in."""
        end = time.monotonic() + PATIENCE
        position = position or self.head()
        while self.position() < position:
            assert time.monotonic() < end, f"at {self.position()} of {position}"
            time.sleep(0.02)


class RunnerProcess:
    """The runner's process, as a service starts it. `program` replaces it by another module."""

    def __init__(self, database, *codes, program="projections", variables=()):
        self.process = subprocess.Popen(
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment(database.url, create=False), **dict(variables)},
            text=True,
        )
        for code in codes:
            self.follow(code)

    def follow(self, code):
        """Name a ledger."""
        self.process.stdin.write(f"{code}\n")
        self.process.stdin.flush()

    def kill(self):
        """SIGKILL."""
        self.process.kill()
        self.process.communicate()

    def end(self):
        """Close its input, and return its exit status and what it logged."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
