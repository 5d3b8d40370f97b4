"""`minReadySeconds` while we roll. Its former value stands on the workload, so that a killed run loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.cluster.rollout_records import FORMER_SETTLE, Rolled

_NONE = "null"


def is_raised(now: Rolled) -> bool:
    """Whether a run of ours raised it and did not put it back."""
    note = now.metadata.former_settle
    return note is not None and (note == _NONE or note.isdecimal())


def former_settle(now: Rolled) -> int | None:
    """What it is without us; None where it is not set."""
    if not is_raised(now):
        return now.spec.min_ready_seconds
    note = now.metadata.former_settle
    return None if note is None or note == _NONE else int(note)


def raise_to(now: Rolled, settle: int) -> int | None:
    """What it is raised to; None where it stays as it was without us, because that is as much already."""
    wanted = allowed(now, settle)
    return wanted if wanted > (former_settle(now) or 0) else None


def allowed(now: Rolled, settle: int) -> int:
    """As much of it as the server takes: it must be less than a Deployment's progress deadline.

    kubernetes/kubernetes pkg/apis/apps/validation ValidateDeploymentSpec. The server gives every Deployment that
    deadline; a StatefulSet has none.
    """
    deadline = now.spec.progress_deadline_seconds
    return settle if deadline is None else min(settle, max(0, deadline - 1))


def raised(settle: int, former: int | None) -> dict[str, Any]:
    """The patch that raises it and keeps the former value."""
    return _patch(settle, _NONE if former is None else str(former))


def put_back(former: int | None) -> dict[str, Any]:
    """The patch that puts it back."""
    return _patch(former, None)


def _patch(value: int | None, note: str | None) -> dict[str, Any]:
    return {"metadata": {"annotations": {FORMER_SETTLE: note}}, "spec": {"minReadySeconds": value}}


def joined(spec: Mapping[str, Any], settled: Mapping[str, Any] | None) -> dict[str, Any]:
    """One patch of a spec and of what stands above, so that no kill comes between the two."""
    if settled is None:
        return {"spec": dict(spec)}
    return {**settled, "spec": {**settled["spec"], **spec}}
