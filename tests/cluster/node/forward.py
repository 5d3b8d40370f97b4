"""Serves a port of another network on the machine's loopback.

`python -m tests.cluster.node.forward PORT NETWORK`, where NETWORK is a path such as /proc/1234/ns/net. A socket
stays in the network that it was made in: so the one that listens is made first, then this process moves, and the
connections that it opens are made there.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import socket
import sys

_CHUNK = 65536
_CLONE_NEWNET = 0x40000000


def main(port: int, network: str) -> None:
    """Forward until killed."""
    listening = socket.create_server(("127.0.0.1", port), backlog=256)
    library = ctypes.CDLL(None, use_errno=True)
    with open(network, "rb") as file:  # noqa: PTH123 - the descriptor is wanted
        if library.setns(file.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")
    asyncio.run(_forward(listening, port))


async def _forward(listening: socket.socket, port: int) -> None:

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            # As if nobody listened.
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_copy(reader, back), _copy(there, writer))
        finally:
            back.close()
            writer.close()

    server = await asyncio.start_server(serve, sock=listening)
    await server.serve_forever()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
        # Half a connection may stay open: `kubectl exec` says so when its input ends.
        if target.can_write_eof():
            target.write_eof()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
