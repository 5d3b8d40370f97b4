"""`--prove-limit`: so many dry-runs, those that tell most first, and a word on the rest."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import Run, ddfargate

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


@pytest.mark.parametrize("words", [("--prove-limit", "0"), ("--example", "--prove-limit", "5")])
def test_what_cannot_be_meant_is_refused(words: tuple[str, ...]) -> None:
    run = ddfargate("doctor", *words)
    assert run.code == 2
    assert "--prove-limit" in run.err


def _dry_runs(cluster: Cluster) -> int:
    return sum("dryRun=All" in entry["requestURI"] for entry in cluster.audit())
