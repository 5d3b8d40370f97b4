"""`version`: with and without a cluster."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kubectl_ddfargate import __version__
from tests.cli.conftest import Line
from tests.cluster.agent import agent
from tests.cluster.binaries.programs import KUBERNETES_VERSION
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.kyverno_deployment import kyverno_deployment
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy
from tests.cluster.story import story

SCHEMA = json.loads((resources.files("kubectl_ddfargate") / "data" / "version.schema.json").read_text("utf-8"))
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def document(line: Line, *words: str) -> Any:
    """The answer as JSON, which is as the shipped schema has it."""
    assert line("version", "-o", "json", *words) == 0
    found = json.loads(line.out)
    VALIDATOR.validate(found)
    return found


def test_the_client_alone(line: Line) -> None:
    found = document(line, "--client")
    assert (found["server"], found["components"], found["migrations"]) == (None, [], [])
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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "Report"),
        (("client", "version"), None),
        (("migrations",), [{"policy": "x"}]),
        (("notes",), None),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(line: Line, path: tuple[str, ...], value: Any) -> None:
    found = node = document(line, "--client")
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    assert not VALIDATOR.is_valid(found)


def _ours(cluster: Cluster, api_version: str, kind: str, spec: dict[str, Any]) -> None:
    metadata = {"name": "ddfargate-agent-sidecar", "labels": {"app.kubernetes.io/managed-by": "kubectl-ddfargate"}}
    cluster.apply(
        {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}, manager="kubectl-ddfargate"
    )


def test_it_points_at_the_migration(line: Line, kyverno: Kyverno, cluster: Cluster) -> None:
    connection = ("--kubeconfig", str(cluster.kubeconfig))
    assert document(line, *connection)["migrations"] == []
    old = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    _ours(cluster, "kyverno.io/v1", "ClusterPolicy", old["spec"])
    new = mutating_policy(container=agent(), labels={"a": "b"})
    _ours(cluster, "policies.kyverno.io/v1beta1", "MutatingPolicy", new["spec"])

    found = [(one["policy"], one["to"], one["needed"]) for one in document(line, *connection)["migrations"]]

    modern, native = (
        "MutatingPolicy policies.kyverno.io/v1",
        "MutatingAdmissionPolicy admissionregistration.k8s.io/v1",
    )
    classic, cel = "clusterpolicy/ddfargate-agent-sidecar", "mutatingpolicy/ddfargate-agent-sidecar"
    assert found == [
        (classic, modern, True),
        (classic, native, False),
        (cel, modern, False),
        (cel, native, False),
    ]
    assert line("version", *connection) == 0
    lines = line.out.splitlines()
    place = lines.index(f"needed: {classic} becomes {modern}")
    assert "is expected to ignore them from 1.20 on" in lines[place + 1]
    assert lines[place + 2] == f"  kubectl ddfargate install --kubeconfig {cluster.kubeconfig}"


def test_it_promises_what_install_does_while_no_pod_of_kyverno_is_ready(
    line: Line, kyverno: Kyverno, cluster: Cluster
) -> None:
    """For a moment: nothing by itself (tests/install/test_upgrade.py). For good: the server takes over."""
    connection = ("--kubeconfig", str(cluster.kubeconfig))
    old = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    _ours(cluster, "kyverno.io/v1", "ClusterPolicy", old["spec"])
    install = f"kubectl ddfargate install --kubeconfig {cluster.kubeconfig}"

    for replicas, note, needed, command in (
        (1, "has no ready pod", False, f"{install} --injector admission-policy"),
        (0, "is scaled to 0", True, install),
    ):
        cluster.apply(kyverno_deployment(replicas=replicas, fate="unready"))
        found = document(line, *connection)

        assert [one["note"] for one in found["components"] if one["name"] == "Kyverno"] == [note]
        (one,) = found["migrations"]
        assert one["to"] == "MutatingAdmissionPolicy admissionregistration.k8s.io/v1"
        assert (one["needed"], one["command"]) == (needed, command)


def test_what_may_not_be_read_is_a_note(line: Line, cluster: Cluster) -> None:
    found = document(line, "--kubeconfig", str(cluster.plane.kubeconfig_for("nobody")))
    assert found["server"]["version"]
    assert any("pods" in note for note in found["notes"])
