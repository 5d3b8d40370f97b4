"""What is ours: the label of what this tool made, and its field manager. Nothing else decides it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER


def labelled(labels: Mapping[str, str] | None) -> bool:
    """Whether these labels hold ours. `render` gives it too, so another tool may have applied the object."""
    return (labels or {}).get(MANAGED_BY) == MANAGER


def has_our_label(live: Mapping[str, Any]) -> bool:
    """The same of a whole object."""
    return labelled(live["metadata"].get("labels"))


def has_our_fields(live: Mapping[str, Any]) -> bool:
    """Whether something of a whole object came by an apply of ours."""
    return next(our_fields(live), None) is not None


def is_ours(live: Mapping[str, Any]) -> bool:
    """Whether a whole object came from this tool: by its label and by its field manager, both."""
    return has_our_label(live) and has_our_fields(live)


def our_fields(live: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The `fieldsV1` of what we applied. What we only patched (operation Update) is not among it.

    Source: kubernetes.io/docs/reference/using-api/server-side-apply, "Field management".
    """
    for entry in _applied(live):
        yield entry.get("fieldsV1") or {}


def written_as(live: Mapping[str, Any]) -> str:
    """The API version by which we applied it; empty where we did not."""
    return next((entry.get("apiVersion") or "" for entry in _applied(live)), "")


def _applied(live: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in live["metadata"].get("managedFields") or ():
        if entry.get("manager") == MANAGER and entry.get("operation") == "Apply" and not entry.get("subresource"):
            yield entry


def fields_of_others(live: Mapping[str, Any], *, and_applied: bool = False) -> list[Mapping[str, Any]]:
    """The entries of `managedFields` that are not ours; `and_applied`: with what came by an apply of ours."""
    return [
        entry
        for entry in live["metadata"].get("managedFields") or ()
        if entry.get("manager") != MANAGER or (and_applied and entry.get("operation") == "Apply")
    ]
