"""The only place that holds values of Secrets: on their way from a source to a copy, in local variables.

Nothing here is kept, told or raised with a value in it.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import ApiError, NotFoundError
from kubectl_ddfargate.model.design import SecretCopy, SecretSource
from kubectl_ddfargate.model.kinds import SECRETS
from kubectl_ddfargate.model.objects import Manifest, ref_of
from kubectl_ddfargate.model.redaction import SecretMark, mark, mark_base64
from kubectl_ddfargate.model.secret_words import clean_message


class SourceMissingError(ApiError):
    """A Secret, or a key of one, from which a copy was to be made."""

    def __init__(self, source: SecretSource, problem: str) -> None:
        super().__init__(
            f"secret {source.namespace}/{source.name} {problem}",
            status=404,
            reason="SourceMissing",
            hint="create it, or bring the Secrets yourself with --secrets external",
        )


def masked(manifest: dict[str, Any]) -> dict[str, Any]:
    """The object, with the values of a Secret replaced by their marks.

    So are its annotations: client-side apply, and tools like it, keep a second copy of the values there.
    """
    if manifest.get("kind") != "Secret":
        return manifest
    kept = {key: value for key, value in manifest.items() if key != "stringData"}
    if kept.get("data"):
        kept["data"] = {key: _told(mark_base64(value)) for key, value in kept["data"].items()}
    annotations = (kept.get("metadata") or {}).get("annotations")
    if annotations:
        hidden = {key: _told(mark(value)) for key, value in annotations.items()}
        kept["metadata"] = {**kept["metadata"], "annotations": hidden}
    return kept


def _told(found: SecretMark) -> str:
    return f"{found.length} {found.digest}".strip()


class Sources:
    """The Secrets that others are filled from: each is read once, and forgotten with this. Safe from threads."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], Mapping[str, str]] = {}

    def values(self, copy: SecretCopy) -> dict[str, str]:
        """The values for a copy. Raises SourceMissingError and ForbiddenError."""
        data: dict[str, str] = {}
        for key, source in copy.sources.items():
            place = (source.namespace, source.name)
            with self._lock:
                if place not in self._read:
                    self._read[place] = _data(self._gateway, source)
            if not self._read[place].get(source.key):
                raise SourceMissingError(source, f"has no key {source.key}")
            data[key] = self._read[place][source.key]
        return data


def send_filled(
    sources: Sources,
    manifest: Manifest,
    copy: SecretCopy,
    send: Callable[[Manifest], dict[str, Any]],
) -> dict[str, Any]:
    """What `send` answers to the manifest filled with the values of its sources.

    Raises SourceMissingError, ForbiddenError for a source, and what `send` raises: without a value in its text.
    """
    data = sources.values(copy)
    try:
        return send({**manifest, "data": data})
    except ApiError as error:
        # Admission may say anything, the object that it refused included.
        _clean(error, manifest, data.values())
        raise


def _data(gateway: Gateway, source: SecretSource) -> Mapping[str, str]:
    try:
        found = gateway.get(SECRETS.path(source.namespace, source.name), dict[str, Any])
    except NotFoundError:
        raise SourceMissingError(source, "does not exist") from None
    values: Mapping[str, str] = found.get("data") or {}
    return values


def _clean(error: ApiError, manifest: Manifest, values: Iterable[str]) -> None:
    """Take out of an error what the server may have said of the values."""
    message = clean_message(error.message)
    if any(spelling in error.message for value in values for spelling in _spellings(value)):
        message = f"the server refuses {ref_of(manifest).address}; its words hold a value and are not shown"
    error.message = message
    error.args = (message,)


def _spellings(value: str) -> tuple[str, ...]:
    """A value as a message may hold it. Control characters are gone from messages."""
    try:
        plain = base64.b64decode(value).decode(errors="ignore")
    except (binascii.Error, ValueError):
        plain = ""
    printable = "".join(character for character in plain if character.isprintable()).strip()
    return tuple(one for one in (value, printable, plain.strip()) if one)
