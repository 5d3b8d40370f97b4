"""Lack of rights gives `unknown`, never green: for a caller who may read pods alone, and for each kind in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from kubectl_ddfargate.checks import CHECKS
from kubectl_ddfargate.model.kinds import BY_KEY, NAMESPACES, PODS
from tests.checks.consulted import relied_on
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.cluster.users import Rule, rule
from tests.doctor.rights import DRY_RUNS, REVIEWS, all_rights
from tests.doctor.running import Run, ddfargate

DENIED = {
    "pods": "DDF002",
    "services": "DDF205",
    "namespaces": "DDF319",
    "secrets": "DDF401",
    "configmaps": "DDF506",
    "endpointslices": "DDF202",
    "deployments": "DDF310",
    "statefulsets": "DDF405",
    "jobs": "DDF405",
    "cronjobs": "DDF405",
    "mutatingwebhookconfigurations": "DDF319",
    "mutatingadmissionpolicies": "DDF405",
    "mutatingadmissionpolicybindings": "DDF319",
    "servicecidrs": "DDF214",
    # The names of ReplicaSets tell their Deployments, and the pods' conditions why they hang: nothing is lost.
    "replicasets": None,
    "events": None,
}
"""Plural → a check that cannot be judged without it. RBAC objects are read in place of access reviews only."""
NAMED_OTHERWISE = tuple(plural for plural, lost in DENIED.items() if lost is None)


SHOWN_BY_PODS = {
    *("DDF001", "DDF002", "DDF101", "DDF102", "DDF103", "DDF104", "DDF105", "DDF201", "DDF207", "DDF208"),
    *("DDF301", "DDF310", "DDF311", "DDF319", "DDF406", "DDF502", "DDF503", "DDF504", "DDF505", "DDF506"),
    *(
        "DDF306",
        "DDF507",
        *(f"DDF60{number}" for number in range(1, 5)),
        *(f"DDF70{number}" for number in range(1, 9)),
    ),
}
"""Where every pod has an agent with plain settings, and the cluster agent's own pods can be seen."""


def doctor_as(cluster: Cluster, name: str, rules: Sequence[Rule], *words: str) -> Run:
    """A run of doctor as a user with these rights alone."""
    return ddfargate("doctor", "-o", "json", *words, kubeconfig=cluster.user(name, rules=list(rules)))


def with_a_gap(cluster: Cluster) -> None:
    """A cluster in which every kind decides something: one workload without an agent, a Job, a ConfigMap."""
    from_config = {"configMapKeyRef": {"name": "datadog-settings", "key": "DD_SITE"}}
    healthy_reference(cluster, injector="admission-policy")
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "datadog-settings", "namespace": "shop"},
        "data": {"DD_SITE": "datadoghq.com"},
    }
    cluster.apply(settings)
    cluster.workload("left-out", "shop", labels={"app": "left-out"})
    own = {"name": "app", "image": "registry.example/app:1"}
    # Its agent keeps the Job's pod running.
    both = [own, agent()]
    cluster.workload("nightly", "shop", kind="CronJob", labels={"app": "nightly"}, containers=both, wait=False)
    cluster.kubectl("create", "job", "nightly-1", "--from=cronjob/nightly", "-n", "shop", check=True)
    cluster.wait_for(lambda: cluster.items("Pod", "shop", labelSelector="app=nightly"), what="a pod of the CronJob")
    sidecar = agent(env={"DD_SITE": from_config})
    cluster.workload("set", "shop", kind="StatefulSet", labels={"app": "set"}, containers=[own, sidecar])
    # Hangs, so that events are asked for.
    fixed = {"securityContext": {"privileged": True}}
    cluster.workload("hangs", "shop", labels={"app": "hangs"}, containers=[{**own, **fixed}], wait=False)
    cluster.wait_for_pod("hangs", "shop", lambda pod: pod["status"].get("conditions"))


def test_a_caller_who_may_only_read_pods(cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = doctor_as(cluster, "pods-only", [rule("get list", "pods")])

    # what an agent costs is seen by its pods alone
    assert run.findings("error", "warning").keys() <= {"DDF601"}
    assert run.code == 3
    unread = {entry["resource"] for entry in run.report["unread"]}
    assert {"services", "deployments", "secrets", "namespaces"} <= unread
    reasons = {c["id"]: c["reason"] for c in run.report["checks"] if c["status"] == "unknown"}
    assert "get secrets/datadog-secret -n kube-system" in reasons["DDF401"]
    assert "list services" in reasons["DDF205"]
    # Only what pods alone show is green.
    green = {check["id"] for check in run.report["checks"] if check["status"] == "pass"}
    assert green <= SHOWN_BY_PODS
    limited = cluster.user("pods-only")
    assert ddfargate("doctor", "--allow-unknown", kubeconfig=limited).code == 0


def test_a_caller_who_may_read_nothing(cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = ddfargate("doctor", "-o", "json", kubeconfig=cluster.limited_kubeconfig)

    assert run.code == 2
    assert [check["id"] for check in run.report["checks"] if check["status"] == "pass"] == ["DDF001"]
    assert {"resource": "pods", "namespace": None, "verb": "list", "reason": "forbidden"} in run.report["unread"]


def test_a_kind_that_may_be_read_in_some_namespaces_alone(cluster: Cluster) -> None:
    healthy_reference(cluster)
    whole = doctor_as(cluster, "everywhere", all_rights())
    here_and_there = [rule("get list", "deployments replicasets", "apps")]
    for namespace in {"datadog", *(target.namespace for target in TARGETS)}:
        cluster.user("here-and-there", rules=here_and_there, namespace=namespace)

    rules = all_rights(without=[BY_KEY["deployments"], BY_KEY["replicasets"]])
    run = doctor_as(cluster, "here-and-there", rules)

    assert run.report["unread"] == whole.report["unread"]
    assert run.report["checks"] == whole.report["checks"]


@pytest.mark.parametrize("plural", DENIED)
def test_each_kind_denied_in_turn(
    plural: str, running_cluster: Cluster, with_all_rights: Callable[[tuple[str, ...]], Whole]
) -> None:
    cluster, kind = running_cluster, BY_KEY[plural]
    # What a dry-run proves needs no policies to be read.
    words = ("--no-prove",) if kind.group.startswith("admission") or kind is NAMESPACES else ()
    whole = with_all_rights(words)
    run = doctor_as(cluster, f"without-{plural}", all_rights(without=[kind]), *words)

    assert plural in {entry["resource"] for entry in run.report["unread"]}
    lost = DENIED[plural]
    if lost is not None:
        reason = next(check["reason"] for check in run.report["checks"] if check["id"] == lost)
        assert run.status(lost) in ("unknown", "fail")
        assert kind.resource in reason
        assert any(verb in reason for verb in ("get ", "list "))
        assert run.code == (2 if kind is PODS else 1)
        assert ddfargate(
            "doctor", "--fail-on", "never", *words, kubeconfig=cluster.user(f"without-{plural}")
        ).code == (2 if kind is PODS else 3)
    for check in CHECKS:
        # A check that asked for the kind with all rights is not green without it, and no other became green.
        if plural in whole.relied_on[check.id] or whole.run.status(check.id) != "pass":
            assert run.status(check.id) != "pass" or plural in NAMED_OTHERWISE, f"{check.id} is green without it"


@dataclass(frozen=True)
class Whole:
    """What a caller with all rights is told, and which plurals each check needed for that."""

    run: Run
    relied_on: Mapping[str, set[str]]


@pytest.fixture(scope="module")
def with_all_rights(
    running_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[tuple[str, ...]], Whole]:
    """Of the cluster of the table, built once, for only the caller differs; asked once for the same words."""
    running_cluster.reset()
    with_a_gap(running_cluster)

    @cache
    def told(words: tuple[str, ...]) -> Whole:
        run = doctor_as(running_cluster, "all-rights", all_rights(), *words)
        file = tmp_path_factory.mktemp("whole") / "whole.gz"
        ddfargate("snapshot", "-o", str(file), *words, kubeconfig=running_cluster.user("all-rights"))
        return Whole(run, relied_on(file))

    return told


def test_without_the_right_to_prove_it_is_skipped(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    cluster.injector_policy(container=agent(), labels={"compute-type": "Fargate"})
    rights = [one for one in all_rights() if one is not DRY_RUNS]

    skipped = doctor_as(cluster, "no-proof", rights)
    asked = doctor_as(cluster, "no-proof", rights, "--prove")
    proved = doctor_as(cluster, "all-rights", all_rights())

    assert skipped.status("DDF310") == "skip"
    assert asked.status("DDF310") == "unknown"
    assert asked.code == 3
    assert sorted(proved.findings("error")["DDF310"]) == ["coredns", "karpenter", "metrics-server", "web"]


def test_rbac_is_read_in_place_of_reviews_and_denied_like_the_rest(cluster: Cluster) -> None:
    healthy_reference(cluster)
    roles = [BY_KEY["clusterroles"], BY_KEY["clusterrolebindings"]]
    without_reviews = [one for one in all_rights() if one is not REVIEWS]

    assert doctor_as(cluster, "by-roles", without_reviews).status("DDF501") == "pass"
    for kind in roles:
        rights = [one for one in all_rights(without=[kind]) if one is not REVIEWS]
        run = doctor_as(cluster, f"without-{kind.plural}", rights)
        assert run.status("DDF501") == "unknown"
        assert run.code == 3


def test_a_caller_with_rights_in_one_namespace(cluster: Cluster) -> None:
    healthy_reference(cluster, sidecar=agent(url="https://172.20.0.53"))
    rights = [one for one in all_rights() if one is not REVIEWS]
    kubeconfig = cluster.user("only-shop", rules=rights, namespace="shop")

    run = ddfargate("doctor", "-n", "shop", "-o", "json", kubeconfig=kubeconfig)
    assert run.err == ""

    assert run.findings("error") == {"DDF207": ["web"]}
    assert run.report["answered"]
    assert run.code == 1
    assert run.status("DDF201") == "unknown"
    # Services of the own namespace could be read, and that is what this check needs.
    assert run.status("DDF208") == "pass"


def test_a_part_of_the_cluster_says_nothing_of_the_whole(cluster: Cluster) -> None:
    healthy_reference(cluster)
    cluster.profile("datadog", namespace="datadog")
    cluster.rollout_restart("datadog-cluster-agent", "datadog")  # the cluster agent runs on Fargate now
    cluster.workload("left-out", "shop", labels={"app": "left-out"})

    run = ddfargate("doctor", "-n", "shop", "-l", "app=left-out", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert run.err == ""

    assert run.findings("error") == {}
    assert run.status("DDF202") == "pass"
    assert run.status("DDF301") == "skip"
    assert [row["name"] for row in run.report["workloads"]] == ["left-out"]
