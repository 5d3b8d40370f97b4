"""An agent that does not come up: the first pod stops the rollout, and DNS is whole at every moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cluster.cluster import Cluster
from tests.install.reference import bare, install


@pytest.mark.parametrize("image", ["datadog/agent:7-does-not-exist", "datadog/agent:7-crash"])
def test_the_first_pod_stops_it(cluster: Cluster, image: str) -> None:
    bare(cluster)

    with _dns_ready(cluster) as lowest:
        run = install(
            cluster, "--restart", "--timeout", "30s", "--agent-image", image,
            "--target", "kube-system/deployment/coredns",
        )  # fmt: skip

    assert run.code == 1, run.out + run.err
    assert "taken out of the policy" in run.out
    assert lowest
    assert min(lowest) >= 1
    cluster.wait_rolled_out("coredns", "kube-system")
    for pod in cluster.pods("coredns", "kube-system"):
        assert [one["name"] for one in pod["spec"]["containers"]] == ["coredns"]


@contextmanager
def _dns_ready(cluster: Cluster) -> Iterator[list[int]]:
    """How many CoreDNS pods were Ready, sampled all the while."""
    counts: list[int] = []
    done = threading.Event()

    def sample() -> None:
        while not done.is_set():
            pods = cluster.items("Pod", "kube-system", labelSelector="k8s-app=kube-dns")
            counts.append(sum(map(_is_ready, pods)))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield counts
    finally:
        done.set()
        thread.join()


def _is_ready(pod: dict) -> bool:  # type: ignore[type-arg]
    if pod["metadata"].get("deletionTimestamp"):
        return False
    conditions = pod["status"].get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
