"""The gRPC service config: which calls are sent again, and how long a call may take.

https://github.com/grpc/grpc/blob/master/doc/service_config.md says what the fields mean. A client
of any language can load the file that is written from this.
"""

from __future__ import annotations

import json
from typing import Any

from contract import PACKAGE, Contract

TIMEOUT = "10s"
"""Time of a unary call, attempts and waits included, when the caller names no shorter one."""

RETRIES: dict[str, Any] = {
    # The most that gRPC makes of it.
    "maxAttempts": 5,
    "initialBackoff": "0.1s",
    "maxBackoff": "3s",
    "backoffMultiplier": 3,
    # Safe for every method: it reads, or carries a request id that is good for ever. OUTCOME_UNKNOWN
    # is one of these. RESOURCE_EXHAUSTED is not: its RetryInfo, which gRPC does not read, says when
    # to come back.
    "retryableStatusCodes": ["UNAVAILABLE"],
}
# Retries stop when about half of the latest calls fail.
THROTTLING = {"maxTokens": 100, "tokenRatio": 0.5}


def service_config(contract: Contract) -> str:
    """The text of the file. A stream has no time limit; the name {} stands for every other method."""
    streams = [
        {"service": f"{PACKAGE}.{service.name}", "method": method.name}
        for service in contract.services
        for method in service.methods
        if method.client_streams or method.server_streams
    ]
    entries: list[dict[str, Any]] = [{"name": [{}], "timeout": TIMEOUT, "retryPolicy": RETRIES}]
    if streams:
        entries.append({"name": streams, "retryPolicy": RETRIES})
    return json.dumps({"methodConfig": entries, "retryThrottling": THROTTLING}, indent=2) + "\n"
