"""Who adds an agent, where the text of nobody tells: labels of the one workload are left out in turn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL, healthy_reference
from tests.trace.running import document, traced

VENDORS = "sidecars.vendor.example"
"""A webhook that no one here has heard of, whose doing is written nowhere."""

MESH = "mesh.vendor.example"


@pytest.fixture
def vendors(cluster: Cluster) -> Cluster:
    """Two webhooks look at the pods; one of them adds the agent."""
    healthy_reference(cluster, injector=None)
    mesh = {"name": "mesh-proxy", "image": "registry.example/mesh:1"}
    cluster.stand_in_webhook(VENDORS, container=agent(), label_sets=[{"vendor": "yes"}], failure_policy="Ignore")
    cluster.stand_in_webhook(MESH, container=mesh, label_sets=[{"app": "two"}], failure_policy="Ignore")
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


def _lines(trace: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {step["name"]: {line["subject"]: line["says"] for line in step["lines"]} for step in trace["steps"]}


def _dry_runs(cluster: Cluster) -> int:
    return sum("dryRun=All" in entry["requestURI"] for entry in cluster.audit())
