"""Which ServiceAccounts get the right to ask the kubelet."""

from __future__ import annotations

from typing import Any

import pytest

from kubectl_ddfargate.model.design import KubeletRight
from kubectl_ddfargate.model.plan import NoteLevel
from kubectl_ddfargate.model.snapshot import Unread
from tests.resolve.clusters import OURS, designed, meta, settled, texts, usual, workload

WEB, DNS = KubeletRight("shop", "default"), KubeletRight("kube-system", "coredns")
PARTS = [f"nodes/{part}" for part in ("metrics", "spec", "stats", "proxy", "pods", "healthz")]
RULES = [
    {"apiGroups": [""], "resources": ["nodes", "namespaces", "endpoints"], "verbs": ["get", "list"]},
    {"apiGroups": [""], "resources": PARTS, "verbs": ["get"]},
]
ROLE = {"clusterroles": [{"metadata": meta("agent"), "rules": RULES}]}


def bound(labels: dict[str, str] | None = None) -> dict[str, list[dict[str, Any]]]:
    subject = {"kind": "ServiceAccount", "namespace": "kube-system", "name": "coredns"}
    return {
        "clusterrolebindings": [
            {"metadata": meta("b", labels=labels), "roleRef": {"name": "agent"}, "subjects": [subject]}
        ]
    }


def test_one_for_each_service_account() -> None:
    second = workload("api", "shop", labels={"app": "api"})

    assert designed(settled(usual(second))).rights == (DNS, WEB)


def test_none_where_they_are_not_wanted() -> None:
    assert designed(settled(usual(), kubeletRights=False)).rights == ()


@pytest.mark.parametrize(
    ("labels", "rights"),
    [({}, (WEB,)), (OURS, (DNS, WEB))],
)
def test_what_others_gave_already_is_not_given_again(labels: dict[str, str], rights: Any) -> None:
    resolved = settled(usual(ROLE, bound(labels)))

    assert designed(resolved).rights == rights
    told = "these ServiceAccounts may ask the kubelet already, by no binding of ours: kube-system/coredns"
    assert (told in texts(resolved, NoteLevel.INFO)) is (labels == {})


def test_what_cannot_be_seen_is_given() -> None:
    refused = Unread(resource="clusterroles", verb="list", reason="forbidden")

    assert designed(settled(usual(bound(), unread=[refused]))).rights == (DNS, WEB)
