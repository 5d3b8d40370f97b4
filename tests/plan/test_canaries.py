"""No value of a Secret comes out of `diff`, however it is asked, from a cluster that is full of literal ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.story import story
from tests.doctor.running import ddfargate

OUTPUTS = ("diff", "text", "json", "yaml")


@pytest.mark.parametrize("stage", [1, 3])
def test_diff_on_the_story(cluster: Cluster, stage: int, tmp_path: Path) -> None:
    story(cluster, stage=stage, credentials="literal")  # type: ignore[arg-type]
    _none_comes_out(cluster, tmp_path)


def test_diff_where_secrets_are_copied(cluster: Cluster, tmp_path: Path) -> None:
    healthy_reference(cluster, injector=None, fixed_address=None)
    for namespace in ("kube-system", "karpenter", "shop"):
        cluster.delete("Secret", "datadog-secret", namespace)

    shown = _none_comes_out(cluster, tmp_path)

    assert "+  api-key: (value not shown, after)" in shown


def _none_comes_out(cluster: Cluster, folder: Path) -> str:
    everything = ""
    for output in OUTPUTS:
        trace = folder / output
        run = ddfargate(
            "diff",
            *("-o", output, "-v", "9", "--force-conflicts", "--trace-requests", str(trace)),
            kubeconfig=cluster.kubeconfig,
        )
        assert run.code in (0, 1, 2), run.err
        assert run.out, run.err
        everything += run.out + run.err + trace.read_text()
    assert canary.found_in(everything.encode()) == []
    return everything
