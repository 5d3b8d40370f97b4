"""Asks which of the kinds that doctor knows the server serves, by aggregated discovery (GA in 1.30)."""

from __future__ import annotations

from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.snapshot import Unread

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


class _Resource(Record, frozen=True):
    resource: str = ""


class _Version(Record, frozen=True):
    version: str = ""
    resources: list[_Resource] | None = None


class _GroupName(Record, frozen=True):
    name: str | None = None


class _Group(Record, frozen=True):
    metadata: _GroupName = _GroupName()
    versions: list[_Version] | None = None


class _GroupList(Record, frozen=True):
    items: list[_Group] | None = None


def served_groups(reading: Reading) -> dict[str, list[str]] | None:
    """Group version → the plurals of known kinds that it serves.

    None where discovery was refused: that nothing is listed would then say nothing.
    """
    known = {kind.plural for kind in kinds.KINDS}
    found: dict[str, list[str]] = {}
    for path in ("/api", "/apis"):
        try:
            groups = reading.gateway.get(path, _GroupList, accept=DISCOVERY)
        except SOFT as error:
            reading.lacks(Unread(resource=path, verb="get", reason=error.message))
            return None
        for group in groups.items or ():
            for version in group.versions or ():
                name = group.metadata.name
                key = f"{name}/{version.version}" if name else version.version
                plurals = [entry.resource for entry in version.resources or () if entry.resource in known]
                if plurals:
                    found[key] = plurals
    return found
