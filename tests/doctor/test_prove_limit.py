"""`--prove-limit`: so many dry-runs, those that tell most first, and a word on the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.collect.proving import prove
from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.commands.doctor import EXAMPLE
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model import prove_limits
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.snapshot import Proof
from kubectl_ddfargate.snapshot_file import load
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import Run, ddfargate

DOCS = Path(__file__).parents[2] / "docs"
REST = "only 1 of 5 workloads are proved in one run (--prove-limit)"


@pytest.fixture
def with_one_bare(cluster: Cluster) -> Cluster:
    """Five workloads, of which one has no agent."""
    healthy_reference(cluster)
    cluster.workload("zz-left-out", "shop", labels={"app": "zz-left-out"})
    return cluster


def test_the_rest_is_told_and_what_lacks_an_agent_comes_first(with_one_bare: Cluster) -> None:
    cluster = with_one_bare

    def doctor(*words: str) -> tuple[Run, int]:
        before = _dry_runs(cluster)
        run = ddfargate("doctor", "-o", "json", *words, kubeconfig=cluster.kubeconfig)
        assert run.findings("warning")["DDF319"] == ["zz-left-out"]
        return run, _dry_runs(cluster) - before

    (whole, all_tried), (few, tried), (strict, _) = (
        doctor(*words) for words in ((), ("--prove-limit", "1"), ("--prove-limit=1", "--prove"))
    )

    assert all_tried - tried == 4
    assert whole.status("DDF318") == "pass"
    assert [(run.code, run.status("DDF318")) for run in (few, strict)] == [(0, "skip"), (3, "unknown")]
    for run in (few, strict):
        assert REST in next(check["reason"] for check in run.report["checks"] if check["id"] == "DDF318")


@pytest.mark.parametrize(
    ("words", "other"),
    [
        (("doctor", "--prove-limit", "0"), "1<=x<=1000"),
        (("doctor", "--example", "--prove-limit", "5"), "--example"),
        (("doctor", "deployment/web", "-n", "shop", "--prove-limit", "5"), "TYPE/NAME"),
        (("doctor", "--no-prove", "--prove-limit", "5"), "--no-prove"),
        (("doctor", "deployment/web", "--no-prove", "--prove-limit=5"), "--no-prove"),
        (("snapshot", "-o", "saved", "--prove-limit", "5", "--no-prove"), "--no-prove"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...], other: str, tmp_path: Path) -> None:
    run = ddfargate(*words, folder=tmp_path, kubeconfig="/nonexistent")
    assert (run.code, run.out) == (2, "")
    assert "--prove-limit" in run.err
    assert other in run.err
    assert "/nonexistent" not in run.err, "a cluster was looked for first"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("everything", "flag"), [(False, " (--prove-limit)"), (True, "")])
def test_the_flag_is_named_where_it_helps(everything: bool, flag: str) -> None:
    """`install`, `diff` and `restart` want all, up to a number that no flag of theirs changes."""
    most = prove_limits.MOST if everything else 5
    known = [Proof(kind="Job", namespace="shop", name=f"made-before-{number}") for number in range(most)]
    with connect(ConnectionFlags(server="https://192.0.2.1", token="t")) as gateway:
        reading = Reading(gateway)
        found = prove(reading, Index(load(EXAMPLE)), everything=everything, limit=5, known=known)
        reading.close()
    rest = [one.message for one in found if one.outcome == "limited"]
    assert set(rest) == {f"only {most} of {len(rest)} workloads are proved in one run{flag}"}


@pytest.mark.parametrize(
    ("page", "says", "number"),
    [
        ("cli.md", r"Prove so many workloads at most.*Default: ([\d,]+)\.", prove_limits.USUAL),
        ("limits.md", r"`doctor` proves ([\d,]+) workloads at most", prove_limits.USUAL),
        ("architecture.md", r"`doctor` proves ([\d,]+) workloads at most", prove_limits.USUAL),
        ("architecture.md", r"says which it left out; `install` ([\d,]+)\.", prove_limits.MOST),
        ("performance.md", r"dry-run of up to ([\d,]+) workloads", prove_limits.USUAL),
        ("performance.md", r"dry-runs side by side, ([\d,]+) at most", prove_limits.USUAL),
        ("performance.md", r"Dry-runs are limited \(([\d,]+) workloads\)", prove_limits.USUAL),
    ],
)
def test_the_docs_say_the_same_numbers(page: str, says: str, number: int) -> None:
    told = re.findall(says, (DOCS / page).read_text(encoding="utf-8"))
    assert set(told) == {f"{number:,}"}


def _dry_runs(cluster: Cluster) -> int:
    return sum("dryRun=All" in entry["requestURI"] for entry in cluster.audit())
