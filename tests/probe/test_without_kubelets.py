"""A cluster in which nothing can be executed: said once, with the count and the reason."""

from __future__ import annotations

from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS
from tests.probe.running import run


def test_nodes_that_nobody_reaches(healthy: Cluster) -> None:
    nobody = {"status": {"daemonEndpoints": {"kubeletEndpoint": {"Port": 1}}}}
    nodes = [one["metadata"]["name"] for one in healthy.items("Node")]
    before = {
        one["metadata"]["name"]: {"status": {"daemonEndpoints": one["status"]["daemonEndpoints"]}}
        for one in healthy.items("Node")
    }
    try:
        for name in nodes:
            healthy.api.patch("Node", name, None, nobody, subresource="status")
        done = run(healthy, "--yes")
    finally:
        for name in nodes:
            healthy.api.patch("Node", name, None, before[name], subresource="status")

    assert done.code == 3, done.err
    assert done.out.count("connection refused") == 2, done.out
    assert "unread: exec was refused: error dialing backend: dial tcp: connect: connection refused" in done.out
    assert f"{len(TARGETS)} workloads: error dialing backend: dial tcp: connect: connection refused" in done.out


def test_an_image_with_nothing_to_try_it_with(healthy: Cluster) -> None:
    done = run(healthy, "--yes")

    assert done.code == 3, done.err
    assert done.out.count("neither the agent's Python nor bash") == 2, done.out
    assert f"{len(TARGETS)} workloads: not testable" in done.out
