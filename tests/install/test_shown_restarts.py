"""What `install --restart` rolls stands in the plan that was agreed to, whatever else the plan changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.planned_restarts import NO_RESTARTS
from kubectl_ddfargate.commands.preparing import prepare
from kubectl_ddfargate.commands.roll_out import roll_out
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ExitCode
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.settings import Given, InstallSettings
from tests.cluster.cluster import Cluster
from tests.cluster.kyverno import Kyverno
from tests.doctor.running import ddfargate
from tests.install.reference import bare, install
from tests.install.terminal import on_a_terminal
from tests.restart.injecting import restarted

DNS = ("--target", "kube-system/deployment/coredns")
ALONE = ("--target", "shop/pod/alone")
SAVE = "a bare pod: save its manifest"


@pytest.fixture
def gateway(cluster: Cluster) -> Iterator[Gateway]:
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as opened:
        yield opened


def _unbound(cluster: Cluster) -> None:
    """An installation whose pods are old still, and which lost the rights of its agents."""
    bare(cluster)
    assert install(cluster, *DNS).code == 0
    bound = [
        one for one in cluster.items("ClusterRoleBinding") if "ddfargate" in str(one["metadata"].get("labels"))
    ]
    assert bound
    for one in bound:
        cluster.delete("ClusterRoleBinding", one["metadata"]["name"])


def test_old_pods_stand_in_a_plan_that_leaves_the_policy_alone(cluster: Cluster) -> None:
    _unbound(cluster)

    with on_a_terminal(cluster, "install", "--restart", *DNS) as run:
        asked = run.until_asked()
        code, rest = run.answer("n")

    assert code == 1, asked + rest
    assert "clusterrolebinding/" in asked
    assert "restart deployment/coredns -n kube-system" in asked
    assert not restarted(cluster, "coredns", "kube-system")


def test_without_restart_such_a_plan_shows_none(cluster: Cluster) -> None:
    _unbound(cluster)

    run = install(cluster, "--dry-run", *DNS)

    assert run.code == 0, run.out + run.err
    assert "restart deployment/coredns" not in run.out


def test_what_stood_in_no_plan_is_asked_for(cluster: Cluster, gateway: Gateway) -> None:
    """The cluster may change between the plan and its end."""
    bare(cluster)
    assert install(cluster, *DNS).code == 0
    given = Given(settings=InstallSettings(targets=["kube-system/deployment/coredns"]))
    said: list[str] = []
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return False

    talk = Talk(show=lambda plan: None, confirm=confirm, say=said.append)
    options = WriteOptions(restart=True)
    prepared = replace(prepare(gateway, given, options, talk), restarts=NO_RESTARTS)
    now = Index(prepared.snapshot)

    code = roll_out(gateway, prepared, now, options, talk, confirmed=True, proved=True)

    assert code is ExitCode.BAD
    assert [question.split(" in ")[0] for question in asked] == ["Restart 1 workload(s)"]
    assert "nothing was restarted" in said
    assert not restarted(cluster, "coredns", "kube-system")


def test_what_no_rollout_replaces_is_listed_with_what_to_do(cluster: Cluster) -> None:
    """It is neither in the list of restarts, nor does anybody have to agree to it."""
    bare(cluster)
    cluster.workload("alone", "shop", kind="Pod")

    first = install(cluster, *ALONE)
    again = ddfargate("install", "--restart", *ALONE, kubeconfig=cluster.kubeconfig)

    assert first.code == 0, first.out + first.err
    plan, _, done = first.out.partition("proved by dry-run")
    assert "restart pod/alone" not in plan
    assert SAVE in " ".join(plan.split())
    assert SAVE in done
    assert "next: kubectl ddfargate restart" not in done
    assert again.code == 0, again.out + again.err
    assert "nothing to change" in again.out
    assert SAVE in again.out


def test_opening_kyvernos_exclusions_names_the_restarts(cluster: Cluster, kyverno: Kyverno) -> None:
    """Then the policy stays as it is, and new pods differ from the old ones all the same."""
    words = ("--injector", "kyverno", *DNS)
    bare(cluster)
    run = install(cluster, *words)
    assert run.code == 0, run.out + run.err
    kyverno.configure_stock()

    shown = install(cluster, "--dry-run", "--fix-kyverno-exclusions", *words)

    assert shown.code == 0, shown.out + shown.err
    changes = [line.split()[:2] for line in shown.out.splitlines() if line.startswith("  update ")]
    assert changes == [["update", "configmap/kyverno"]]
    assert (
        "then, only with --restart, one after the other:\n    restart deployment/coredns -n kube-system\n"
        in shown.out
    )
    asked = install(cluster, "--dry-run", "--restart", "--fix-kyverno-exclusions", *words)
    assert "then, after the policy is proved, one after the other:" in asked.out


def test_the_next_step_names_this_install_alone(cluster: Cluster) -> None:
    bare(cluster)

    run = install(cluster, *DNS)

    assert run.code == 0, run.out + run.err
    assert "next: kubectl ddfargate restart --target kube-system/deployment/coredns" in run.out
