"""Keeps workloads whole, as a list gave them, until their dry-runs are sent: so none is asked for a second time.

They stand in no Snapshot. Of a large cluster only the first are kept; whoever misses one asks for it by name.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, STATEFUL_SETS, Kind
from kubectl_ddfargate.model.kube.meta import Object

MOST_BYTES = 4 * 1024 * 1024
"""What is kept in all: about 800 workloads of usual size, many times what doctor proves."""
_WITH_TEMPLATE = frozenset({DEPLOYMENTS.kind, STATEFUL_SETS.kind, JOBS.kind, CRON_JOBS.kind})


class Templates:
    """The texts of the workloads that are wanted. Safe from several threads."""

    def __init__(self) -> None:
        self._wanted: Collection[tuple[str, str]] = ()
        self._texts: dict[tuple[str, str, str], bytes] = {}
        self._room = MOST_BYTES
        self._lock = threading.Lock()

    def want(self, places: Collection[tuple[str, str]]) -> None:
        """Keep the workloads with one of these namespaces and names, whatever their kind."""
        self._wanted = places

    def get(self, kind: str, namespace: str, name: str) -> bytes | None:
        """The JSON of a workload, without `apiVersion` and `kind`; None where it was not kept."""
        return self._texts.get((kind, namespace, name))

    def fold(self, kind: Kind) -> Keeping | None:
        """What keeps those of a list of this kind; None where none can be wanted."""
        return Keeping(self, kind) if self._wanted and kind.kind in _WITH_TEMPLATE else None

    def keep(self, kind: str, item: Object, text: msgspec.Raw) -> None:
        """Keep this one, if it is wanted and there is room. It takes the place of what came of it before.

        The same workload comes again where a list that expired is read from its beginning.
        """
        if (item.namespace, item.name) not in self._wanted:
            return
        key, whole = (kind, item.namespace, item.name), bytes(text)
        with self._lock:
            self._room += len(self._texts.pop(key, b""))
            if len(whole) <= self._room:
                self._room -= len(whole)
                self._texts[key] = whole


class Keeping:
    """A `Fold` that makes nothing smaller, and keeps the text beside."""

    wire: Any = msgspec.Raw

    def __init__(self, templates: Templates, kind: Kind) -> None:
        self._templates = templates
        self._kind = kind

    def __call__(self, came: msgspec.Raw) -> Object:
        """The record. Raises `msgspec.ValidationError` where it does not decode."""
        item = decode_json(came, self._kind.record)
        self._templates.keep(self._kind.kind, item, came)
        return item
