"""What opening and closing Kyverno's exclusions share: the note on its ConfigMap, and how a plan names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Op, PlannedObject

ANNOTATION = "ddfargate/kyverno-exclusions"
"""On Kyverno's ConfigMap: what we changed, and what stood there before."""


def annotation_of(live: Mapping[str, Any] | None) -> str | None:
    """The note as it stands; None where there is none."""
    text = (((live or {}).get("metadata") or {}).get("annotations") or {}).get(ANNOTATION)
    return text if isinstance(text, str) else None


def version_of(live: Mapping[str, Any] | None) -> str:
    """The resourceVersion: in a patch the server refuses it (409) where somebody wrote since."""
    return str(((live or {}).get("metadata") or {}).get("resourceVersion") or "")


def patch_of(data: Mapping[str, str], annotation: str | None, version: str) -> dict[str, Any]:
    """The merge patch of values and note, for this version of the ConfigMap alone."""
    metadata: dict[str, Any] = {"annotations": {ANNOTATION: annotation}}
    if version:
        metadata["resourceVersion"] = version
    return {"metadata": metadata, "data": dict(data)}


def update(ref: ObjectRef, why: str, *, diff: str = "") -> Change:
    """The ConfigMap in a plan."""
    named = PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name)
    return Change(object=named, op=Op.UPDATE, why=why, diff=diff)
