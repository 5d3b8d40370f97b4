"""The real Kyverno, as it is read: its policies without their credentials, and what it leaves out by itself."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from kubectl_ddfargate.facts.foreign_policies import foreign_injectors
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kyverno import kyverno as kyverno_of
from kubectl_ddfargate.facts.kyverno_exclusions import exclusion_fix, gains_effect, hidden
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import CLUSTER_POLICIES, KYVERNO_CONFIG, KYVERNO_POLICIES, MUTATING_POLICIES
from kubectl_ddfargate.model.snapshot import Snapshot
from kubectl_ddfargate.snapshot_file import load
from tests.cluster import canary
from tests.cluster.agent import agent
from tests.cluster.api import Manifest
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy
from tests.doctor.rights import all_rights
from tests.doctor.running import ddfargate

COREDNS = WorkloadRef("kube-system", "Deployment", "coredns", "apps/v1")
LABEL = {"app": "coredns"}
OPERATIONS = f"""
# a comment with {canary.OTHER_API_KEY}
- op: add
  path: /spec/containers/-
  value:
    name: datadog-agent
    image: datadog/agent:7
    args: [--key, {canary.APP_PASSWORD}]
    env:
    - {{name: DD_API_KEY, value: {canary.API_KEY}}}
    - {{name: DD_EKS_FARGATE, value: "true"}}
- {{op: add, path: /metadata/labels/x, value: {canary.TOKEN}}}
"""


def snapshot_of(cluster: Cluster, folder: Path) -> Snapshot:
    """What the tool reads, as it keeps it."""
    file = folder / "snapshot.gz"
    run = ddfargate("snapshot", "-o", str(file), kubeconfig=cluster.kubeconfig)
    assert run.code == 0, run.err
    return load(file)


def json_patch_policy() -> Manifest:
    policy = cluster_policy("json-patch", container={"name": "x"}, label_sets=[LABEL], failure_policy="Ignore")
    (rule,) = policy["spec"]["rules"]
    rule["mutate"] = {"patchesJson6902": OPERATIONS}
    return policy


def policies() -> list[Manifest]:
    """Policies with credentials in clear, wherever one can stand."""
    literal = agent(
        credentials="literal", env={"DD_APP_KEY": canary.OTHER_API_KEY, "PASSWORD": canary.APP_PASSWORD}
    )
    anchored = {**literal, "args": ["--password", canary.APP_PASSWORD]}
    anchored["+(image)"] = anchored.pop("image")
    merging = cluster_policy(
        "merging", container=anchored, label_sets=[LABEL], annotations={"x": canary.TOKEN}, failure_policy="Ignore"
    )
    cel = mutating_policy("cel", container=literal, labels=LABEL, namespaces=["kube-system"])
    cel["metadata"]["annotations"] = {"note": canary.TOKEN}
    return [merging, json_patch_policy(), cel]


def coredns(cluster: Cluster, *, wait: bool = True) -> None:
    cluster.profile("system", namespace="kube-system")
    cluster.workload("coredns", "kube-system", labels=LABEL, wait=wait)


def containers_of_a_new_pod(cluster: Cluster) -> list[str]:
    """What a dry-run in kube-system gives."""
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1"}]}
    metadata = {"generateName": "coredns-", "namespace": "kube-system", "labels": LABEL}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    words = ("create", "-f", "-", "--dry-run=server", "-o", "json")
    made = json.loads(cluster.kubectl(*words, stdin=json.dumps(pod), check=True).stdout)
    return sorted(one["name"] for one in made["spec"]["containers"])


def test_no_credential_of_a_policy_is_read(cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    coredns(cluster)
    cluster.kubectl("apply", "-f", "-", stdin="\n---\n".join(map(json.dumps, policies())), check=True)
    kyverno.configure({"other": canary.APP_PASSWORD})

    snapshot = snapshot_of(cluster, tmp_path)

    index = Index(snapshot)
    kept = {one.name: one for one in (*index.all(CLUSTER_POLICIES), *index.all(MUTATING_POLICIES))}
    assert set(kept) == {"merging", "json-patch", "cel"}
    for name in ("merging", "json-patch"):
        (rule,) = kept[name].spec.rules
        (container,) = rule.mutate.containers
        assert container.name == "datadog-agent"
        assert "agent" in container.image
        key = next(one for one in container.env if one.name == "DD_API_KEY")
        assert key.literal is not None
        assert next(one for one in container.env if one.name == "DD_EKS_FARGATE").value == "true"
    assert set(index.all(KYVERNO_CONFIG)[0].data) <= {
        "resourceFilters",
        "webhooks",
        "excludeGroups",
        "excludeUsernames",
    }
    assert canary.found_in(msgspec.json.encode(snapshot)) == []
    found = {one.ref.name: one for one in foreign_injectors(index, [COREDNS])}
    assert set(found) == set(kept)
    assert all(one.replaceable and one.containers == ("datadog-agent",) for one in found.values())
    engine = kyverno_of(index)
    assert engine is not None
    assert engine.healthy
    assert engine.webhooks
    assert ("MutatingPolicy", "policies.kyverno.io/v1") in engine.serves


@pytest.mark.parametrize("kind", ["MutatingPolicy", "ClusterPolicy"])
def test_the_fix_of_the_exclusions_is_one(kind: str, cluster: Cluster, kyverno: Kyverno, tmp_path: Path) -> None:
    policy = (
        mutating_policy(container=agent(), labels=LABEL, namespaces=["kube-system"])
        if kind == "MutatingPolicy"
        else cluster_policy(container=agent(), label_sets=[LABEL], failure_policy="Ignore", operations=["CREATE"])
    )
    cluster.apply(policy)
    cluster.wait_for(lambda: containers_of_a_new_pod(cluster) == ["app", "datadog-agent"], what="injection")
    kyverno.configure_stock()
    cluster.wait_for(lambda: containers_of_a_new_pod(cluster) == ["app"], what="kube-system is hidden")
    index = Index(snapshot_of(cluster, tmp_path))
    why = hidden(index, "kube-system")
    assert why is not None
    assert (why.filters, len(why.selectors), why.requesters) == (("[*/*,kube-system,*]",), 1, ())
    assert hidden(index, "shop") is None

    fix = exclusion_fix(index, ["kube-system"])

    assert fix is not None
    assert (fix.ref.namespace, fix.ref.name, fix.unsolved, fix.also) == ("kyverno", "kyverno", (), ())
    before = cluster.existing("ConfigMap", "kyverno", "kyverno")["data"]
    assert fix.before == {key: before[key] for key in ("resourceFilters", "webhooks")}
    kyverno.configure(fix.after)
    cluster.wait_for(lambda: containers_of_a_new_pod(cluster) == ["app", "datadog-agent"], what="injection again")
    opened = Index(snapshot_of(cluster, tmp_path))
    assert hidden(opened, "kube-system") is None
    gains = [(one.ref.kind, one.fails_closed) for one in gains_effect(index, ["kube-system"])]
    assert gains == [(kind, False)]


def test_without_kyverno_nothing_more_is_asked(cluster: Cluster, tmp_path: Path) -> None:
    coredns(cluster)
    trace = tmp_path / "trace.jsonl"
    words = ("snapshot", "-o", str(tmp_path / "s.gz"), "--trace-requests", str(trace))

    run = ddfargate(*words, kubeconfig=cluster.kubeconfig)

    assert run.code == 0, run.err
    asked = trace.read_text()
    assert "mutatingwebhookconfigurations" in asked
    for word in ("kyverno", "datadogagents", "admission-controller"):
        assert word not in asked


def test_policies_that_may_not_be_read_are_said_to_be_unread(
    cluster: Cluster, kyverno: Kyverno, tmp_path: Path
) -> None:
    coredns(cluster)
    cluster.apply(mutating_policy(container=agent(), labels=LABEL, namespaces=["kube-system"]))
    rights = all_rights(without=[*KYVERNO_POLICIES, KYVERNO_CONFIG])
    file = tmp_path / "snapshot.gz"

    run = ddfargate("snapshot", "-o", str(file), kubeconfig=cluster.user("no-kyverno", rules=rights))

    assert run.code == 0, run.err
    index = Index(load(file))
    unread = {(one.key or one.resource, one.verb, one.reason) for one in index.snapshot.unread}
    assert {("mutatingpolicies", "list", "forbidden"), ("kyverno-config", "get", "forbidden")} <= unread
    with pytest.raises(NotReadError, match=r"policies\.kyverno\.io \(forbidden\)"):
        gains_effect(index, ["kube-system"])
    with pytest.raises(NotReadError, match="configmaps"):
        hidden(index, "kube-system")
    assert kyverno_of(index) is not None
