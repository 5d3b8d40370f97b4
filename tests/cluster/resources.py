"""Which kinds the API server has, and under which path each stands (discovery)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True)
class Resource:
    """One resource: `group` is empty for the core group."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: tuple[str, ...]
    short_names: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """As it stands in a manifest."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The URL path of the collection, or of one object."""
        parts = ["/apis" if self.group else "/api", self.api_version]
        if self.namespaced and (namespace or name):
            parts += ["namespaces", namespace or "default"]
        parts.append(self.plural)
        return "/".join([*parts, name] if name else parts)


class Resources:
    """The resources of one server, read once and again when something unknown is asked for."""

    def __init__(self, request: Callable[..., Any]) -> None:
        self._request = request
        self._known: Sequence[Resource] = ()

    def refresh(self) -> Sequence[Resource]:
        """Read them anew."""
        self._known = [
            resource
            for root in ("/api", "/apis")
            for group in self._request("GET", root, Accept=_AGGREGATED)["items"]
            for resource in _of_group(group)
        ]
        return self._known

    def find(self, kind: str, api_version: str | None = None) -> Resource:
        """The resource of a kind, plural, short name or `plural.group`. Raises LookupError."""
        for known in (self._known, None):
            for resource in self.refresh() if known is None else known:
                if _is(resource, kind) and api_version in {None, resource.api_version}:
                    return resource
        raise LookupError(f"the server has no {kind} ({api_version or 'any version'})")


def _is(resource: Resource, kind: str) -> bool:
    wanted = kind.lower()
    names = {resource.kind.lower(), resource.plural, *resource.short_names}
    return wanted in names or wanted == f"{resource.plural}.{resource.group}"


def _of_group(group: dict[str, Any]) -> list[Resource]:
    name = group["metadata"].get("name", "")
    return [
        Resource(
            group=name,
            version=version["version"],
            kind=entry["responseKind"]["kind"],
            plural=entry["resource"],
            namespaced=entry["scope"] == "Namespaced",
            verbs=tuple(entry["verbs"]),
            short_names=tuple(entry.get("shortNames", ())),
        )
        for version in group["versions"]
        for entry in version.get("resources", ())
    ]
