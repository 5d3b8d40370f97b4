"""No value of a Secret is in a diff, a plan, an error, a manifest, a trace or a line of the verbose output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.operator import DatadogOperator
from tests.cluster.reference import healthy_reference
from tests.cluster.story import story
from tests.doctor.running import Run, ddfargate
from tests.install.reference import bare, install


def _silent(run: Run, *files: Path) -> None:
    assert canary.found_in(run.out.encode()) == []
    assert canary.found_in(run.err.encode()) == []
    for file in files:
        assert canary.found_in(file.read_bytes()) == []


@pytest.mark.parametrize("form", ["diff", "text", "json", "yaml"])
def test_diff_of_new_and_of_changed_secrets(cluster: Cluster, tmp_path: Path, form: str) -> None:
    bare(cluster)
    trace = tmp_path / "trace"
    words = ("diff", "-o", form, "-v", "9", "--trace-requests", str(trace))
    new = ddfargate(*words, kubeconfig=cluster.kubeconfig)
    assert new.code == 1, new.err
    _silent(new, trace)
    assert "datadog-secret" in new.out

    run = install(cluster, "-v", "9", "--trace-requests", str(trace))
    assert run.code == 0, run.out + run.err
    _silent(run, trace)
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "datadog-token", "namespace": "datadog"},
            "stringData": {"token": canary.OTHER_TOKEN},
        },
        manager="kubectl",
    )
    changed = ddfargate(*words, kubeconfig=cluster.kubeconfig)
    assert changed.code == 1, changed.out + changed.err
    _silent(changed, trace)
    if form == "diff":
        assert "-  token: " in changed.out
        assert "+  token: " in changed.out
        assert "-  api-key: " not in changed.out


def test_what_others_wrote_in_clear(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    story(cluster, stage=1, kyverno=kyverno, credentials="literal")
    trace = tmp_path / "trace"
    for words in (("diff",), ("diff", "--replace-existing"), ("install", "--yes", "-v", "9")):
        run = ddfargate(*words, "--trace-requests", str(trace), kubeconfig=cluster.kubeconfig, folder=tmp_path)
        assert run.code == 1, run.out + run.err
        _silent(run, trace)
    run = install(cluster, "--replace-existing", "-v", "9", "--trace-requests", str(trace), folder=tmp_path)
    assert run.code == 0, run.out + run.err
    _silent(run, trace)


def test_the_agents_own_token_in_the_datadog_agent(cluster: Cluster, operator: DatadogOperator) -> None:
    healthy_reference(cluster, operator=operator, injector=None, fixed_address=None)
    for words in (("diff",), ("diff", "-o", "json"), ("install", "--yes", "-v", "9")):
        run = ddfargate(*words, "--injector", "datadog", kubeconfig=cluster.kubeconfig, timeout=120)
        assert run.code in (0, 1), run.out + run.err
        assert "DatadogAgent" in run.out or "datadogagent" in run.out
        _silent(run)


def test_manifests_and_errors(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    folder = tmp_path / "folder"
    run = ddfargate("render", "--discover", "-o", str(folder), "-v", "9", kubeconfig=cluster.kubeconfig)
    assert run.code == 0, run.out + run.err
    _silent(run, *folder.iterdir())
    assert not any("kind: Secret" in file.read_text(encoding="utf-8") for file in folder.iterdir())
    _silent(install(cluster, "--agent-env", f"DD_API_KEY={canary.API_KEY}", "-v", "9"))
    cluster.delete("Secret", "datadog-token", "datadog")
    _silent(install(cluster, "-v", "9"))
