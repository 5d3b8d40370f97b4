"""The one way to decode JSON in threads.

msgspec works out how to decode a record type at its first use, and publishes its notes before they are whole: a
second thread that meets the same type meanwhile crashes the interpreter (seen with msgspec 0.22: a segmentation
fault in one of twenty runs). So decoders are made one at a time, and used by many.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_LOCK = threading.Lock()


def decode_json(body: bytes | msgspec.Raw, type_: type[T]) -> T:
    """The body as `type_`. Raises `msgspec.DecodeError` as msgspec does."""
    with _LOCK:
        decoder = _decoder(type_)  # type: ignore[arg-type]
    decoded: T = decoder.decode(body)
    return decoded


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_)
