"""`minReadySeconds` while we roll. Its former value stands on the workload, so that a killed run loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.cluster.rollout_records import FORMER_SETTLE, Rolled

_NONE = "null"
_DEFAULT_PROGRESS_DEADLINE = 600


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
    """What it is raised to; None where it stays as it was without us."""
    # The server wants it to be less than the progress deadline.
    fits = (former_settle(now) or 0) < settle < (now.spec.progress_deadline_seconds or _DEFAULT_PROGRESS_DEADLINE)
    return settle if fits else None


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
