"""A channel that counts the calls made on it, so that a test can be seen to go over the wire."""

from __future__ import annotations

from typing import Any, Self

import grpc


class Wire:
    """Passes everything on to a channel. `calls` counts the calls of this process on all of them."""

    calls = 0

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def unary_unary(self, *arguments: Any, **options: Any) -> Method:
        return Method(self._channel.unary_unary(*arguments, **options))

    def unary_stream(self, *arguments: Any, **options: Any) -> Method:
        return Method(self._channel.unary_stream(*arguments, **options))

    def stream_unary(self, *arguments: Any, **options: Any) -> Method:
        return Method(self._channel.stream_unary(*arguments, **options))

    def stream_stream(self, *arguments: Any, **options: Any) -> Method:
        return Method(self._channel.stream_stream(*arguments, **options))


class Method:
    """A method of a channel, in each of the ways in which it can be called."""

    def __init__(self, method: Any) -> None:
        self._method = method

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        Wire.calls += 1
        return self._method(*arguments, **options)

    def future(self, *arguments: Any, **options: Any) -> Any:
        Wire.calls += 1
        return self._method.future(*arguments, **options)

    def with_call(self, *arguments: Any, **options: Any) -> Any:
        Wire.calls += 1
        return self._method.with_call(*arguments, **options)
