"""Gathers objects, and for all that could not be read the reason. Never stops at a refusal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import msgspec

from kubectl_ddfargate.cluster.collect.side_by_side import Run, SideBySide
from kubectl_ddfargate.cluster.collect.templates import Templates
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.paging import Fold
from kubectl_ddfargate.errors import (
    ApiError,
    BadAnswerError,
    DdfargateError,
    ForbiddenError,
    NotFoundError,
    UnreachableError,
    UsageError,
)
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, PODS, Kind
from kubectl_ddfargate.model.kube.config import WholeConfigMap
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.pod_sharing import PodSharing
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.secret_words import without_secrets
from kubectl_ddfargate.model.snapshot import Missing, Unread

T = TypeVar("T")
Items = list[T]

PARALLEL = 4
"""Threads where the server is this machine. More buys nothing: both are at work all the time."""
PARALLEL_FAR = 12
"""Threads where each answer is waited for: the small questions cost one way over the link each. 16 gain nothing."""

PARALLEL_TRIED = 16
"""Dry-runs at once, where each answer is waited for. Against 8, a tenth less time over a link of 40 ms; 24 gain
nothing."""

SOFT = (ApiError, BadAnswerError, UnreachableError)
"""What may go wrong with one request after the server has answered another: that part is unread, not all."""

METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

Progress = Callable[[str], None]


class Reading:
    """What has been read so far. Safe from several threads."""

    def __init__(self, gateway: Gateway, progress: Progress | None = None) -> None:
        self.gateway = gateway
        self.objects: dict[str, list[Object]] = {}
        self.unread: list[Unread] = []
        self.missing: list[Missing] = []
        self._progress = progress
        self.templates = Templates()
        self._pods: Fold[Any] = PodSharing()
        self._lock = threading.Lock()
        self._threads = SideBySide(PARALLEL if gateway.is_near else PARALLEL_FAR)
        self._trying = SideBySide(PARALLEL if gateway.is_near else PARALLEL_TRIED)

    def list(
        self,
        kind: Kind,
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
        metadata_only: bool = False,
    ) -> None:
        """All objects of a kind, in one namespace or everywhere."""
        items = self.listed(
            kind,
            kind.record,
            namespace,
            labels=labels,
            fields=fields,
            metadata_only=metadata_only,
            fold=self._fold(kind, metadata_only=metadata_only),
        )
        if items is not None:
            self.add(kind, items)

    def list_together(self, kind: Kind, namespaces: Iterable[str], *, metadata_only: bool = False) -> None:
        """All objects of a kind by one list of the whole cluster; where that is refused, these namespaces."""
        try:
            items = self.gateway.list(
                kind.path(),
                kind.record,
                on_page=lambda seen, more: self._tell(kind, seen, more),
                accept=METADATA_ONLY if metadata_only else None,
                fold=self._fold(kind, metadata_only=metadata_only),
            )
        except SOFT:
            for namespace in namespaces:
                self.list(kind, namespace, metadata_only=metadata_only)
        else:
            self.add(kind, items)

    def _fold(self, kind: Kind, *, metadata_only: bool) -> Fold[Any] | None:
        if kind.record is Pod:
            return self._pods
        return None if metadata_only else self.templates.fold(kind)

    def listed(
        self,
        kind: Kind,
        record: type[T],
        namespace: str | None = None,
        *,
        labels: str | None = None,
        fields: str | None = None,
        metadata_only: bool = False,
        fold: Fold[T] | None = None,
    ) -> Items[T] | None:
        """The same as another record, which is not kept. None where it may not be read, which is noted."""
        try:
            return self.gateway.list(
                kind.path(namespace),
                record,
                label_selector=labels,
                field_selector=fields,
                on_page=lambda seen, more: self._tell(kind, seen, more),
                accept=METADATA_ONLY if metadata_only else None,
                fold=fold,
            )
        except NotFoundError as error:
            if not kind.optional:
                self._refused(kind, "list", namespace, error)
            return None
        except ForbiddenError as error:
            self._refused(kind, "list", namespace, error)
            return None
        except SOFT as error:
            if isinstance(error, ApiError) and error.status == 400 and labels:
                raise UsageError(
                    f"the server does not understand the selector: {error.message}",
                    hint="write it as kubectl takes it: app=web,tier!=db",
                ) from error
            if kind is PODS:
                raise  # without them there is no answer at all
            self._refused(kind, "list", namespace, error)
            return None

    def list_in_parts(self, kind: Kind, namespaces: Iterable[str]) -> None:
        """Where a kind was refused for the whole cluster, read it in some namespaces at least."""
        for number, entry in enumerate(self.unread):
            if entry.resource == kind.plural and entry.verb == "list" and entry.namespace is None:
                read = [namespace for namespace in sorted(namespaces) if self._list_one(kind, namespace)]
                self.unread[number] = msgspec.structs.replace(entry, read_in=read or None)

    def _list_one(self, kind: Kind, namespace: str) -> bool:
        try:
            self.add(kind, self.gateway.list(kind.path(namespace), kind.record))
        except SOFT:
            return False
        return True

    def get(self, kind: Kind, namespace: str, name: str) -> None:
        """One object by name."""
        self._get(kind, namespace, name, lambda: self.gateway.get(kind.path(namespace, name), kind.record))

    def get_config_map(self, namespace: str, name: str, names: Callable[[str], Iterable[str]]) -> None:
        """One ConfigMap; `names` tells which variables get the value of a key."""
        path = CONFIG_MAPS.path(namespace, name)
        self._get(CONFIG_MAPS, namespace, name, lambda: self.gateway.get(path, WholeConfigMap).as_variables(names))

    def _get(self, kind: Kind, namespace: str, name: str, ask: Callable[[], Object]) -> None:
        try:
            item = ask()
        except NotFoundError:
            with self._lock:
                self.missing.append(Missing(resource=kind.plural, namespace=namespace, name=name))
            return
        except SOFT as error:
            self._refused(kind, "get", namespace, error, name)
            return
        self.add(kind, [item])

    def add(self, kind: Kind, items: Iterable[Object]) -> None:
        """Keep objects of a kind."""
        with self._lock:
            self.objects.setdefault(kind.key, []).extend(items)

    def lacks(self, unread: Unread) -> None:
        """Note something that could not be read."""
        with self._lock:
            self.unread.append(unread)

    def _refused(
        self, kind: Kind, verb: str, namespace: str | None, error: DdfargateError, name: str | None = None
    ) -> None:
        reason = "forbidden" if isinstance(error, ForbiddenError) else without_secrets(error.message)
        self.lacks(
            Unread(
                resource=kind.plural,
                key=kind.selection,
                verb=verb,
                namespace=namespace,
                name=name,
                reason=reason,
            )
        )

    def _tell(self, kind: Kind, seen: int, more: int | None) -> None:
        if self._progress is not None:
            of = f" of about {seen + more}" if more else ""
            self._progress(f"reading {kind.plural}: {seen}{of}")

    def in_parallel(self) -> AbstractContextManager[Run]:
        """A block that runs calls side by side: see `side_by_side`."""
        return self._threads.block()

    def trying(self) -> AbstractContextManager[Run]:
        """The same for dry-runs, which have threads of their own: what is read beside them does not wait."""
        return self._trying.block()

    def close(self) -> None:
        """End the threads. Calls under way end by their own timeouts."""
        self._threads.close()
        self._trying.close()
