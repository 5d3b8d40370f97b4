"""Pods that the sidecar makes too large for Fargate (605)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import change
from kubectl_ddfargate.checks.size import smaller_agent, told_room
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.agent_size import outgrown
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.outgrown import too_large
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF605",
    "Pods fit into Fargate with their agents",
    trouble="The agent makes pods outgrow Fargate",
    severity=Severity.ERROR,
    category=Category.SIZE,
    over=each_workload,
    needs=(PODS,),
)
def fits_into_fargate(index: Index, workload: Workload) -> Problem | None:
    """With its agent a pod requests more than the largest size that Fargate sells; without it, it does not.

    Symptom: none today: pods that run go on. The next one stays Pending, whatever makes it: a rollout, a scale-out,
        a node that AWS replaces.
    Why: the largest size is 16 vCPU and 120 GB, of which 256 MB are the node's own. An application near it leaves
        no room for what the agent requests.
    Verified: what the server's dry-run says that a pod made today would be, and the pods that are there, against
        AWS's table.
    Fix: let the agent request less; where no agent has room, let the application request less, or leave its pods
        out: label `ddfargate/inject: "false"`.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
    """
    group = too_large(index, workload)
    found = outgrown(group.spec) if group is not None else None
    if group is None or found is None:
        return None
    seen = Evidence(
        object=workload.ref.address,
        path=f"spec.containers[{group.container.name}].resources.requests",
        observed=f"{found.before} vCPU/GB without the agent, and no size is large enough with it",
        expected=told_room(found) if found.least is not None else "an application that leaves room for an agent",
    )
    return Problem(
        message="with the agent, new pods outgrow the largest size of Fargate and would not start",
        evidence=(seen,),
        fix=smaller_agent(index, group, found)
        if found.least is not None
        else Fix(commands=(change(index, workload.ref),)),
    )
