"""Where the API serves a kind: by discovery, asked once for each group version that was not seen before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import NotFoundError
from kubectl_ddfargate.model.kinds import KINDS
from kubectl_ddfargate.model.kube.meta import Record


class _Resource(Record, frozen=True):
    name: str = ""
    kind: str = ""
    namespaced: bool = False


class _ResourceList(Record, frozen=True):
    resources: list[_Resource] | None = None


class ServedKind(msgspec.Struct, frozen=True):
    """A kind, and its place in the API."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool

    @property
    def group(self) -> str:
        """Empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def resource(self) -> str:
        """`deployments.apps`, as kubectl takes it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str = "", name: str = "") -> str:
        """The URL path of the collection, or of one object."""
        place = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{root(self.api_version)}{place}/{self.plural}" + (f"/{name}" if name else "")


def root(api_version: str) -> str:
    """`/api/v1` or `/apis/apps/v1`."""
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


class Served:
    """A memory of what was asked."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: dict[str, dict[str, ServedKind]] = {}
        self._seen: dict[tuple[str, str], ServedKind] = {}

    def know(self, groups: Mapping[str, Collection[str]]) -> None:
        """Take over what a discovery before has seen: group version → plurals of kinds that the tool reads."""
        for one in KINDS:
            for version in (one.version, *one.older):
                api_version = f"{one.group}/{version}" if one.group else version
                if one.plural in groups.get(api_version, ()):
                    kind = ServedKind(api_version, one.kind, one.plural, one.namespaced)
                    self._seen[api_version, one.kind] = kind

    def find(self, api_version: str, kind: str) -> ServedKind | None:
        """The kind; None where the server does not know it."""
        if (seen := self._seen.get((api_version, kind))) is not None:
            return seen
        if api_version not in self._known:
            self._known[api_version] = self._ask(api_version)
        return self._known[api_version].get(kind)

    def _ask(self, api_version: str) -> dict[str, ServedKind]:
        try:
            found = self._gateway.get(root(api_version), _ResourceList)
        except NotFoundError:
            return {}
        return {
            one.kind: ServedKind(api_version, one.kind, one.name, one.namespaced)
            for one in found.resources or ()
            if "/" not in one.name
        }
