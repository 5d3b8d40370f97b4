"""Tells an API answer from anything else that may come back, and turns refusals into errors. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.errors import (
    ApiError,
    BadAnswerError,
    ConflictError,
    CredentialsError,
    ForbiddenError,
    NotFoundError,
)

T = TypeVar("T")
LONGEST_TEXT = 300
SWITCHED = 101
"""The connection speaks another protocol from here on."""
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class UnauthorizedError(CredentialsError):
    """401: the server does not know who we are. Not an ApiError: nothing else that is asked would do better."""

    status = 401


class TooLargeError(Exception):
    """The answer is larger than the request allows. Whoever set that limit asks for less."""


@dataclass(frozen=True)
class Answer:
    """One answer of the server, whole."""

    server: str
    path: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    stream: Any = field(default=None, repr=False)
    """The open response of a connection that was switched; whoever asked for it closes it."""

    @property
    def content_type(self) -> str:
        """Without parameters; empty where there is none."""
        return self.headers.get("Content-Type", "").split(";")[0].strip().lower()


class _Cause(msgspec.Struct):
    reason: str | None = None
    message: str | None = None
    field: str | None = None


class _Details(msgspec.Struct):
    causes: list[_Cause] | None = None


class _Status(msgspec.Struct):
    kind: str | None = None
    message: str | None = None
    reason: str | None = None
    details: _Details | None = None


def check(answer: Answer, *, is_text: bool = False) -> None:
    """Raises for every answer that is not what was asked for: JSON, or text.

    ForbiddenError, NotFoundError, ApiError or UnauthorizedError carry the server's own words; BadAnswerError
    tells that somebody else answered: a redirect, a page for people, or nothing that is JSON.
    """
    if 300 <= answer.status < 400:
        target = urlsplit(answer.headers.get("Location", ""))
        place = f"{target.scheme}://{target.hostname}" if target.hostname else "another path"
        raise BadAnswerError(
            f"{answer.server} redirects {answer.path} to {place}; credentials are not sent there",
            hint="check the server's URL: a login proxy or a load balancer answers in its place",
        )
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        raise BadAnswerError(
            f"{answer.server} answered {answer.path} with a web page (status {answer.status}, text/html)",
            hint="check the server's URL, and whether a login or captive portal stands between",
        )
    if answer.status >= 400:
        raise _refusal(answer)
    if answer.status == SWITCHED:
        return
    wanted = "text/plain" if is_text else "application/json"
    if answer.content_type != wanted:
        raise BadAnswerError(
            f"{answer.server} answered {answer.path} with {answer.content_type or 'no Content-Type'}"
            f" instead of {wanted}",
            hint="check the server's URL",
        )


def decode(answer: Answer, type_: type[T]) -> T:
    """The body as `type_`. Raises BadAnswerError that says where the body differs, never what stands there."""
    try:
        return decode_json(answer.body, type_)
    except msgspec.ValidationError as error:
        raise BadAnswerError(
            f"{answer.server} answered {answer.path} with JSON of another shape: {error}",
            hint="report this with the server's version (kubectl version)",
        ) from error
    except msgspec.DecodeError:
        raise truncated(answer.server, answer.path, "it is not valid JSON") from None


def truncated(server: str, path: str, problem: str) -> BadAnswerError:
    """An answer that ends too early or is damaged."""
    return BadAnswerError(
        f"the answer of {server} to {path} is damaged or cut off: {problem}",
        hint="try again; if it stays, look at proxies between here and the server",
    )


def _refusal(answer: Answer) -> ApiError | UnauthorizedError:
    status = _Status()
    if answer.content_type == "application/json":
        try:
            status = decode_json(answer.body, _Status)
        except msgspec.MsgspecError:
            status = _Status()
    text = status.message if status.kind == "Status" else None
    if text is None and answer.content_type == "text/plain":
        # Not every refusal is a Status: unknown paths and overload are plain text.
        text = answer.body[:LONGEST_TEXT].decode("utf-8", errors="replace").strip().partition("\n")[0]
    message = "".join(c for c in text if c.isprintable()) if text else f"status {answer.status}"
    if status.kind != "Status":
        message = f"{answer.path}: {message}"
    reason = status.reason or _REASONS.get(answer.status, "")
    if answer.status == 401:
        return UnauthorizedError(message)
    managers = _managers(status)
    if answer.status == 409 and managers:
        return ConflictError(
            message, managers=managers, hint="change it where its owner does, or --force-conflicts"
        )
    kind = {403: ForbiddenError, 404: NotFoundError}.get(answer.status, ApiError)
    return kind(message, status=answer.status, reason=reason, hint=_hint(answer))


def _managers(status: _Status) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who holds which fields, of the conflict of a server-side apply."""
    held: dict[str, list[str]] = {}
    for cause in (status.details.causes if status.details else None) or ():
        if cause.reason == "FieldManagerConflict":
            held.setdefault(_manager(cause.message or ""), []).append(cause.field or "")
    return tuple((manager, tuple(fields)) for manager, fields in held.items())


def _manager(message: str) -> str:
    """The name in `conflict with "helm" using v1 at …`: the causes have no field for it."""
    found = _QUOTED.search(message)
    return re.sub(r"\\(.)", r"\1", found.group(1)) if found else "another manager"


_REASONS = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 410: "Expired", 429: "TooManyRequests"}


def _hint(answer: Answer) -> str:
    if answer.status == 403:
        return "ask whoever runs the cluster for this right, or use another context or --as"
    if answer.status == 404:
        return "check the name, and that the cluster serves this resource: kubectl api-resources"
    if answer.status == 429 or answer.status >= 500:
        later = answer.headers.get("Retry-After")
        return f"try again{f' after {later} s' if later and later.isdecimal() else ' later'}"
    return "read what the server says"
