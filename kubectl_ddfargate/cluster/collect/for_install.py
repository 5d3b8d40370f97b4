"""What only an install needs to know: Secrets that targets may have already, all of RBAC, taken addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.design import SECRET
from kubectl_ddfargate.model.snapshot import Snapshot


def begin_for_install(run: Run, reading: Reading) -> None:
    """What waits for nothing."""
    for kind in (kinds.CLUSTER_ROLES, kinds.CLUSTER_ROLE_BINDINGS):
        run(reading.list, kind)


def begin_taken_addresses(run: Run, reading: Reading, snapshot: Snapshot) -> None:
    """The addresses that something else than a Service holds."""
    if snapshot.served(kinds.SERVICE_CIDRS):  # IPAddresses are of the same group, since the same release
        run(reading.list, kinds.IP_ADDRESSES, metadata_only=True)


def read_copies(
    run: Run, reading: Reading, index: Index, namespaces: Iterable[str], asked: Collection[tuple[str, str]]
) -> None:
    """The Secrets, for the namespaces that are named beside those of the workloads on Fargate.

    `asked`: namespace and name of those that are being read anyway.
    """
    places = set(namespaces)
    with suppress(NotReadError):  # then the plan cannot be made, and says so
        places |= {workload.ref.namespace for workload in fargate_workloads(index)}
    for place in sorted(places):
        if (place, SECRET) not in asked:
            run(reading.get, kinds.SECRETS, place, SECRET)
