"""`restart` rolls what is outdated, and nothing else."""

from __future__ import annotations

import pytest

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import Run, ddfargate
from tests.restart.injecting import agent_images, inject, restarted, stop_injecting
from tests.restart.ready_pods import ReadyPods

GOOD = "datadog/agent:7.81.1"


def restart(cluster: Cluster, *words: str) -> Run:
    run = ddfargate("restart", "--timeout", "30s", "--settle", "1s", *words, kubeconfig=cluster.kubeconfig)
    assert canary.found_in((run.out + run.err).encode()) == []
    return run


def writes(cluster: Cluster) -> list[str]:
    """What the tool wrote since the reset, dry-runs and reviews left out."""
    return [
        f"{event['verb']} {event['requestURI']}"
        for event in cluster.audit()
        if event.get("userAgent", "").startswith("kubectl-ddfargate")
        and event["verb"] not in ("get", "list", "watch")
        and "dryRun=All" not in event["requestURI"]
        and "reviews" not in event["requestURI"]
    ]


def test_nothing_to_do(cluster: Cluster) -> None:
    healthy_reference(cluster)

    run = restart(cluster)

    assert (run.code, run.err) == (0, "")
    assert "next: " not in run.out
    assert "nothing to restart: all 4 Fargate workloads" in run.out
    assert writes(cluster) == []


def test_only_what_is_outdated_is_rolled(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})

    run = restart(cluster, "--yes")

    assert run.code == 0, run.out + run.err
    assert "deployment/web -n shop restarted" in run.out
    assert run.out.splitlines()[-1] == "next: kubectl ddfargate doctor --context ddfargate-test"
    pods = len(cluster.pods("web", "shop"))
    assert agent_images(cluster, "web", "shop") == [GOOD] * pods
    assert [target.name for target in TARGETS if restarted(cluster, target.name, target.namespace)] == ["web"]


def test_all_are_rolled_and_name_service_stays(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster)

    with ReadyPods(cluster) as seen:
        run = restart(cluster, "--yes")

    assert run.code == 0, run.out + run.err
    done = [line.split()[0] for line in run.out.splitlines() if line.endswith(" restarted")]
    assert sorted(done) == sorted(f"deployment/{target.name}" for target in TARGETS)
    assert done[-1] == "deployment/coredns"
    assert agent_images(cluster, "coredns", "kube-system") == [GOOD, GOOD]
    assert seen.least >= 1
    assert "minReadySeconds" not in cluster.existing("Deployment", "coredns", "kube-system")["spec"]
    assert "nothing to restart" in restart(cluster, "--yes").out


@pytest.mark.parametrize(("flag", "value"), [("--timeout", "soon"), ("--settle", "-1s"), ("--timeout", "0")])
def test_durations_that_are_none(flag: str, value: str) -> None:
    run = ddfargate("restart", flag, value, kubeconfig="/nonexistent")

    assert run.code == 2
    assert flag in run.err


def test_an_agent_that_nothing_injects_any_more_goes(cluster: Cluster) -> None:
    healthy_reference(cluster)
    stop_injecting(cluster)

    run = restart(cluster, "--yes", "--target", "shop/deployment/web")

    assert run.code == 0, run.out + run.err
    assert "pods have an agent that nothing injects any more" in run.out
    assert agent_images(cluster, "web", "shop") == []
    assert not restarted(cluster, "karpenter", "karpenter")


def test_an_agent_of_the_template_stays(cluster: Cluster) -> None:
    healthy_reference(cluster, injector="template")

    assert "nothing to restart" in restart(cluster, "--yes").out


def test_another_agent_than_todays(cluster: Cluster) -> None:
    healthy_reference(cluster)
    inject(cluster, image="datadog/agent:7.82.0", DD_SITE="datadoghq.eu")

    run = restart(cluster, "--yes", "-n", "karpenter")

    assert run.code == 0, run.out + run.err
    assert "another agent than today's: image datadog/agent:7.81.1 → datadog/agent:7.82.0; env DD_SITE" in run.out
    assert set(agent_images(cluster, "karpenter", "karpenter")) == {"datadog/agent:7.82.0"}


def test_without_a_terminal_and_yes(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster)

    run = restart(cluster)

    assert run.code == 2
    assert "--yes" in run.err
    assert "deployment/coredns -n kube-system: 2 of 2 pods have no agent" in run.out
    assert writes(cluster) == []


@pytest.mark.parametrize(
    ("flag", "said"), [("--dry-run", "client dry run"), ("--dry-run=server", "server dry run")]
)
def test_a_dry_run_writes_nothing(flag: str, said: str, cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster)

    run = restart(cluster, flag)

    assert run.code == 0, run.out + run.err
    assert said in run.out
    assert writes(cluster) == []


def test_what_no_rollout_replaces_is_left_to_the_user(cluster: Cluster) -> None:
    labels = {"inject": "yes"}
    cluster.workload("alone", "shop", kind="Pod", labels={"app": "alone", **labels})
    cluster.workload("slow", "shop", kind="StatefulSet", labels={"app": "slow", **labels})
    cluster.workload("all-at-once", "shop", labels={"app": "all-at-once", **labels})
    cluster.workload("held", "shop", labels={"app": "held", **labels})
    on_delete = {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}
    cluster.patch("StatefulSet", "slow", "shop", {"spec": on_delete})
    recreate = {"strategy": {"type": "Recreate", "rollingUpdate": None}}
    cluster.patch("Deployment", "all-at-once", "shop", {"spec": recreate})
    cluster.patch("Deployment", "held", "shop", {"spec": {"paused": True}})
    inject(cluster, labels)

    run = restart(cluster, "--yes")

    assert run.code == 0, run.out + run.err
    lines = run.out.splitlines()
    told = {lines[place - 1].split(":")[0].strip(): line for place, line in enumerate(lines) if line[:4] == "    "}
    assert "kubectl" in told["pod/alone -n shop"]
    assert "delete pod -n shop alone" in told["pod/alone -n shop"]
    assert "delete pod -n shop slow-0" in told["statefulset/slow -n shop"]
    assert "Recreate" in told["deployment/all-at-once -n shop"]
    assert "rollout resume deployment/held -n shop" in told["deployment/held -n shop"]
    assert writes(cluster) == []


def test_a_stateful_set_is_rolled(cluster: Cluster) -> None:
    cluster.workload("db", "shop", kind="StatefulSet", replicas=2)
    cluster.secret("datadog-secret", "shop", {"api-key": canary.API_KEY, "token": canary.TOKEN})
    inject(cluster, {"app": "db"})

    run = restart(cluster, "--yes")

    assert run.code == 0, run.out + run.err
    assert agent_images(cluster, "db", "shop", kind="StatefulSet") == [GOOD, GOOD]


def test_what_could_not_be_judged_is_told(cluster: Cluster) -> None:
    healthy_reference(cluster)
    rules = [
        rule("get list", "pods services namespaces secrets configmaps events"),
        rule("get list", "deployments replicasets statefulsets", "apps"),
        rule("get list", "mutatingwebhookconfigurations mutatingadmissionpolicies", "admissionregistration.k8s.io"),
        rule("get list", "mutatingadmissionpolicybindings", "admissionregistration.k8s.io"),
    ]
    run = ddfargate("restart", "--yes", kubeconfig=cluster.user("no-dry-runs", rules=rules))

    assert run.code == 3, run.out + run.err
    assert "? deployment/web -n shop: you lack create pods -n shop, which a dry-run needs" in run.out
