"""A MutatingAdmissionPolicy of somebody else: it is named, and replaced with its bindings when asked for."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from tests.cluster.agent import DNS_URL, agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.state import state, writes

POLICY, BINDING = "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"
# Before and after ours, by name.
NAMES = ("a-sidecar", "z-sidecar")


def _foreign(cluster: Cluster, name: str, url: str = DNS_URL) -> None:
    """A policy with two bindings, as somebody made it by hand; pods have its agent."""
    bare(cluster)
    cluster.injector_policy(name, container=agent(url=url), labels=COMMON_LABEL)
    cluster.apply(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": BINDING,
            "metadata": {"name": f"{name}-shop"},
            "spec": {
                "policyName": name,
                "matchResources": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}},
            },
        }
    )


# It refuses all pods once the policy `z-sidecar` is gone: so ours serves beside it, and fails without it.
NEEDS_THE_OLD_ONE = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: needs-the-old-one}
spec:
  failurePolicy: Fail
  paramKind: {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy}
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: needs-the-old-one}
spec:
  policyName: needs-the-old-one
  paramRef: {name: z-sidecar, parameterNotFoundAction: Deny}
  validationActions: [Deny]
"""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_replaced(cluster: Cluster, tmp_path: Path, name: str) -> None:
    _foreign(cluster, name)
    before = state(cluster)
    trace = tmp_path / "refused"
    refused = install(cluster, "--trace-requests", str(trace), folder=tmp_path)
    assert refused.code == 1, refused.out + refused.err
    assert f"{POLICY}/{name} injects an agent into" in refused.out
    (step,) = (line for line in refused.out.splitlines() if "next: " in line)
    words = shlex.split(step.partition("next: ")[2].partition(" install ")[2])
    typed = ["--yes", "--settle", "1s", "--trace-requests", str(trace)]
    assert sorted(words) == sorted([*typed, "--replace-existing", "--context", "ddfargate-test"])
    assert writes(trace) == []
    assert state(cluster) == before

    trace = tmp_path / "trace"
    run = install(cluster, "--replace-existing", "--restart", "--trace-requests", str(trace), folder=tmp_path)
    assert run.code == 0, run.out + run.err
    gone = ((POLICY, name), (BINDING, name), (BINDING, f"{name}-shop"))
    assert [one for one in gone if cluster.get(*one)] == []
    kept = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*.backup*.yaml")]
    assert {(one["kind"], one["metadata"]["name"]) for one in kept} == set(gone)
    made = writes(trace)
    ours = next(place for place, one in enumerate(made) if "policies/ddfargate-agent-sidecar" in one)
    assert ours < min(place for place, one in enumerate(made) if one.startswith("DELETE"))
    doctor = ddfargate("doctor", kubeconfig=cluster.kubeconfig)
    assert doctor.code == 0, doctor.out
    assert ddfargate("diff", kubeconfig=cluster.kubeconfig).code == 0

    for one in gone:
        assert before[one[0], "", one[1]] is not None
    for path in tmp_path.glob("*.backup*.yaml"):
        cluster.kubectl("create", "-f", str(path), check=True)
    again = state(cluster, kinds=(POLICY, BINDING))
    assert [again[kind, "", key] for kind, key in gone] == [before[kind, "", key] for kind, key in gone]


def test_a_failed_proof_puts_all_back(cluster: Cluster, tmp_path: Path) -> None:
    """Ours served beside the old one, and does not without it: the old one comes back, with its bindings."""
    _foreign(cluster, "z-sidecar")
    cluster.apply(NEEDS_THE_OLD_ONE)
    kinds = (POLICY, BINDING)
    before = state(cluster, kinds=kinds)
    trace = tmp_path / "trace"

    words = ("--replace-existing", "--timeout", "20s", "--trace-requests", str(trace))
    run = install(cluster, *words, folder=tmp_path)

    assert run.code == 1, run.out + run.err
    assert "it was taken back" in run.err
    made = writes(trace)
    deleted = [one for one in made if one.startswith("DELETE") and "z-sidecar" in one]
    assert len(deleted) == 3, made
    for address in (f"{POLICY}/z-sidecar", f"{BINDING}/z-sidecar", f"{BINDING}/z-sidecar-shop"):
        assert f"{address.lower()} put back" in run.out
    assert state(cluster, kinds=kinds) == before
    cluster.wait_until_injected(agent(), COMMON_LABEL, "shop")
