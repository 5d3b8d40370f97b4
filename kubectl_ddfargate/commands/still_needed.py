"""Which pods refer to an object that is about to go: those that run, on Fargate or not, and those still to come.

A policy takes pods by their labels, wherever they run; so a target may have pods on EC2 alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.owned import Owned
from kubectl_ddfargate.facts.agents import AgentGroup, agents, groups_of, has_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.facts.service_range import Address
from kubectl_ddfargate.facts.variables import secrets_of, text_of, variable
from kubectl_ddfargate.facts.workloads import WorkloadRef, owner_of
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.pods import Pod

_SECRETS = ("Secret", "ExternalSecret")


def elsewhere(index: Index, gateway: Gateway, owned: Iterable[Owned]) -> tuple[AgentGroup, ...]:
    """The agents that do not run on Fargate, in the namespaces that something of ours is for.

    Raises ForbiddenError where pods may not be listed there.
    """
    places = {one.ref.namespace for one in owned if one.ref.kind in _SECRETS}
    places |= {namespace for one in owned for namespace, _ in one.subjects if namespace}
    known = {(pod.namespace, pod.name) for one in fargate_workloads(index) for pod in one.pods}
    found: dict[WorkloadRef, list[Pod]] = {}
    for place in sorted(places):
        for pod in gateway.list(PODS.path(place), Pod):
            gone = pod.finished or pod.metadata.deletion_timestamp is not None
            if not gone and has_agent(pod.spec) and (pod.namespace, pod.name) not in known:
                found.setdefault(owner_of(index, pod), []).append(pod)
    return tuple(group for ref, pods in sorted(found.items()) for group in groups_of(Workload(ref, tuple(pods))))


def needed_by(index: Index, one: Owned, others: Iterable[AgentGroup] = ()) -> tuple[str, ...]:
    """The workloads whose agents use it, of `others` too; empty for what nobody uses."""
    groups = (*agents(index), *others)
    return tuple(dict.fromkeys(group.ref.address for group in groups if _uses(index, group, one)))


def awaited_by(index: Index, one: Owned, coming: Mapping[WorkloadRef, AgentGroup | None]) -> tuple[str, ...]:
    """The workloads whose next pods would use it: in a second from now such a pod may be there.

    Where it is not known what comes, all that such a pod could refer to is taken for needed.
    """
    return tuple(
        ref.address
        for ref, group in coming.items()
        if (_could_use(ref, one) if group is None else _uses(index, group, one))
    )


def _could_use(ref: WorkloadRef, one: Owned) -> bool:
    if one.ref.kind in _SECRETS:
        return ref.namespace == one.ref.namespace
    if one.ref.kind == "ClusterRoleBinding":
        return any(namespace == ref.namespace for namespace, _ in one.subjects)
    return one.ref.kind == "Service"


def _uses(index: Index, group: AgentGroup, one: Owned) -> bool:
    kind = one.ref.kind
    if kind in _SECRETS:
        return group.namespace == one.ref.namespace and one.ref.name in secrets_of(group.container)
    if kind == "Service":
        url = text_of(variable(index, group.namespace, group.container, URL_VARIABLE)) or ""
        return host_address(url) in addresses_of(one.spec or {})
    return kind == "ClusterRoleBinding" and (group.namespace, group.service_account) in one.subjects


def host_address(url: str) -> Address | None:
    """The IP address that a URL leads to; None where its host is a name, or none at all."""
    try:
        # The agent adds the scheme where none stands.
        return _address(urlsplit(url if "://" in url else f"https://{url}").hostname or "")
    except ValueError:
        return None


def addresses_of(spec: Mapping[str, Any]) -> set[Address]:
    """The cluster IPs of a Service; none where it is headless."""
    written = (spec.get("clusterIP"), *(spec.get("clusterIPs") or ()))
    return {address for text in written if text and (address := _address(text)) is not None}


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
