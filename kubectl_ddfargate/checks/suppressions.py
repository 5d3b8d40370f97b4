"""Findings that somebody has decided to live with, said on the object itself.

`ddfargate/suppress: "DDF319 until=2027-06-30 reason=batch jobs are not monitored"`; several, parted by `;`.
A reason is needed, and after its day a suppression no longer counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef, metadata_of
from kubectl_ddfargate.model.kinds import POLICIES, SERVICES
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.report import Evidence, Subject

ANNOTATION = "ddfargate/suppress"
_ENTRY = re.compile(r"(?P<id>DDF\d{3})(?:\s+until=(?P<until>\d{4}-\d{2}-\d{2}))?\s+reason=(?P<reason>\S.*)")


@dataclass(frozen=True)
class Suppression:
    """One decision."""

    id: str
    until: str | None
    """`YYYY-MM-DD`, the last day on which it counts."""
    reason: str


def parse(text: str) -> list[Suppression]:
    """The suppressions of one annotation. What does not parse suppresses nothing."""
    found = [_ENTRY.fullmatch(part.strip()) for part in text.split(";")]
    return [Suppression(m["id"], m["until"], m["reason"].strip()) for m in found if m is not None]


def with_decision(text: str | None, id_: str, reason: str) -> str:
    """The annotation with a decision on one check put in, and those on all others left as they are."""
    others = [part.strip() for part in (text or "").split(";")]
    kept = [part for part in others if part and not part.startswith(id_)]
    return "; ".join([*kept, f"{id_} reason={reason}"])


def suppressed_by(index: Index, id_: str, subject: Subject) -> str | None:
    """The decision that silences a check for a subject; None where there is none."""
    today = index.snapshot.taken_at[:10]
    for suppression in parse(_annotation(index, subject)):
        if suppression.id == id_ and (suppression.until is None or today <= suppression.until):
            return f"{ANNOTATION} on {_address(subject)}: {suppression.reason}"
    return None


def not_heeded(index: Index, id_: str, subject: Subject) -> Evidence | None:
    """What to say of a decision that was meant for this check and does not count: no reason, or past its day."""
    entries = [part.strip() for part in _annotation(index, subject).split(";")]
    if not any(entry.startswith(id_) for entry in entries) or suppressed_by(index, id_, subject):
        return None
    return Evidence(
        object=_address(subject),
        path=f"metadata.annotations[{ANNOTATION}]",
        observed="a suppression without a reason, or past its day",
        expected=f"{id_} reason=… or {id_} until=YYYY-MM-DD reason=…",
    )


def _annotation(index: Index, subject: Subject) -> str:
    ref = WorkloadRef(subject.namespace, subject.kind, subject.name, subject.api_version)
    kind = next((kind for kind in (SERVICES, POLICIES) if kind.kind == subject.kind), None)
    try:
        other: Object | None = index.get(kind, subject.namespace, subject.name) if kind else None
        metadata = other.metadata if other else metadata_of(index, ref)
    except NotReadError:
        return ""
    return (metadata.annotations.suppress if metadata and metadata.annotations else None) or ""


def _address(subject: Subject) -> str:
    ref = WorkloadRef(subject.namespace, subject.kind, subject.name, subject.api_version)
    return ref.address if ref.namespace else ref.resource
