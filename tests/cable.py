"""A cable between a client and a service, which can be cut and which can lose what comes back."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Cable:
    """A TCP forwarder on a port of its own.

    While it `swallows`, what the service sends is lost. While it is `unplugged`, connections end as
    soon as they are made. `cut` ends those that exist.
    """

    def __init__(self, address: str) -> None:
        """Lead to the service at an address `host:port`."""
        self.lead_to(address)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.swallows = self.unplugged = False
        self.connections = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def lead_to(self, address: str) -> None:
        """Lead new connections to a service at an address `host:port`."""
        host, port = address.rsplit(":", 1)
        self._target = (host, int(port))

    def cut(self) -> None:
        """End every connection."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._thread.join()
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.unplugged:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            self._open += [near, far]
            threading.Thread(target=self._forward, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._forward, args=(far, near, True), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, back: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not (back and self.swallows):
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
