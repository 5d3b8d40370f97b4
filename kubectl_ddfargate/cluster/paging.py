"""Walks all pages of a list. One object that cannot be read costs that object, never its page.

While a page arrives and is decoded the next one is on its way, and a page that grows too large is asked for again
in smaller ones: what is held at a time is two pages, whatever the objects weigh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from kubectl_ddfargate.cluster.answers import Answer, TooLargeError, decode
from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.cluster.look_ahead import LookAhead, OnStart
from kubectl_ddfargate.errors import ApiError, BadAnswerError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Fetch = Callable[[Mapping[str, str], "OnStart | None"], Answer]
"""Sends the query of a page, and tells the first bytes of its answer."""
OnPage = Callable[[int, "int | None"], None]
"""Told after each page: objects read so far in this walk, and how many the server says remain (None: unknown)."""

MOST_WALKS = 3
"""A token that points to a revision that is gone (410) starts the walk again; this often in all."""

LIMIT = 1000
"""Objects of a page. A server answers the first one from its memory and reads all later ones from etcd, looking
through every object there (seen on 1.36): few pages are cheaper for it than many."""
MOST_OF_A_PAGE = 24 * 1024 * 1024
"""Bytes of one page, unpacked. Twice what 1,000 pods of usual size weigh."""
SMALLER = 4
"""By how much fewer objects are asked for where a page is too large."""


class Fold(Protocol[T_co]):
    """Makes an object smaller on arrival. Raises `msgspec.ValidationError` where it cannot be read."""

    wire: Any
    """The record that an object is decoded into first."""

    def __call__(self, came: Any) -> T_co:
        """What is kept."""
        ...


class OddObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object that was left out because it cannot be read."""

    path: str
    """Of the list."""
    namespace: str
    name: str
    """Empty where not even that could be read."""
    reason: str
    """Which field, and what was expected there. Never its value."""


class _ListMeta(msgspec.Struct, rename="camel", gc=False):
    # "More pages" is told by `continue` alone; custom resources put the metadata after the items.
    continue_: str | None = msgspec.field(default=None, name="continue")
    remaining_item_count: int | None = None


class _Page(msgspec.Struct, Generic[T]):
    metadata: _ListMeta | None = None
    items: list[T] | None = None


class _Name(msgspec.Struct):
    name: str | None = None
    namespace: str | None = None


class _Named(msgspec.Struct):
    metadata: _Name | None = None


class Walk(msgspec.Struct, Generic[T]):
    """What a walk has gathered."""

    items: list[T] = msgspec.field(default_factory=list)
    odd: list[OddObject] = msgspec.field(default_factory=list)


def walk(
    fetch: Fetch,
    item_type: type[T],
    *,
    query: Mapping[str, str],
    limit: int = LIMIT,
    on_page: OnPage | None = None,
    fold: Fold[T] | None = None,
) -> Walk[T]:
    """All objects of a list. `query` holds the selectors.

    Raises what `fetch` raises, and ApiError when pages expire faster than they can be read.
    """
    for last in (False,) * (MOST_WALKS - 1) + (True,):
        try:
            return _walk_once(_Pages(fetch, query, limit), item_type, on_page, fold)
        except ApiError as error:
            if error.status != 410:
                raise
            if last:
                raise ApiError(
                    f"the list expired while it was read, {MOST_WALKS} times: {error.message}",
                    status=error.status,
                    reason=error.reason,
                    hint="try again when the cluster is calmer",
                ) from error
    raise AssertionError("unreachable")


class _Pages:
    """Asks for pages, of fewer objects once they have proved too large."""

    def __init__(self, fetch: Fetch, query: Mapping[str, str], limit: int) -> None:
        self._fetch = fetch
        self._query = query
        self._limit = limit
        self._ahead = LookAhead(self._ask)

    def get(self, token: str) -> Answer:
        while True:
            try:
                return self._ahead.page(token)
            except TooLargeError:
                self._ahead.forget()
                self._limit = max(1, self._limit // SMALLER)

    def _ask(self, token: str, on_start: OnStart | None) -> Answer:
        following = {"continue": token} if token else {}
        return self._fetch({"limit": str(self._limit), **self._query, **following}, on_start)


def _walk_once(pages: _Pages, item_type: type[T], on_page: OnPage | None, fold: Fold[T] | None) -> Walk[T]:
    gathered: Walk[T] = Walk()
    token = ""
    while True:
        answer = pages.get(token)
        server, path = answer.server, answer.path
        items, metadata = _read_page(answer, item_type, fold, gathered.odd)
        del answer  # while the next pages arrive: its body is as large as theirs
        gathered.items += items
        if on_page is not None:
            on_page(len(gathered.items), metadata.remaining_item_count)
        following = metadata.continue_ or ""
        if not following:
            return gathered
        if following == token:
            raise BadAnswerError(f"{server} gave the same page of {path} twice", hint="try again")
        token = following


def _read_page(
    answer: Answer, item_type: type[T], fold: Fold[T] | None, odd: list[OddObject]
) -> tuple[list[T], _ListMeta]:
    try:
        if fold is None:
            page = decode_json(answer.body, _Page[item_type])  # type: ignore[valid-type]
            return page.items or [], page.metadata or _ListMeta()
        came = decode_json(answer.body, _Page[fold.wire])  # type: ignore[name-defined]
        return [fold(item) for item in came.items or ()], came.metadata or _ListMeta()
    except msgspec.ValidationError:
        return _read_one_by_one(answer, item_type, fold, odd)
    except msgspec.DecodeError:
        decode(answer, _Page[msgspec.Raw])  # raises, in the usual words
        raise


def _read_one_by_one(
    answer: Answer, item_type: type[T], fold: Fold[T] | None, odd: list[OddObject]
) -> tuple[list[T], _ListMeta]:
    raw_page = decode(answer, _Page[msgspec.Raw])
    items: list[T] = []
    for raw in raw_page.items or []:
        try:
            whole = decode_json(raw, item_type)  # names the place of what is odd
            items.append(whole if fold is None else fold(decode_json(raw, fold.wire)))
        except msgspec.ValidationError as error:
            name = _name_of(raw)
            odd.append(
                OddObject(path=answer.path, namespace=name.namespace or "", name=name.name or "", reason=str(error))
            )
    return items, raw_page.metadata or _ListMeta()


def _name_of(raw: msgspec.Raw) -> _Name:
    try:
        return decode_json(raw, _Named).metadata or _Name()
    except msgspec.MsgspecError:
        return _Name()
