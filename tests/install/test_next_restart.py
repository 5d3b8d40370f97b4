"""What is printed once a policy stands and pods are older: one command, the same wherever it is said."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.agent import DNS_URL
from tests.cluster.agent import agent as sidecar
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import Run, ddfargate
from tests.install.reference import bare, install

RESTART = "kubectl ddfargate restart"


def test_no_target_is_named_where_all_are_rolled(cluster: Cluster) -> None:
    bare(cluster)
    assert next_step(install(cluster)) == f"{RESTART} --context ddfargate-test"


def test_targets_are_named_where_others_are_older_too(cluster: Cluster) -> None:
    bare(cluster)
    cluster.workload("other", "shop", labels={"app": "other", "ddfargate/inject": "false"})
    cluster.injector_policy("others", labels={"app": "other"}, container=sidecar())

    step = next_step(install(cluster))

    assert step.startswith(f"{RESTART} --target karpenter/deployment/karpenter ")
    assert "other" not in step


def next_step(run: Run) -> str:
    """The command that it prints at its end."""
    assert run.code == 0, run.out + run.err
    (line,) = (line for line in run.out.splitlines() if line.startswith("next: "))
    return line.removeprefix("next: ")


def test_doctor_says_restart_wherever_a_restart_does_it(cluster: Cluster, tmp_path: Path) -> None:
    healthy_reference(cluster, sidecar=sidecar(url=DNS_URL))
    assert install(cluster, "--replace-existing", folder=tmp_path).code == 0

    report = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig).report

    found = {one["id"]: one["fix"] for one in report["findings"] if one["severity"] != "info"}
    assert {"DDF101", "DDF318"} <= found.keys()
    for id_ in ("DDF101", "DDF318"):
        assert found[id_]["byRestart"], (id_, found[id_])
        assert not any("ddfargate install" in command for command in found[id_]["commands"]), (id_, found[id_])
