"""Whether the sidecar runs (704)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import each_agent
from kubectl_ddfargate.facts.agent_state import Trouble, trouble_of
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.secret_facts import waits_for_secret
from kubectl_ddfargate.model.kinds import PODS, SECRETS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

CONFIG_ERROR = "CreateContainerConfigError"
KILLED = "OOMKilled"


@check(
    "DDF704",
    "Agent containers run",
    trouble="Agent containers do not run",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=each_agent,
    needs=(PODS, SECRETS),
    nothing="no agent on Fargate",
)
def container_runs(index: Index, group: AgentGroup) -> Problem | None:
    """The agent's container crashes, was killed for memory, or waits.

    Symptom: the pod is not Ready, so it leaves its Services. For CoreDNS that is DNS.
    Why: as the kubelet says. A container that waits for a Secret which is missing is not reported here: DDF401 or
        DDF402 names the cause.
    Verified: the container's status.
    Fix: look at the container's last words; where it was killed for memory, raise its limit.
    Sources: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
    """
    troubled = [(pod, found) for pod in group.pods if (found := trouble_of(pod, group.container.name))]
    if not troubled or _follows_from_secret(index, group, troubled):
        return None
    pod, trouble = troubled[0]
    seen = Evidence(
        object=f"pod/{pod.name} -n {pod.namespace}",
        path=f"status.containerStatuses[{group.container.name}]",
        observed=trouble.shown,
        expected="running",
    )
    logs = ("logs", pod.name, "-n", pod.namespace, "-c", group.container.name)
    previous = ("--previous",) if trouble.ran else ()
    look = (
        kubectl(index, *logs, *previous) if trouble.ran else kubectl(index, "describe", "pod", pod.name, *logs[2:4])
    )
    return Problem(
        message=f"agent containers do not run: {trouble.reason}",
        evidence=(seen, *_memory(group, trouble)),
        fix=Fix(commands=(look,)),
        pods=tuple(pod for pod, _ in troubled),
    )


def _memory(group: AgentGroup, trouble: Trouble) -> tuple[Evidence, ...]:
    """The limit that was too small, where that is the trouble."""
    if trouble.reason != KILLED:
        return ()
    limit = ((group.container.resources.limits if group.container.resources else None) or {}).get("memory")
    path = f"spec.containers[{group.container.name}].resources.limits.memory"
    observed = str(limit) if limit is not None else "not set"
    return (Evidence(object=group.ref.address, path=path, observed=observed, expected="more memory"),)


def _follows_from_secret(index: Index, group: AgentGroup, troubled: list[tuple[Pod, Trouble]]) -> bool:
    if any(trouble.reason != CONFIG_ERROR for _, trouble in troubled):
        return False
    try:
        return waits_for_secret(index, group)
    except NotReadError:
        return False  # what the kubelet says is certain, whatever the cause
