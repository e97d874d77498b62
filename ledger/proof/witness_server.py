"""HTTP for a witness: `POST /add-checkpoint`, `GET /{origin hash}/checkpoint`, and `GET /key` for operators."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import structlog

from ledger.proof.witness import BODY_MAX, Answer, Witness

IDLE_SECONDS: Final = 30
"""How long a connection may be silent."""

log = structlog.get_logger(__name__)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness; port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, port: int, witness: Witness) -> None:
        """Bind the address. Raise OSError."""
        self.witness = witness
        super().__init__((host, port), _Handler)

    @property
    def port(self) -> int:
        """The port that is served."""
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS

    def do_POST(self) -> None:
        if self.path != "/add-checkpoint":
            self._answer(Answer(HTTPStatus.NOT_FOUND, "POST /add-checkpoint\n"), last=True)
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._answer(Answer(HTTPStatus.LENGTH_REQUIRED, "the request has no length\n"), last=True)
        elif int(length) > BODY_MAX:
            self._answer(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {BODY_MAX} bytes\n"), last=True)
        else:
            answer = self.server.witness.add_checkpoint(self.rfile.read(int(length)))
            log.info("checkpoint.submitted", status=int(answer.status), peer=self.client_address[0])
            self._answer(answer)

    def do_GET(self) -> None:
        name, _, rest = self.path.removeprefix("/").partition("/")
        if self.path == "/key":
            self._answer(Answer(HTTPStatus.OK, self.server.witness.verifier.encode() + "\n"))
        elif rest == "checkpoint":
            self._answer(self.server.witness.latest(name))
        else:
            self._answer(Answer(HTTPStatus.NOT_FOUND, "GET /key, GET /{origin hash}/checkpoint\n"))

    def _answer(self, answer: Answer, *, last: bool = False) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if last:  # what was not read would be taken for the next request
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing: submissions are logged as they are answered."""
