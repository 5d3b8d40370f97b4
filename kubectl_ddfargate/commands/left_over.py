"""The pods in which our agent is left, once nothing of ours injects it any more."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.commands.still_needed import host_address
from kubectl_ddfargate.facts.agents import NATIVE_NAME, agents_in
from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outdated import Outdated, Reason, needs_restart
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.design import CONTAINER
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.pods import Container, Pod, PodSpec

_ROLLED = (DEPLOYMENTS.kind, STATEFUL_SETS.kind)


def left_over(index: Index) -> tuple[Outdated, ...]:
    """The workloads whose pods have our agent by admission, and would come without it now; CoreDNS last.

    What is outdated in another way is not for an uninstall to roll.
    """
    outdated = needs_restart(index, fargate_workloads(index))
    return tuple(one for one in outdated if one.reason is Reason.LEFT_OVER and _is_in(one.pods))


def injected(index: Index) -> tuple[WorkloadRef, ...]:
    """The workloads that a rollout would free of our agent once the policy is gone, CoreDNS last."""
    found = [one for one in fargate_workloads(index) if one.ref.kind in _ROLLED and _came(index, one)]
    return tuple(one.ref for one in sorted(found, key=lambda one: (is_cluster_dns(one, index), one.ref)))


def _came(index: Index, workload: Workload) -> bool:
    """Whether our agent is in its pods and not in its template."""
    template = template_of(index, workload.ref)
    return template is not None and not _has(template.spec) and _is_in(workload.pods)


def _is_in(pods: Iterable[Pod]) -> bool:
    return any(_has(pod.spec) for pod in pods)


def _has(spec: PodSpec) -> bool:
    return any(is_our_agent(one) for one in agents_in(spec))


def is_our_agent(container: Container) -> bool:
    """Whether an agent came by us: by its name, and by an address for its URL.

    Others call it so too, and write a DNS name, as Datadog's webhook does by itself (DataDog/datadog-agent
    agent_sidecar.go). We always give an address.
    """
    if container.name not in (CONTAINER, NATIVE_NAME):
        return False
    url = next((one.value for one in container.env or () if one.name == URL_VARIABLE), None)
    return host_address(url or "") is not None
