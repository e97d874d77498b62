"""A TCP proxy in front of PostgreSQL that knows where the committer's COMMIT begins and ends.

It reads the frames of the protocol both ways. A `Trap` stops one batch of the committer (the
prepared statements `begin`, `lock`, `append`, `commit`) at a chosen point, until the test decides
how it goes on. Points:

- `BATCH`: nothing of the batch was forwarded;
- `COMMIT`: everything but COMMIT was forwarded and executed, so that the lock is held;
- `LATE`: COMMIT was executed and its answer has arrived, but not at the committer.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from tests.running import Database

BATCH, COMMIT, LATE = "batch", "commit", "late"
PATIENCE = 30.0
_FLUSH = b"H\0\0\0\4"


def _notice(text: str) -> bytes:
    fields = b"SWARNING\0VWARNING\0C01000\0M" + text.encode() + b"\0\0"
    return b"N" + struct.pack("!i", len(fields) + 4) + fields


class Trap:
    """Stops one batch at one point. Without `decide`d fate it waits there for the test."""

    def __init__(self, point: str, fate: str | None = None) -> None:
        """Take the point, and the fate if it is known beforehand."""
        self.point = point
        self.reached = threading.Event()
        self.done = threading.Event()
        self.held = 0
        """Batches that wait at the trap: the caught one, and those sent behind it."""
        self._fate = fate
        self._decided = threading.Event()
        if fate:
            self._decided.set()

    def wait(self, seconds: float = PATIENCE) -> None:
        """Wait until a batch is caught."""
        assert self.reached.wait(seconds), f"no batch reached the trap at {self.point}"

    def decide(self, fate: str) -> None:
        """Decide about the caught batch: `pass`, or `cut` both sides.

        At `LATE` also `notice` (pass, with a notice inside COMMIT) and `black hole` (the answer and
        all that follows never arrive). Before it also `cut client`: the committer's side is closed,
        and what was not forwarded reaches the server when `late_bytes` of the link is set.
        """
        self._fate = fate
        self._decided.set()

    def spring(self, meanwhile: Callable[[], object] = lambda: time.sleep(0.005)) -> str:
        """Called by the connection: wait for the fate."""
        self.reached.set()
        end = time.monotonic() + 120
        while not self._decided.is_set():
            meanwhile()
            assert time.monotonic() < end, f"nobody decided about a batch at {self.point}"
        assert self._fate is not None
        return self._fate


class Link:
    """One proxied connection: two threads, one per direction."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        """Connect to the server and begin to forward."""
        self._proxy = proxy
        self._client = client
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.connect(proxy.target)
        self._lock = threading.Lock()
        self._syncs_sent = 1  # the start of a connection is answered like one
        self._readies = 0
        self._commits: deque[int] = deque()
        """Numbers of the syncs that end a batch with COMMIT and have no answer yet."""
        self._late: dict[int, Trap] = {}
        self._from_client = Frames(client)
        self.committer = False
        self.late_bytes = threading.Event()
        self._noticing = False
        self._kept = False
        self._closed = False
        self._answered = threading.Event()
        self._black = False
        for run in (self._forth, self._back):
            threading.Thread(target=run, daemon=True).start()

    def close(self) -> None:
        """Cut both sides. Traps that no batch has reached catch a later one."""
        with self._lock:
            self._closed = True
            while self._late:
                self._proxy.give_back(self._late.popitem()[1])
        for side in (self._client, self._server):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _forth(self) -> None:
        """From the committer to the server."""
        try:
            self._startup()
            for kind, frame in self._from_client:
                if not self._pass_forth(kind, frame):
                    break
        except (OSError, EOFError, ValueError):
            pass  # the end of either side
        finally:
            self.close()

    def _startup(self) -> None:
        head = _exactly(self._client, 4)
        self._server.sendall(head + _exactly(self._client, struct.unpack("!i", head)[0] - 4))

    def _pass_forth(self, kind: bytes, frame: bytes) -> bool:
        if self._closed:
            return False
        statement = _bound(frame) if kind == b"B" else b""
        if statement == b"begin":
            self.committer = True
            trap = self._proxy.take(BATCH)
            if trap and not self._act(trap, frame):
                return False
        elif statement == b"commit":
            trap = self._proxy.take(COMMIT)
            if trap:
                self._server.sendall(_FLUSH)
                if not self._act(trap, frame):
                    return False
            with self._lock:
                self._commits.append(self._syncs_sent + 1)
                late = None if self._closed else self._proxy.take(LATE)
                if late:
                    self._late[self._syncs_sent + 1] = late
                self._proxy.count(len(self._commits))
        elif kind in b"SQ":
            self._syncs_sent += 1
        self._server.sendall(frame)
        return True

    def _act(self, trap: Trap, frame: bytes) -> bool:
        fate = trap.spring(lambda: self._look_ahead(trap))
        if fate == "cut client":
            self._keep_for_later(frame)
        trap.done.set()
        return fate == "pass"

    def _look_ahead(self, trap: Trap) -> None:
        """Take what the committer sends meanwhile; nothing of it is forwarded yet."""
        if select.select([self._client], [], [], 0.005)[0] and not self._from_client.fill():
            time.sleep(0.005)
        trap.held = self._from_client.commits() + (trap.point == COMMIT)

    def _keep_for_later(self, frame: bytes) -> None:
        """Close the committer's side; deliver what it had sent when the test says so."""
        rest = [frame, bytes(self._from_client.buffer)]
        self._kept = True
        self._proxy.kept = self
        with contextlib.suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)
        if self.late_bytes.wait(120):
            with contextlib.suppress(OSError):
                self._server.sendall(b"".join(rest))
                self._answered.wait(10)
        self._proxy.delivered.set()

    def _back(self) -> None:
        """From the server to the committer."""
        try:
            for kind, frame in Frames(self._server):
                if self._kept:
                    if kind == b"Z":
                        self._answered.set()
                elif not self._black:
                    if self.committer and not self._pass_back(kind):
                        break
                    self._send_back(kind, frame)
        except (OSError, EOFError, ValueError):
            pass  # the end of either side
        finally:
            self._answered.set()
            if not self._kept:
                self.close()

    def _pass_back(self, kind: bytes) -> bool:
        """Spring the trap of the batch whose answer begins with this frame."""
        with self._lock:
            trap = self._late.pop(self._readies + 1, None)
        if trap:
            fate = trap.spring()
            trap.done.set()
            self._black = fate == "black hole"
            self._noticing = fate == "notice"
            return fate != "cut"
        return True

    def _send_back(self, kind: bytes, frame: bytes) -> None:
        if self._black:
            return
        if self._noticing and kind == b"C" and frame.startswith(b"COMMIT", 5):
            self._noticing = False
            self._client.sendall(_notice("canceling wait for synchronous replication"))
        self._client.sendall(frame)
        if kind == b"Z":
            with self._lock:
                self._readies += 1
                while self._commits and self._commits[0] <= self._readies:
                    self._commits.popleft()


class Proxy:
    """Listens on loopback. Traps are sprung in the order in which they were set, one batch each."""

    def __init__(self, database: Database) -> None:
        """Start to listen; the server may be down."""
        self.target = str(Path(database.postgres.sockets) / ".s.PGSQL.5432")
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://ledger@127.0.0.1:{port}/ledger?sslmode=disable&gssencmode=disable"
        self.deepest = 0
        """Most batches that were in flight at once on one connection."""
        self.batches = 0
        self.kept: Link | None = None
        self.delivered = threading.Event()
        self._lock = threading.Lock()
        self._traps: deque[Trap] = deque()
        self._links: list[Link] = []
        self._closed_to_new = False
        # A frame passes two threads; at the usual 5 ms each would wait for the busy callers.
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(0.0005)
        threading.Thread(target=self._listen, daemon=True).start()

    def trap(self, point: str, fate: str | None = None) -> Trap:
        """Set a trap for the next batch that comes by."""
        trap = Trap(point, fate)
        with self._lock:
            self._traps.append(trap)
        return trap

    def take(self, point: str) -> Trap | None:
        """Called by a connection: the trap that is set for this point, if it is the next one."""
        with self._lock:
            for trap in self._traps:
                if trap.point == point:
                    self._traps.remove(trap)
                    return trap
        return None

    def kept_link(self) -> Link:
        """The connection whose client was cut off and whose server side is kept."""
        wait_until(lambda: self.kept, "a connection is kept")
        assert self.kept is not None
        return self.kept

    def give_back(self, trap: Trap) -> None:
        """Called by a connection that ends before a batch reached the trap."""
        with self._lock:
            self._traps.appendleft(trap)

    def count(self, in_flight: int) -> None:
        """Called by a connection for each batch."""
        with self._lock:
            self.batches += 1
            self.deepest = max(self.deepest, in_flight)

    def cut_all(self) -> None:
        """Cut every connection that is open now."""
        with self._lock:
            links, self._links = self._links, []
        for link in links:
            link.close()

    def refuse(self, refuse: bool) -> None:
        """Close new connections at once, or serve them again."""
        self._closed_to_new = refuse

    def close(self) -> None:
        """Stop."""
        sys.setswitchinterval(self._interval)
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._closed_to_new:
                client.close()
                continue
            try:
                link = Link(self, client)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._links.append(link)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Frames:
    """Cuts a stream of bytes into frames: (type, whole frame), until the end."""

    def __init__(self, source: socket.socket) -> None:
        """Nothing is read yet."""
        self.source = source
        self.buffer = bytearray()

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Read and cut."""
        while True:
            while (size := self._size(0)) <= len(self.buffer):
                frame = bytes(self.buffer[:size])
                del self.buffer[:size]
                yield frame[:1], frame
            if not self.fill():
                return

    def fill(self) -> bool:
        """Read some more; False at the end."""
        data = self.source.recv(1 << 18)
        self.buffer += data
        return bool(data)

    def commits(self) -> int:
        """Whole batches with COMMIT that wait in the buffer."""
        at = found = 0
        while at + self._size(at) <= len(self.buffer):
            frame = bytes(self.buffer[at : at + min(64, self._size(at))])
            found += frame[:1] == b"B" and _bound(frame) == b"commit"
            at += self._size(at)
        return found

    def _size(self, at: int) -> int:
        if len(self.buffer) < at + 5:
            return 1 << 60
        return 1 + int(struct.unpack_from("!i", self.buffer, at + 1)[0])


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _bound(frame: bytes) -> bytes:
    """The prepared statement that a Bind message names."""
    begin = frame.index(b"\0", 5) + 1
    return frame[begin : frame.index(b"\0", begin)]


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition, with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"did not happen in {seconds} s: {what}"
        time.sleep(0.005)
