"""Which name is meant, and when nothing should be said."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.model.nearest_name import nearest_name, nearest_path

COMMANDS = ("doctor", "diff", "install", "uninstall", "render", "restart", "probe", "snapshot", "explain", "checks")
ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/prod"
WORKLOADS = (
    *("kube-system/deployment/coredns", "shop/deployment/web", "shop/statefulset/db"),
    *("karpenter/deployment/karpenter", "staging/statefulset/web"),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("docter", "doctor"),
        ("DOCTOR", "doctor"),
        ("doc", "doctor"),
        ("restrat", "restart"),
        ("unistall", "uninstall"),
        ("snap", "snapshot"),
        ("chekcs", "checks"),
        ("list", None),
        ("test", None),
        ("frobnicate", None),
        ("re", None),
        ("", None),
    ],
)
def test_a_name(typed: str, meant: str | None) -> None:
    assert nearest_name(typed, COMMANDS) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("prod-ue", "prod-eu"), ("prod", "prod-eu"), ("cluster/prod", ARN), ("3333", ARN), ("testing", None)],
)
def test_a_context(typed: str, meant: str | None) -> None:
    assert nearest_name(typed, ("prod-eu", "minikube", ARN), within=True) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kube-system/deployment/corends", "kube-system/deployment/coredns"),
        ("kube-systm/deployment/coredns", "kube-system/deployment/coredns"),
        ("default/deployment/coredns", "kube-system/deployment/coredns"),
        ("shop/statefulset/web", "shop/deployment/web"),
        ("staging/deployment/web", "staging/statefulset/web"),
        ("shop/deployment/api", None),
        ("shop/deployment/payments", None),
        ("default/deployment/corends", None),
    ],
)
def test_a_workload(typed: str, meant: str | None) -> None:
    assert nearest_path(typed, WORKLOADS) == meant
