"""How much agents of one making may ask for: one answer, whichever check asks, as each change of it sets all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kubectl_ddfargate.checks.container_changes import in_template
from kubectl_ddfargate.checks.own_policy import made_by_install
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agent_size import Room, can_live, for_install, no_more, too_much
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.outgrown import too_large
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.model.kube.containers import Container, Resources
from kubectl_ddfargate.model.kube.pods import PodSpec

USUAL_LIMIT = "256Mi"
"""Of memory: what Datadog's own injection sets."""


@fact
def own_amounts(index: Index) -> Mapping[str, str]:
    """What `install` is to be told of `cpu` and `memory`, so that no agent of ours asks for too much or too little.

    Each sets the request and the limit; `none` is for CPU alone. Not named: what may stay as it is.
    """
    ours = [one for one in _everywhere(index) if _is_wrong(one) and made_by_install(index, one)]
    poor = [fitting_limit(one.container) for one in ours if not can_live(one.container)]
    raised = max(poor, key=parse_quantity, default=None)
    if raised is not None:  # what is raised for one is raised for all, and may be too much for another
        ours = [_asking(one, raised) for one in _everywhere(index) if made_by_install(index, one)]
    kept = for_install(_rooms(ours))
    return kept if raised is None else {"memory": raised, **kept}


@fact
def amounts_elsewhere(index: Index) -> Mapping[str, str]:
    """The requests with which all agents keep their least size that stand in no template, and are not ours."""
    crowded = (one for one in _everywhere(index) if too_much(one.spec) is not None)
    others = (one for one in crowded if not in_template(index, one) and not made_by_install(index, one))
    return no_more(_rooms(others))


def _is_wrong(group: AgentGroup) -> bool:
    return too_much(group.spec) is not None or not can_live(group.container)


def _rooms(groups: Iterable[AgentGroup]) -> list[Room]:
    return [room for one in groups if (room := too_much(one.spec)) is not None]


def fitting_limit(container: Container) -> str:
    """The memory limit for an agent that has none, or too small a one: the usual one, or what it requests."""
    asked = ((container.resources.requests if container.resources else None) or {}).get("memory", 0)
    return str(max(USUAL_LIMIT, asked, key=parse_quantity))


def _everywhere(index: Index) -> Iterator[AgentGroup]:
    """All agents on Fargate, those of the next pods where today's have none, and those that would be too much."""
    yield from each_agent_now_or_next(index)
    for workload in fargate_workloads(index):
        try:
            group = too_large(index, workload)
        except (NotReadError, NotProvedError):
            continue
        if group is not None:
            yield group


def _asking(group: AgentGroup, memory: str) -> AgentGroup:
    """The same agent with another amount of memory."""
    today = group.container.resources or Resources()
    resources = msgspec.structs.replace(today, requests={**(today.requests or {}), "memory": memory})
    container = msgspec.structs.replace(group.container, resources=resources)
    return msgspec.structs.replace(group, container=container, spec=_with(group.spec, group.container, container))


def _with(spec: PodSpec, old: Container, new: Container) -> PodSpec:
    return msgspec.structs.replace(
        spec,
        containers=[new if one is old else one for one in spec.containers or ()],
        init_containers=[new if one is old else one for one in spec.init_containers or ()],
    )
