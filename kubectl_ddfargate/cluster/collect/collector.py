"""The order of reading: what exists, then what it hangs on, then what new pods would be, then what those need."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial

import msgspec

from kubectl_ddfargate.cluster.collect import access, proving
from kubectl_ddfargate.cluster.collect.for_install import read_for_install
from kubectl_ddfargate.cluster.collect.kyverno import read_kyverno, read_kyverno_config
from kubectl_ddfargate.cluster.collect.logs import read_logs
from kubectl_ddfargate.cluster.collect.network import read_network
from kubectl_ddfargate.cluster.collect.reading import SOFT, Progress, Reading
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.cluster_agent import (
    COMPONENT,
    COMPONENT_LABEL,
    cluster_agents,
    is_meant_for_cluster_agent,
    runs_cluster_agent,
)
from kubectl_ddfargate.facts.fargate import is_waiting_for_a_node
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.variables import ConfigUse, config_uses, secrets_of
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model import kinds
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.kube.pods import Container, Pod
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.snapshot import DECODE, Scope, ServerVersion, Snapshot, Unread

FEW_NAMESPACES = 12
"""Up to so many namespaces are listed one by one; beyond, one list of the whole cluster is cheaper."""

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look at, and how far to go."""

    namespace: str | None = None
    selector: str | None = None
    prove: bool | None = None
    """True: dry-runs are asked for. None: where the caller may. False: none."""
    prove_all: bool = False
    """Dry-runs of all workloads, also of those whose template is not read, and of more than doctor asks for."""
    prove_only: WorkloadRef | None = None
    """The one workload that is looked at: a dry-run of it, and of no other."""
    for_install: tuple[str, ...] | None = None
    """Read what an install needs too. Holds the namespaces of workloads that the user named."""
    logs: bool = False
    """Read what the agents log, too."""
    service_cidr: str | None = None
    kubectl_flags: str = ""
    tool_version: str = ""


def collect(gateway: Gateway, wanted: Wanted, progress: Progress | None = None) -> Snapshot:
    """Read a cluster. Refusals are noted in the Snapshot; raises where the server cannot be asked at all."""
    reading = Reading(gateway, progress)
    try:
        return _collect(reading, wanted)
    finally:
        reading.close()


def _collect(reading: Reading, wanted: Wanted) -> Snapshot:
    gateway = reading.gateway
    # Alone and first: a server that cannot be asked is told once, not by four threads.
    version = gateway.get("/version", ServerVersion)
    flags = wanted.kubectl_flags
    if gateway.context and "--context" not in flags:
        flags = f"--context {shlex.quote(gateway.context)} {flags}".rstrip()
    snapshot = Snapshot(
        tool_version=wanted.tool_version,
        taken_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        context=gateway.context,
        server=gateway.server,
        server_version=version,
        scope=Scope(namespace=wanted.namespace, selector=wanted.selector),
        kubectl_flags=flags,
        proof_wanted=wanted.prove,
        service_cidr=wanted.service_cidr,
        groups=_groups(reading),
        objects=reading.objects,
        unread=reading.unread,
        missing=reading.missing,
    )
    _read_what_exists(reading, snapshot, wanted)
    _read_what_it_hangs_on(reading, set(wanted.for_install or ()))
    read_network(reading, snapshot)
    read_kyverno_config(reading, snapshot)
    proofs = proving.prove(reading, Index(snapshot), everything=wanted.prove_all, only=wanted.prove_only)
    snapshot = msgspec.structs.replace(snapshot, proofs=proofs)
    index = Index(snapshot)
    _read_what_agents_need(reading, index)
    if wanted.for_install is not None:
        read_for_install(reading, index, wanted.for_install)
    words = read_logs(reading, index) if wanted.logs else None
    answers = access.review(reading, index)
    for items in reading.objects.values():
        # Threads answer in any order; a report and a file do not.
        items.sort(key=lambda item: (item.namespace, item.name))
    for one in gateway.odd_objects:
        plural = one.path.rsplit("/", 1)[-1]
        reading.lacks(
            Unread(resource=plural, verb=DECODE, namespace=one.namespace or None, name=one.name, reason=one.reason)
        )
    return msgspec.structs.replace(snapshot, access=answers, agent_words=words)


def _read_what_exists(reading: Reading, snapshot: Snapshot, wanted: Wanted) -> None:
    also = f",{wanted.selector}" if wanted.selector else ""
    with reading.in_parallel() as run:
        run(reading.list, kinds.PODS, wanted.namespace, labels=PROFILE_LABEL + also)
        # Two disjoint lists: a pod with both marks comes once.
        run(
            reading.list,
            kinds.PODS,
            wanted.namespace,
            labels=f"!{PROFILE_LABEL}{also}",
            fields=f"spec.schedulerName={SCHEDULER}",
        )
        run(reading.list, kinds.CLUSTER_AGENT_PODS, labels=f"{COMPONENT_LABEL}={COMPONENT}")
        run(reading.list, kinds.SERVICES)
        run(reading.list, kinds.NAMESPACES, metadata_only=True)
        run(reading.list, kinds.WEBHOOKS)
        for kind in (kinds.POLICIES, kinds.BINDINGS, kinds.SERVICE_CIDRS):
            if snapshot.served(kind):
                run(reading.list, kind)
        if snapshot.as_served(kinds.DATADOG_AGENTS):
            run(reading.list, kinds.DATADOG_AGENTS)
        read_kyverno(run, reading, snapshot)


def _read_what_it_hangs_on(reading: Reading, named: set[str]) -> None:
    pods = [pod for pod in reading.objects.get(kinds.PODS.key, ()) if isinstance(pod, Pod)]
    owners = {(owner.kind, pod.namespace) for pod in pods if (owner := pod.metadata.owner())}
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
            for place in _places(places):
                run(reading.list, kind, place, fields=fields, metadata_only=kind is kinds.REPLICA_SETS)
    if not agents:
        _read_unlabelled_cluster_agents(reading)


def _read_unlabelled_cluster_agents(reading: Reading) -> None:
    """The pods of cluster agents that were installed by hand, without the installers' common label."""
    for item in reading.objects.get(kinds.DEPLOYMENTS.key, ()):
        if isinstance(item, TemplateOwner) and runs_cluster_agent(item) and item.spec.selector:
            labels = item.spec.selector.match_labels or {}
            text = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
            reading.list(kinds.CLUSTER_AGENT_PODS, item.namespace, labels=text)


def _places(namespaces: Iterable[str | None]) -> list[str | None]:
    found = sorted(set(namespaces), key=lambda name: name or "")
    return [None] if len(found) > FEW_NAMESPACES else found


def _read_what_agents_need(reading: Reading, index: Index) -> None:
    """Secrets and ConfigMaps, by the names that agents and the cluster agent use."""
    secrets: set[tuple[str, str]] = set()
    uses: dict[tuple[str, str], list[ConfigUse]] = {}
    for namespace, container in _containers(index):
        secrets |= {(namespace, name) for name in secrets_of(container)}
        for use in config_uses(container):
            uses.setdefault((namespace, use.config_map), []).append(use)
    with reading.in_parallel() as run:
        for place in sorted(secrets):
            run(reading.get, kinds.SECRETS, *place)
        for place in sorted(uses):
            run(reading.get_config_map, *place, partial(_variables, uses[place]))


def _variables(uses: Sequence[ConfigUse], key: str) -> list[str]:
    return [name for use in uses for name in use.variables(key)]


def _containers(index: Index) -> list[tuple[str, Container]]:
    found: list[tuple[str, Container]] = []
    try:
        found += [(group.namespace, group.container) for group in (*agents(index), *prospects(index))]
        for agent in cluster_agents(index):
            if agent.container is not None:
                found.append((agent.namespace, agent.container))
    except NotReadError:
        pass  # the checks that need it will say so
    return found


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


def _groups(reading: Reading) -> dict[str, list[str]] | None:
    """Which of the kinds that doctor knows the server serves, by aggregated discovery (GA in 1.30).

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
