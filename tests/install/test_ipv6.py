"""The whole way in a cluster whose Services have IPv6 addresses: the URL has brackets, and all else is as ever."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.control_plane import ControlPlane
from tests.cluster.ipv6 import Ipv6Cluster, Ipv6ControlPlane, service_address
from tests.doctor.running import ddfargate
from tests.install.reference import NAMESPACES, bare, install, uninstall
from tests.install.state import pods, state, writes

# The first choice of the tool, at the same place as in the usual range.
ADDRESS = service_address("172.20.0.53")


@pytest.fixture(scope="module")
def ipv6_cluster(control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane of its own, by the programs of the usual one."""
    plane = Ipv6ControlPlane.start(tmp_path_factory.mktemp("ipv6"), control_plane.binaries)
    yield Ipv6Cluster(plane)
    plane.stop()


def test_from_nothing_to_good_and_back(ipv6_cluster: Cluster, tmp_path: Path) -> None:
    cluster = ipv6_cluster
    bare(cluster)
    assert cluster.existing("Service", "datadog-cluster-agent", "datadog")["spec"]["ipFamilies"] == ["IPv6"]
    before, pods_before = state(cluster), pods(cluster, NAMESPACES)
    assert ddfargate("doctor", kubeconfig=cluster.kubeconfig).code == 1

    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    assert f"fixed address {ADDRESS} (static band" in run.out
    service = cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]
    assert (service["clusterIPs"], service["ipFamilies"]) == ([ADDRESS], ["IPv6"])
    assert service["ipFamilyPolicy"] == "SingleStack"
    for namespace, name in (("kube-system", "coredns"), ("karpenter", "karpenter"), ("shop", "web")):
        for pod in cluster.pods(name, namespace):
            (agent,) = [one for one in pod["spec"]["containers"] if one["name"] == "datadog-agent"]
            env = {one["name"]: one.get("value") for one in agent["env"]}
            assert env["DD_CLUSTER_AGENT_URL"] == f"https://[{ADDRESS}]:5005"
    doctor = ddfargate("doctor", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out

    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert state(cluster) == before
    assert pods(cluster, NAMESPACES) == pods_before


def test_addresses_that_were_asked_for(ipv6_cluster: Cluster) -> None:
    """However it is written, an address is known again; one of the other family is refused."""
    cluster = ipv6_cluster
    cluster.reset()
    bare(cluster)
    refused = install(cluster, "--cluster-agent-ip", "172.20.0.53")
    assert refused.code == 1, refused.out + refused.err
    assert "fd00:10:96::/112" in refused.out

    run = install(cluster, "--cluster-agent-ip", "FD00:10:96:0::4D")
    assert run.code == 0, run.out + run.err
    assert cluster.existing("Service", "datadog-cluster-agent-fixed", "datadog")["spec"]["clusterIP"] == (
        "fd00:10:96::4d"
    )
    again = install(cluster, "--cluster-agent-ip", "fd00:10:96:0:0:0:0:4d")
    assert again.code == 0, again.out + again.err
    assert "nothing to change" in again.out
