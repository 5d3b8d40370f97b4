"""A policy that is there already: changes are proved, drops are said, and the right pods are rolled."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.state import writes


def _sites(cluster: Cluster, name: str, namespace: str) -> set[str]:
    found = set()
    for pod in cluster.pods(name, namespace):
        for container in pod["spec"]["containers"]:
            found |= {one["value"] for one in container.get("env", ()) if one["name"] == "DD_SITE"}
    return found


def test_an_update_rolls_exactly_what_differs(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster, "--restart").code == 0
    for site in ("datadoghq.eu", "us5.datadoghq.com"):
        run = install(cluster, "--site", site, "--restart")
        assert run.code == 0, run.out + run.err
        for name, namespace in (("coredns", "kube-system"), ("web", "shop"), ("karpenter", "karpenter")):
            assert _sites(cluster, name, namespace) == {site}


def test_amounts_that_were_given_once_are_kept(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    assert install(cluster, "--agent-cpu", "150m", "--agent-memory", "186Mi").code == 0

    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    line = next(line for line in again.out.splitlines() if line.strip().startswith("agent.requests.cpu"))
    assert line.split(None, 2)[1:] == ["150m", "kept from mutatingadmissionpolicy/ddfargate-agent-sidecar"]
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    usual = install(cluster, "--agent-cpu", "200m", "--dry-run")
    assert "update  mutatingadmissionpolicy/ddfargate-agent-sidecar" in usual.out
    assert "186Mi" in usual.out


def test_what_a_narrower_policy_drops_is_said(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster).code == 0
    run = ddfargate("diff", "-o", "text", "--target", "shop/deployment/web", kubeconfig=cluster.kubeconfig)
    assert run.code == 1, run.out + run.err
    dropped = next(line for line in run.out.splitlines() if "no longer" in line)
    assert "deployment/coredns -n kube-system" in dropped
    assert "deployment/web" not in dropped


def test_one_namespace_is_refused(cluster: Cluster) -> None:
    for command in ("install", "diff", "uninstall"):
        run = ddfargate(command, "-n", "shop", kubeconfig=cluster.kubeconfig)
        assert run.code == 2
        assert "-n" in run.err


def test_doctor_sends_nobody_to_edit_our_policy(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster).code == 0
    doctor = ddfargate("doctor", "--show", "all", kubeconfig=cluster.kubeconfig)
    assert "edit mutatingadmissionpolicies" not in doctor.out
