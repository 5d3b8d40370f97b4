"""Reads what exists: the pods that matter, what they hang on, and what may stand in their way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future

from kubectl_ddfargate.cluster.collect.kyverno import read_kyverno
from kubectl_ddfargate.cluster.collect.network import read_network
from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.facts.cluster_agent import (
    COMPONENT,
    COMPONENT_LABEL,
    is_meant_for_cluster_agent,
    runs_cluster_agent,
)
from kubectl_ddfargate.facts.fargate import is_waiting_for_a_node
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.snapshot import Snapshot

FEW_NAMESPACES = 12
"""Up to so many namespaces are listed one by one; beyond, one list of the whole cluster is cheaper."""
MOST_OF_THEM = 3
"""It is cheaper too where more than two are wanted and they are a third of all."""


def begin_pods(run: Run, reading: Reading, namespace: str | None, selector: str | None) -> list[Future[None]]:
    """What decides on all that is read after it: pods, and the Services that may lead to a cluster agent."""
    also = f",{selector}" if selector else ""
    return [
        run(reading.list, kinds.PODS, namespace, labels=PROFILE_LABEL + also),
        # Two disjoint lists: a pod with both marks comes once.
        run(
            reading.list,
            kinds.PODS,
            namespace,
            labels=f"!{PROFILE_LABEL}{also}",
            fields=f"spec.schedulerName={SCHEDULER}",
        ),
        run(reading.list, kinds.CLUSTER_AGENT_PODS, labels=f"{COMPONENT_LABEL}={COMPONENT}"),
        run(reading.list, kinds.SERVICES),
    ]


def begin_others(run: Run, reading: Reading) -> Future[None]:
    """What every cluster serves. Gives that of the namespaces: how the rest is listed hangs on their number."""
    namespaces = run(reading.list, kinds.NAMESPACES, metadata_only=True)
    run(reading.list, kinds.WEBHOOKS)
    return namespaces


def begin_what_is_served(run: Run, reading: Reading, snapshot: Snapshot) -> None:
    """Kinds that a cluster may not know."""
    for kind in (kinds.POLICIES, kinds.BINDINGS, kinds.SERVICE_CIDRS):
        if snapshot.served(kind):
            run(reading.list, kind)
    if snapshot.as_served(kinds.DATADOG_AGENTS):
        run(reading.list, kinds.DATADOG_AGENTS)
    read_kyverno(run, reading, snapshot)


def read_what_pods_hang_on(reading: Reading, snapshot: Snapshot, named: set[str]) -> None:
    """Owners, endpoints, events and NetworkPolicies, once pods and Services are there. `named`: namespaces."""
    pods = [pod for pod in reading.objects.get(kinds.PODS.key, ()) if isinstance(pod, Pod)]
    owners = {(owner.kind, pod.namespace) for pod in pods if (owner := pod.metadata.owner())}
    if snapshot.proof_wanted is not False:
        reading.templates.want(frozenset(_workloads(pods)))
    agents = reading.objects.get(kinds.CLUSTER_AGENT_PODS.key, ())
    known = {item.namespace for item in (*pods, *agents)}
    reading.list_in_parts(kinds.SERVICES, known)
    services = [item for item in reading.objects.get(kinds.SERVICES.key, ()) if isinstance(item, Service)]
    meant = {service.namespace for service in services if is_meant_for_cluster_agent(service)}
    meant |= {pod.namespace for pod in agents}
    owned = {kind: {place for owner, place in owners if owner == kind} for kind, _ in owners}
    deployments = owned.get("ReplicaSet", set()) | meant | named
    with reading.in_parallel() as run:
        for kind, places in (
            (kinds.REPLICA_SETS, owned.get("ReplicaSet", set())),
            # Where nothing points to a cluster agent, all Deployments are looked through for one.
            (kinds.DEPLOYMENTS, deployments if meant or not pods else {None}),
            (kinds.STATEFUL_SETS, owned.get("StatefulSet", set()) | named),
            (kinds.JOBS, owned.get("Job", set())),
            (kinds.CRON_JOBS, owned.get("Job", set())),
            (kinds.ENDPOINT_SLICES, meant),
            (kinds.EVENTS, {pod.namespace for pod in pods if is_waiting_for_a_node(pod)}),
        ):
            fields = "reason=FailedScheduling" if kind is kinds.EVENTS else None
            metadata_only = kind is kinds.REPLICA_SETS
            if fields is None and _is_most(places, reading):
                run(reading.list_together, kind, sorted(map(str, places)), metadata_only=metadata_only)
                continue
            for place in _places(places):
                run(reading.list, kind, place, fields=fields, metadata_only=metadata_only)
        if agents:
            run(read_network, reading, snapshot)
    if not agents:
        _read_unlabelled_cluster_agents(reading)
        read_network(reading, snapshot)


def _read_unlabelled_cluster_agents(reading: Reading) -> None:
    """The pods of cluster agents that were installed by hand, without the installers' common label."""
    for item in reading.objects.get(kinds.DEPLOYMENTS.key, ()):
        if isinstance(item, TemplateOwner) and runs_cluster_agent(item) and item.spec.selector:
            labels = item.spec.selector.match_labels or {}
            text = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
            reading.list(kinds.CLUSTER_AGENT_PODS, item.namespace, labels=text)


def _workloads(pods: Iterable[Pod]) -> Iterator[tuple[str, str]]:
    """Namespace and name of what may have made the pods: their owners, and what is named so before a last part."""
    for pod in pods:
        if (owner := pod.metadata.owner()) and owner.name:
            yield pod.namespace, owner.name
            yield pod.namespace, owner.name.rpartition("-")[0]


def _is_most(places: Collection[str | None], reading: Reading) -> bool:
    """Whether few namespaces are wanted, and yet a good part of all."""
    every = len(reading.objects.get(kinds.NAMESPACES.key, ()))
    wanted = len(places)
    return 2 < wanted <= FEW_NAMESPACES and None not in places and wanted * MOST_OF_THEM >= every > 0


def _places(namespaces: Iterable[str | None]) -> list[str | None]:
    found = sorted(set(namespaces), key=lambda name: name or "")
    return [None] if len(found) > FEW_NAMESPACES else found
