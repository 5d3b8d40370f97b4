"""Waits until a policy that was taken away injects no more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from kubectl_ddfargate.cluster.dry_runs import Trials
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.trying import Pause, pod_or_none, until
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import CONTAINER
from kubectl_ddfargate.model.kinds import BY_KIND

LONGEST = 15.0
"""Seconds after which an agent that still comes is somebody else's doing."""


def gone(
    gateway: Gateway,
    workloads: Iterable[Workload | WorkloadRef],
    *,
    deadline: float | None = None,
    pause: Pause = time.sleep,
) -> tuple[WorkloadRef, ...]:
    """Wait until no new pod gets our container any more; those that still get it when the time is up.

    Beyond a quarter of a minute it is somebody else who adds a container of that name, and is not waited for.
    """
    trials = Trials(gateway)
    refs = [one.ref if isinstance(one, Workload) else one for one in workloads]
    pods = {ref: pod for ref in refs if ref.kind in BY_KIND and (pod := pod_or_none(gateway, ref)) is not None}
    left = list(pods)

    def look() -> bool:
        left[:] = [ref for ref in left if _still_comes(trials, ref, pods[ref])]
        return not left

    moment = time.monotonic() + LONGEST
    until(look, moment if deadline is None else min(deadline, moment), pause)
    return tuple(left)


def _still_comes(trials: Trials, ref: WorkloadRef, pod: Mapping[str, Any]) -> bool:
    try:
        made = trials.send(ref.kind, pod)
    except ApiError:
        return False
    own = {container["name"] for container in pod["spec"].get("containers") or ()}
    return any(one.name == CONTAINER and one.name not in own for one in agents_in(made.spec))
