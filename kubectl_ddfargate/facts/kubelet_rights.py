"""What an agent on Fargate must be allowed to read of its own node, and whether it is.

The list: DataDog/integrations-core eks_fargate/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES
from kubectl_ddfargate.model.kube.rights import ClusterRole, ClusterRoleBinding, PolicyRule
from kubectl_ddfargate.model.snapshot import Unread

REVIEWS = "subjectaccessreviews"
"""The resource whose `create` lets the caller ask for somebody else."""


@dataclass(frozen=True)
class Right:
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
    """The rights that a ServiceAccount lacks: by the server's own review, else by reading RBAC.

    Raises NotReadError where neither is allowed. Webhook authorizers that add rights beyond RBAC are seen by the
    review only.
    """
    answers = {
        Right(answer.verb, answer.resource): answer.allowed
        for answer in index.snapshot.access
        if (answer.namespace, answer.service_account) == (namespace, account)
    }
    if all(right in answers for right in RIGHTS):
        return tuple(right for right in RIGHTS if not answers[right])
    index.consulted.add(REVIEWS)
    reviews = [entry for entry in index.snapshot.unread if entry.resource == REVIEWS]
    try:
        rules = _rules_of(index, namespace, account)
    except NotReadError as error:
        raise NotReadError(reviews[0] if reviews else error.unread) from error
    if not reviews and CLUSTER_ROLES.plural not in index.snapshot.objects:
        raise NotReadError(Unread(resource=REVIEWS, verb="create", reason="not asked"))
    return tuple(right for right in RIGHTS if not any(_allows(rule, right) for rule in rules))


def _rules_of(index: Index, namespace: str, account: str) -> list[PolicyRule]:
    bindings: list[ClusterRoleBinding] = index.all(CLUSTER_ROLE_BINDINGS)
    roles: list[ClusterRole] = index.all(CLUSTER_ROLES)
    bound = {binding.role_ref.name for binding in bindings if _binds(binding, namespace=namespace, account=account)}
    return [rule for role in roles if role.name in bound for rule in role.rules or ()]


def _binds(binding: ClusterRoleBinding, *, namespace: str, account: str) -> bool:
    groups = {
        "system:authenticated",
        "system:serviceaccounts",
        f"system:serviceaccounts:{namespace}",
    }
    user = f"system:serviceaccount:{namespace}:{account}"
    for subject in binding.subjects or ():
        if subject.kind == "ServiceAccount" and (subject.namespace, subject.name) == (namespace, account):
            return True
        if subject.kind == "Group" and subject.name in groups:
            return True
        if subject.kind == "User" and subject.name == user:
            return True
    return False


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
