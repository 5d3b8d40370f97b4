"""What stood there before us is taken over with --force-conflicts, and given back by an uninstall."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.doctor.running import ddfargate
from tests.install.killing import killed_after
from tests.install.reference import bare, install, uninstall
from tests.install.state import state, writes

ROLE, POLICY = "ddfargate-agent-kubelet", "ddfargate-agent-sidecar"
THEIRS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: ddfargate-agent-kubelet, labels: {app.kubernetes.io/managed-by: Helm, team: a}}
rules: [{apiGroups: [""], resources: [nodes], verbs: [list]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: ddfargate-agent-sidecar}
spec:
  failurePolicy: Ignore
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [endpoints]}
  mutations:
  - patchType: ApplyConfiguration
    applyConfiguration: {expression: "Object{}"}
"""


def test_it_is_given_back_as_it_was(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.apply(THEIRS, manager="helm")
    before = state(cluster)
    refused = install(cluster)
    assert refused.code == 1, refused.out + refused.err
    assert state(cluster) == before

    run = install(cluster, "--force-conflicts", "--restart")
    assert run.code == 0, run.out + run.err
    trace = tmp_path / "trace"
    again = install(cluster, "--trace-requests", str(trace))
    assert again.code == 0, again.out + again.err
    assert writes(trace) == []
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    for one in (f"clusterrole/{ROLE}", f"mutatingadmissionpolicy/{POLICY}"):
        assert f"{one} put back as it was" in gone.out
        assert f"{one} deleted" not in gone.out
    assert state(cluster) == before
    for kind, name in (("ClusterRole", ROLE), ("MutatingAdmissionPolicy", POLICY)):
        managers = {one["manager"] for one in cluster.existing(kind, name)["metadata"]["managedFields"]}
        assert managers <= {"helm"}
    assert uninstall(cluster).out.splitlines()[-1] == "nothing of ours is here"


def test_what_somebody_changed_since_is_said(cluster: Cluster) -> None:
    bare(cluster)
    cluster.apply(THEIRS, manager="helm")
    run = install(cluster, "--force-conflicts")
    assert run.code == 0, run.out + run.err
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    cluster.patch("ClusterRole", ROLE, None, {"rules": rules}, form="merge")

    gone = uninstall(cluster)
    assert gone.code == 0, gone.out + gone.err
    assert f"clusterrole/{ROLE} was changed since by somebody else: put back rules by hand" in gone.out
    role = cluster.existing("ClusterRole", ROLE)
    assert role["rules"] == rules
    assert role["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm", "team": "a"}
    assert "annotations" not in role["metadata"]


def test_a_target_that_was_taken_out_does_not_spoil_what_is_given_back(cluster: Cluster) -> None:
    """The policy is then written twice by us; the second time must not look as if somebody had changed it."""
    bare(cluster)
    cluster.apply(THEIRS, manager="helm")
    before = state(cluster)
    words = ("--restart", "--timeout", "30s", "--agent-image", "datadog/agent:7-crash")
    run = install(cluster, "--force-conflicts", *words, "--target", "kube-system/deployment/coredns")
    assert run.code == 1, run.out + run.err
    assert "deployment/coredns -n kube-system was taken out of the policy" in run.out

    gone = uninstall(cluster, "--restart")
    assert gone.code == 0, gone.out + gone.err
    assert "changed since by somebody else" not in gone.out
    assert f"mutatingadmissionpolicy/{POLICY} put back as it was" in gone.out
    assert state(cluster) == before


def test_what_the_server_would_not_put_back_is_told_by_a_dry_run(cluster: Cluster) -> None:
    bare(cluster)
    cluster.apply(THEIRS, manager="helm")
    run = install(cluster, "--force-conflicts")
    assert run.code == 0, run.out + run.err
    assert uninstall(cluster, "--dry-run", "server").code == 0
    cluster.apply(_FROZEN)

    def refuses() -> bool:
        patch = '{"metadata": {"labels": {"x": "y"}}}'
        done = cluster.kubectl("patch", "clusterrole", ROLE, "-p", patch, "--dry-run=server")
        return done.returncode != 0

    cluster.wait_for(refuses, what="a change is refused")
    before = state(cluster)
    asked = uninstall(cluster, "--dry-run", "server")
    assert asked.code == 1, asked.out + asked.err
    assert f"the server refuses to put back clusterrole/{ROLE}" in asked.out
    assert "frozen" in asked.out
    assert state(cluster) == before


def test_killed_at_each_write_of_a_takeover(cluster: Cluster, tmp_path: Path) -> None:
    """Also between the note of what stood there and the write that changes it."""
    bare(cluster)
    cluster.apply(THEIRS, manager="helm")
    trace = tmp_path / "whole"
    assert install(cluster, "--force-conflicts", "--trace-requests", str(trace)).code == 0
    done = writes(trace)
    taken = [number for number, one in enumerate(done, 1) if ROLE in one or POLICY in one]
    assert len(taken) >= 4
    for number in taken:
        cluster.reset()
        bare(cluster)
        cluster.apply(THEIRS, manager="helm")
        before = state(cluster)
        killed_after(cluster, number, tmp_path / f"trace-{number}", "--force-conflicts")
        gone = uninstall(cluster)
        assert gone.code == 0, f"after write {number}: {gone.out}{gone.err}"
        assert state(cluster) == before, f"after write {number}"


def test_no_credential_is_kept(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    theirs = THEIRS.replace(
        "Object{}", f'Object{{metadata: Object.metadata{{labels: {{"api-key": "{canary.API_KEY}"}}}}}}'
    )
    theirs = theirs.replace('expression: "', "expression: '").replace('}}"}', "}}'}")
    cluster.apply(theirs, manager="helm")

    run = install(cluster, "--force-conflicts", "--trace-requests", str(tmp_path / "trace"))
    assert run.code == 0, run.out + run.err
    assert f"mutatingadmissionpolicy/{POLICY}: spec.mutations held a credential" in run.out
    policy = cluster.existing("MutatingAdmissionPolicy", POLICY)
    assert canary.found_in(json.dumps(policy).encode()) == []
    gone = uninstall(cluster)
    assert gone.code == 0, gone.out + gone.err
    assert "spec.mutations held a credential, kept nowhere: put it back by hand" in gone.out
    assert canary.found_in((run.out + run.err + gone.out + gone.err).encode()) == []


_FROZEN = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: frozen-roles}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [rbac.authorization.k8s.io], apiVersions: [v1], operations: [UPDATE], resources: [clusterroles]}
  validations:
  - {expression: "object.metadata.name != 'ddfargate-agent-kubelet'", message: frozen}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: frozen-roles}
spec: {policyName: frozen-roles, validationActions: [Deny]}
"""
