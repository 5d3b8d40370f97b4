"""The same on a real API server, as it is really collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubectl_ddfargate.commands.doctor import DoctorOptions, read_cluster
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.design import SecretCopy, SecretSource
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.resolve import Resolved, resolve
from kubectl_ddfargate.snapshot_file import load
from tests.cluster import canary
from tests.cluster.agent import FIXED_ADDRESS
from tests.cluster.cluster import Cluster
from tests.cluster.reference import SELECTORS, TARGETS, InstalledBy, healthy_reference
from tests.resolve.clusters import designed

EXAMPLE = Path(__file__).parents[2] / "kubectl_ddfargate/data/example.snapshot.gz"
IMAGES = {"operator": "registry.datadoghq.com/agent:7.81.1", "helm": "gcr.io/datadoghq/agent:7.81.1"}
SOURCES = {
    "operator": {"api-key": ("datadog-secret", "api-key"), "token": ("datadog-token", "token")},
    "helm": {"api-key": ("datadog", "api-key"), "token": ("datadog-cluster-agent", "token")},
}


def resolved_of(cluster: Cluster) -> Resolved:
    flags = ConnectionFlags(kubeconfig=str(cluster.kubeconfig))
    snapshot, _ = read_cluster(flags, DoctorOptions(), trace=None, progress=None, warn=print)
    return resolve(Index(snapshot), Given())


@pytest.mark.parametrize("installed_by", ["operator", "helm"])
def test_a_cluster_without_a_fixed_service(cluster: Cluster, installed_by: InstalledBy) -> None:
    healthy_reference(cluster, installed_by=installed_by, injector="webhook", fixed_address=None)
    cluster.delete("Secret", "datadog-secret", "shop")

    resolved = resolved_of(cluster)

    design = designed(resolved)
    fixed = design.fixed_service
    assert fixed is not None
    assert design.agent.url == "https://172.20.0.53:5005"
    assert dict(fixed.selector) == SELECTORS[installed_by]
    assert design.agent.image == IMAGES[installed_by]
    assert (design.agent.cluster_name, design.agent.site) == ("prod-eu", "datadoghq.com")
    sources = {key: SecretSource("datadog", *source) for key, source in SOURCES[installed_by].items()}
    assert design.secrets == (SecretCopy("shop", "datadog-secret", sources),)
    assert {(target.namespace, target.name) for target in design.targets} == {
        (target.namespace, target.name) for target in TARGETS
    }
    assert not [value for value in canary.ALL if value in repr(resolved)]

    # The server takes the address, and the Service leads to the cluster agent.
    ports = [{"port": fixed.port, "targetPort": fixed.port, "protocol": "TCP"}]
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": fixed.name, "namespace": fixed.namespace},
            "spec": {"clusterIP": fixed.address, "selector": dict(fixed.selector), "ports": ports},
        }
    )
    label = f"kubernetes.io/service-name={fixed.name}"
    cluster.wait_for(
        lambda: any(
            endpoint["conditions"]["ready"]
            for one in cluster.items("endpointslices.discovery.k8s.io", fixed.namespace, labelSelector=label)
            for endpoint in one["endpoints"] or ()
        ),
        what="an endpoint of the fixed Service",
    )


@pytest.mark.parametrize("installed_by", ["operator", "helm"])
def test_a_cluster_with_a_fixed_service(cluster: Cluster, installed_by: InstalledBy) -> None:
    healthy_reference(cluster, installed_by=installed_by, injector="webhook")

    fixed = designed(resolved_of(cluster)).fixed_service

    assert fixed is not None
    assert (fixed.name, fixed.address, fixed.owned) == (
        "self-managed-datadog-cluster-agent",
        FIXED_ADDRESS,
        False,
    )


def test_the_recorded_story() -> None:
    resolved = resolve(Index(load(EXAMPLE)), Given())

    assert designed(resolved).agent.url == "https://172.20.0.53:5005"
    assert resolved.address_text == "172.20.0.53 (static band 172.20.0.1–172.20.1.0, free)"
    assert [target.name for target in resolved.planned_targets] == ["karpenter", "coredns", "metrics-server", "web"]
