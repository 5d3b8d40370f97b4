"""Finds and deletes whatever a cluster holds, of any kind that the server knows.

Everything is deleted by name *and* uid, so that an object which came anew under an old name is never hit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .api import Api, ApiError
from .resources import Resource

_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_MERGE = "application/merge-patch+json"
# They go by themselves with what they belong to.
_FOLLOWERS = {"apiservices", "ipaddresses", "servicecidrs", "componentstatuses", "leases"}
# The same objects under another group's name.
_TWINS = {("", "events"), ("", "endpoints")}
# Gone meanwhile, come anew, or not yet ready to go: the next round sees.
_EXPECTED = {404, 409, 422}


@dataclass(frozen=True)
class Found:
    """One object, as much as is needed to delete it."""

    resource: Resource
    namespace: str | None
    name: str
    uid: str
    finalizers: tuple[str, ...]
    managers: frozenset[str]
    ending: bool

    @property
    def path(self) -> str:
        """Its URL path."""
        return self.resource.path(self.namespace, self.name)

    @property
    def plural(self) -> str:
        """The API's name of its kind."""
        return self.resource.plural


class Sweep:
    """Lists and deletes by several requests at once. Not to be used by its own threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="sweep")
        self._resources: Sequence[Resource] = ()

    def learn(self) -> None:
        """Read which kinds there are; to be called again when custom ones came or went."""
        found = {
            (resource.group, resource.plural): resource
            # Reversed: of several versions the preferred one, which comes first, shall win.
            for resource in reversed(self._api.all_resources())
            if {"list", "delete"} <= set(resource.verbs) and resource.plural not in _FOLLOWERS
        }
        self._resources = [resource for key, resource in found.items() if key not in _TWINS]

    def find(self, namespace: str | None = None, *, only: Collection[str] | None = None) -> list[Found]:
        """Everything in the cluster, or in one namespace; `only` of these plurals."""
        wanted = [
            resource
            for resource in self._resources
            if (resource.namespaced or namespace is None) and (only is None or resource.plural in only)
        ]
        lists = self._threads.map(lambda resource: self._list(resource, namespace), wanted)
        return [one for listed in lists for one in listed]

    def delete(self, objects: Iterable[Found], *, by_force: bool = False) -> None:
        """Ask for the deletion of all; `by_force` takes away finalizers that nobody else will."""
        list(self._threads.map(lambda one: self._delete(one, by_force=by_force), objects))

    def finalize(self, namespace: Found) -> None:
        """Let an emptied namespace go, as the namespace controller does."""
        metadata = {"name": namespace.name, "uid": namespace.uid}
        with _expected():
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
            self._api.request("PUT", f"{namespace.path}/finalize", body)

    def _list(self, resource: Resource, namespace: str | None) -> list[Found]:
        try:
            listed = self._api.request("GET", resource.path(namespace), Accept=_NAMES_ONLY)
        except ApiError as error:
            # A custom resource whose definition is going.
            if error.status in {404, 405}:
                return []
            raise
        return [found(resource, item["metadata"]) for item in listed["items"] or ()]

    def _delete(self, one: Found, *, by_force: bool) -> None:
        # Each request costs the server a look at all the schemas of an engine: seconds, if it is asked again.
        if one.ending and one.plural == "customresourcedefinitions" and not by_force:
            return
        with _expected():
            if one.finalizers and by_force:
                patch = {"metadata": {"uid": one.uid, "finalizers": None}}
                self._api.request("PATCH", one.path, patch, **{"Content-Type": _MERGE})
            options: dict[str, Any] = {"propagationPolicy": "Background", "preconditions": {"uid": one.uid}}
            if one.plural == "pods":
                options["gracePeriodSeconds"] = 0
            self._api.request("DELETE", one.path, options)


def found(resource: Resource, metadata: Mapping[str, Any]) -> Found:
    """An object from its metadata."""
    return Found(
        resource=resource,
        namespace=metadata.get("namespace"),
        name=metadata["name"],
        uid=metadata["uid"],
        finalizers=tuple(metadata.get("finalizers", ())),
        managers=frozenset(entry["manager"] for entry in metadata.get("managedFields", ())),
        ending="deletionTimestamp" in metadata,
    )


@contextlib.contextmanager
def _expected() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        if error.status not in _EXPECTED:
            raise
