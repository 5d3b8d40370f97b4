"""How far a rollout has come, as `kubectl rollout status` reckons, and what keeps it from coming further. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from kubectl_ddfargate.cluster.rollout_records import Rolled, RolledPod
from kubectl_ddfargate.facts.agent_state import trouble_of
from kubectl_ddfargate.facts.agents import agents_in, has_agent, is_agent
from kubectl_ddfargate.model.design import CONTAINER
from kubectl_ddfargate.model.kinds import STATEFUL_SETS

_MAY_PASS = frozenset({"ErrImagePull"})
"""The first failed pull; the next is tried at once, and then it is ImagePullBackOff."""


def finished(kind: str, now: Rolled) -> bool:
    """Whether all pods are of the present template and available, and the old ones gone."""
    status, wanted = now.status, now.replicas
    if status.observed_generation < now.metadata.generation:
        return False
    if kind == STATEFUL_SETS.kind:
        same = not status.update_revision or status.update_revision == status.current_revision
        return same and status.ready_replicas >= wanted
    return (
        status.updated_replicas >= wanted
        and status.replicas <= status.updated_replicas
        and status.available_replicas >= status.updated_replicas
    )


def stopped_by(now: Rolled, new: Sequence[RolledPod], *, wants_agent: bool, before: Rolled | None = None) -> str:
    """What ends the wait for a rollout at once; empty where nothing does.

    `before`: the workload when it was set back. A deadline that had passed by then is told of until the counts
    move, though the controller has seen the change: pkg/controller/deployment/progress.go syncRolloutStatus keeps
    the condition as long as there is no progress.
    """
    for pod in new:
        for reason in _hopeless(pod):
            return f"the new pod {pod.metadata.name}: {reason}"
        if wants_agent and not has_agent(pod.spec):
            return f"the new pod {pod.metadata.name} came without an agent"
    observed = now.status.observed_generation >= now.metadata.generation
    progressing = now.condition("Progressing")
    late = observed and progressing is not None and progressing.reason == "ProgressDeadlineExceeded"
    if late and (before is None or _counts(before) != _counts(now)):
        return f"it exceeded its progress deadline{_blocking(now, new)}"
    return ""


def what_is_awaited(now: Rolled, new: Sequence[RolledPod]) -> str:
    """For people: how many pods are new, and what the first that is not Ready waits for."""
    status = now.status
    if status.observed_generation < now.metadata.generation:
        return "its controller has not seen the change yet"
    counts = f"{status.updated_replicas} of {now.replicas} pods are new, {status.available_replicas} available"
    return counts + (_blocking(now, new) or _settling(now))


def _settling(now: Rolled) -> str:
    """For how long pods that are Ready must stay so, where that is all that is waited for."""
    seconds, status = now.spec.min_ready_seconds, now.status
    if not seconds or status.available_replicas >= status.ready_replicas:
        return ""
    if status.replicas > status.updated_replicas:
        return f"; an old one goes when a new one has been ready for {seconds} s"
    return f"; each new one counts when it has been ready for {seconds} s"


def least_available(now: Rolled) -> int:
    """How many pods of a Deployment its own strategy keeps available while it rolls.

    kubernetes/kubernetes pkg/controller/deployment/util ResolveFenceposts: surge is rounded up, unavailable down.
    """
    rolling = now.spec.strategy.rolling_update if now.spec.strategy else None
    surge = _amount(rolling.max_surge if rolling else None, now.replicas, math.ceil)
    missing = _amount(rolling.max_unavailable if rolling else None, now.replicas, math.floor)
    if not surge and not missing:
        missing = 1
    return max(0, now.replicas - missing)


def _counts(now: Rolled) -> tuple[int, ...]:
    status = now.status
    return status.replicas, status.updated_replicas, status.ready_replicas, status.available_replicas


def _amount(value: int | str | None, replicas: int, rounded: object) -> int:
    if isinstance(value, int):
        return value
    share = replicas * int((value or "25%").removesuffix("%")) / 100
    return math.ceil(share) if rounded is math.ceil else math.floor(share)


def _hopeless(pod: RolledPod) -> Iterator[str]:
    """What keeps the agent of a new pod from starting. The app's own trouble may pass, and is waited for."""
    whole = pod.as_pod()
    before = pod.spec.init_containers or ()
    ours = [*agents_in(pod.spec), *(one for one in before if is_agent(one) or one.name.startswith(CONTAINER))]
    for container in ours:
        trouble = trouble_of(whole, container.name)
        if trouble is not None and trouble.reason not in _MAY_PASS:
            yield f"container {container.name}: {trouble.shown}"
    placed = whole.condition("PodScheduled")
    if placed is not None and placed.status == "False" and (placed.message or "").startswith("Pod not supported"):
        yield placed.message or ""


def _blocking(now: Rolled, new: Sequence[RolledPod]) -> str:
    """Why it does not come further, as far as it is told."""
    failing = now.condition("ReplicaFailure")
    if failing is not None and failing.status == "True" and failing.message:
        return f"; {failing.message}"
    for pod in new:
        whole = pod.as_pod()
        if whole.ready:
            continue
        for container in pod.spec.all_containers():
            trouble = trouble_of(whole, container.name)
            if trouble is not None:
                return f"; {pod.metadata.name}: container {container.name}: {trouble.shown}"
        placed = whole.condition("PodScheduled")
        if placed is not None and placed.status == "False" and placed.message:
            return f"; {pod.metadata.name}: {placed.message}"
        return f"; {pod.metadata.name} is not Ready yet"
    return ""
