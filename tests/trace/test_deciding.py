"""Who adds an agent, where the text of nobody tells: labels of the one workload are left out in turn."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.cluster.collect.label_trials import MOST_LABELS
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL, healthy_reference
from tests.trace.running import document, traced

VENDORS = "sidecars.vendor.example"
"""A webhook that no one here has heard of, whose doing is written nowhere."""

MESH = "mesh.vendor.example"

REQUIRES_TEAM = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: whose-pods}
spec:
  failurePolicy: Fail
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  validations:
  - {expression: "'team' in object.metadata.?labels.orValue({})", message: "whose is it?"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: whose-pods}
spec: {policyName: whose-pods, validationActions: [Deny]}
"""


@pytest.fixture
def vendors(cluster: Cluster) -> Cluster:
    """Two webhooks look at the pods; one of them adds the agent."""
    _two_webhooks(cluster, agents={"vendor": "yes"}, meshs={"app": "two"})
    cluster.workload("two", "shop", labels={"app": "two", "vendor": "yes"}, service_account="web")
    return cluster


def test_an_unknown_vendors_webhook_is_found_by_the_label_it_selects_by(vendors: Cluster) -> None:
    lines = _lines(document(vendors, "two"))

    assert lines["admission"]["a new pod today"] == "+ datadog-agent, + mesh-proxy (the server's dry-run)"
    assert lines["admission"]["it hangs on"] == (
        f"label vendor: without it no agent comes (a dry-run); webhook {VENDORS} selects by it"
    )
    came = lines["pods"]["datadog-agent"]
    assert came == f"came at admission, as it seems by MutatingWebhookConfiguration/{VENDORS}"


def test_no_label_is_left_out_without_proof_or_in_a_report_on_all(vendors: Cluster) -> None:
    before = _dry_runs(vendors)
    assert "it hangs on" not in traced(vendors, "two", "--no-prove").out
    assert _dry_runs(vendors) == before
    traced(vendors, "two")
    # its template, and that without each of its two labels
    assert _dry_runs(vendors) - before == 3


def test_a_native_policy_is_named_too(cluster: Cluster) -> None:
    healthy_reference(cluster)
    (label,) = COMMON_LABEL
    said = _lines(document(cluster, "coredns", namespace="kube-system"))["admission"]["it hangs on"]
    assert said == f"label {label}: without it no agent comes (a dry-run); policy datadog-sidecar selects by it"


def test_a_label_that_admission_wants_is_not_known_to_decide(cluster: Cluster) -> None:
    """The server refuses pods without `team`: what adds the agent may select by just that label."""
    _two_webhooks(cluster, agents={"team": "a"}, meshs={"app": "two"})
    cluster.workload("two", "shop", labels={"app": "two", "team": "a"}, service_account="web")
    _require_team(cluster)

    lines = _lines(document(cluster, "two"))

    assert lines["admission"]["it hangs on"] == (
        "not told for: team; no other label alone: without any one of them the agent comes all the same"
    )
    one_of = f"one of MutatingWebhookConfiguration/{MESH}, MutatingWebhookConfiguration/{VENDORS}"
    assert lines["pods"]["datadog-agent"] == f"came at admission, by {one_of}"


def test_a_label_that_decides_is_told_beside_one_that_is_not_known(vendors: Cluster) -> None:
    vendors.workload("three", "shop", labels={"app": "two", "team": "a", "vendor": "yes"}, service_account="web")
    _require_team(vendors)

    lines = _lines(document(vendors, "three"))

    assert lines["admission"]["it hangs on"] == (
        f"label vendor: without it no agent comes (a dry-run); webhook {VENDORS} selects by it; not told for: team"
    )
    came = lines["pods"]["datadog-agent"]
    assert came == f"came at admission, as it seems by MutatingWebhookConfiguration/{VENDORS}"


def test_labels_beyond_those_that_are_tried_are_named(cluster: Cluster) -> None:
    _two_webhooks(cluster, agents={"vendor": "yes"}, meshs={"app": "two"})
    more = {f"l{number:02}": "x" for number in range(MOST_LABELS)}
    cluster.workload("two", "shop", labels={"app": "two", "vendor": "yes", **more}, service_account="web")

    said = _lines(document(cluster, "two"))["admission"]["it hangs on"]

    assert said == (
        f"not told for: l{MOST_LABELS - 1}, vendor; "
        "no other label alone: without any one of them the agent comes all the same"
    )


def _two_webhooks(cluster: Cluster, *, agents: dict[str, str], meshs: dict[str, str]) -> None:
    """One that adds the agent, and one that adds something else, each to pods with its label."""
    healthy_reference(cluster, injector=None)
    mesh = {"name": "mesh-proxy", "image": "registry.example/mesh:1"}
    cluster.stand_in_webhook(VENDORS, container=agent(), label_sets=[agents], failure_policy="Ignore")
    cluster.stand_in_webhook(MESH, container=mesh, label_sets=[meshs], failure_policy="Ignore")


def _require_team(cluster: Cluster) -> None:
    """No pod of shop is made without a label `team`, not even as a dry-run."""
    cluster.apply(REQUIRES_TEAM)

    def denies() -> bool:
        run = cluster.kubectl("run", "x", "--image=x", "-n", "shop", "--dry-run=server", check=False)
        return "whose is it?" in run.stderr

    cluster.wait_for(denies, what="pods without a team are refused")


def _lines(trace: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {step["name"]: {line["subject"]: line["says"] for line in step["lines"]} for step in trace["steps"]}


def _dry_runs(cluster: Cluster) -> int:
    return sum("dryRun=All" in entry["requestURI"] for entry in cluster.audit())
