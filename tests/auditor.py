"""Asks a service for proofs over the wire, as an auditor does."""

from __future__ import annotations

import grpc
from google.rpc.status_pb2 import Status

from ledger.proof import note as notes
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.note import Verifier
from ledger.v1 import audit_service_pb2 as a
from ledger.v1 import audit_service_pb2_grpc
from tests.world import status_of


class Auditor:
    """Asks a service for proofs of one ledger, and knows its keys."""

    def __init__(self, world):
        self.world = world
        self.stub = audit_service_pb2_grpc.AuditServiceStub(world.client.channel)

    def ask(self, method, request, timeout=20):
        """The answer, or the status of the error."""
        try:
            return getattr(self.stub, method)(request, timeout=timeout)
        except grpc.RpcError as error:
            return status_of(error)

    def known_keys(self):
        answer = self.ask("ListSigningKeys", a.ListSigningKeysRequest(ledger=self.world.ledger))
        return [Verifier.parse(key.verifier_key) for key in answer.keys]

    def checkpoint(self, **fields):
        answer = self.ask("GetCheckpoint", a.GetCheckpointRequest(ledger=self.world.ledger, **fields))
        assert not isinstance(answer, Status), answer
        return Checkpoint.parse(notes.verify(answer.note, self.known_keys())[0])

    def entry(self, position):
        return f"{self.world.ledger}/entries/{position}"
