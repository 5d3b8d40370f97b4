"""What the agent does to the Fargate size of each target, for the plan."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kubectl_ddfargate.facts.agent_size import SMALLEST_LIMIT, for_install, too_much, without
from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.sizing import needed_size
from kubectl_ddfargate.model.design import CONTAINER, Agent, TargetWorkload
from kubectl_ddfargate.model.kube.containers import Container, Resources
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.plan import PlannedTarget
from kubectl_ddfargate.resolve.desk import Desk


def with_sizes(
    desk: Desk, planned: Iterable[PlannedTarget], targets: Iterable[TargetWorkload], agent: Agent
) -> tuple[PlannedTarget, ...]:
    """The planned targets with their sizes of today and with this agent, by what their pods request.

    Both stay empty where nothing of a target runs on Fargate, or where a request is no quantity. A pod that
    outgrows the largest size by the agent blocks the plan: Fargate would never start it again, and it may be
    CoreDNS's.
    """
    limit = agent.limits.get("memory")
    if limit is not None and parse_quantity(limit) < parse_quantity(SMALLEST_LIMIT):
        desk.warn(
            f"the agent's memory limit is {limit}, and below {SMALLEST_LIMIT} it is killed again and again "
            "(explain DDF603); give more with --agent-memory"
        )
    specs = {
        (one.ref.namespace, one.ref.kind, one.ref.name): one.pods[0].spec
        for one in desk.ask("what runs on Fargate", lambda: fargate_workloads(desk.index)) or ()
    }
    known = {(one.namespace, one.kind, one.name): one for one in targets}
    found, specs_then = [], []
    for one in planned:
        key = (one.namespace, one.kind, one.name)
        spec, target = specs.get(key), known.get(key)
        if spec is None or target is None:
            found.append(one)
            continue
        spec_then = _with_agent(spec, agent)
        sized = _sized(desk, one, target, spec, spec_then)
        found.append(sized)
        if sized.size_today is not None:
            specs_then.append(spec_then)
    if any(one.size_with_agent != one.size_today for one in found):
        _tell_of_a_smaller_agent(desk, specs_then)
    return tuple(found)


def _tell_of_a_smaller_agent(desk: Desk, specs: Iterable[PodSpec]) -> None:
    """The same amounts as doctor would print after the install (DDF601): they serve all targets, grown or not."""
    rooms = [room for spec in specs if (room := too_much(spec)) is not None]
    amounts = sorted(for_install(rooms).items())
    if amounts:
        flags = " ".join(f"--agent-{resource} {value}" for resource, value in amounts)
        count = "1 workload" if len(rooms) == 1 else f"{len(rooms)} workloads"
        desk.inform(f"{count} would need a smaller size with a smaller agent: {flags}")


def _sized(
    desk: Desk, planned: PlannedTarget, target: TargetWorkload, spec: PodSpec, spec_then: PodSpec
) -> PlannedTarget:
    try:
        today, then = needed_size(spec), needed_size(spec_then)
    except ValueError:
        return planned
    if then is None and today is not None:
        desk.block(
            f"{target.address}: with the agent its pods outgrow the largest size of Fargate, which would never "
            "start them",
            next_step="let the agent request less with --agent-cpu and --agent-memory, or name the other workloads "
            "with --target",
        )
    return msgspec.structs.replace(
        planned,
        size_today=str(today) if today is not None else None,
        size_with_agent=str(then) if then is not None else None,
    )


def _with_agent(spec: PodSpec, agent: Agent) -> PodSpec:
    """The spec as it would be: whatever agent it has today goes, ours is a container as any other, of a Job too.

    What fills the volumes of a read-only root asks for no more than the agent, so it changes no size.
    """
    bare = without(spec, list(agents_in(spec)))
    sidecar = Container(
        name=CONTAINER, resources=Resources(requests=dict(agent.requests), limits=dict(agent.limits))
    )
    return msgspec.structs.replace(bare, containers=[*(bare.containers or ()), sidecar])
