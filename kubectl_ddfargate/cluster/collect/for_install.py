"""What only an install needs to know: Secrets that targets may have already, all of RBAC, taken addresses."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.design import SECRET
from kubectl_ddfargate.model.kinds import Kind


def read_for_install(reading: Reading, index: Index, namespaces: Iterable[str]) -> None:
    """Read it, for the namespaces that are named beside those of the workloads on Fargate."""
    named = set(namespaces)
    try:
        places = {workload.ref.namespace for workload in fargate_workloads(index)} | named
    except NotReadError:
        places = named
    asked = {(one.namespace, one.name) for one in reading.objects.get(kinds.SECRETS.key, ())}
    asked |= {(one.namespace, one.name) for one in reading.missing if one.resource == kinds.SECRETS.plural}
    asked |= {
        (one.namespace or "", one.name or "") for one in reading.unread if one.resource == kinds.SECRETS.plural
    }
    with reading.in_parallel() as run:
        for place in sorted(places):
            if (place, SECRET) not in asked:
                run(reading.get, kinds.SECRETS, place, SECRET)
        for kind in (kinds.CLUSTER_ROLES, kinds.CLUSTER_ROLE_BINDINGS):
            if not _tried(reading, kind):
                run(reading.list, kind)
        if index.snapshot.served(kinds.SERVICE_CIDRS):  # IPAddresses are of the same group, since the same release
            run(reading.list, kinds.IP_ADDRESSES, metadata_only=True)


def _tried(reading: Reading, kind: Kind) -> bool:
    return kind.key in reading.objects or any(entry.resource == kind.plural for entry in reading.unread)
