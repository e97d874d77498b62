"""A small HTTP server on a loopback port for those who look after the service: /metrics and /status."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from ledger.operation.metrics import Metrics, version
from ledger.operation.reading import differing
from ledger.settings import Settings, SettingsError, address

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from ledger.api.calls import Gate
    from ledger.log.ledgers import Ledgers
    from ledger.operation.admission import Admission

_JSON: Final = "application/json"


class Console:
    """The server, in a thread of its own."""

    def __init__(
        self,
        settings: Settings,
        gate: Gate,
        ledgers: Ledgers,
        admission: Admission,
        worker: int,
        others: Sequence[Collector] = (),
    ) -> None:
        """Take the parts, and what else has metrics; `start` opens the port."""
        self._settings = settings
        self._gate = gate
        self._ledgers = ledgers
        self._admission = admission
        self._worker = worker
        self._started = time.time()
        self._registry = CollectorRegistry()
        self._registry.register(Metrics(gate, ledgers, admission, worker))
        ProcessCollector(registry=self._registry)
        for other in others:
            self._registry.register(other)
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> str:
        """Open the port; return the address."""
        host, port = address(self._settings.operator_listen, "operator_listen")
        pages: dict[str, tuple[str, Callable[[], bytes]]] = {
            "/metrics": (CONTENT_TYPE_LATEST, lambda: generate_latest(self._registry)),
            "/status": (_JSON, lambda: json.dumps(self.status()).encode()),
        }
        offset = self._worker if port else 0
        try:
            self._server = ThreadingHTTPServer((host, port + offset), _handler(pages))
        except OSError as error:
            raise SettingsError(
                f"LEDGER_OPERATOR_LISTEN: {host}:{port + offset} cannot be used: {error.strerror}"
            ) from None
        threading.Thread(target=self._server.serve_forever, name="console", daemon=True).start()
        return f"{host}:{self._server.server_port}"

    def stop(self) -> None:
        """Close the port."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def status(self) -> dict[str, Any]:
        """What `ledgerctl status` shows of this process."""
        files = {file.name: file.problem for file in self._admission.files}
        tls = self._admission.tls
        if tls:
            files["tls"] = tls.problem
        return {
            "version": version(),
            "pid": os.getpid(),
            "worker": self._worker,
            "workers": self._settings.workers,
            "started": self._started,
            "now": time.time(),
            "settings": differing(self._settings),
            "calls_in_flight": self._gate.in_flight,
            "streams": self._gate.streams,
            "forwarded": self._gate.homes.forwarded if self._gate.homes else 0,
            "files": files,
            "certificate_expires": tls.expires if tls else None,
            "ledgers": {
                ledger.code: {
                    "serving": ledger.serving,
                    "problem": ledger.problem,
                    "size": ledger.end.size,
                    "waiting": ledger.waiting,
                    "commits": ledger.meter.commits,
                    "unknown_commits": ledger.meter.unknown,
                    "backstops": ledger.meter.backstops,
                }
                for ledger in self._ledgers.open_ledgers()
            },
        }


def _handler(pages: dict[str, tuple[str, Callable[[], bytes]]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Serves the pages, quietly."""

        timeout = 10

        def do_GET(self) -> None:
            kind, page = pages.get(self.path.partition("?")[0], ("", None))
            if page is None:
                self.send_error(404)
                return
            body = page()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a scrape every few seconds is no news."""

    return Handler
