"""An agent that does not come up: the first pod stops the rollout, and DNS is whole at every moment."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.install.reference import bare, install
from tests.install.terminal import on_a_terminal
from tests.restart.injecting import agent_images, restarted
from tests.restart.ready_pods import ReadyPods

DNS = ("--target", "kube-system/deployment/coredns")


@pytest.mark.parametrize("image", ["datadog/agent:7-does-not-exist", "datadog/agent:7-crash"])
def test_the_first_pod_stops_it(cluster: Cluster, image: str) -> None:
    bare(cluster)

    with ReadyPods(cluster) as seen:
        run = install(cluster, "--restart", "--timeout", "30s", "--agent-image", image, *DNS)

    assert run.code == 1, run.out + run.err
    assert "taken out of the policy" in run.out
    _runs_without_agent(cluster, seen)


def test_a_secret_that_vanished_after_the_policy_came(cluster: Cluster) -> None:
    bare(cluster)
    before = cluster.existing("Deployment", "coredns", "kube-system")["spec"]
    assert install(cluster, *DNS).code == 0
    words = ("install", "--restart", "--settle", "1s", "--timeout", "60s", *DNS)

    with ReadyPods(cluster) as seen, on_a_terminal(cluster, *words) as run:
        asked = run.until_asked()
        assert "nothing to change" in asked
        assert "Restart 1 workload(s)" in asked
        cluster.delete("Secret", "datadog-secret", "kube-system")
        code, out = run.answer("y")

    assert code == 1, out
    assert "CreateContainerConfigError" in out
    assert "taken out of the policy" in out
    assert "deployment/coredns -n kube-system runs again as before" in out
    _runs_without_agent(cluster, seen)
    assert cluster.existing("Deployment", "coredns", "kube-system")["spec"] == before


def _runs_without_agent(cluster: Cluster, seen: ReadyPods) -> None:
    assert seen.least >= 1
    cluster.wait_rolled_out("coredns", "kube-system")
    assert agent_images(cluster, "coredns", "kube-system") == []
    assert not restarted(cluster, "coredns", "kube-system")
