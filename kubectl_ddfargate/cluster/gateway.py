"""The one door to the API server. Hands out decoded records; keeps no object and decides nothing about them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from kubectl_ddfargate.cluster.answers import Answer, decode
from kubectl_ddfargate.cluster.look_ahead import OnStart
from kubectl_ddfargate.cluster.paging import LIMIT, MOST_OF_A_PAGE, Fold, OddObject, OnPage, walk
from kubectl_ddfargate.cluster.request import Request

if TYPE_CHECKING:  # urllib3 costs 40 ms
    from kubectl_ddfargate.cluster.target import Target
    from kubectl_ddfargate.cluster.trace import Trace
    from kubectl_ddfargate.cluster.transport import Transport

T = TypeVar("T")


class Gateway:
    """A connection as one user. A context manager; safe from several threads.

    Every method may raise UnreachableError, BadAnswerError, CredentialsError, and ApiError with its kinds
    ForbiddenError and NotFoundError.
    """

    def __init__(self, target: Target, transport: Transport, trace: Trace | None = None) -> None:
        self._target = target
        self._transport = transport
        self._trace = trace
        self._lock = threading.Lock()
        self._odd: list[OddObject] = []

    @property
    def context(self) -> str | None:
        """The kubeconfig context; None where there is none (--server alone, inside a pod)."""
        return self._target.context

    @property
    def server(self) -> str:
        """The API server's URL."""
        return self._target.server

    @property
    def namespace(self) -> str:
        """The flag's namespace, else the context's, else `default`."""
        return self._target.namespace

    @property
    def user_name(self) -> str:
        """The kubeconfig's name of the user; empty where there is none."""
        return self._target.user_name

    @property
    def is_near(self) -> bool:
        """Whether the server is this machine."""
        return self._transport.is_near

    @property
    def impersonates(self) -> bool:
        """Whether the user acts as somebody else (--as): then no request may name a third."""
        return self._target.impersonation is not None

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""
        return self._transport.requests

    @property
    def odd_objects(self) -> tuple[OddObject, ...]:
        """The objects that lists left out because they cannot be read."""
        with self._lock:
            return tuple(self._odd)

    def log_in(self) -> None:
        """Get the credentials, before several threads want them. Raises CredentialsError."""
        self._transport.log_in()

    def get(
        self, path: str, type_: type[T], *, query: Mapping[str, str] | None = None, accept: str | None = None
    ) -> T:
        """One object or document. `accept` asks for another form of JSON (`application/json;as=…`)."""
        return decode(self._transport.send(_get(path, query, accept, is_list=False)), type_)

    def list(
        self,
        path: str,
        item_type: type[T],
        *,
        label_selector: str | None = None,
        field_selector: str | None = None,
        limit: int = LIMIT,
        on_page: OnPage | None = None,
        accept: str | None = None,
        fold: Fold[T] | None = None,
    ) -> list[T]:
        """All objects, page by page. Those that cannot be read are left out and told by `odd_objects`.

        `limit`: objects a page. `fold` makes each smaller as it comes. A resourceVersion is never sent: with 0 the
        server ignores the limit.
        """
        query: dict[str, str] = {}
        if label_selector:
            query["labelSelector"] = label_selector
        if field_selector:
            query["fieldSelector"] = field_selector

        def fetch(page: Mapping[str, str], on_start: OnStart | None) -> Answer:
            most = MOST_OF_A_PAGE if int(page["limit"]) > 1 else None
            request = _get(path, page, accept, is_list=True, most_bytes=most, on_start=on_start)
            return self._transport.send(request)

        gathered = walk(fetch, item_type, query=query, limit=limit, on_page=on_page, fold=fold)
        with self._lock:
            self._odd += gathered.odd
        return gathered.items

    def post(
        self,
        path: str,
        body: object,
        type_: type[T],
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
    ) -> T:
        """Create, or ask with a body. Only what is `idempotent` (dry runs, access reviews) is sent again."""
        request = Request(
            method="POST",
            path=path,
            query=dict(query or {}),
            headers={"Content-Type": "application/json", **(headers or {})},
            body=msgspec.json.encode(body),
            idempotent=idempotent,
        )
        return decode(self._transport.send(request), type_)

    def patch(
        self,
        path: str,
        body: object,
        type_: type[T],
        *,
        query: Mapping[str, str] | None = None,
        content_type: str = "application/merge-patch+json",
        idempotent: bool = True,
    ) -> T:
        """Change one object. A patch that says what shall be, not what to add, may be sent again."""
        request = Request(
            method="PATCH",
            path=path,
            query=dict(query or {}),
            headers={"Content-Type": content_type},
            body=msgspec.json.encode(body),
            idempotent=idempotent,
        )
        return decode(self._transport.send(request), type_)

    def delete(self, path: str, *, uid: str | None = None, dry_run: bool = False) -> None:
        """Delete one object. Raises NotFoundError where it is not there.

        Only with its uid may it be sent again: by its name alone a second try could take what was made since.
        """
        # All options in the body: beside a body the server ignores those of the query, dryRun too (seen on 1.36).
        options: dict[str, Any] = {"apiVersion": "v1", "kind": "DeleteOptions"}
        if uid:
            options["preconditions"] = {"uid": uid}
        if dry_run:
            options["dryRun"] = ["All"]
        request = Request(
            method="DELETE",
            path=path,
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode(options),
            idempotent=uid is not None or dry_run,
        )
        self._transport.send(request)

    def send(self, request: Request) -> Answer:
        """Any request, and its answer as it came: for what is no object (a log, a connection that is switched)."""
        return self._transport.send(request)

    def close(self) -> None:
        """Close connections and the trace."""
        self._transport.close()
        if self._trace is not None:
            self._trace.close()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _get(
    path: str,
    query: Mapping[str, str] | None,
    accept: str | None,
    *,
    is_list: bool,
    most_bytes: int | None = None,
    on_start: OnStart | None = None,
) -> Request:
    headers: dict[str, Any] = {"Accept": accept} if accept else {}
    return Request(
        method="GET",
        path=path,
        query=dict(query or {}),
        headers=headers,
        idempotent=True,
        is_list=is_list,
        most_bytes=most_bytes,
        on_start=on_start,
    )
