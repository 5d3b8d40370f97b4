"""The causes that are Kyverno's own, with the real engine: it does what doctor says, and the printed command cures.

The cases of these checks lay out Kyverno's objects without the engine. Not to be had with the version that runs
here: the webhook that basic MutatingPolicies shared from 1.16 to 1.18, with the selector of the last of them
(1.19 made one for each selector); `DDF304/fires-live` lays it out as it was seen on 1.18.2. Nor a Kyverno that
ignores ClusterPolicies (`DDF306/fires-ignored`): 1.20 was not out when this was written.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.checks.curing import apply_fixes, findings
from tests.cluster.agent import agent
from tests.cluster.api import ApiError, Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy

LABELS = {"app": "web"}
NAMESPACE = "kube-system"
WITHOUT_KUBE_SYSTEM = {
    "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [NAMESPACE]}]
}
EXCLUSIONS = {
    "DDF303": {"resourceFilters": "[Event,*,*] [*/*,kube-system,*]"},
    "DDF304": {"webhooks": json.dumps({"namespaceSelector": WITHOUT_KUBE_SYSTEM})},
    "DDF305": {"excludeGroups": "system:nodes,system:serviceaccounts:kube-system"},
}


def bare_workload(cluster: Cluster) -> None:
    """One on Fargate, older than any policy."""
    cluster.profile("system", namespace=NAMESPACE)
    cluster.workload("web", NAMESPACE, labels=LABELS)


def containers(made: Manifest) -> list[str]:
    spec = made["spec"].get("template", made)["spec"]
    return sorted(one["name"] for one in spec["containers"])


def new_pod(cluster: Cluster) -> list[str]:
    """The containers of a pod that anybody makes."""
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1"}]}
    metadata = {"generateName": "web-", "namespace": NAMESPACE, "labels": LABELS}
    return containers(
        cluster.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, dry_run=True)
    )


def of_a_controller(cluster: Cluster) -> list[str]:
    """The containers of a pod that a Deployment gets: made anew, for it is the requester that may count."""
    cluster.rollout_restart("web", NAMESPACE)
    (pod,) = cluster.pods("web", NAMESPACE)
    return containers(pod)


@pytest.mark.parametrize("check", EXCLUSIONS)
@pytest.mark.parametrize("kind", ["MutatingPolicy", "ClusterPolicy"])
def test_an_exclusion_and_its_cure(kind: str, check: str, cluster: Cluster, kyverno: Kyverno) -> None:
    bare_workload(cluster)
    cluster.apply(
        mutating_policy(container=agent(credentials="literal"), labels=LABELS)
        if kind == "MutatingPolicy"
        else cluster_policy(
            container=agent(credentials="literal"),
            label_sets=[LABELS],
            failure_policy="Ignore",
            operations=["CREATE"],
        )
    )
    cluster.wait_for(lambda: "datadog-agent" in new_pod(cluster), what="injection")
    kyverno.configure(EXCLUSIONS[check])
    cluster.wait_for(lambda: findings(cluster.kubeconfig, check), what=check)
    assert "datadog-agent" not in of_a_controller(cluster)

    apply_fixes(findings(cluster.kubeconfig, check), cluster)

    cluster.wait_for(lambda: not findings(cluster.kubeconfig, check), what=f"{check} is gone")
    assert "datadog-agent" in of_a_controller(cluster)


def policy(**further: Any) -> Manifest:
    return cluster_policy(
        **{"container": agent(credentials="literal"), "label_sets": [LABELS], "operations": ["CREATE"], **further}
    )


def test_a_policy_that_fails_closed(cluster: Cluster, kyverno: Kyverno) -> None:
    bare_workload(cluster)
    cluster.apply(policy())
    cluster.wait_for(lambda: "datadog-agent" in new_pod(cluster), what="injection")
    assert {one["failurePolicy"] for one in kyverno.webhooks()} == {"Fail"}

    apply_fixes(findings(cluster.kubeconfig, "DDF307"), cluster)

    assert findings(cluster.kubeconfig, "DDF307") == []
    cluster.wait_for(
        lambda: {one["failurePolicy"] for one in kyverno.webhooks()} == {"Ignore"}, what="it fails open"
    )


def test_a_policy_that_acts_on_updates(cluster: Cluster, kyverno: Kyverno) -> None:
    bare_workload(cluster)
    cluster.apply(policy(failure_policy="Ignore", operations=[]))
    cluster.wait_for(lambda: "datadog-agent" in new_pod(cluster), what="injection")
    (pod,) = cluster.pods("web", NAMESPACE)
    name = pod["metadata"]["name"]

    def labelled(value: str) -> str:
        try:
            cluster.api.patch("Pod", name, NAMESPACE, {"metadata": {"labels": {"touched": value}}})
        except ApiError as error:
            return error.message
        return ""

    assert "may not add or remove containers" in labelled("before")
    (found,) = findings(cluster.kubeconfig, "DDF308")
    apply_fixes([found], cluster)

    assert findings(cluster.kubeconfig, "DDF308") == []
    cluster.wait_for(lambda: labelled("after") == "", what="labels can be changed")


def test_a_policy_that_rewrites_templates(cluster: Cluster, kyverno: Kyverno) -> None:
    bare_workload(cluster)
    rule = policy(failure_policy="Ignore", namespaces=[NAMESPACE])
    for one in rule["spec"]["rules"][0]["match"]["any"]:
        del one["resources"]["selector"]
    cluster.apply(rule)

    def deployment() -> list[str]:
        metadata = {"name": "next", "namespace": NAMESPACE}
        template = {
            "metadata": {"labels": {"app": "next"}},
            "spec": {"containers": [{"name": "app", "image": "registry.example/app:1"}]},
        }
        spec = {"selector": {"matchLabels": {"app": "next"}}, "template": template}
        made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
        return containers(cluster.api.create(made, dry_run=True))

    cluster.wait_for(lambda: "datadog-agent" in deployment(), what="a template with an agent")
    apply_fixes(findings(cluster.kubeconfig, "DDF309"), cluster)

    assert findings(cluster.kubeconfig, "DDF309") == []
    cluster.wait_for(lambda: "datadog-agent" not in deployment(), what="templates are left alone")
    assert "datadog-agent" in new_pod(cluster)


def test_a_kind_that_is_deprecated(cluster: Cluster, kyverno: Kyverno) -> None:
    bare_workload(cluster)
    cluster.apply(policy(failure_policy="Ignore"))
    (found,) = findings(cluster.kubeconfig, "DDF306")
    assert found.severity == "warning"
    read = cluster.kubectl("get", "clusterpolicies.kyverno.io", "add-datadog-sidecar", check=True)
    assert "ClusterPolicy is deprecated" in read.stderr
