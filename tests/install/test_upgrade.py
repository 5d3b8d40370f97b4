"""Our policy of an older kind gives way to a newer one, and each pod made meanwhile gets exactly one agent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.kyverno_deployment import kyverno_deployment
from tests.cluster.kyverno_settings import NAMESPACE
from tests.doctor.running import ddfargate
from tests.install.other_versions import without_its_condition, worded_otherwise
from tests.install.reference import bare, install
from tests.install.refused import refused
from tests.install.state import writes
from tests.install.witness import witness

OURS = "ddfargate-agent-sidecar"
WORKLOADS = (("coredns", "kube-system"), ("karpenter", "karpenter"), ("web", "shop"))
CLASSIC = ("--injector", "kyverno", "--kyverno-kind", "ClusterPolicy")
KYVERNO = ("--injector", "kyverno")
NATIVE = ("--injector", "admission-policy")


@dataclass(frozen=True)
class Move:
    """What is there, what is typed, and what is there then."""

    before: tuple[str, ...]
    old: str
    now: tuple[str, ...]
    new: str


MOVES = {
    "auto": Move(CLASSIC, "ClusterPolicy", (), "MutatingPolicy"),
    "classic-to-native": Move(CLASSIC, "ClusterPolicy", NATIVE, "MutatingAdmissionPolicy"),
    "kyverno-to-native": Move(KYVERNO, "MutatingPolicy", NATIVE, "MutatingAdmissionPolicy"),
    "native-to-kyverno": Move(NATIVE, "MutatingAdmissionPolicy", KYVERNO, "MutatingPolicy"),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_no_pod_is_without_an_agent_and_none_has_two(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path, move: Move
) -> None:
    bare(cluster)
    first = install(cluster, *move.before, folder=tmp_path)
    assert first.code == 0, first.out + first.err
    assert cluster.get(move.old, OURS) is not None
    told = _migrations(cluster)

    with witness(cluster, WORKLOADS) as seen:
        run = install(cluster, *move.now, folder=tmp_path)

    assert run.code == 0, run.out + run.err
    assert seen.but_one() == {}, run.out
    assert seen.count() > 10
    assert (cluster.get(move.old, OURS) is None, cluster.get(move.new, OURS) is None) == (True, False)
    assert f"{move.old.lower()}/{OURS} deleted" in run.out
    assert list(tmp_path.glob("*.backup*.yaml")) == []
    if move.old != "MutatingAdmissionPolicy":  # the native policy has no successor
        assert f"{move.new} " in " ".join(told)
    _stays(cluster, tmp_path)


# What Kyverno 1.20 is expected to do: it keeps ClusterPolicies, does not carry them out, and refuses their changes.
REFUSES_CLUSTER_POLICIES = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-more-cluster-policies}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - {apiGroups: [kyverno.io], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [clusterpolicies]}
  validations: [{expression: "false", message: "ClusterPolicy (kyverno.io) is not carried out any more"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-more-cluster-policies}
spec: {policyName: no-more-cluster-policies, validationActions: [Deny]}
"""


def test_an_engine_that_refuses_all_changes_of_the_old_kind(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    """And a policy that another version of this tool wrote, in other words: it is not to be changed either."""
    bare(cluster)
    assert install(cluster, *CLASSIC, folder=tmp_path).code == 0
    older = worded_otherwise(_as_applied(cluster.existing("ClusterPolicy", OURS)))
    cluster.apply(older, manager="kubectl-ddfargate")
    assert cluster.existing("ClusterPolicy", OURS)["spec"]["rules"] == older["spec"]["rules"]
    cluster.apply(REFUSES_CLUSTER_POLICIES)
    patch = {"metadata": {"annotations": {"x": "y"}}}
    words = ("patch", "clusterpolicy", OURS, "--type=merge", "-p", json.dumps(patch), "--dry-run=server")
    cluster.wait_for(lambda: "not carried out" in cluster.kubectl(*words).stderr, what="changes are refused")

    with witness(cluster, WORKLOADS) as seen:
        run = install(cluster, folder=tmp_path)

    assert run.code == 0, run.out + run.err
    assert seen.but_one() == {}
    assert cluster.get("ClusterPolicy", OURS) is None
    assert cluster.get("MutatingPolicy", OURS) is not None


def test_a_policy_of_an_older_version_is_written_as_the_newer(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    bare(cluster)
    assert install(cluster, *KYVERNO, folder=tmp_path).code == 0
    live = cluster.existing("MutatingPolicy", OURS)
    metadata = {key: live["metadata"][key] for key in ("name", "labels")}
    older = {"apiVersion": "policies.kyverno.io/v1beta1", "kind": "MutatingPolicy", "metadata": metadata}
    cluster.apply({**older, "spec": live["spec"]}, manager="kubectl-ddfargate")
    assert _written_as(cluster) == {"policies.kyverno.io/v1beta1"}
    assert _migrations(cluster)[0] == "MutatingPolicy policies.kyverno.io/v1"
    diff = ddfargate("diff", kubeconfig=cluster.kubeconfig)
    assert diff.code == 1
    assert "was written as policies.kyverno.io/v1beta1, now as policies.kyverno.io/v1" in diff.out

    with witness(cluster, WORKLOADS) as seen:
        run = install(cluster, folder=tmp_path)

    assert run.code == 0, run.out + run.err
    assert seen.but_one() == {}
    assert _written_as(cluster) == {"policies.kyverno.io/v1"}
    _stays(cluster, tmp_path)


def test_an_own_policy_that_was_made_to_take_pods_with_an_agent(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    """Its condition has our name for it, and holds for all pods. It steps aside, as a policy of others does."""
    bare(cluster)
    assert install(cluster, *KYVERNO, folder=tmp_path).code == 0
    taking = _as_applied(without_its_condition(cluster.existing("MutatingPolicy", OURS)))
    cluster.apply(taking, manager="kubectl-ddfargate")

    with witness(cluster, WORKLOADS) as seen:
        run = install(cluster, *NATIVE, folder=tmp_path)

    assert run.code == 0, run.out + run.err
    # none for a moment, while Kyverno takes in the change (docs/limits.md); never two, and never refused
    assert {number for numbers in seen.agents.values() for number in numbers} <= {0, 1}
    assert cluster.get("MutatingPolicy", OURS) is None


def test_where_kyverno_is_gone_the_server_takes_over(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    """And where Kyverno comes back, and somebody applies our old policy again, a pod has one agent still."""
    bare(cluster)
    assert install(cluster, *KYVERNO, folder=tmp_path).code == 0
    old = _as_applied(cluster.existing("MutatingPolicy", OURS))
    cluster.apply(kyverno_deployment(replicas=0))
    kyverno.kill()
    assert _migrations(cluster)[0] == "MutatingAdmissionPolicy admissionregistration.k8s.io/v1"

    run = install(cluster, folder=tmp_path)

    assert run.code == 0, run.out + run.err
    assert f"our MutatingPolicy/{OURS} does nothing: Kyverno in namespace {NAMESPACE} does not answer" in run.out
    assert cluster.get("MutatingAdmissionPolicy", OURS) is not None
    assert cluster.get("MutatingPolicy", OURS) is None
    with witness(cluster, WORKLOADS) as seen:
        kyverno.restart()
        cluster.apply(old, manager="kubectl-ddfargate")
        cluster.wait_for(lambda: _served(cluster), what="Kyverno serves our old policy")
    assert seen.but_one() == {}
    again = install(cluster, folder=tmp_path)
    assert again.code == 0, again.out + again.err
    assert cluster.get("MutatingPolicy", OURS) is None
    _stays(cluster, tmp_path)


def test_a_kyverno_that_is_away_for_a_moment_keeps_our_policy(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    """As on Fargate, while its only pod is made anew: nothing is moved but by who asks for it."""
    bare(cluster)
    assert install(cluster, *KYVERNO, folder=tmp_path).code == 0
    before = cluster.existing("MutatingPolicy", OURS)["metadata"]["uid"]
    cluster.apply(kyverno_deployment(fate="unready"))

    told = refused(cluster, tmp_path=tmp_path)

    assert f"our MutatingPolicy/{OURS} is there already" in told
    assert f"deployment/kyverno-admission-controller -n {NAMESPACE} has no ready pod" in told
    assert "bring Kyverno up again, or use --injector admission-policy" in told
    assert cluster.existing("MutatingPolicy", OURS)["metadata"]["uid"] == before
    run = install(cluster, *NATIVE, folder=tmp_path)
    assert run.code == 0, run.out + run.err
    assert cluster.get("MutatingPolicy", OURS) is None
    _stays(cluster, tmp_path)


def _as_applied(live: Mapping[str, Any]) -> dict[str, Any]:
    """A policy of ours without what the server added."""
    kept = {key: value for key, value in live["metadata"].items() if key in ("name", "labels", "annotations")}
    return {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": kept, "spec": live["spec"]}


def _served(cluster: Cluster) -> bool:
    """Whether Kyverno says that it is called for our policy."""
    status = cluster.existing("MutatingPolicy", OURS).get("status", {}).get("conditionStatus", {})
    return any(
        one["type"] == "WebhookConfigured" and one["status"] == "True" for one in status.get("conditions", ())
    )


def _migrations(cluster: Cluster) -> list[str]:
    """To what `version` says that our policies can move."""
    run = ddfargate("version", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert run.code == 0, run.err
    return [one["to"] for one in json.loads(run.out)["migrations"]]


def _written_as(cluster: Cluster) -> set[str]:
    """The API versions by which we applied our MutatingPolicy."""
    fields = cluster.existing("MutatingPolicy", OURS)["metadata"]["managedFields"]
    ours = [one for one in fields if (one["manager"], one["operation"]) == ("kubectl-ddfargate", "Apply")]
    return {one["apiVersion"] for one in ours}


def _stays(cluster: Cluster, folder: Path) -> None:
    """Nothing is left to do."""
    trace = folder / "trace"
    again = install(cluster, "--trace-requests", str(trace), folder=folder)
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0
