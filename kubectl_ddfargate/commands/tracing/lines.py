"""What is told at each step of the chain, from the same facts that the checks judge by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kubectl_ddfargate.facts.agent_size import growth
from kubectl_ddfargate.facts.agent_state import trouble_of
from kubectl_ddfargate.facts.agents import AgentGroup, agents_in, groups_of, has_agent
from kubectl_ddfargate.facts.callers import callers, origin
from kubectl_ddfargate.facts.deciding_labels import deciding_labels, selecting, unknown_labels
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, why_unscheduled
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import prospects, spec_today
from kubectl_ddfargate.facts.sizing import needed_size
from kubectl_ddfargate.facts.workloads import template_of
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import POLICIES, WEBHOOKS
from kubectl_ddfargate.model.trace import Line

_SHORT = {POLICIES.kind: "policy", WEBHOOKS.kind: "webhook"}
_PODS = 3
"""How many pods are shown."""
_LABELS = 6
"""How many labels of a template are shown."""


def agents_of(index: Index, workload: Workload) -> list[AgentGroup]:
    """The agents that a workload has, or those that it would get."""
    return groups_of(workload) or [group for group in prospects(index) if group.ref == workload.ref]


def template(index: Index, workload: Workload) -> Iterator[Line]:
    """What new pods are made from."""
    found = template_of(index, workload.ref)
    if found is None:
        yield Line(subject="no template", says=f"a {workload.ref.kind} is not read as one; its pods speak for it")
        return
    labels = [f"{key}={value}" for key, value in sorted((found.metadata.labels or {}).items())]
    yield Line(subject="labels", says=_some(labels))
    own = [container.name for container in agents_in(found.spec)]
    yield Line(
        subject="agent", says=f"{', '.join(own)} stands in it" if own else "none in it: admission must add it"
    )
    dns = effective_dns(index, found.spec)
    yield Line(subject="dnsPolicy", says=f"{found.spec.dns_policy or 'ClusterFirst'}: {dns.kind} DNS")


def admission(index: Index, workload: Workload) -> Iterator[Line]:
    """Whom the server asks, in its order, and what comes of it."""
    found = callers(index, workload.ref)
    for number, one in enumerate(found, start=1):
        said = "matched" if one.takes else "not matched"
        yield Line(
            subject=f"{number}  {_SHORT[one.kind]} {one.name}", says=f"{said}{': ' * bool(one.why)}{one.why}"
        )
    if not found:
        yield Line(subject="nobody", says="no policy and no webhook looks at new pods")
    yield Line(subject="a new pod today", says=_today(index, workload))
    labels = deciding_labels(index, workload.ref)
    if labels is not None:
        yield Line(subject="it hangs on", says=_hangs_on(index, workload, labels))


def _hangs_on(index: Index, workload: Workload, labels: tuple[str, ...]) -> str:
    """What came of leaving out each label of the template in turn, and of which nothing came."""
    unknown = unknown_labels(index, workload.ref)
    not_told = f"not told for: {_some(unknown)}" if unknown else ""
    if not labels:
        found = template_of(index, workload.ref)
        if found is not None and len(found.metadata.labels or {}) <= len(unknown):
            return not_told
        none = "no other label alone" if unknown else "no label alone"
        told = f"{none}: without any one of them the agent comes all the same"
        return f"{not_told}; {told}" if not_told else told
    by = ", ".join(f"{_SHORT[one.kind]} {one.name}" for one in selecting(index, workload.ref))
    who = f"; {by} selects by it" if by else ""
    return f"label {', '.join(labels)}: without it no agent comes (a dry-run){who}{'; ' * bool(not_told)}{not_told}"


def _some(labels: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(labels) - _LABELS} more" if len(labels) > _LABELS else ""
    return ", ".join(labels[:_LABELS]) + more


def _today(index: Index, workload: Workload) -> str:
    """What the server's dry-run gave. Raises NotProvedError where there was none."""
    spec = spec_today(index, workload.ref)
    template = template_of(index, workload.ref)
    mine = {one.name for one in template.spec.all_containers()} if template is not None else set()
    added = [one.name for one in spec.all_containers() if one.name not in mine]
    if added:
        return f"+ {', + '.join(added)} (the server's dry-run)"
    return (
        "as its template, with an agent"
        if has_agent(spec)
        else "as its template, without an agent (the server's dry-run)"
    )


def pods(index: Index, workload: Workload) -> Iterator[Line]:
    """The living pods."""
    served = sum(has_agent(pod.spec) for pod in workload.pods)
    yield Line(subject="agents", says=f"in {served} of {len(workload.pods)} pods")
    for pod in workload.pods[:_PODS]:
        without = "" if has_agent(pod.spec) else "; no agent"
        made = f"made {pod.metadata.creation_timestamp}"
        yield Line(subject=pod.name, says=f"{pod.status.phase or 'no phase'}, {made}{without}")
    if len(workload.pods) > _PODS:
        yield Line(subject="…", says=f"and {len(workload.pods) - _PODS} more")
    ways = Counter(
        (agent.name, origin(index, workload.ref, pod, agent))
        for pod in workload.pods
        for agent in agents_in(pod.spec)
    )
    for (name, way), count in ways.items():
        yield Line(subject=name, says=f"came {way}" + (f" ({count} of {served})" if count < served else ""))


def scheduling(index: Index, workload: Workload) -> Iterator[Line]:
    """Where the pods run, and how large they are."""
    for pod in workload.pods[:_PODS]:
        why = why_unscheduled(index, pod)
        if why is not None:
            yield Line(subject=pod.name, says=why.message)
    pod = workload.pods[0]
    yield Line(subject="profile", says=pod.labels.get(PROFILE_LABEL, "none"))
    annotations = pod.metadata.annotations
    given = (annotations.capacity_provisioned if annotations else None) or "nothing yet"
    needed = needed_size(pod.spec)
    yield Line(
        subject="size", says=f"requests need {needed or 'more than Fargate sells'}; CapacityProvisioned {given}"
    )
    for group in agents_of(index, workload)[:1]:
        found = growth(group.spec)
        if found is not None:
            what = f"{found.before} → {found.after}: {found.factor}" if found.grows else f"stays {found.before}"
            yield Line(subject="with the agent", says=what)


def container(index: Index, workload: Workload) -> Iterator[Line]:
    """The agent's container, as the kubelet reports it."""
    for group in agents_of(index, workload):
        yield Line(subject=group.container.name, says=group.container.image or "no image")
        if group.prospective:
            yield Line(subject="state", says="not there yet")
            continue
        troubles = [(pod, trouble) for pod in group.pods if (trouble := trouble_of(pod, group.container.name))]
        for pod, trouble in troubles[:_PODS]:
            yield Line(subject=pod.name, says=trouble.shown)
        running = len(group.pods) - len(troubles)
        yield Line(subject="state", says=f"runs in {running} of {len(group.pods)} pods")
