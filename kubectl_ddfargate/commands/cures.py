"""Which of doctor's findings a plan cures."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.checks.suppressions import NO_DECISIONS
from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.curable import BY_COMPONENT, BY_POLICY, BY_RESTART
from kubectl_ddfargate.commands.doctor import DoctorOptions, judge
from kubectl_ddfargate.commands.settings_decisions import decisions_of
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.report import Finding
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.model.snapshot import Snapshot


def findings_of(snapshot: Snapshot, given: Given | None = None) -> tuple[Finding, ...]:
    """What doctor finds in a Snapshot, with the decisions of these settings."""
    run = Run(started_at=snapshot.taken_at, started=0.0, requests=0)
    decisions = decisions_of(given) if given is not None else NO_DECISIONS
    return judge(snapshot, DoctorOptions(), run, decisions).findings


def limited(findings: Iterable[Finding], desired: Iterable[Desired]) -> tuple[Desired, ...]:
    """Those objects that cure one of the findings, in the same order: what `doctor --fix` applies.

    A policy is taken with all that its pods need.
    """
    ids = {finding.id for finding in findings if finding.suppressed_by is None}
    everything = tuple(desired)
    if ids & BY_POLICY:
        return everything
    return tuple(one for one in everything if ids & BY_COMPONENT.get(one.component, frozenset()))


def cured(
    findings: Iterable[Finding], desired: Iterable[Desired], targets: Iterable[tuple[str, str]]
) -> tuple[str, ...]:
    """The ids that go away with the plan (and the restart that it names), for workloads that it targets.

    `targets` are namespace and name. A finding about other workloads too stays open for those, and is not named.
    """
    components = {one.component for one in desired}
    able = frozenset().union(*(BY_COMPONENT.get(name, frozenset()) for name in components))
    if components - set(BY_COMPONENT):
        able |= BY_POLICY | BY_RESTART
    known = set(targets)
    found = {
        finding.id
        for finding in findings
        if finding.id in able
        and all(one.pods is None or (one.namespace, one.name) in known for one in finding.subjects)
    }
    return tuple(sorted(found))
