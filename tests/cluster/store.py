"""etcd under the API server, by its own gateway from HTTP to its protocol (etcd's documentation, "gRPC gateway").

What is written here passes by admission, validation and finalizers; the API server and all controllers see it as
they see each other's writes: by watching.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import urllib3

PREFIX = b"/registry/"
_END = b"/registry0"
AT_ONCE = 1000
"""Changes in one transaction; etcd takes 128 where it is not told otherwise."""


@dataclass(frozen=True)
class Entry:
    """One stored object."""

    key: bytes
    value: bytes
    revision: int
    """The store's revision when it was written."""


class Store:
    """The store of one control plane."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False)

    def entries(self, *, since: int = 0) -> list[Entry]:
        """All that was written after a revision and is still there."""
        found = self._ask("range", {**_whole(), **({"min_mod_revision": str(since + 1)} if since else {})})
        return [
            Entry(_bytes(one["key"]), _bytes(one.get("value", "")), int(one["mod_revision"]))
            for one in found.get("kvs", ())
        ]

    def keys(self) -> set[bytes]:
        """The names of all that is there."""
        found = self._ask("range", {**_whole(), "keys_only": True})
        return {_bytes(one["key"]) for one in found.get("kvs", ())}

    def revision(self) -> int:
        """How often anything was written so far."""
        return int(self._ask("range", {**_whole(), "limit": "1", "keys_only": True})["header"]["revision"])

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Write these; what has the name goes."""
        self.change(values, ())

    def delete(self, keys: Collection[bytes]) -> None:
        """Take these away, if they are there."""
        self.change({}, keys)

    def change(self, values: Mapping[bytes, bytes], gone: Collection[bytes]) -> None:
        """Write these and take those away, in one transaction where they are not very many."""
        puts = ({"requestPut": {"key": _text(key), "value": _text(value)}} for key, value in values.items())
        deletions = ({"requestDeleteRange": {"key": _text(key)}} for key in gone)
        for some in _parts(chain(puts, deletions)):
            self._ask("txn", {"success": some})

    def _ask(self, what: str, question: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._pool.request("POST", f"{self._url}/v3/kv/{what}", json=question)
        if answer.status != 200:
            raise RuntimeError(f"etcd: {what}: {answer.status} {answer.data!r}")
        told: Mapping[str, Any] = answer.json()
        return told


def _whole() -> dict[str, Any]:
    return {"key": _text(PREFIX), "range_end": _text(_END)}


def _parts(changes: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    rest = iter(changes)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
