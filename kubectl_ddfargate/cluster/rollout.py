"""Rolls a workload's pods, as `kubectl rollout restart`, `status` and `undo` do. Decides not what to roll."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import msgspec

from kubectl_ddfargate.cluster import rollout_settle
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_progress import finished, stopped_by, what_is_awaited
from kubectl_ddfargate.cluster.rollout_records import RESTARTED_AT, Rolled, RolledPod
from kubectl_ddfargate.errors import NotFoundError
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND, PODS, STATEFUL_SETS
from kubectl_ddfargate.model.objects import MANAGER

Tell = Callable[[str], None]
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds between two looks; they grow."""


class Restarted(msgspec.Struct, frozen=True):
    """A restart that was set going, and what undoes it."""

    ref: WorkloadRef
    moment: str
    """The annotation's value: new pods carry it."""
    former: str | None
    """The annotation's value before."""
    settle: int | None = None
    """`minReadySeconds` while it rolls, where that was raised; None: left alone."""
    former_settle: int | None = None
    settles: int = 0
    """Seconds for which a new pod must in fact be Ready: less than asked for where the server takes less."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a rollout."""

    ok: bool
    message: str = ""
    """Why it did not come up; cleaned."""


def restart(gateway: Gateway, ref: WorkloadRef, *, settle: int = 0, dry_run: bool = False) -> Restarted:
    """Make new pods from the same template: `kubectl rollout restart`.

    `settle`: a new pod counts only when it has been Ready for so many seconds, so that one which falls soon after
    its start takes no old pod with it. It is put back by `put_back` or `undo`; after a kill between the two, by the
    next restart, which takes the rollout over, or by `put_back_leftover`.
    """
    before = read(gateway, ref)
    former = before.spec.template.metadata.restarted_at
    former_settle, raised = rollout_settle.former_settle(before), rollout_settle.raise_to(before, settle)
    settled = rollout_settle.put_back(former_settle) if rollout_settle.is_raised(before) else None
    if raised is not None:
        settled = rollout_settle.raised(raised, former_settle)
    # To the millisecond: a second restart within one second would else change nothing.
    moment = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _patch(gateway, ref, rollout_settle.joined(_annotated(moment), settled), dry_run=dry_run)
    settles = max(rollout_settle.allowed(before, settle), former_settle or 0)
    return Restarted(ref, moment, former, raised, former_settle, settles)


def wait(
    gateway: Gateway,
    ref: WorkloadRef,
    *,
    deadline: float,
    restarted: Restarted | None = None,
    wants_agent: bool = False,
    before: Rolled | None = None,
    progress: Tell = lambda text: None,  # noqa: ARG005
    pause: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Wait until a rollout is through, for at most `deadline` seconds: `kubectl rollout status`.

    With `restarted` its new pods are looked at too: an agent that cannot start ends the wait at once, and so does,
    with `wants_agent`, a new pod that came without one. `before`: see `stopped_by`.
    """
    end, between = time.monotonic() + deadline, FIRST_PAUSE
    while True:
        now = read(gateway, ref)
        new = [] if restarted is None else _new_pods(gateway, ref, now, restarted.moment)
        trouble = stopped_by(now, new, wants_agent=wants_agent, before=before)
        if trouble:
            return Outcome(False, trouble)
        if finished(ref.kind, now):
            return Outcome(True)
        awaited = what_is_awaited(now, new)
        if time.monotonic() >= end:
            return Outcome(False, f"not rolled out within {deadline:g} s: {awaited}")
        progress(f"{ref.address}: {awaited}")
        pause(between)
        between = min(between * 1.5, LONGEST_PAUSE)


def put_back(gateway: Gateway, restarted: Restarted) -> None:
    """Put back what held only while it rolled."""
    if restarted.settle is not None:
        _patch(gateway, restarted.ref, rollout_settle.put_back(restarted.former_settle))


def put_back_leftover(gateway: Gateway, ref: WorkloadRef, *, dry_run: bool = False) -> bool:
    """Put back what a run that was killed left raised. Whether there was something to put back.

    While its rollout is under way it stays, as it keeps the good pods: see `taken_over`. Raises NotFoundError where
    the workload is gone.
    """
    now = read(gateway, ref)
    if not (rollout_settle.is_raised(now) and finished(ref.kind, now)):
        return False
    _patch(gateway, ref, rollout_settle.put_back(rollout_settle.former_settle(now)), dry_run=dry_run)
    return True


def taken_over(gateway: Gateway, ref: WorkloadRef) -> Restarted | None:
    """The restart that a killed run set going, where that left `minReadySeconds` raised; None where it did not.

    What the template's annotation was before is lost: `undo` takes it away. Raises NotFoundError where the workload
    is gone.
    """
    now = read(gateway, ref)
    if not rollout_settle.is_raised(now):
        return None
    settle, moment = now.spec.min_ready_seconds or 0, now.spec.template.metadata.restarted_at or ""
    return Restarted(ref, moment, None, settle, rollout_settle.former_settle(now))


def undo(gateway: Gateway, restarted: Restarted) -> Rolled:
    """Make the template what it was, so that the former revision is used again: `kubectl rollout undo`.

    Pods that are made from now on are admitted anew: what injects a bad agent must be gone before. The answer has
    the status from before, for `wait`.
    """
    ref = restarted.ref
    settled = None if restarted.settle is None else rollout_settle.put_back(restarted.former_settle)
    before = _patch(gateway, ref, rollout_settle.joined(_annotated(restarted.former), settled))
    if ref.kind == STATEFUL_SETS.kind:
        # Its controller waits for a pod of the bad revision to become Ready before it replaces it.
        now = read(gateway, ref)
        for pod in _new_pods(gateway, ref, now, restarted.moment):
            _delete(gateway, ref.namespace, pod)
    return before


def read(gateway: Gateway, ref: WorkloadRef) -> Rolled:
    """The workload as it is. Raises NotFoundError where it is gone."""
    return gateway.get(_path(ref), Rolled)


def _annotated(value: str | None) -> dict[str, Any]:
    return {"template": {"metadata": {"annotations": {RESTARTED_AT: value}}}}


def _patch(gateway: Gateway, ref: WorkloadRef, body: dict[str, Any], *, dry_run: bool = False) -> Rolled:
    query = {"fieldManager": MANAGER, **({"dryRun": "All"} if dry_run else {})}
    form = "application/strategic-merge-patch+json"
    return gateway.patch(_path(ref), body, Rolled, query=query, content_type=form)


def _path(ref: WorkloadRef) -> str:
    return BY_KIND[ref.kind].path(ref.namespace, ref.name)


def _new_pods(gateway: Gateway, ref: WorkloadRef, now: Rolled, moment: str) -> list[RolledPod]:
    """The living pods that the restart made; its moment stands in them."""
    pods = gateway.list(PODS.path(ref.namespace), RolledPod, label_selector=_selector(now))
    return [pod for pod in pods if pod.metadata.restarted_at == moment and pod.metadata.deletion_timestamp is None]


def _selector(now: Rolled) -> str:
    selector = now.spec.selector
    if selector is None:
        return ""
    words = [f"{key}={value}" for key, value in (selector.match_labels or {}).items()]
    for one in selector.match_expressions or ():
        listed = f"({','.join(one.values or ())})"
        words.append(
            {
                "In": f"{one.key} in {listed}",
                "NotIn": f"{one.key} notin {listed}",
                "Exists": one.key,
                "DoesNotExist": f"!{one.key}",
            }[one.operator]
        )
    return ",".join(words)


def _delete(gateway: Gateway, namespace: str, pod: RolledPod) -> None:
    with contextlib.suppress(NotFoundError):
        gateway.delete(PODS.path(namespace, pod.metadata.name), uid=pod.metadata.uid)
