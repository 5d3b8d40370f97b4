"""Has the next page of a list on its way while this one is decoded. Knows no objects."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import msgspec

from kubectl_ddfargate.cluster.answers import Answer
from kubectl_ddfargate.cluster.decoders import decode_json

_ITEMS = re.compile(rb'"items"\s*:\s*\[')
_HEAD = 4096
"""Where a list's metadata stands in front of its items, it stands within so many bytes."""


class _Metadata(msgspec.Struct):
    continue_: str | None = msgspec.field(default=None, name="continue")


class _Beginning(msgspec.Struct):
    metadata: _Metadata | None = None


def following_page(body: bytes) -> str:
    """The token of the next page, where a list says it in front of its items; else empty: not known yet."""
    items = _ITEMS.search(body, 0, _HEAD)
    if items is None:
        return ""
    try:
        metadata = decode_json(body[: items.end()] + b"]}", _Beginning).metadata
    except msgspec.DecodeError:
        return ""
    return (metadata.continue_ if metadata else None) or ""


class LookAhead:
    """One request in a thread of its own, which keeps no program from ending."""

    def __init__(self, fetch: Callable[[str], Answer], token: str) -> None:
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(fetch, token), daemon=True, name="next-page")
        self._thread.start()

    def result(self) -> Answer:
        """The answer, once it is there. Raises what the request raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer

    def _run(self, fetch: Callable[[str], Answer], token: str) -> None:
        try:
            self._answer = fetch(token)
        except BaseException as error:  # noqa: BLE001  raised by who waits for it
            self._error = error
