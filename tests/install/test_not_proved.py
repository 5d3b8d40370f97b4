"""A policy that could not be proved does not stay in force, whatever went wrong; where it must, it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.install.faulty_server import Fault, faulty
from tests.install.reference import bare, install
from tests.install.state import state
from tests.install.terminal import on_a_terminal

DNS = ("--target", "kube-system/deployment/coredns")
POLICY = "/mutatingadmissionpolicies/ddfargate-agent-sidecar"
BINDING = "/mutatingadmissionpolicybindings/ddfargate-agent-sidecar"


def _is_dry(path: str) -> bool:
    return "dryRun=All" in path


def _policies(cluster: Cluster) -> dict[object, object]:
    return {key: text for key, text in state(cluster).items() if "MutatingAdmissionPolicy" in str(key)}


def _by_hand(cluster: Cluster) -> None:
    bare(cluster)
    cluster.injector_policy("sidecar-by-hand", container=agent(), labels={"k8s-app": "kube-dns"})


def test_a_connection_that_breaks_at_the_proof(cluster: Cluster, tmp_path: Path) -> None:
    _by_hand(cluster)
    before = _policies(cluster)
    applied: list[str] = []

    def wrong(method: str, path: str, body: bytes) -> Fault | None:
        if method == "PATCH" and BINDING in path and not _is_dry(path):
            applied.append(path)
        return Fault() if applied and method == "POST" and "/pods?" in path and _is_dry(path) else None

    with faulty(cluster, tmp_path, wrong) as side:
        run = install(
            cluster, "--replace-existing", "--timeout", "5s", *DNS, kubeconfig=side.kubeconfig, folder=tmp_path
        )

    assert applied, run.out + run.err
    assert run.code == 1, run.out + run.err
    assert "the policy was taken back" in run.err
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None
    after = _policies(cluster)
    if after != before:  # whether ours still acts could not be asked: the old one stays aside
        assert "skips pods that have our agent" in run.out
    assert cluster.get("MutatingAdmissionPolicyBinding", "sidecar-by-hand") is not None


def test_a_policy_that_cannot_be_taken_back(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    applied: list[str] = []

    def wrong(method: str, path: str, body: bytes) -> Fault | None:
        if method == "PATCH" and BINDING in path and not _is_dry(path):
            applied.append(path)
        if applied and method == "POST" and "/pods?" in path:
            return Fault()
        return Fault(500) if method == "DELETE" and not _is_dry(path) else None

    with faulty(cluster, tmp_path, wrong) as side:
        run = install(cluster, "--timeout", "5s", *DNS, kubeconfig=side.kubeconfig)

    assert run.code == 1, run.out + run.err
    assert "broke the connection off" in run.err
    assert "and it could not be taken back" in run.err
    assert "the policy is in force" in run.err
    assert "kubectl ddfargate uninstall" in run.err


def test_a_broken_server_proves_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """The pod that is not selected cannot be tried."""
    bare(cluster)

    def wrong(method: str, path: str, body: bytes) -> Fault | None:
        is_pod = method == "POST" and "/pods?" in path and _is_dry(path)
        return Fault(500) if is_pod and "k8s-app" not in json.loads(body)["metadata"]["labels"] else None

    with faulty(cluster, tmp_path, wrong) as side:
        run = install(cluster, "--timeout", "5s", *DNS, kubeconfig=side.kubeconfig)

    assert run.code == 1, run.out + run.err
    assert "a pod that is not selected: made to fail" in run.err
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None


def test_what_somebody_changed_since_the_plan(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _by_hand(cluster)
    edit = [{"name": "theirs", "expression": "true"}]

    monkeypatch.chdir(tmp_path)
    words = ("install", "--replace-existing", *DNS)
    with on_a_terminal(cluster, *words) as run:
        run.until_asked()
        cluster.patch("MutatingAdmissionPolicy", "sidecar-by-hand", None, {"spec": {"matchConditions": edit}})
        code, out = run.answer("y")

    assert code == 1, out
    assert "was changed since the plan was shown" in out
    live = cluster.existing("MutatingAdmissionPolicy", "sidecar-by-hand")
    assert live["spec"]["matchConditions"] == edit
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None
    assert cluster.get("Service", "datadog-cluster-agent-fixed", "datadog") is None


@pytest.mark.parametrize(
    ("at", "anew", "says"),
    [
        ("GET", False, "was changed by somebody else meanwhile"),
        ("GET", True, "was made anew by somebody else meanwhile"),
        ("DELETE", True, "was made anew by somebody else meanwhile"),
    ],
)
def test_what_somebody_does_between_stepping_aside_and_the_end_of_the_old(
    cluster: Cluster, tmp_path: Path, at: str, anew: bool, says: str
) -> None:
    """Their policy stays, whatever ours was to do, and ours goes: the two must not meet in a pod."""
    _by_hand(cluster)
    name = "sidecar-by-hand"
    theirs = cluster.existing("MutatingAdmissionPolicy", name)
    other = "Never" if theirs["spec"]["reinvocationPolicy"] == "IfNeeded" else "IfNeeded"
    applied: list[str] = []
    done: list[str] = []

    def wrong(method: str, path: str, body: bytes) -> Fault | None:
        if method == "PATCH" and BINDING in path and not _is_dry(path):
            applied.append(path)
        if (
            applied
            and not done
            and method == at
            and f"/mutatingadmissionpolicies/{name}" in path
            and not _is_dry(path)
        ):
            done.append(path)
            if anew:
                cluster.delete("MutatingAdmissionPolicy", name)
                cluster.apply({**theirs, "metadata": {"name": name}})
            else:
                cluster.patch("MutatingAdmissionPolicy", name, None, {"spec": {"reinvocationPolicy": other}})
        return None

    with faulty(cluster, tmp_path, wrong) as side:
        run = install(cluster, "--replace-existing", *DNS, kubeconfig=side.kubeconfig, folder=tmp_path)

    assert done, run.out + run.err
    assert run.code == 1, run.out + run.err
    assert f"mutatingadmissionpolicy/{name} {says}, so ours does not replace it; it was taken back" in run.err
    live = cluster.existing("MutatingAdmissionPolicy", name)["spec"]
    assert live["reinvocationPolicy"] == (theirs["spec"]["reinvocationPolicy"] if anew else other)
    assert cluster.get("MutatingAdmissionPolicy", "ddfargate-agent-sidecar") is None


def test_a_file_that_is_taken_by_then(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files come before the first write."""
    _by_hand(cluster)
    before = state(cluster)
    folder = Path("sidecar-by-hand.backup-2.yaml")
    monkeypatch.chdir(tmp_path)
    words = ("install", "--replace-existing", *DNS)
    with on_a_terminal(cluster, *words) as run:
        run.until_asked()
        (tmp_path / folder).touch()
        code, out = run.answer("y")

    assert code == 1, out
    assert "nothing was changed in the cluster" in out
    assert state(cluster) == before
