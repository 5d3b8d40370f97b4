"""Which of doctor's findings a plan cures."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, judge
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.report import Finding
from kubectl_ddfargate.model.snapshot import Snapshot

_BY_COMPONENT: dict[str, frozenset[str]] = {
    "fixed_service": frozenset({"DDF203"}),
    "secret": frozenset({"DDF401", "DDF402", "DDF404", "DDF408"}),
    "kubelet_rights": frozenset({"DDF501"}),
}
"""What one object cures by itself."""

_BY_POLICY = frozenset(
    {
        "DDF101", "DDF102", "DDF205", "DDF206", "DDF207", "DDF208", "DDF213", "DDF215", "DDF216",
        "DDF301", "DDF302", "DDF312", "DDF319", "DDF405", "DDF406", "DDF408",
        "DDF503", "DDF504", "DDF505", "DDF506",
    }
)  # fmt: skip
"""What a new sidecar in new pods cures."""

_BY_REPLACING = frozenset({"DDF306", "DDF307", "DDF308", "DDF309", "DDF316", "DDF317"})
"""What goes with a policy that goes."""

_BY_RESTART = frozenset({"DDF310", "DDF311", "DDF318"})
"""What new pods cure."""


def findings_of(snapshot: Snapshot) -> tuple[Finding, ...]:
    """What doctor finds in a Snapshot."""
    report = judge(snapshot, DoctorOptions(), Run(started_at=snapshot.taken_at, started=0.0, requests=0))
    return report.findings


def limited(findings: Iterable[Finding], desired: Iterable[Desired]) -> tuple[Desired, ...]:
    """Those objects that cure one of the findings, in the same order: what `doctor --fix` applies.

    A policy is taken with all that its pods need.
    """
    ids = {finding.id for finding in findings if finding.suppressed_by is None}
    everything = tuple(desired)
    if ids & (_BY_POLICY | _BY_REPLACING):
        return everything
    return tuple(one for one in everything if ids & _BY_COMPONENT.get(one.component, frozenset()))


def cured(
    findings: Iterable[Finding], desired: Iterable[Desired], targets: Iterable[tuple[str, str]], *, replaces: bool
) -> tuple[str, ...]:
    """The ids that go away with the plan (and the restart that it names), for workloads that it targets.

    `targets` are namespace and name. A finding about other workloads too stays open for those, and is not named.
    """
    components = {one.component for one in desired}
    able = frozenset().union(*(_BY_COMPONENT.get(name, frozenset()) for name in components))
    if components - set(_BY_COMPONENT):
        able |= _BY_POLICY | _BY_RESTART
    if replaces:
        able |= _BY_REPLACING
    known = set(targets)
    found = {
        finding.id
        for finding in findings
        if finding.id in able
        and all(one.pods is None or (one.namespace, one.name) in known for one in finding.subjects)
    }
    return tuple(sorted(found))
