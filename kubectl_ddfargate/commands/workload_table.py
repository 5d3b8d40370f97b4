"""The table of workloads on Fargate: who they are, which DNS they use, where their agents look, what they cost."""

from __future__ import annotations

from kubectl_ddfargate.facts.agent_size import growth, without
from kubectl_ddfargate.facts.agents import AgentGroup, agents_in, groups_of, has_agent, is_native_sidecar
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import injected_by, spec_today
from kubectl_ddfargate.facts.prices import monthly_difference
from kubectl_ddfargate.facts.route import try_route
from kubectl_ddfargate.facts.route_start import Link, Route
from kubectl_ddfargate.facts.sizing import Size, needed_size, provisioned_size
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.report import Cost, Endpoint, WorkloadRow
from kubectl_ddfargate.model.report import Size as SizePart

NO_ENDPOINT = Endpoint(source="none", value="", reaches="nothing", broken_at=None)


def workload_rows(index: Index) -> tuple[WorkloadRow, ...]:
    """One row for each workload; none where pods could not be read."""
    try:
        return tuple(_row(index, workload) for workload in fargate_workloads(index))
    except NotReadError:
        return ()


def _row(index: Index, workload: Workload) -> WorkloadRow:
    groups = groups_of(workload)
    first = groups[0] if groups else None
    return WorkloadRow(
        kind=workload.ref.kind,
        namespace=workload.ref.namespace,
        name=workload.ref.name,
        pods=len(workload.pods),
        dns=_dns(index, workload.pods[0].spec),
        agent=_agent(workload, first),
        agents=sum(has_agent(pod.spec) for pod in workload.pods),
        injected_by=injected_by(index, workload.ref, first.container) if first else None,
        endpoint=_endpoint(index, groups),
        size=_size(index, workload),
    )


def _dns(index: Index, spec: PodSpec) -> str:
    try:
        return effective_dns(index, spec).kind
    except NotReadError:
        return "custom"


def _agent(workload: Workload, first: AgentGroup | None) -> str:
    if first is None:
        return "none"
    if any(len(list(agents_in(pod.spec))) > 1 for pod in workload.pods):
        return "several"
    return "native-sidecar" if is_native_sidecar(first.spec, first.container) else "sidecar"


def _endpoint(index: Index, groups: list[AgentGroup]) -> Endpoint:
    if not groups:
        return NO_ENDPOINT
    routes = [try_route(index, group) for group in groups]
    worst = next((route for route in routes if route.broken is not None), routes[0])
    return Endpoint(source=worst.source, value=worst.value, reaches=worst.reaches, broken_at=_broken_at(worst))


def _broken_at(route: Route) -> str | None:
    if not route.enabled:
        return "the agent is told to do without a cluster agent"
    if route.broken is None:
        return None
    if route.broken is Link.SERVICE and route.fault is not None:
        return route.fault.kind.value
    return route.broken.value


def _size(index: Index, workload: Workload) -> SizePart:
    pod = workload.pods[0]
    annotations = pod.metadata.annotations
    provisioned = provisioned_size(annotations.capacity_provisioned if annotations else None)
    with_agent: Size | None = None
    bare: Size | None = None
    if has_agent(pod.spec):
        bare = _needed(without(pod.spec, list(agents_in(pod.spec))))
    else:
        try:
            today = spec_today(index, workload.ref)
            with_agent = _needed(today) if has_agent(today) else None
        except NotProvedError:
            pass
    return SizePart(
        requested=_text(_needed(pod.spec)),
        without_agent=_text(bare),
        provisioned=_text(provisioned),
        with_agent=_text(with_agent),
        cost=_cost(index, pod.spec, with_agent),
    )


def _cost(index: Index, spec: PodSpec, with_agent: Size | None) -> Cost | None:
    prices, now = index.snapshot.prices, _needed(spec)
    if prices is None or now is None:
        return None
    before, after = now, with_agent
    if has_agent(spec):
        found = growth(spec)
        if found is None:
            return None
        before, after = found.before, found.after
    if after is None:
        return None
    return Cost(
        monthly=str(monthly_difference(before, after, prices)),
        currency=prices.currency,
        region=prices.region,
        date=prices.date,
    )


def _needed(spec: PodSpec) -> Size | None:
    try:
        return needed_size(spec)
    except ValueError:
        return None


def _text(size: Size | None) -> str | None:
    return str(size) if size is not None else None
