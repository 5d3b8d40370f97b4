"""A policy steps aside, and is as it was when it is put back; an uninstall names the file that it is kept in."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.commands.replacing import as_before, backup_path, stepped_aside
from kubectl_ddfargate.manifests import desired_objects
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno_policies import cluster_policy, mutating_policy
from tests.doctor.running import ddfargate
from tests.install.other_versions import KYVERNO_KINDS, recorded, without_its_condition, worded_otherwise
from tests.install.reference import bare, install, uninstall
from tests.install.state import state, writes
from tests.manifests.designs import design

CONDITION = {"key": "{{ request.operation }}", "operator": "Equals", "value": "CREATE"}


def _policies() -> list[dict[str, Any]]:
    plain = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    with_all = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    with_all["spec"]["rules"][0]["preconditions"] = {"all": [CONDITION], "any": [CONDITION]}
    cel = mutating_policy(container=agent(), labels={"a": "b"})
    bare = mutating_policy(container=agent(), labels={"a": "b"})
    del bare["spec"]["matchConditions"]
    return [dict(one) for one in (plain, with_all, cel, bare)]


@pytest.mark.parametrize("policy", _policies())
def test_there_and_back(policy: dict[str, Any]) -> None:
    patch = stepped_aside(policy)
    assert patch is not None
    changed = {**policy, "spec": {**policy["spec"], **patch["spec"]}}
    assert changed != policy
    assert stepped_aside(changed) is None
    assert as_before(changed) == policy
    assert as_before(policy) == policy


def _ours(kind: str) -> dict[str, Any]:
    (one,) = [one for one in desired_objects(design(kind)) if one.ref.kind == kind]
    return copy.deepcopy(dict(one.manifest))


@pytest.mark.parametrize("kind", KYVERNO_KINDS)
def test_what_leaves_agents_alone_by_itself_is_not_touched(kind: str) -> None:
    """As every version of ours does, whatever the words: today's, that of 0.1.0, and one to come."""
    for policy in (_ours(kind), recorded(kind), worded_otherwise(_ours(kind)), worded_otherwise(recorded(kind))):
        assert stepped_aside(policy) is None


@pytest.mark.parametrize("kind", KYVERNO_KINDS)
def test_what_only_looks_like_it_is_touched(kind: str) -> None:
    taking = without_its_condition(recorded(kind))
    foreign = recorded(kind)
    del foreign["metadata"]["labels"]
    for policy in (taking, foreign):
        patch = stepped_aside(policy)
        assert patch is not None
        assert stepped_aside({**policy, "spec": {**policy["spec"], **patch["spec"]}}) is None


def test_each_rule_must_leave_agents_alone() -> None:
    policy = recorded("ClusterPolicy")
    policy["spec"]["rules"].append({**policy["spec"]["rules"][0], "name": "another", "preconditions": {}})
    assert stepped_aside(policy) is not None


def test_a_native_policy_is_marked_in_any_case() -> None:
    """It comes before ours, which is seen in a pod only that the old one leaves alone."""
    assert stepped_aside(_ours("MutatingAdmissionPolicy")) is not None


def test_the_oldest_form_of_preconditions() -> None:
    policy = cluster_policy(container=agent(), label_sets=[{"a": "b"}])
    policy["spec"]["rules"][0]["preconditions"] = [CONDITION]
    patch = stepped_aside(policy)
    assert patch is not None
    assert patch["spec"]["rules"][0]["preconditions"]["all"][0] == CONDITION


def test_a_backup_is_never_written_over(tmp_path: Any) -> None:
    first = backup_path(tmp_path, "x")
    first.touch()
    assert backup_path(tmp_path, "x").name == "x.backup-2.yaml"


FILES = ("sidecar-by-hand.backup.yaml", "sidecar-by-hand.backup-2.yaml")


def test_an_uninstall_names_what_was_replaced_and_its_file(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.injector_policy("sidecar-by-hand", container=agent(), labels={"k8s-app": "kube-dns"})
    before = state(cluster)
    run = install(cluster, "--replace-existing", folder=tmp_path)
    assert run.code == 0, run.out + run.err
    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace), folder=tmp_path)
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster)
    assert gone.code == 0, gone.out + gone.err
    last = [line.removeprefix("next: ") for line in gone.out.splitlines()[-2:]]
    assert last == [f"kubectl --context ddfargate-test apply -f ./{one}" for one in FILES]
    for kind, file in (
        ("MutatingAdmissionPolicy", "./sidecar-by-hand.backup.yaml"),
        ("MutatingAdmissionPolicyBinding", "./sidecar-by-hand.backup-2.yaml"),
    ):
        assert f"{kind}/sidecar-by-hand was replaced by install; its former text is in {file}" in gone.out
        assert f"apply -f {file}" in gone.out
        assert cluster.kubectl("apply", "-f", str(tmp_path / file)).returncode == 0
    missing = {key: text for key, text in before.items() if state(cluster).get(key) is None}
    assert missing == {}
