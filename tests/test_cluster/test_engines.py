"""The real Kyverno beside the test cluster, what pods become of it, and how engines come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.agent import agent
from tests.cluster.api import ApiError, Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.engines import Engines, order
from tests.cluster.kyverno import Kyverno
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy
from tests.cluster.kyverno_settings import covering_kube_system
from tests.cluster.story import Stage, story

LABELS = {"k8s-app": "kube-dns"}
AGENT = agent(credentials="literal")
BY_CLUSTER_POLICY = cluster_policy(container=AGENT, label_sets=[LABELS], failure_policy="Ignore")
BY_MUTATING_POLICY = mutating_policy(container=AGENT, labels=LABELS)
FORMS = pytest.mark.parametrize(
    ("policy", "names"),
    [
        pytest.param(BY_CLUSTER_POLICY, ["datadog-agent", "coredns"], id="ClusterPolicy"),
        pytest.param(BY_MUTATING_POLICY, ["coredns", "datadog-agent"], id="MutatingPolicy"),
    ],
)


def _coredns(cluster: Cluster) -> list[str]:
    """Roll CoreDNS out (anew); the names of its pod's containers."""
    if cluster.get("Deployment", "coredns", "kube-system") is None:
        cluster.workload("coredns", "kube-system", labels=LABELS, dns_policy="Default")
    else:
        cluster.rollout_restart("coredns", "kube-system")
    (pod,) = cluster.pods("coredns", "kube-system")
    return _names(pod)


def _names(pod: Manifest) -> list[str]:
    return [container["name"] for container in pod["spec"]["containers"]]


@FORMS
def test_a_policy_acts_in_kube_system_when_it_is_covered(
    cluster: Cluster, kyverno: Kyverno, policy: Manifest, names: list[str]
) -> None:
    cluster.apply(policy)
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    assert _coredns(cluster) == names


@FORMS
def test_stock_exclusions_hide_kube_system(
    cluster: Cluster, kyverno: Kyverno, policy: Manifest, names: list[str]
) -> None:
    kyverno.configure_stock()
    cluster.apply(policy)
    cluster.wait_until_injected(AGENT, LABELS, "default")
    assert _coredns(cluster) == ["coredns"]
    kyverno.cover_kube_system()
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    assert _coredns(cluster) == names


@pytest.mark.parametrize("key", ["webhooks", "resourceFilters"])
def test_one_exclusion_is_enough(cluster: Cluster, kyverno: Kyverno, key: str) -> None:
    kyverno.configure_stock()
    stock = cluster.existing("ConfigMap", "kyverno", "kyverno")["data"]
    kyverno.configure({key: covering_kube_system(stock)[key]})
    cluster.apply(BY_MUTATING_POLICY)
    cluster.wait_until_injected(AGENT, LABELS, "default")
    assert _coredns(cluster) == ["coredns"]


@FORMS
def test_a_dead_kyverno_lets_pods_through_and_a_new_one_acts(
    cluster: Cluster, kyverno: Kyverno, policy: Manifest, names: list[str]
) -> None:
    cluster.apply(policy)
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    kyverno.kill()
    assert not kyverno.running
    assert _coredns(cluster) == ["coredns"]
    kyverno.restart()
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    assert _coredns(cluster) == names


def test_with_fail_a_dead_kyverno_stops_all_pods(cluster: Cluster, kyverno: Kyverno) -> None:
    """All: the webhook of a ClusterPolicy does not carry the labels that the policy selects."""
    cluster.apply(cluster_policy(container=AGENT, label_sets=[LABELS]))
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    kyverno.kill()
    cluster.workload("web", "shop", on_fargate=False, wait=False)
    events = cluster.wait_for(
        lambda: cluster.items("Event", "shop", fieldSelector="reason=FailedCreate"), what="the refusal"
    )
    assert 'failed calling webhook "mutate.kyverno.svc-fail"' in events[0]["message"]


def test_a_reset_revives_kyverno_and_takes_only_what_tests_made(
    cluster: Cluster, kyverno: Kyverno, engines: Engines
) -> None:
    before = cluster.existing("ConfigMap", "kyverno", "kyverno")["data"]
    cluster.apply([BY_CLUSTER_POLICY, BY_MUTATING_POLICY])
    cluster.namespace("shop")
    cluster.apply({**BY_CLUSTER_POLICY, "kind": "Policy", "metadata": {"name": "x", "namespace": "shop"}})
    cluster.wait_until_injected(AGENT, LABELS, "kube-system")
    kyverno.configure({"excludeGroups": None, "webhooks": "{}"})
    kyverno.kill()

    engines.prepare({"kyverno"})

    assert kyverno.running
    assert kyverno.webhooks() == []
    for kind in ("ClusterPolicy", "policies.kyverno.io", "MutatingPolicy"):
        assert cluster.items(kind) == []
    assert cluster.existing("ConfigMap", "kyverno", "kyverno")["data"] == before


def test_the_background_controller_makes_what_a_policy_says(cluster: Cluster, kyverno: Kyverno) -> None:
    may = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}
    label = "rbac.kyverno.io/aggregate-to-background-controller"
    metadata: dict[str, Any] = {"name": "kyverno:configmaps", "labels": {label: "true"}}
    rbac = "rbac.authorization.k8s.io/v1"
    cluster.apply({"apiVersion": rbac, "kind": "ClusterRole", "metadata": metadata, "rules": [may]})
    kyverno.run_background()
    made = {"apiVersion": "v1", "kind": "ConfigMap", "name": "made", "data": {"data": {"a": "b"}}}
    rule = {
        "name": "make",
        "match": {"any": [{"resources": {"kinds": ["Namespace"], "names": ["shop"]}}]},
        "generate": {**made, "namespace": "{{request.object.metadata.name}}", "synchronize": False},
    }
    policy = {"apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "make"}}

    def accepted() -> bool:
        """Not before the role is a part of Kyverno's."""
        try:
            cluster.apply({**policy, "spec": {"rules": [rule]}})
        except ApiError:
            return False
        return True

    cluster.wait_for(accepted, what="the policy is accepted")
    cluster.wait_for(lambda: kyverno.webhooks(validating=True), what="Kyverno is called for namespaces")
    cluster.namespace("shop")
    cluster.wait_for(lambda: cluster.get("ConfigMap", "made", "shop"), what="the ConfigMap")


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_the_story_on_the_real_kyverno(cluster: Cluster, kyverno: Kyverno, stage: Stage) -> None:
    story(cluster, stage=stage, covers=("coredns", "karpenter"), kyverno=kyverno)
    pods = [*cluster.pods("coredns", "kube-system"), *cluster.pods("karpenter", "karpenter")]
    assert [_names(pod)[0] for pod in pods] == ["datadog-agent"] * 4
    assert all(pod["metadata"]["annotations"]["datadog-inject"] == "true" for pod in pods)
    assert all(_names(pod) == ["web"] for pod in cluster.pods("web", "shop"))
    (webhook,) = kyverno.webhooks()
    assert webhook["failurePolicy"] == "Fail"
    assert webhook["rules"][0]["operations"] == ["CREATE", "UPDATE"]


def test_tests_with_engines_go_last_in_a_row() -> None:
    tests = [["kyverno", "end_engines"], ["kyverno"], ["kyverno", "operator"], ["operator"], ["cluster"]]
    assert sorted(tests, key=order) == list(reversed(tests))


def test_the_end_of_kyverno_leaves_nothing(
    cluster: Cluster, kyverno: Kyverno, end_engines: Callable[[], None]
) -> None:
    cluster.apply([BY_CLUSTER_POLICY, BY_MUTATING_POLICY])

    end_engines()

    assert not kyverno.running
    for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "CustomResourceDefinition"):
        assert cluster.items(kind) == []
    assert cluster.get("Namespace", "kyverno") is None
    served = cluster.kubectl("api-resources").stdout
    assert "pods" in served
    assert not [name for name in ("kyverno", "datadoghq", "wgpolicy") if name in served]
    assert not [one for one in cluster.items("ClusterRole") if "kyverno" in one["metadata"]["name"]]
    cluster.workload("web", "shop")
