"""On a terminal it asks, and before that whether the caller may."""

from __future__ import annotations

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.reference import TARGETS, healthy_reference
from tests.cluster.users import rule
from tests.doctor.running import ddfargate
from tests.install.terminal import on_a_terminal
from tests.restart.injecting import inject, restarted


@pytest.mark.parametrize(
    ("answer", "code", "rolled"),
    [
        ("n", 1, []),
        ("y", 0, ["web"]),
        ("maybe\nYES", 0, ["web"]),
        ("maybe\nstill maybe", 1, []),
    ],
)
def test_the_answer_counts(answer: str, code: int, rolled: list[str], cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})

    with on_a_terminal(cluster, "restart") as run:
        asked = run.until_asked()
        ended, rest = run.answer(answer)

    assert ended == code, asked + rest
    assert "deployment/web -n shop" in asked
    assert "Restart 1 workload(s) in " in asked
    assert [target.name for target in TARGETS if restarted(cluster, target.name, target.namespace)] == rolled


def test_ctrl_c_at_the_question_leaves_all_as_it_is_and_says_so(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})

    with on_a_terminal(cluster, "restart") as run:
        run.until_asked()
        code, rest = run.interrupt()

    assert code == 130, rest
    assert rest.splitlines()[-1] == "interrupted: nothing was written"
    assert not restarted(cluster, "web", "shop")


def test_who_may_not_is_told_before_anything_is_sent(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    inject(cluster, {"app": "web"})
    reader = cluster.user("reader", rules=[rule("get list", "*", "*"), rule("create", "pods", "")])

    run = ddfargate("restart", "--yes", kubeconfig=reader)

    assert run.code == 1, run.out + run.err
    assert "you lack these rights: patch deployments.apps -n shop" in run.out
    assert "nothing was restarted" in run.out
    assert "next: ask whoever runs the cluster for them (docs/rbac.md " in run.out
    assert not restarted(cluster, "web", "shop")
