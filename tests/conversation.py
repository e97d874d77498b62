"""One ExecuteStream call over the wire, a message at a time, from the caller's side."""

from __future__ import annotations

import queue

import grpc

from ledger.v1 import command_service_pb2 as pb
from tests.world import status_of, told

METHOD = "/ledger.v1.CommandService/ExecuteStream"


class Conversation:
    """Messages go out by `say`; answers come in the order of `hear`."""

    def __init__(self, client, ledger, *, timeout=30, metadata=()):
        """Begin. `ledger` is named in the first message."""
        self.ledger = ledger
        self._out = queue.SimpleQueue()
        self.call = client.channel.stream_stream(METHOD)(iter(self._out.get, None), timeout=timeout, metadata=metadata)

    def say(self, *items, ledger=None):
        """Send one message."""
        name = self.ledger if ledger is None else ledger
        self.raw(pb.ExecuteStreamRequest(ledger=name, items=items).SerializeToString())
        if ledger is None:
            self.ledger = ""

    def raw(self, data):
        """Send bytes."""
        self._out.put(data)

    def end(self):
        """Send nothing more."""
        self._out.put(None)

    def hear(self):
        """What each item of the next answered message was told."""
        return [told(result) for result in pb.ExecuteStreamResponse.FromString(next(self.call)).results]

    def rest(self):
        """The answers up to the end of the stream, and the status with which it ends; None when it ends well."""
        answers = []
        try:
            while True:
                answers.append(self.hear())
        except StopIteration:
            return answers, None
        except grpc.RpcError as error:
            return answers, status_of(error)
        finally:
            self.end()

    def cancel(self):
        """Go away."""
        self.call.cancel()
        self.end()
