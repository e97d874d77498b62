"""Witnesses as programs: `ledgerctl witness serve` in processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.cli.witness import read_key
from ledger.proof.note import Verifier
from ledger.proof.policy import Policy
from ledger.proof.witness import Witness
from ledger.proof.witness_server import WitnessServer


class WitnessProcess:
    """One witness: key, state and process. It may be stopped and started again on the same port."""

    def __init__(self, place, name, logs):
        self.place = place / name.replace("/", "-")
        self.place.mkdir()
        self.key_file, self.policy_file = self.place / "key", self.place / "policy"
        self.name, self.port = name, 0
        assert CliRunner().invoke(app, ["witness", "create-key", str(self.key_file), name]).exit_code == 0
        self.verifier: Verifier = read_key(self.key_file).verifier
        self.know(*logs)
        self.process = None
        self.start()

    def know(self, *logs):
        """Write which logs it believes; it reads that when it starts."""
        self.policy_file.write_text("".join(f"log {log.encode()}\n" for log in logs) + "quorum none\n")

    def arguments(self):
        command = [sys.executable, "-m", "ledger.cli", "witness", "serve", "--key-file", str(self.key_file)]
        command += ["--state-directory", str(self.place / "state"), "--policy-file", str(self.policy_file)]
        return [*command, "--listen", f"127.0.0.1:{self.port}"]

    def start(self):
        self.process = subprocess.Popen(self.arguments(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert " ready on " in line, line
        self.port = int(line.rpartition(":")[2])

    def stop(self, number=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(20)
            self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path, body=None):
        """Status, content type and text of the answer."""
        request = urllib.request.Request(self.url + path, data=body, method="POST" if body is not None else "GET")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers.get_content_type(), refused.read().decode()

    def line(self):
        """Its line in a policy."""
        return f"witness {self.name} {self.verifier.encode()} {self.url}\n"


class WitnessThread(WitnessProcess):
    """The same server on the same kind of port, in a thread of this process: it starts in no time."""

    def start(self):
        logs = [log.verifier for log in Policy.parse(self.policy_file.read_bytes()).logs]
        self.process = WitnessServer(
            "127.0.0.1", self.port, Witness(read_key(self.key_file), logs, self.place / "state")
        )
        self.port = self.process.port
        threading.Thread(target=self.process.serve_forever, daemon=True).start()

    def stop(self, number=signal.SIGTERM):
        if self.process is not None:
            self.process.shutdown()
            self.process.server_close()
            self.process.witness.close()
            self.process = None
