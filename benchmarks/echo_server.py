"""A bare gRPC server: it reads a RecordDeposit request and gives an answer that never changes.

It has the options, the event loop and the messages of `ledgerd`. What it reaches is what gRPC in
Python allows on this machine at this moment.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import grpc
import grpc.aio
import uvloop

from ledger.server import OPTIONS
from ledger.v1 import command_service_pb2 as pb

SERVICE = "ledger.v1.CommandService"
METHOD = "RecordDeposit"


def answer(request: pb.RecordDepositRequest) -> pb.RecordDepositResponse:
    """An answer as large as that to a real deposit."""
    response = pb.RecordDepositResponse()
    transaction = response.transaction
    transaction.first_position = transaction.last_position = 1_234_567
    transaction.record_time.seconds = 1_750_000_000
    transaction.record_time.nanos = 123_456_000
    ledger = "/".join(request.account.split("/")[:2])
    transaction.entries.add(
        name=f"{ledger}/entries/1234567",
        account=request.account,
        type="deposit_posted",
        balance_change=100,
        balance_after=123_400,
        version=1_234,
    )
    return response


async def serve() -> None:
    """Serve on a free port until SIGTERM."""
    fixed: pb.RecordDepositResponse | None = None

    async def echo(request: pb.RecordDepositRequest, _: object) -> pb.RecordDepositResponse:
        nonlocal fixed
        if fixed is None:
            fixed = answer(request)
        return fixed

    handler = grpc.unary_unary_rpc_method_handler(
        echo,
        request_deserializer=pb.RecordDepositRequest.FromString,
        response_serializer=pb.RecordDepositResponse.SerializeToString,
    )
    server = grpc.aio.server(options=OPTIONS)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await server.start()
    sys.stdout.write(f"ready on 127.0.0.1:{port}\n")
    sys.stdout.flush()
    await ended.wait()
    await server.stop(1.0)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve())
