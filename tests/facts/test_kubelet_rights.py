"""Which rights a ServiceAccount has by RBAC: through a binding of itself, of its user name, or of its groups."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS, RIGHTS, Right, lacking_rights
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.rights import ClusterRole, ClusterRoleBinding
from kubectl_ddfargate.model.snapshot import AccessAnswer, Snapshot, Unread

ALL = {
    "metadata": {"name": "all"},
    "rules": [{"apiGroups": [""], "resources": ["*"], "verbs": ["get", "list"]}],
}
NODES = {"metadata": {"name": "nodes"}, "rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"]}]}
REFUSED = Unread(resource=REVIEWS, verb="create", reason="forbidden")


def snapshot(*subjects: dict[str, Any], role: str = "all", **more: Any) -> Snapshot:
    """One binding of a role, beside one of another to somebody else."""
    bindings = [
        {"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": list(subjects)},
        {"roleRef": {"kind": "ClusterRole", "name": "all"}, "subjects": [{"kind": "User", "name": "eve"}]},
        {"roleRef": {"kind": "ClusterRole", "name": "all"}, "subjects": None},
    ]
    objects: dict[str, list[Object]] = {
        "clusterroles": list(msgspec.convert([ALL, NODES], list[ClusterRole])),
        "clusterrolebindings": list(msgspec.convert(bindings, list[ClusterRoleBinding])),
    }
    return Snapshot(objects=objects, unread=[REFUSED], **more)


@pytest.mark.parametrize(
    ("subject", "bound"),
    [
        ({"kind": "ServiceAccount", "namespace": "shop", "name": "web"}, True),
        ({"kind": "ServiceAccount", "namespace": "other", "name": "web"}, False),
        ({"kind": "User", "name": "system:serviceaccount:shop:web"}, True),
        ({"kind": "User", "name": "web"}, False),
        ({"kind": "Group", "name": "system:authenticated"}, True),
        ({"kind": "Group", "name": "system:serviceaccounts"}, True),
        ({"kind": "Group", "name": "system:serviceaccounts:shop"}, True),
        ({"kind": "Group", "name": "system:serviceaccounts:other"}, False),
        ({"kind": "Group", "name": "system:masters"}, False),
    ],
)
def test_whom_a_binding_binds(subject: dict[str, Any], bound: bool) -> None:
    assert lacking_rights(Index(snapshot(subject)), "shop", "web") == (() if bound else RIGHTS)


def test_only_what_the_role_allows() -> None:
    found = lacking_rights(
        Index(snapshot({"kind": "Group", "name": "system:authenticated"}, role="nodes")), "a", "b"
    )
    assert [right for right in RIGHTS if right not in found] == [RIGHTS[0]]


def test_the_servers_answer_counts_before_rbac() -> None:
    answers = [
        AccessAnswer(
            namespace="shop",
            service_account="web",
            verb=right.verb,
            resource=right.resource,
            allowed=right is not RIGHTS[3],
        )
        for right in RIGHTS
    ]
    index = Index(snapshot({"kind": "Group", "name": "system:authenticated"}, access=answers))
    assert lacking_rights(index, "shop", "web") == (RIGHTS[3],)
    assert lacking_rights(index, "shop", "other") == ()


def test_what_rbac_does_not_give_another_authorizer_may() -> None:
    def answered(*rights: Right) -> list[AccessAnswer]:
        return [
            AccessAnswer(
                namespace="shop", service_account="web", verb=one.verb, resource=one.resource, allowed=one in rights
            )
            for one in RIGHTS[1:]
        ]

    def lacking(*given: Right) -> tuple[Right, ...]:
        subject = {"kind": "Group", "name": "system:authenticated"}
        return lacking_rights(Index(snapshot(subject, role="nodes", access=answered(*given))), "shop", "web")

    # RBAC gives the first of them, of which nobody asked.
    assert lacking() == RIGHTS[1:]
    assert lacking(RIGHTS[1]) == RIGHTS[2:]
    assert lacking(*RIGHTS[1:]) == ()


def test_nothing_is_green_for_want_of_rights() -> None:
    unread = [REFUSED, Unread(resource="clusterrolebindings", verb="list", reason="forbidden")]
    with pytest.raises(NotReadError, match="create subjectaccessreviews"):
        lacking_rights(Index(Snapshot(unread=unread)), "shop", "web")
