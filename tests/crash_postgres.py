"""A PostgreSQL of one test, to be killed under load.

It is started by a small process of its own: starting it means a fork, as the server runs under
another account, and a fork of a process that is inside gRPC calls may crash in the child.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from ledger.embedded_postgres import EmbeddedPostgres
from ledger.log import schema
from tests.running import SMALL_LOG, Database, place_of_data

# After a crash every file is synced before recovery; one call for all of them takes 0.2 s, not 3.
SETTINGS = SMALL_LOG | ({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {})


class OwnDatabase(Database):
    """A server that may be killed, started, and put back to an older state."""

    def __init__(self) -> None:  # not Database's, which starts the server from this process
        """Start and migrate it."""
        self.place = place_of_data()
        self.place.chmod(0o755)
        self.postgres = EmbeddedPostgres(self.place / "postgres", settings=SETTINGS)
        pipe = subprocess.PIPE
        self._helper = subprocess.Popen(
            [sys.executable, "-m", "tests.crash_postgres", str(self.place / "postgres")],
            stdin=pipe, stdout=pipe, text=True,
        )  # fmt: skip
        self.start()
        self.master_key = secrets.token_bytes(32)
        self.key_file = self.place / "master.key"
        self.key_file.write_text(self.master_key.hex() + "\n")
        schema.migrate(self.url)

    def start(self) -> None:
        """Start the server; returns when it is ready."""
        self._tell("start")

    def kill(self) -> None:
        """SIGKILL every process of it."""
        self._tell("kill")

    def save(self) -> Path:
        """Copy the data of the killed server. It stays killed."""
        self.kill()
        copy = self.place / f"copy-{secrets.token_hex(4)}"
        subprocess.run(["cp", "-a", str(self.postgres.data), str(copy)], check=True)
        return copy

    def restore(self, copy: Path) -> None:
        """Put an older state in the place of the present one. The server is started."""
        self.kill()
        subprocess.run(["rm", "-rf", str(self.postgres.data)], check=True)
        subprocess.run(["cp", "-a", str(copy), str(self.postgres.data)], check=True)
        self.start()

    def change(self, name: str, value: str) -> None:
        """Kill the server and start it with another setting, be it a dangerous one."""
        self.kill()
        self._tell(f"set {name} {value}")
        self.start()

    def close(self) -> None:
        """Stop everything and remove it."""
        assert self._helper.stdin is not None
        self._helper.stdin.close()
        self._helper.wait(30)
        super().close()

    def _tell(self, word: str) -> None:
        assert self._helper.stdin is not None
        assert self._helper.stdout is not None
        self._helper.stdin.write(word + "\n")
        self._helper.stdin.flush()
        answer = self._helper.stdout.readline().strip()
        assert answer == word, f"PostgreSQL: {word} gave {answer!r}"


def main() -> None:
    """Do as told on standard input."""
    postgres = EmbeddedPostgres(Path(sys.argv[1]), settings=SETTINGS)
    for line in sys.stdin:
        word = line.strip()
        if word == "start":
            postgres.start()
        elif word == "kill":
            postgres.kill()
        elif word.startswith("set "):
            _, name, value = word.split(" ")
            postgres._settings[name] = value
        sys.stdout.write(word + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
