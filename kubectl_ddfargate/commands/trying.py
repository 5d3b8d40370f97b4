"""What all commands that ask by dry-run share: which pod, for how long, and what a refusal says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kubectl_ddfargate.cluster.dry_runs import may_not_try
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.trial_pods import trial_pod
from kubectl_ddfargate.errors import ApiError, NotFoundError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.design import TargetWorkload
from kubectl_ddfargate.model.secret_words import clean_message

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 0.5
"""Seconds between two questions; they grow."""

Pause = Callable[[float], None]


def until(look: Callable[[], bool], deadline: float, pause: Pause) -> None:
    """Look until all is as wanted or the moment has come: once at least."""
    between = FIRST_PAUSE
    while not look() and time.monotonic() < deadline:
        pause(between)
        between = min(between * 1.5, LONGEST_PAUSE)


def words(error: ApiError, namespace: str) -> str:
    """Why a pod is refused, cleaned."""
    if may_not_try(error):
        return f"you lack create pods -n {namespace}, which a dry-run needs"
    return clean_message(error.message)


def pod_or_none(gateway: Gateway, ref: WorkloadRef) -> dict[str, Any] | None:
    """The pod that a workload would get next; None where the workload is not there."""
    try:
        return trial_pod(gateway, ref)
    except NotFoundError:
        return None


def ref_of_target(target: TargetWorkload) -> WorkloadRef:
    """A target as a reference."""
    return WorkloadRef(target.namespace, target.kind, target.name)
