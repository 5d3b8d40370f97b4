"""Asks for the next page of a list as soon as this one's first bytes are there. Knows no objects.

A list says in front of its items where it goes on. So the server makes the next page while this one crosses the
wire and is decoded: two pages are on their way or held at a time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import msgspec

from kubectl_ddfargate.cluster.answers import Answer
from kubectl_ddfargate.cluster.decoders import decode_json

_ITEMS = re.compile(rb'"items"\s*:\s*\[')
_HEAD = 4096
"""Where a list's metadata stands in front of its items, it stands within so many bytes."""

OnStart = Callable[[bytes], None]
"""Told the first bytes of a good answer, in whatever thread reads it."""


class _Metadata(msgspec.Struct):
    continue_: str | None = msgspec.field(default=None, name="continue")


class _Beginning(msgspec.Struct):
    metadata: _Metadata | None = None


def following_page(start: bytes) -> str:
    """The token of the next page, where a list says it in front of its items; else empty: not known yet."""
    items = _ITEMS.search(start, 0, _HEAD)
    if items is None:
        return ""
    try:
        metadata = decode_json(start[: items.end()] + b"]}", _Beginning).metadata
    except msgspec.DecodeError:
        return ""
    return (metadata.continue_ if metadata else None) or ""


class LookAhead:
    """The pages of one walk, each by its token; the first page's is empty.

    `fetch` gets one, and tells its first bytes. Only of a page that was asked for ahead these are enough to ask for
    the next one: the first page may prove too large, and then it ends elsewhere.
    """

    def __init__(self, fetch: Callable[[str, OnStart | None], Answer]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._wanted = ""
        self._ahead: tuple[str, Future[Answer]] | None = None
        self._known = ""
        """The page after the one that is on its way ahead."""

    def page(self, token: str) -> Answer:
        """This page. Raises what its request raised."""
        with self._lock:
            self._wanted = token
            ahead, self._ahead = self._ahead, None
            coming = ahead[1] if ahead is not None and ahead[0] == token else None
            if coming is not None:
                self._ask(self._known)
            self._known = ""
        answer = coming.result() if coming is not None else self._fetch(token, None)
        self._started(token, answer.body)
        return answer

    def forget(self) -> None:
        """What is known of later pages holds no more: those before them come in other portions."""
        with self._lock:
            self._ahead, self._known = None, ""

    def _started(self, page: str, start: bytes) -> None:
        following = following_page(start)
        with self._lock:
            if page == self._wanted and self._ahead is None:
                self._ask(following)
            elif self._ahead is not None and page == self._ahead[0]:
                self._known = following

    def _ask(self, token: str) -> None:
        """In a thread of its own, which keeps no program from ending. Nothing is asked where there is no token."""
        if token not in ("", self._wanted):
            future: Future[Answer] = Future()
            self._ahead = (token, future)
            threading.Thread(target=self._run, args=(token, future), daemon=True, name="next-page").start()

    def _run(self, token: str, future: Future[Answer]) -> None:
        try:
            future.set_result(self._fetch(token, partial(self._started, token)))
        except BaseException as error:  # noqa: BLE001  raised by who waits for it
            future.set_exception(error)
        finally:
            # Else it and the error hold each other, and with them what came of the page.
            del future
