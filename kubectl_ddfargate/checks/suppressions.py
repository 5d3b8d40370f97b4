"""Findings that somebody has decided to live with: said on the object, or for all in a settings file.

`ddfargate/suppress: "DDF319 until=2027-06-30 reason=batch jobs are not monitored"`; several, parted by `;`.
A reason is needed, and after its day a suppression no longer counts. The object is asked before the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import msgspec

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef, metadata_of
from kubectl_ddfargate.model.kinds import POLICIES, SERVICES
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.report import Evidence, Subject

ANNOTATION = "ddfargate/suppress"
# A day behind the reason would be a part of it, and a placeholder is no reason: neither is taken.
_ENTRY = re.compile(
    r"(?P<id>DDF\d{3})(?:\s+until=(?P<until>\d{4}-\d{2}-\d{2}))?\s+reason=(?P<reason>(?!<|.*\buntil=)\S.*)"
)


class Suppression(msgspec.Struct, frozen=True):
    """One decision."""

    id: str
    until: str | None
    """`YYYY-MM-DD`, the last day on which it counts."""
    reason: str

    def counts(self, id_: str, today: str) -> bool:
        """Whether it silences this check on that day (`YYYY-MM-DD`)."""
        return self.id == id_ and (self.until is None or today <= self.until)

    def told(self, where: str) -> str:
        """`ddfargate.yaml until 2027-06-30: batch jobs are not monitored`."""
        return f"{where}{f' until {self.until}' if self.until else ''}: {self.reason}"


class Decisions(msgspec.Struct, frozen=True):
    """What a settings file says under `suppress`: it counts for all subjects of its checks."""

    source: str = ""
    """The file, as it is spoken of."""
    entries: tuple[Suppression, ...] = ()


NO_DECISIONS = Decisions()


def parse(text: str) -> list[Suppression]:
    """The suppressions of one annotation. What does not parse suppresses nothing."""
    return [found for part in text.split(";") if (found := _entry(part)) is not None]


def parse_all(text: str) -> list[Suppression]:
    """The same, of a text in which each part must parse. Raises ValueError with the part that does not."""
    parts = [part.strip() for part in text.split(";")]
    for part in parts:
        if _entry(part) is None:
            raise ValueError(part)
    return [found for part in parts if (found := _entry(part)) is not None]


def _entry(part: str) -> Suppression | None:
    found = _ENTRY.fullmatch(part.strip())
    if found is None or (found["until"] and not _is_day(found["until"])):
        return None
    return Suppression(found["id"], found["until"], found["reason"].strip())


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def with_decision(text: str | None, id_: str, reason: str) -> str:
    """The annotation with a decision on one check put in, and those on all others left as they are."""
    others = [part.strip() for part in (text or "").split(";")]
    kept = [part for part in others if part and not part.startswith(id_)]
    return "; ".join([*kept, f"{id_} reason={reason}"])


def silenced_by(index: Index, id_: str, subjects: Iterable[Subject], decisions: Decisions) -> str | None:
    """The decision that silences one problem; None where it stands.

    On the object itself, else on all the workloads that it hits, else in the settings file.
    """
    reasons = {subject: suppressed_by(index, id_, subject) for subject in subjects}
    own = next((reason for subject, reason in reasons.items() if subject.pods is None and reason), None)
    if own is None and reasons and all(reasons.values()):
        own = next(iter(reasons.values()))
    if own is not None:
        return own
    today = index.snapshot.taken_at[:10]
    counting = (one for one in decisions.entries if one.counts(id_, today))
    return next((one.told(decisions.source) for one in counting), None)


def suppressed_by(index: Index, id_: str, subject: Subject) -> str | None:
    """The decision on an object that silences a check for it; None where there is none."""
    today = index.snapshot.taken_at[:10]
    for suppression in parse(_annotation(index, subject)):
        if suppression.counts(id_, today):
            return suppression.told(f"{ANNOTATION} on {_address(subject)}")
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


def past_their_day(id_: str, decisions: Decisions) -> tuple[Evidence, ...]:
    """What to say of the decisions of a settings file on a check that stands all the same."""
    return tuple(
        Evidence(
            object=decisions.source,
            path="suppress",
            observed=f"a suppression that counted until {one.until}",
            expected=f"{id_} until=YYYY-MM-DD reason=…, a day to come",
        )
        for one in decisions.entries
        if one.id == id_
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
