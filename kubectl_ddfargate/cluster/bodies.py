"""Takes the body of an answer off the wire, within the time allowed. Does not look at what it says."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import urllib3

from kubectl_ddfargate.cluster.answers import TooLargeError
from kubectl_ddfargate.cluster.failures import timed_out
from kubectl_ddfargate.cluster.timeouts import Patience

PIECE = 1 << 18
"""Bytes that are taken at once: small enough to look at the clock in between."""


def read_body(
    response: urllib3.BaseHTTPResponse,
    server: str,
    limits: Patience,
    started: float,
    *,
    most: int | None = None,
    on_start: Callable[[bytes], None] | None = None,
) -> bytes:
    """The body, unpacked. Raises UnreachableError once the exchange has taken all the time it may.

    Raises TooLargeError beyond `most` bytes. `on_start` is told the first piece.
    """
    body = io.BytesIO()  # joined pieces would be there twice for a moment
    while True:
        left = limits.total - (time.monotonic() - started)
        if left <= 0:
            raise timed_out(server, limits.total, connected=True)
        if left < limits.silence:  # until then each piece has the time that the connection was opened with
            socket = getattr(getattr(response, "connection", None), "sock", None)
            if socket is not None:
                socket.settimeout(left)
        piece = response.read1(PIECE)
        if not piece:
            return body.getvalue()
        if on_start is not None and body.tell() == 0:
            on_start(piece)
        body.write(piece)
        if most is not None and body.tell() > most:
            raise TooLargeError


def give_back(response: urllib3.BaseHTTPResponse) -> None:
    """Return the connection to the pool, closed unless its answer was read to the end."""
    if not response.closed:
        response.close()
    response.release_conn()
