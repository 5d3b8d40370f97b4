"""What the server refuses is told for each workload, and is exit code 1; the others are rolled all the same."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.commands.outdated_workloads import Scope, find_outdated
from kubectl_ddfargate.commands.refusals import RefusedError
from kubectl_ddfargate.commands.restart import restart_workloads
from kubectl_ddfargate.commands.restarting import Asked, restart
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.facts.outdated import Outdated, Reason
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import ddfargate
from tests.restart.injecting import inject, restarted

GUARD = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: no-restarts}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}
  matchConditions:
  - {name: karpenter, expression: "object.metadata.name == 'karpenter'"}
  validations:
  - {expression: "request.userInfo.username.startsWith('system:serviceaccount:')", message: "frozen until Monday"}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: no-restarts}
spec: {policyName: no-restarts, validationActions: [Deny]}
"""


def _guard(cluster: Cluster) -> None:
    """Nobody but a controller may change karpenter."""
    cluster.apply(GUARD)

    def denies() -> bool:
        run = cluster.kubectl(
            "annotate", "deployment/karpenter", "-n", "karpenter", "x=y", "--dry-run=server", check=False
        )
        return "frozen until Monday" in run.stderr

    cluster.wait_for(denies, what="the guard is in force")


def test_a_dry_run_tells_of_each(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster)
    _guard(cluster)

    run = ddfargate("restart", "--dry-run=server", kubeconfig=cluster.kubeconfig)

    assert run.code == 1, run.out + run.err
    assert "deployment/karpenter -n karpenter: would not be restarted: " in run.out
    assert "frozen until Monday" in run.out
    for other in ("deployment/web -n shop", "deployment/coredns -n kube-system"):
        assert f"{other} would be restarted (server dry run)" in run.out


def test_name_service_that_cannot_be_looked_at(cluster: Cluster) -> None:
    """Whether a restart is safe is not known then; what comes after it is rolled all the same."""
    healthy_reference(cluster, injector=None)
    inject(cluster)
    rights = [rule("get list patch", "deployments", "apps"), rule("get list create", "pods")]
    user = cluster.user("web-alone", rules=rights, namespace="shop")
    said: list[str] = []
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        outdated = find_outdated(gateway, Scope()).outdated
    dns = next(one for one in outdated if one.is_dns)
    web = next(one for one in outdated if one.ref.name == "web")

    with connect(ConnectionFlags(kubeconfig=str(user))) as gateway:
        result = restart_workloads(gateway, [dns, web], deadline_each=60, tell=said.append)

    assert not result.ok
    assert [one.ref.name for one in result.done] == ["web"]
    assert [one.ref.name for one, _ in result.refused] == ["coredns"]
    assert any("coredns -n kube-system: not restarted: " in line and "forbidden" in line for line in said), said
    assert not restarted(cluster, "coredns", "kube-system")


def test_name_service_that_is_gone(cluster: Cluster) -> None:
    ref = WorkloadRef("kube-system", "Deployment", "gone", "apps/v1")
    gone = Outdated(ref=ref, pods=(), reason=Reason.MISSING, why="", is_dns=True)
    said: list[str] = []

    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        result = restart_workloads(gateway, [gone], deadline_each=60, tell=said.append)

    assert result.ok, said
    assert said == ["deployment/gone -n kube-system is gone"]


def test_a_refusal_ends_the_command_with_exit_code_1(cluster: Cluster) -> None:
    """A caller whose right to ask goes away while it runs: the server was asked, and said no."""
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})

    def refused(question: str) -> bool:
        raise ApiError("forbidden", status=403)

    asked = Asked(
        connection=ConnectionFlags(kubeconfig=str(cluster.kubeconfig)), scope=Scope(), options=WriteOptions()
    )
    talk = Talk(show=lambda plan: None, confirm=refused, say=lambda line: None)
    with pytest.raises(RefusedError) as caught:
        restart(asked, talk, show=lambda plan, put_back: None)
    assert caught.value.exit_code == 1
