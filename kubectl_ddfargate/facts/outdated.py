"""Which pods differ from what admission would make of their workload today, and whether a restart cures that."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from kubectl_ddfargate.facts.agents import agents_in, has_agent
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef, editable, template_of
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.pods import Container, Pod, PodSpec
from kubectl_ddfargate.model.kube.workloads import TemplateOwner

_REVISION_LABELS = ("pod-template-hash", "controller-revision-hash")
_DNS_LABELS = (("k8s-app", "kube-dns"), ("eks.amazonaws.com/component", "coredns"))


class Reason(Enum):
    """In what way pods differ from today's."""

    MISSING = "missing"
    """No agent, though one would come."""
    DIFFERENT = "different"
    """A sidecar other than today's."""
    LEFT_OVER = "left over"
    """An agent that came by admission, and nothing injects any more."""


@dataclass(frozen=True)
class Outdated:
    """A workload with those of its pods that differ from today's."""

    ref: WorkloadRef
    pods: tuple[Pod, ...]
    reason: Reason
    why: str
    """For people: `2 of 2 pods have no agent, though one would come`."""
    by_hand: str = ""
    """Why a restart is left to the user, and what to do. Empty: a rollout cures it."""
    is_dns: bool = False
    """It is the cluster's CoreDNS."""

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`."""
        return self.ref.address


@dataclass(frozen=True)
class Unproved:
    """A workload of which it is not known what its pods would be today."""

    ref: WorkloadRef
    reason: str


def needs_restart(index: Index, workloads: Iterable[Workload]) -> tuple[Outdated, ...]:
    """The workloads with pods that differ from today's, CoreDNS last. Those that are not proved are left out."""
    found = [one for workload in workloads if (one := _judged(index, workload)) and isinstance(one, Outdated)]
    return tuple(sorted(found, key=lambda one: (one.is_dns, one.ref)))


def unproved(index: Index, workloads: Iterable[Workload]) -> tuple[Unproved, ...]:
    """The workloads that could not be judged, and why."""
    judged = (_judged(index, workload) for workload in workloads)
    return tuple(one for one in judged if isinstance(one, Unproved))


def differences(live: PodSpec, today: PodSpec) -> tuple[str, ...]:
    """In what the agents of two specs differ, in words. Empty where they are alike (DDF318).

    Values of variables are compared as far as they are kept, and never told.
    """
    mine, theirs = {c.name: c for c in agents_in(live)}, {c.name: c for c in agents_in(today)}
    found = [f"container {name} goes" for name in mine if name not in theirs]
    found += [f"container {name} comes" for name in theirs if name not in mine]
    for name in sorted(mine.keys() & theirs.keys()):
        found += _changes(mine[name], theirs[name])
    return tuple(found)


def _judged(index: Index, workload: Workload) -> Outdated | Unproved | None:
    try:
        today = _today(index, workload.ref)
        old = {pod.name: reason for pod in workload.pods if (reason := _reason(pod, today))}
        served = {_revision(pod) for pod in workload.pods if pod.name not in old}
        # Where pods of another revision are as today's, a rollout is under way or hangs: another does not help.
        pods = tuple(p for p in workload.pods if p.name in old and not served - {_revision(p)})
        if not pods:
            return None
        reason = old[pods[0].name]
        return Outdated(
            ref=workload.ref,
            pods=pods,
            reason=reason,
            why=_why(reason, pods[0], today, of=f"{len(pods)} of {len(workload.pods)}"),
            by_hand=_by_hand(index, workload.ref, pods),
            is_dns=_is_dns(workload),
        )
    except NotProvedError as error:
        return Unproved(workload.ref, str(error))
    except NotReadError as error:
        return Unproved(workload.ref, f"you may not {error}")


def _today(index: Index, ref: WorkloadRef) -> PodSpec:
    """The spec of a pod made today. Where nothing could add a container, that is the template's."""
    try:
        return spec_today(index, ref)
    except NotProvedError:
        template = template_of(index, ref)
        if template is None or possible_injectors(index, ref):
            raise
        return template.spec


def _reason(pod: Pod, today: PodSpec) -> Reason | None:
    if not has_agent(pod.spec):
        return Reason.MISSING if has_agent(today) else None
    if has_agent(today):
        return Reason.DIFFERENT if differences(pod.spec, today) else None
    # An agent of the former template goes with the rollout that the change of the template has started.
    written = _written(pod)
    came = [container for container in agents_in(pod.spec) if container.name not in written]
    return Reason.LEFT_OVER if written and came else None


def _written(pod: Pod) -> set[str]:
    """The containers that somebody wrote; what admission adds is nobody's."""
    names = set()
    for entry in pod.metadata.managed_fields or ():
        spec = entry.fields.spec if entry.fields else None
        for group in (spec.containers, spec.init_containers) if spec else ():
            names |= {key.removeprefix('k:{"name":"').removesuffix('"}') for key in group or ()}
    return names


def _changes(mine: Container, theirs: Container) -> Iterator[str]:
    if mine.image != theirs.image:
        yield f"image {mine.image} → {theirs.image}"
    before, after = ({one.name: one for one in c.env or ()} for c in (mine, theirs))
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if names:
        yield f"env {', '.join(names)}"
    if (mine.env_from or []) != (theirs.env_from or []):
        yield "envFrom"
    if mine.resources != theirs.resources:
        yield "resources"


def _why(reason: Reason, pod: Pod, today: PodSpec, *, of: str) -> str:
    if reason is Reason.MISSING:
        return f"{of} pods have no agent, though one would come"
    if reason is Reason.LEFT_OVER:
        return f"{of} pods have an agent that nothing injects any more"
    return f"{of} pods have another agent than today's: {'; '.join(differences(pod.spec, today))}"


def _by_hand(index: Index, ref: WorkloadRef, pods: tuple[Pod, ...]) -> str:
    """What the user must do. Empty where a rollout does it."""
    where = ("-n", ref.namespace)
    delete = _kubectl(index, "delete", "pod", *where, *(pod.name for pod in pods))
    if ref.kind == PODS.kind:
        return f"a bare pod: save its manifest, {delete}, apply it again"
    if ref.kind == CRON_JOBS.kind:
        return "a CronJob: its next run is made as of today"
    if ref.kind == JOBS.kind:
        return "a Job: let it end, or delete it and apply it again"
    owner = editable(index, ref)
    if not isinstance(owner, TemplateOwner):
        return f"no rollout is known for a {ref.kind}: end its pods one by one, {delete}"
    spec = owner.spec
    if spec.paused:
        resume = _kubectl(index, "rollout", "resume", ref.resource, *where)
        return f"its rollout is paused: {resume}, then restart it"
    strategy = spec.strategy if ref.kind == DEPLOYMENTS.kind else spec.update_strategy
    if strategy is not None and strategy.type == "Recreate":
        restart = _kubectl(index, "rollout", "restart", ref.resource, *where)
        return f"its strategy Recreate ends all pods at once: {restart}"
    if strategy is not None and strategy.type == "OnDelete":
        return f"its strategy OnDelete waits for you: end its pods one by one, {delete}"
    held = strategy.rolling_update.partition if strategy is not None and strategy.rolling_update else None
    if ref.kind == STATEFUL_SETS.kind and held:
        return f"a partition holds its pods below number {held}: end those one by one, {delete}"
    return ""


def _kubectl(index: Index, *words: str) -> str:
    return " ".join(filter(None, ("kubectl", index.snapshot.kubectl_flags, shlex.join(words))))


def _is_dns(workload: Workload) -> bool:
    return workload.ref.namespace == "kube-system" and any(
        pod.labels.get(key) == value for pod in workload.pods for key, value in _DNS_LABELS
    )


def _revision(pod: Pod) -> str | None:
    return next((pod.labels[label] for label in _REVISION_LABELS if label in pod.labels), None)
