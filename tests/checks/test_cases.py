"""Each case on the real API server: what it says is found, and nothing else."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import msgspec
import pytest

from kubectl_ddfargate.checks import BY_ID, CHECKS
from kubectl_ddfargate.commands.assemble import Run
from kubectl_ddfargate.commands.doctor import DoctorOptions, diagnose_file, judge, read_cluster
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.report import Category, Report, Severity, Subject
from kubectl_ddfargate.render.formats import FORMATS, renderer
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.snapshot_file import load, save
from tests.checks.case import Case, cases
from tests.checks.consulted import undeclared
from tests.cluster import canary
from tests.cluster.cluster import Cluster

ALL = sorted(cases(), key=lambda case: case.start)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.check}-{case.path.stem}")
def test_case(case: Case, cluster: Cluster, tmp_path: Path) -> None:
    flags = ConnectionFlags(kubeconfig=str(case.build(cluster)))
    trace, file = tmp_path / "trace.jsonl", tmp_path / "snapshot.gz"

    snapshot, requests = read_cluster(flags, case.options, trace=trace, progress=None, warn=print)
    report = judge(snapshot, case.options, Run(started_at=snapshot.taken_at, started=0.0, requests=requests))
    save(snapshot, file)
    assert timeless(diagnose_file(file, DoctorOptions())) == timeless(report)
    if "pretend" in case.content:
        save(case.pretended(load(file)), file)
        report = diagnose_file(file, DoctorOptions())

    assert found(report, case) == case.expected, explain(report)
    status = {check.id: check.status.value for check in report.checks}
    wanted = {case.check: "fail" if case.fires else "pass", **case.content.get("status", {})}
    assert {id_: status[id_] for id_ in wanted} == wanted, explain(report)
    assert not any("crashed" in check.reason for check in report.checks), explain(report)

    assert placeholders(report) == [], "a command cannot be pasted as it stands"
    assert undeclared(file) == {}
    assert_no_canary(report, trace.read_bytes(), file)


def found(report: Report, case: Case) -> dict[str, list[str]]:
    """Id → subjects, of all that is worse than a note; of notes too where the case is about one.

    Hints about size are looked at only where they are what the case is about: a healthy agent may cost a step.
    """
    own = BY_ID[case.check].severity is Severity.INFO
    hints = {check.id for check in CHECKS if check.category is Category.SIZE and check.id != case.check}
    loud = [
        f
        for f in report.findings
        if f.id not in hints and (f.severity is not Severity.INFO or (own and f.id == case.check))
    ]
    subjects: dict[str, list[str]] = {}
    for finding in loud:
        if finding.suppressed_by is None:
            subjects.setdefault(finding.id, []).extend(map(address, finding.subjects))
    return {id_: sorted(names) for id_, names in subjects.items()}


def address(subject: Subject) -> str:
    """`deployment/coredns -n kube-system`."""
    place = f" -n {subject.namespace}" if subject.namespace else ""
    return f"{subject.kind.lower()}/{subject.name}{place}"


def timeless(report: Report) -> Report:
    """The report but for what differs each time."""
    return msgspec.structs.replace(report, started_at="", duration_seconds=0.0, requests=0)


def explain(report: Report) -> str:
    """The report as a person reads it, for a failed assertion."""
    return renderer("text")(report, Presentation(show_all=True))


def placeholders(report: Report) -> list[str]:
    """Commands with something in them that a person must replace before pasting."""
    commands = [command for finding in report.findings for command in finding.fix.commands]
    return [command for command in commands if re.search(r"<\w[^<>]*>", command)]


def assert_no_canary(report: Report, trace: bytes, file: Path) -> None:
    """No secret value stands in any output of this run."""
    shown = {name: renderer(name)(report, Presentation(show_all=True)).encode() for name in FORMATS}
    outputs = {**shown, "trace": trace, "snapshot": gzip.decompress(file.read_bytes())}
    for name, output in outputs.items():
        assert canary.found_in(output) == [], f"a secret value stands in {name}"
