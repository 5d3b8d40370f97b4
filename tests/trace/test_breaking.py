"""The link that is broken in a healthy cluster is the first that `doctor TYPE/NAME` marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.reference import healthy_reference
from tests.trace.running import broken_at, document, states, traced

FIXED = "self-managed-datadog-cluster-agent"
CLUSTER_AGENT = "datadog-cluster-agent"


def _select_nothing(cluster: Cluster) -> None:
    cluster.patch("Service", FIXED, "datadog", {"spec": {"selector": {"agent.datadoghq.com/name": "other"}}})


def _no_service(cluster: Cluster) -> None:
    cluster.delete("Service", FIXED, "datadog")


def _not_ready(cluster: Cluster) -> None:
    fate = {"metadata": {"annotations": {"testcluster/fate.cluster-agent": "unready"}}}
    strategy = {"type": "Recreate", "rollingUpdate": None}
    cluster.patch("Deployment", CLUSTER_AGENT, "datadog", {"spec": {"strategy": strategy, "template": fate}})
    cluster.wait_for(lambda: not _ready(cluster), what="no ready endpoint of the cluster agent")


def coredns(cluster: Cluster) -> str:
    return traced(cluster, "coredns", namespace="kube-system").out


def _ready(cluster: Cluster) -> bool:
    slices = cluster.items("EndpointSlice", "datadog")
    ends = [end for one in slices for end in one.get("endpoints") or ()]
    return any(end["conditions"].get("ready") for end in ends)


BREAKS = (
    (_select_nothing, "Service"),
    (_no_service, "Service"),
    (_not_ready, "cluster agent"),
)


@pytest.fixture
def whole(cluster: Cluster) -> Cluster:
    """A healthy reference that a test may break."""
    healthy_reference(cluster)
    return cluster


@pytest.mark.parametrize(("break_it", "step"), BREAKS, ids=lambda one: getattr(one, "__name__", one).strip("_"))
def test_the_link_that_breaks_is_the_first(whole: Cluster, break_it: Callable[[Cluster], None], step: str) -> None:
    break_it(whole)

    broken_at(document(whole, "coredns", namespace="kube-system"), step)


def test_an_agent_that_would_not_come_back(whole: Cluster) -> None:
    (policy,) = [one["metadata"]["name"] for one in whole.items("MutatingAdmissionPolicy")]
    elsewhere = {"matchConstraints": {"objectSelector": {"matchLabels": {"nobody": "has-it"}}}}
    whole.patch("MutatingAdmissionPolicy", policy, None, {"spec": elsewhere})
    # The API server looks at its policies once a second.
    whole.wait_for(lambda: "without an agent" in coredns(whole), what="new pods get no agent")

    trace = document(whole, "coredns", namespace="kube-system")
    assert (trace["verdict"], states(trace)["pods"]) == ("good", "warning")
    pods = next(step for step in trace["steps"] if step["name"] == "pods")
    assert pods["findings"] == ["DDF318"]
    assert "came at admission, by what looks at new pods no more" in str(pods["lines"])


def test_a_policy_whose_engine_does_not_look(cluster: Cluster, kyverno: Kyverno) -> None:
    healthy_reference(cluster, injector="kyverno", kyverno=kyverno)
    assert document(cluster, "coredns", namespace="kube-system")["verdict"] == "good"

    kyverno.configure_stock()

    trace = document(cluster, "coredns", namespace="kube-system")
    broken_at(trace, "admission")
    assert "NotIn [kube-system]" in str(trace["steps"][1]["lines"])
