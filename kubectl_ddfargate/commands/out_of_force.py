"""Waits until a policy that was taken away injects no more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from kubectl_ddfargate.cluster.dry_runs import Trials, may_not_try
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.left_over import is_our_agent
from kubectl_ddfargate.commands.refusals import is_refusal
from kubectl_ddfargate.commands.trying import Pause, pod_or_none, until
from kubectl_ddfargate.errors import ApiError, ForbiddenError
from kubectl_ddfargate.facts.agents import NATIVE_NAME, AgentGroup, agents_in
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.workloads import WorkloadRef
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
    """Wait until no new pod gets our container any more; those that still get it when the time is up."""
    return tuple(still_coming(gateway, workloads, deadline=deadline, pause=pause))


def still_coming(
    gateway: Gateway,
    workloads: Iterable[Workload | WorkloadRef],
    *,
    deadline: float | None = None,
    pause: Pause = time.sleep,
) -> dict[WorkloadRef, AgentGroup | None]:
    """Wait as `gone` does; the agent that each of the rest still gets, None where that cannot be asked.

    Beyond a quarter of a minute it is somebody else who adds a container of that name, and is not waited for; what
    Datadog's webhook still adds by our settings is, until the deadline. Where the caller may not send a dry-run, as
    long is waited: a policy acts for a second or two after it went.
    """
    trials = Trials(gateway)
    refs = [one.ref if isinstance(one, Workload) else one for one in workloads]
    pods = {ref: pod for ref in refs if ref.kind in BY_KIND and (pod := pod_or_none(gateway, ref)) is not None}
    left: dict[WorkloadRef, AgentGroup | None] = dict.fromkeys(pods)
    moment = time.monotonic() + LONGEST

    def look() -> bool:
        late = time.monotonic() >= moment
        for ref in list(left):
            try:
                left[ref] = _still_comes(trials, ref, pods[ref])
                unknown = False
            except ForbiddenError:
                left[ref], unknown = None, not late
            if left[ref] is None and not unknown:
                del left[ref]
        names = [one.container.name for one in left.values() if one is not None]
        # Datadog's webhook goes by settings that the Operator hands on, and a new cluster agent takes up
        return not left or (late and NATIVE_NAME not in names)

    until(look, moment if deadline is None else deadline, pause)
    return left


def _still_comes(trials: Trials, ref: WorkloadRef, pod: Mapping[str, Any]) -> AgentGroup | None:
    """Our agent, as it still comes; None where it does not.

    Raises ForbiddenError where that cannot be asked, and ApiError where the server does not answer it.
    """
    try:
        made = trials.send(ref.kind, pod)
    except ApiError as error:
        if may_not_try(error) or not is_refusal(error):
            raise
        return None  # no such pod is made at all
    own = {container["name"] for container in pod["spec"].get("containers") or ()}
    came = (one for one in agents_in(made.spec) if one.name not in own and is_our_agent(one))
    return next((AgentGroup(ref, one, made.spec, (), prospective=True) for one in came), None)
