"""New ids for requests and people."""

from __future__ import annotations

import os
import time
import uuid


def new_id() -> str:
    """Return a time-ordered UUID (version 7), which the service stores best."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(value)))
