"""What an agent's own resources say to Fargate and to its neighbours (603, 604)."""

from __future__ import annotations

from kubectl_ddfargate.checks.amounts import fitting_limit
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.resources import use_resources
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agent_size import SMALLEST_LIMIT, can_live
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_AGENT = "no agent on Fargate"


@check(
    "DDF603",
    "Agents have a memory limit that they can live with",
    trouble="An agent has no memory limit, or too small a one",
    severity=Severity.WARNING,
    category=Category.SIZE,
    over=each_agent_now_or_next,
    needs=(PODS,),
    nothing=NO_AGENT,
)
def memory_limit(index: Index, group: AgentGroup) -> Problem | None:
    """The agent has no memory limit, or one below 128Mi.

    Symptom: without a limit a leak of the agent takes the memory of the application; with a small one the agent is
        killed again and again.
    Why: a Fargate pod has one node for itself, so all that protects the application from its sidecar is the limit.
    Verified: the container's limits.
    Fix: set a limit; 256Mi is what Datadog's own injection sets.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/; DataDog/datadog-agent
        pkg/clusteragent/admission/mutate/agent_sidecar
    """
    if can_live(group.container):
        return None
    resources = group.container.resources
    limit = ((resources.limits if resources else None) or {}).get("memory")
    seen = Evidence(
        object=group.ref.address,
        path=f"spec.containers[{group.container.name}].resources.limits.memory",
        observed="not set" if limit is None else str(limit),
        expected=f"at least {SMALLEST_LIMIT}",
    )
    what = "no memory limit" if limit is None else f"a memory limit below {SMALLEST_LIMIT}"
    fix = use_resources(index, group, limits={"memory": fitting_limit(group.container)})
    return Problem(message=f"the agent has {what}", evidence=(seen,), fix=fix)


@check(
    "DDF604",
    "Agents count for Fargate's size",
    trouble="An agent may not count for Fargate's size",
    severity=Severity.INFO,
    category=Category.SIZE,
    over=each_agent_now_or_next,
    needs=(PODS,),
    nothing=NO_AGENT,
)
def counted_by_fargate(index: Index, group: AgentGroup) -> Problem | None:
    """The agent is a native sidecar: an init container that keeps running.

    Symptom: the pod may be given less than it needs.
    Why: AWS's text counts init containers and containers apart, and says nothing of init containers that keep
        running.
    Verified: `restartPolicy: Always` of an init container.
    Fix: compare `CapacityProvisioned` of a pod with what its containers request, or use a plain container.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html;
        kubernetes-sigs/karpenter issue 479
    """
    if not is_native_sidecar(group.spec, group.container):
        return None
    seen = Evidence(
        object=group.ref.address,
        path=f"spec.initContainers[{group.container.name}].restartPolicy",
        observed="Always",
        expected="a plain container, where the size matters",
    )
    look = ("get", "pods", "-n", group.namespace, "-o")
    columns = "custom-columns=NAME:.metadata.name,SIZE:.metadata.annotations.CapacityProvisioned"
    return Problem(
        message="the agent is an init container that keeps running; Fargate may not count what it requests",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, *look, columns),)),
    )
