"""The cluster agent itself (201, 202)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import (
    ROUTE_NEEDS,
    WholeCluster,
    a_cluster_with_fargate,
    each_connected_agent,
    each_used_service,
    object_subject,
    users_of,
)
from kubectl_ddfargate.facts.cluster_agent import COMPONENT, COMPONENT_LABEL, ClusterAgent, cluster_agent
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.service_health import FaultKind, service_fault, stable_selector
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, PODS, SERVICES
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF201",
    "There is a cluster agent",
    trouble="There is no cluster agent",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=a_cluster_with_fargate,
    needs=(PODS, DEPLOYMENTS, SERVICES),
)
def exists(index: Index, _: WholeCluster) -> Problem | None:
    """No cluster agent was found, neither the Operator's nor Helm's nor any other.

    Symptom: sidecars report that they cannot reach it, and Kubernetes resources are missing in Datadog.
    Why: it was not installed, or it was removed.
    Verified: pods and templates with the label `agent.datadoghq.com/component: cluster-agent` or a container of
        that name or image, and Services that select or name it. Unreachable endpoints of sidecars are not
        reported beside this: they follow from it.
    Fix: install it with the Datadog Operator or the Helm chart.
    Sources: https://docs.datadoghq.com/containers/cluster_agent/setup/
    """
    if cluster_agent(index) is not None:
        return None
    users = users_of(each_connected_agent(index))
    seen = Evidence(
        object="the cluster", path="deployments, services", observed="no cluster agent", expected="a cluster agent"
    )
    search = ("get", "deployments,pods", "-A", "-l", f"{COMPONENT_LABEL}={COMPONENT}")
    return Problem(
        message="no cluster agent Deployment or Service was found; the agents of these workloads have nowhere to go"
        if users
        else "no cluster agent Deployment or Service was found",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, *search),)),
        subjects=users,
    )


@check(
    "DDF202",
    "The cluster agent is ready",
    trouble="The cluster agent is not ready",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=a_cluster_with_fargate,
    needs=ROUTE_NEEDS,
)
def is_ready(index: Index, _: WholeCluster) -> Problem | None:
    """The cluster agent has no ready pod, or a Service of it no ready endpoint.

    Symptom: connection refused or timed out from every sidecar.
    Why: its pods do not start, crash, or fail their probes.
    Verified: the condition Ready of its pods; the EndpointSlices of the Services that agents use.
    Fix: look at its pods and their logs.
    Sources: https://docs.datadoghq.com/containers/troubleshooting/cluster-agent/
    """
    agent = cluster_agent(index)
    if agent is None:
        return None
    fix = _look_at(index, agent)
    if agent.ready_pods == 0:
        if agent.deployment is not None and agent.deployment.spec.replicas == 0:
            up = ("scale", f"deployment/{agent.deployment.name}", "-n", agent.namespace, "--replicas=1")
            fix = Fix(commands=(kubectl(index, *up),))
        observed = f"0 of {len(agent.pods)} pods ready" if agent.pods else "no pod"
        seen = Evidence(
            object=agent.address, path="status.readyReplicas", observed=observed, expected="at least one ready pod"
        )
        subject = object_subject(agent.deployment, DEPLOYMENTS) if agent.deployment else None
        subjects = ((subject,) if subject else ()) + users_of(each_connected_agent(index))
        return Problem(message="the cluster agent has no ready pod", evidence=(seen,), fix=fix, subjects=subjects)
    for used in each_used_service(index):
        fault = service_fault(index, used.agent, used.service, used.port)
        if fault is not None and fault.kind is FaultKind.NOT_READY:
            where = f"service/{used.service.name} -n {used.service.namespace}"
            seen = Evidence(object=where, path=fault.path, observed=fault.observed, expected=fault.expected)
            return Problem(
                message="a Service of the cluster agent has no ready endpoint",
                evidence=(seen,),
                fix=_look_at(index, used.agent),
                subjects=(object_subject(used.service, SERVICES), *users_of(used.users)),
            )
    return None


def _look_at(index: Index, agent: ClusterAgent) -> Fix:
    look = ("get", "pods", "-n", agent.namespace, "-l", _selector_text(stable_selector(agent)))
    return Fix(commands=(kubectl(index, *look), kubectl(index, "describe", *agent.address.split())))


def _selector_text(selector: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
