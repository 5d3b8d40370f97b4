"""What the sidecar does to the size of a Fargate pod (601, 602)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.amounts import amounts_elsewhere
from kubectl_ddfargate.checks.container_changes import in_template
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.resources import use_resources
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next, each_workload
from kubectl_ddfargate.facts.agent_size import Room, fitting, growth, no_more
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.prices import told_difference
from kubectl_ddfargate.facts.sizing import Size, needed_size, provisioned_size
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_AGENT = "no agent on Fargate"


@check(
    "DDF601",
    "Agents fit into the size that the workload has without them",
    trouble="The agent pushes pods to a larger Fargate size",
    severity=Severity.WARNING,
    category=Category.SIZE,
    over=each_agent_now_or_next,
    needs=(PODS,),
    nothing=NO_AGENT,
)
def keeps_the_size(index: Index, group: AgentGroup) -> Problem | None:
    """The agent's requests push the pod to the next size that Fargate sells, and to its price, without need.

    Symptom: the pod costs up to twice as much as before.
    Why: Fargate sells fixed combinations of vCPU and memory. A pod whose CPU request stands on a step (250m, 500m,
        1) takes the next one for any CPU that the agent requests.
    Verified: the requests of all containers, with and without the agent, against AWS's table (256 MB of memory are
        the node's own). An agent needs 128Mi of memory: a pod without that room needs the larger size, and is no
        finding.
    Fix: give the agent the largest request that keeps the size, or take the larger size as the price of telemetry.
        Without a CPU request the agent takes what the pod leaves. What it costs: `doctor --price-file FILE`.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
    """
    found = growth(group.spec)
    if found is None or not found.avoidable:
        return None
    path = f"spec.containers[{group.container.name}].resources.requests"
    prices = index.snapshot.prices
    cost = f", {told_difference(found, prices)}" if prices else ""
    kept = f"keeps {found.before}" if found.least == found.before else f"needs {found.least} only"
    seen = Evidence(
        object=group.ref.address,
        path=path,
        observed=f"{found.before} → {found.after} vCPU/GB: {found.factor}{cost}",
        expected=f"{told_room(found)}, which {kept}",
    )
    return Problem(
        message="the agent's requests push the pods to a larger Fargate size",
        evidence=(seen,),
        fix=smaller_agent(index, group, found),
    )


def told_room(found: Room) -> str:
    """`at most 150m cpu and 186Mi memory`; a resource without room is named too."""
    fits = fitting(found)
    room = " and ".join(f"{value} {name}" for name, value in fits.items())
    full = " and ".join(name for name in ("cpu", "memory") if name not in fits)
    return ", ".join(filter(None, (room and f"at most {room}", full and f"no request of {full}")))


def smaller_agent(index: Index, group: AgentGroup, found: Room) -> Fix:
    """The agent with what keeps the least size.

    Its requests in a template are the workload's own. Elsewhere one policy serves many.
    """
    requests = no_more([found]) if in_template(index, group) else amounts_elsewhere(index)
    return use_resources(index, group, requests=requests)


def _measured(index: Index) -> Iterator[Workload]:
    for workload in each_workload(index):
        if any(_provisioned(pod) for pod in workload.pods):
            yield workload


def _provisioned(pod: Pod) -> Size | None:
    annotations = pod.metadata.annotations
    return provisioned_size(annotations.capacity_provisioned if annotations else None)


@check(
    "DDF602",
    "Fargate gives what the pods request",
    trouble="Fargate's size is not what the requests explain",
    severity=Severity.WARNING,
    category=Category.SIZE,
    over=_measured,
    needs=(PODS,),
    nothing="no pod says what Fargate provisioned",
)
def provisioned_as_needed(index: Index, workload: Workload) -> Problem | None:
    """`CapacityProvisioned` is smaller than what the pod needs, or larger than its requests explain.

    Symptom: containers are starved or killed for memory, or the bill is higher than the requests.
    Why: Fargate sizes the pod once, when it is made. What it counts for init containers that keep running is not
        documented, and what came into the pod after Fargate looked at it is not counted.
    Verified: the annotation of the pod against the sum of its requests and AWS's table.
    Fix: make the pods anew; where that does not help, look at what else asks for resources.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
    """
    odd: list[Pod] = []
    smaller = larger = ""
    for pod in workload.pods:
        given, needed = _provisioned(pod), needed_size(pod.spec)
        if given is None or needed is None or given == needed:
            continue
        odd.append(pod)
        if given.vcpu < needed.vcpu or given.gigabytes < needed.gigabytes:
            smaller = f"{given}, and the requests need {needed}"
        else:
            larger = f"{given}, and the requests need {needed} only"
    if not odd:
        return None
    seen = Evidence(
        object=f"pod/{odd[0].name} -n {odd[0].namespace}",
        path="metadata.annotations[CapacityProvisioned]",
        observed=smaller or larger,
        expected=str(needed_size(odd[0].spec)),
    )
    return Problem(
        message=f"Fargate gave {'less than the pods need' if smaller else 'more than the requests explain'}",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, "describe", "pod", odd[0].name, "-n", odd[0].namespace),)),
        pods=tuple(odd),
    )
