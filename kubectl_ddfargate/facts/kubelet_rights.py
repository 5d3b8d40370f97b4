"""What an agent on Fargate must be allowed to read of its own node, and whether it is.

The list: DataDog/integrations-core eks_fargate/README.md.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES
from kubectl_ddfargate.model.kube.rights import ClusterRole, ClusterRoleBinding, PolicyRule
from kubectl_ddfargate.model.snapshot import Unread

REVIEWS = "subjectaccessreviews"
"""The resource whose `create` lets the caller ask for somebody else."""


class Right(msgspec.Struct, frozen=True):
    """One verb on one cluster-wide resource of the core group."""

    verb: str
    resource: str
    """With its subresource: `nodes/metrics`."""


RIGHTS = (
    *(Right(verb, name) for name in ("nodes", "namespaces", "endpoints") for verb in ("get", "list")),
    *(Right("get", f"nodes/{part}") for part in ("metrics", "spec", "stats", "proxy", "pods", "healthz")),
)


@fact
def lacking_rights(index: Index, namespace: str, account: str) -> tuple[Right, ...]:
    """The rights that a ServiceAccount lacks: by the server's own review where it was asked, else by reading RBAC.

    Raises NotReadError where neither is allowed. Webhook authorizers that add rights beyond RBAC are seen by the
    review only: it is asked about what RBAC does not give.
    """
    answers = _answers(index).get((namespace, account), {})
    if all(right in answers for right in RIGHTS):
        return tuple(right for right in RIGHTS if not answers[right])
    index.consulted.add(REVIEWS)
    reviews = [entry for entry in index.snapshot.unread if entry.resource == REVIEWS]
    try:
        lacking = lacking_by_roles(index, namespace, account)
    except NotReadError as error:
        raise NotReadError(reviews[0] if reviews else error.unread) from error
    if not reviews and CLUSTER_ROLES.plural not in index.snapshot.objects:
        raise NotReadError(Unread(resource=REVIEWS, verb="create", reason="not asked"))
    return tuple(right for right in lacking if not answers.get(right, False))


def lacking_by_roles(index: Index, namespace: str, account: str) -> tuple[Right, ...]:
    """The rights that no ClusterRole gives to a ServiceAccount. Raises NotReadError where RBAC may not be read."""
    rules = _rules_of(index, namespace, account)
    return tuple(right for right in RIGHTS if not any(_allows(rule, right) for rule in rules))


def _rules_of(index: Index, namespace: str, account: str) -> list[PolicyRule]:
    bound, roles = _roles_by_subject(index), _roles_by_name(index)
    subjects = (
        _Subject("ServiceAccount", namespace, account),
        _Subject("User", "", f"system:serviceaccount:{namespace}:{account}"),
        _Subject("Group", "", "system:authenticated"),
        _Subject("Group", "", "system:serviceaccounts"),
        _Subject("Group", "", f"system:serviceaccounts:{namespace}"),
    )
    names = {name for subject in subjects for name in bound.get(subject, ())}
    return [rule for name, role in roles.items() if name in names for rule in role.rules or ()]


class _Subject(NamedTuple):
    """Whom a binding names. Users and groups have no namespace."""

    kind: str
    namespace: str
    name: str


@fact
def _roles_by_subject(index: Index) -> dict[_Subject, set[str]]:
    """The ClusterRoles of each subject of a ClusterRoleBinding."""
    found: dict[_Subject, set[str]] = {}
    bindings: list[ClusterRoleBinding] = index.all(CLUSTER_ROLE_BINDINGS)
    for binding in bindings:
        for subject in binding.subjects or ():
            place = subject.namespace if subject.kind == "ServiceAccount" else ""
            who = _Subject(subject.kind or "", place or "", subject.name or "")
            found.setdefault(who, set()).add(binding.role_ref.name or "")
    return found


@fact
def _roles_by_name(index: Index) -> dict[str, ClusterRole]:
    roles: list[ClusterRole] = index.all(CLUSTER_ROLES)
    return {role.name: role for role in roles}


@fact
def _answers(index: Index) -> dict[tuple[str, str], dict[Right, bool]]:
    """What the server's reviews said of each ServiceAccount."""
    found: dict[tuple[str, str], dict[Right, bool]] = {}
    for answer in index.snapshot.access:
        account = found.setdefault((answer.namespace, answer.service_account), {})
        account[Right(answer.verb, answer.resource)] = answer.allowed
    return found


def _allows(rule: PolicyRule, right: Right) -> bool:
    """RBAC's own comparison (kubernetes/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go)."""
    if rule.resource_names:
        return False
    verbs, groups, resources = set(rule.verbs or ()), set(rule.api_groups or ()), set(rule.resources or ())
    if verbs.isdisjoint({"*", right.verb}) or groups.isdisjoint({"*", ""}):
        return False
    _, slash, subresource = right.resource.partition("/")
    wanted = {"*", right.resource} | ({f"*/{subresource}"} if slash else set())
    return not resources.isdisjoint(wanted)
