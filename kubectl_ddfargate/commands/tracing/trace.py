"""Reads one workload, judges it with all checks, and follows its chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from kubectl_ddfargate import __version__
from kubectl_ddfargate.checks.suppressions import NO_DECISIONS, Decisions
from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.collect import Wanted, collect
from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, judge
from kubectl_ddfargate.commands.named_workloads import named
from kubectl_ddfargate.commands.tracing.lines import agents_of
from kubectl_ddfargate.commands.tracing.of_pod import followed_in, followed_live
from kubectl_ddfargate.commands.tracing.place import placed_in, placed_live
from kubectl_ddfargate.commands.tracing.steps import steps
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.report import Finding, Report, Subject
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.model.trace import Step, StepState, Trace, Verdict
from kubectl_ddfargate.resolve.named_target import nearest, written
from kubectl_ddfargate.snapshot_file import load

Tell = Callable[[str], None]


def trace_live(
    flags: ConnectionFlags,
    options: DoctorOptions,
    target: str,
    *,
    decisions: Decisions = NO_DECISIONS,
    trace: Path | None = None,
    progress: Tell | None = None,
    warn: Tell = lambda text: None,  # noqa: ARG005
) -> tuple[Trace, Report]:
    """The chain of one workload, and the report on its namespace that it is judged by.

    `target`: `NAMESPACE/KIND/NAME`, or `KIND/NAME` of the current namespace, else of the only one that has it on
    Fargate; for a pod, what made it is followed. Raises UsageError for what is not there, DdfargateError where the
    cluster cannot be asked.
    """
    started = time.monotonic()
    with connect(flags, trace=trace, warn=warn) as gateway:
        ref = followed_live(gateway, placed_live(gateway, target, options.kubectl_flags, warn), warn)
        wanted = Wanted(
            namespace=ref.namespace,
            prove=options.prove,
            prove_only=ref,
            logs=options.logs,
            service_cidr=options.service_cidr,
            kubectl_flags=options.kubectl_flags,
            tool_version=__version__,
        )
        snapshot = collect(gateway, wanted, progress)
        index = Index(snapshot)
        try:
            workloads = fargate_workloads(index)
        except NotReadError as error:
            raise UsageError(f"the pods of {ref.namespace} could not be read: {error}") from error
        (workload,) = named(gateway, index, workloads, [written(ref)], within=None)
        run = Run(started_at=snapshot.taken_at, started=started, requests=gateway.requests)
    return _followed(snapshot, workload, options, decisions, run)


def trace_file(
    path: Path,
    options: DoctorOptions,
    target: str,
    *,
    decisions: Decisions = NO_DECISIONS,
    warn: Tell = lambda text: None,  # noqa: ARG005
) -> tuple[Trace, Report]:
    """The same from a saved snapshot. Raises SnapshotFileError where it cannot be read, UsageError as above."""
    started = time.monotonic()
    snapshot = load(path)
    index = Index(snapshot)
    ref = followed_in(index, placed_in(index, target, warn), warn)
    workloads = fargate_workloads(index)
    found = [one for one in workloads if written(one.ref) == written(ref)]
    if not found:
        meant = nearest(written(ref), (written(one.ref) for one in workloads))
        raise UsageError(f"{written(ref)} has no pods on Fargate in {path}{meant}")
    run = Run(started_at=snapshot.taken_at, started=started, requests=0)
    return _followed(snapshot, found[0], options, decisions, run)


def _followed(
    snapshot: Snapshot, workload: Workload, options: DoctorOptions, decisions: Decisions, run: Run
) -> tuple[Trace, Report]:
    report = judge(snapshot, msgspec.structs.replace(options, namespace=workload.ref.namespace), run, decisions)
    index = Index(snapshot)
    own = tuple(_only(finding, workload) for finding in report.findings if _is_about(finding, workload))
    report = msgspec.structs.replace(report, findings=own)
    followed = steps(index, workload, own, report.checks)
    broken = next((step.name for step in followed if step.state is StepState.BROKEN), None)
    ref = workload.ref
    return (
        Trace(
            context=report.context,
            server=report.server,
            server_version=report.server_version,
            tool_version=report.tool_version,
            started_at=report.started_at,
            workload=Subject(
                api_version=ref.api_version,
                kind=ref.kind,
                namespace=ref.namespace,
                name=ref.name,
                pods=len(workload.pods),
            ),
            dns=_dns(index, workload),
            profile=workload.pods[0].labels.get(PROFILE_LABEL, ""),
            steps=followed,
            verdict=_verdict(index, workload, followed),
            broken_at=broken,
            findings=own,
        ),
        report,
    )


def _verdict(index: Index, workload: Workload, followed: Iterable[Step]) -> Verdict:
    states = {step.state for step in followed}
    if StepState.BROKEN in states:
        return Verdict.BROKEN
    if StepState.UNKNOWN in states:
        return Verdict.UNKNOWN
    try:
        return Verdict.GOOD if agents_of(index, workload) else Verdict.NO_AGENT
    except (NotReadError, NotProvedError):
        return Verdict.UNKNOWN


def _dns(index: Index, workload: Workload) -> str:
    try:
        return effective_dns(index, workload.pods[0].spec).kind
    except NotReadError:
        return "unknown"


def _is_about(finding: Finding, workload: Workload) -> bool:
    """Whether a finding is about this workload, or about the cluster as a whole."""
    subjects = [one for one in finding.subjects if one.pods is not None]
    return not subjects or any(_is(one, workload) for one in subjects)


def _is(subject: Subject, workload: Workload) -> bool:
    ref = workload.ref
    return (subject.namespace, subject.kind, subject.name) == (ref.namespace, ref.kind, ref.name)


def _only(finding: Finding, workload: Workload) -> Finding:
    """The finding without the other workloads that it is about too, and without the commands that restart those."""
    subjects: Iterable[Subject] = (one for one in finding.subjects if one.pods is None or _is(one, workload))
    own = tuple(one for one in finding.evidence if not one.object or one.object not in _others(finding, workload))
    commands = (
        one for one in finding.fix.commands if not (" rollout " in one and _names_another(one, finding, workload))
    )
    fix = msgspec.structs.replace(finding.fix, commands=tuple(commands))
    return msgspec.structs.replace(finding, subjects=tuple(subjects), evidence=own, fix=fix)


def _names_another(command: str, finding: Finding, workload: Workload) -> bool:
    return any(f" {address} " in f"{command} " for address in _others(finding, workload))


def _others(finding: Finding, workload: Workload) -> set[str]:
    return {
        f"{one.kind.lower()}/{one.name} -n {one.namespace}"
        for one in finding.subjects
        if one.pods is not None and not _is(one, workload)
    }
