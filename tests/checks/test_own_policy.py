"""The agents that our own policy makes: what is printed for them is an install, and it cures as it stands."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.facts.agent_size import SMALLEST_LIMIT
from kubectl_ddfargate.facts.quantity import parse_quantity
from tests.checks.curing import findings, paste
from tests.cluster.cluster import Cluster
from tests.install.reference import bare, install


def cured_by_install(cluster: Cluster, id_: str) -> str:
    """Paste the one command of the only finding, with the answer to its question; the command."""
    (finding,) = findings(cluster.kubeconfig, id_)
    assert finding.fix.patch is None
    (command,) = finding.fix.commands
    paste(f"{command} --yes --settle 1s", cluster)
    cluster.wait_for(lambda: not findings(cluster.kubeconfig, id_), what=f"{id_} is gone")
    return command


def test_the_size_is_kept_by_an_agent_that_can_live(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster, "--restart").code == 0

    command = cured_by_install(cluster, "DDF601")

    words = command.split()
    assert words[:5] == ["kubectl", "ddfargate", "install", "--agent-cpu", "none"]
    memory = words[words.index("--agent-memory") + 1]
    assert parse_quantity(memory) >= parse_quantity(SMALLEST_LIMIT)
    assert findings(cluster.kubeconfig, "DDF603") == []

    again = install(cluster, "--dry-run")
    assert "update" not in again.out, again.out
    (line,) = (line for line in again.out.splitlines() if line.strip().startswith("agent.requests.cpu"))
    assert line.split(None, 2)[1:] == ["none", "kept from mutatingadmissionpolicy/ddfargate-agent-sidecar"]


def test_a_limit_with_which_an_agent_can_live_and_the_size_is_kept(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster, "--agent-memory", "64Mi", "--restart").code == 0
    (size,) = findings(cluster.kubeconfig, "DDF601")

    command = cured_by_install(cluster, "DDF603")

    assert size.fix.commands == (command,)
    assert findings(cluster.kubeconfig, "DDF601") == []


@pytest.mark.parametrize("how", ["its requests grew", "no agent has room"])
def test_pods_that_the_agent_makes_outgrow_fargate(how: str, cluster: Cluster) -> None:
    bare(cluster)
    memory = "64Gi" if how == "its requests grew" else "122624Mi"
    app = {"name": "large", "image": "registry.example/large:1"}
    cluster.workload("large", "shop", labels={"app": "large", "compute-type": "Fargate"}, containers=[app])
    assert install(cluster, "--restart").code == 0
    grown = {**app, "resources": {"requests": {"cpu": "16", "memory": memory}}}
    cluster.api.patch(
        "Deployment",
        "large",
        "shop",
        {"spec": {"paused": True, "template": {"spec": {"containers": [grown]}}}},
        form="strategic",
    )

    if how == "its requests grew":
        cluster.api.patch("Deployment", "large", "shop", {"spec": {"paused": False}})
        assert "--agent-cpu none" in cured_by_install(cluster, "DDF605")
    else:
        (finding,) = findings(cluster.kubeconfig, "DDF605")
        (command,) = finding.fix.commands
        assert " edit deployment/large " in command


def test_the_image_that_is_printed_is_what_install_takes(cluster: Cluster) -> None:
    bare(cluster)
    assert install(cluster, "--agent-image", "mirror.example/agent:latest", "--restart").code == 0
    (finding,) = findings(cluster.kubeconfig, "DDF705")

    cured_by_install(cluster, "DDF705")

    planned = install(cluster, "--dry-run").out
    (line,) = (line for line in planned.splitlines() if line.strip().startswith("agent.image"))
    assert {evidence.expected for evidence in finding.evidence} == {line.split()[1]}
