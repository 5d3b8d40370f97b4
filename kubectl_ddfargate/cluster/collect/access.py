"""Asks the server what the agents' ServiceAccounts may do; where that is not allowed, reads RBAC instead."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.errors import ForbiddenError
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS, RIGHTS, Right
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES
from kubectl_ddfargate.model.snapshot import AccessAnswer, Unread

PATH = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
MOST_ACCOUNTS = 20
"""Beyond so many ServiceAccounts, two lists of RBAC objects are cheaper than twelve questions each."""


class _Outcome(msgspec.Struct):
    allowed: bool = False


class _Review(msgspec.Struct):
    status: _Outcome


def review(reading: Reading, index: Index) -> list[AccessAnswer]:
    """The server's answers for all rights of all agents' ServiceAccounts."""
    try:
        accounts = sorted({(g.namespace, g.service_account) for g in (*agents(index), *prospects(index))})
    except NotReadError:
        return []
    if not accounts:
        return []
    answers: list[AccessAnswer] = []
    if len(accounts) <= MOST_ACCOUNTS:
        try:
            # One question first: where it is refused, the others would be too.
            answers.append(_ask(reading, *accounts[0], RIGHTS[0]))
            with reading.in_parallel() as run:
                for namespace, account in accounts:
                    for right in RIGHTS:
                        if (namespace, account, right) != (*accounts[0], RIGHTS[0]):
                            run(lambda *what: answers.append(_ask(reading, *what)), namespace, account, right)
        except SOFT as error:
            reason = "forbidden" if isinstance(error, ForbiddenError) else error.message
            reading.lacks(Unread(resource=REVIEWS, verb="create", reason=reason))
        else:
            return sorted(answers, key=lambda a: (a.namespace, a.service_account, a.resource, a.verb))
    with reading.in_parallel() as run:
        run(reading.list, CLUSTER_ROLES)
        run(reading.list, CLUSTER_ROLE_BINDINGS)
    return []


def _ask(reading: Reading, namespace: str, account: str, right: Right) -> AccessAnswer:
    resource, _, subresource = right.resource.partition("/")
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{namespace}:{account}",
            "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
            "resourceAttributes": {
                "verb": right.verb,
                "group": "",
                "resource": resource,
                **({"subresource": subresource} if subresource else {}),
            },
        },
    }
    answer = reading.gateway.post(PATH, body, _Review, idempotent=True)
    return AccessAnswer(
        namespace=namespace,
        service_account=account,
        verb=right.verb,
        resource=right.resource,
        allowed=answer.status.allowed,
    )
