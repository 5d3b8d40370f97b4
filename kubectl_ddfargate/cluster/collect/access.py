"""Asks the server what the agents' ServiceAccounts may do; where that is not allowed, reads RBAC instead."""

from __future__ import annotations

from kubectl_ddfargate.cluster.access_reviews import Permission, account_may
from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.errors import ForbiddenError
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS, RIGHTS, Right
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES
from kubectl_ddfargate.model.snapshot import AccessAnswer, Unread

MOST_ACCOUNTS = 20
"""Beyond so many ServiceAccounts, two lists of RBAC objects are cheaper than twelve questions each."""


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
    allowed = account_may(
        reading.gateway, namespace, account, Permission(right.verb, resource, subresource=subresource)
    )
    return AccessAnswer(
        namespace=namespace,
        service_account=account,
        verb=right.verb,
        resource=right.resource,
        allowed=allowed,
    )
