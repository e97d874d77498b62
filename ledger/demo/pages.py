"""Writes the yearly statements of everybody in a case as pages, as the service renders them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from ledger.demo import requests
from ledger.demo.story import Story
from ledger.v1.history_service_pb2 import RenderStatementRequest
from ledger.v1.history_service_pb2_grpc import HistoryServiceStub

CALL_SECONDS: Final = 30.0
LANGUAGES: Final = ("zh", "en")


def write_statements(channel: grpc.Channel, story: Story, folder: Path) -> Iterator[Path]:
    """Write a page for each account of a case that was played, in both languages. Return the files.

    The year is that of the case's first step. The case was recorded after that year, so the statements are drawn now:
    one drawn at the year's end would count nothing of it.
    """
    service = HistoryServiceStub(channel)
    case = story.case
    year = min(requests.moment(step) for step in case["steps"] if "at" in step).year
    for label in case["then"]["balances"]:
        for language in LANGUAGES:
            request = RenderStatementRequest(
                account=story.account(label),
                year=year,
                drawn_time=Timestamp(seconds=int(time.time())),
                language=language,
                holder=case.get("people", {}).get(label, label),
            )
            page = service.RenderStatement(request, timeout=CALL_SECONDS)
            path = folder / f"{story.name}-{label}-{year}-{language}.html"
            path.write_bytes(page.content)
            yield path
