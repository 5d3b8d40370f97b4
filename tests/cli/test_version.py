"""`version`: with and without a cluster."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kubectl_ddfargate import __version__
from tests.cli.conftest import Line
from tests.cluster.binaries.programs import KUBERNETES_VERSION
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.story import story


def document(line: Line, *words: str) -> Any:
    """The answer as JSON."""
    assert line("version", "-o", "json", *words) == 0
    return json.loads(line.out)


def test_the_client_alone(line: Line) -> None:
    found = document(line, "--client")
    assert set(found) == {"apiVersion", "kind", "client", "schemas", "supported"}
    assert found["client"]["version"] == __version__
    assert line("version", "--client", "-o=yaml") == 0
    assert yaml.safe_load(line.out) == found
    assert line("version", "--client") == 0
    assert re.match(rf"client +{re.escape(__version__)} ", line.out)
    assert all(len(row) <= 80 for row in line.out.splitlines())


def test_no_cluster_is_a_note(line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    found = document(line)
    assert (found["server"], found["components"]) == (None, [])
    assert found["notes"] == [f"no cluster answered: no kubeconfig was found; looked at {tmp_path / 'none'}"]
    assert document(line, "--server", "http://127.0.0.1:1")["notes"][0].endswith("Connection refused")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--context", "nosuch"), 'context "nosuch" does not exist'),
        (("--client", "--context", "c"), "--client asks no cluster, so --context cannot be used with it"),
        (("-n", "shop"), "-n cannot narrow this command"),
    ],
)
def test_what_cannot_be_meant(line: Line, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    (tmp_path / "config").write_text("{}", encoding="utf-8")
    assert line("version", *words, *(("--kubeconfig", str(tmp_path / "config")) if "nosuch" in words else ())) == 2
    assert said in line.err


def test_what_runs_in_a_cluster(line: Line, cluster: Cluster) -> None:
    story(cluster, stage=2, credentials="secret")
    found = document(line, "--kubeconfig", str(cluster.kubeconfig))
    assert (found["server"]["version"], found["server"]["supported"]) == (KUBERNETES_VERSION, True)
    components = {one["name"]: one for one in found["components"]}
    assert components["native policies"]["serves"] == ["MutatingAdmissionPolicy admissionregistration.k8s.io/v1"]
    assert components["cluster agent"]["namespace"] == "datadog"
    assert "Kyverno" not in components
    assert found["notes"] == []


def test_kyverno(line: Line, kyverno: Kyverno, cluster: Cluster) -> None:
    found = document(line, "--kubeconfig", str(cluster.kubeconfig))
    (engine,) = (one for one in found["components"] if one["name"] == "Kyverno")
    # The engine of the tests runs beside the cluster: its kinds are served, and no Deployment says its version.
    assert (engine["supported"], engine["note"]) == (None, "no Deployment of it was seen")
    assert "MutatingPolicy policies.kyverno.io/v1" in engine["serves"]


def test_what_may_not_be_read_is_a_note(line: Line, cluster: Cluster) -> None:
    found = document(line, "--kubeconfig", str(cluster.plane.kubeconfig_for("nobody")))
    assert found["server"]["version"]
    assert any("pods" in note for note in found["notes"])
