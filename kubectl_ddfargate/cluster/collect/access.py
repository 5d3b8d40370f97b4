"""Finds out what the agents' ServiceAccounts may do: by two lists of RBAC objects, or by asking the server.

What RBAC gives is given: no question is asked about that. What it does not give is asked for, as an authorizer
beside RBAC may give it. Where the lists may not be read, or few ServiceAccounts are there, everything is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from kubectl_ddfargate.cluster.access_reviews import Permission, account_may
from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.errors import ForbiddenError
from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import prospects
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS, RIGHTS, Right, lacking_by_roles
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, Kind
from kubectl_ddfargate.model.secret_words import without_secrets
from kubectl_ddfargate.model.snapshot import AccessAnswer, Unread

FEW_ACCOUNTS = 2
"""Up to so many ServiceAccounts, twelve questions each are cheaper than two lists of RBAC objects."""
MOST_QUESTIONS = 240
"""Beyond so many nothing is asked, and RBAC is the answer."""
_ROLES = (CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS)

Question = tuple[str, str, Right]
"""Namespace, ServiceAccount, right."""


class Roles:
    """The two lists of RBAC objects, asked for once: while something else is waited for, or when needed."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asked: list[Future[Unread | None]] | None = None

    def begin(self, run: Run, index: Index) -> None:
        """Have them read where the agents that are there have so many ServiceAccounts that they pay."""
        try:
            accounts = {(group.namespace, group.service_account) for group in agents(index)}
        except NotReadError:
            return
        if len(accounts) > FEW_ACCOUNTS and not self.are_read:
            self._begin(run)

    @property
    def are_read(self) -> bool:
        """An install reads them in any case."""
        return all(kind.key in self._reading.objects for kind in _ROLES)

    def refused(self) -> list[Unread]:
        """Read them. What may not be read is returned and not noted: reviews may answer all the same."""
        if self._asked is None:
            with self._reading.in_parallel() as run:
                self._begin(run)
        refused = [one for asked in self._asked or () if (one := asked.result()) is not None]
        known = {entry.resource for entry in self._reading.unread}
        return [one for one in refused if one.resource not in known]

    def _begin(self, run: Run) -> None:
        self._asked = [run(self._read, kind) for kind in _ROLES if kind.key not in self._reading.objects]

    def _read(self, kind: Kind) -> Unread | None:
        try:
            self._reading.add(kind, self._reading.gateway.list(kind.path(), kind.record))
        except SOFT as error:
            reason = "forbidden" if isinstance(error, ForbiddenError) else without_secrets(error.message)
            return Unread(resource=kind.plural, key=kind.selection, verb="list", reason=reason)
        return None


def review(reading: Reading, index: Index, roles: Roles) -> list[AccessAnswer]:
    """The server's answers, of which `lacking_rights` with the RBAC objects that were read can tell all rights."""
    try:
        accounts = sorted({(g.namespace, g.service_account) for g in (*agents(index), *prospects(index))})
    except NotReadError:
        return []
    if not accounts:
        return []
    questions: list[Question] = [(*account, right) for account in accounts for right in RIGHTS]
    refused: list[Unread] | None = None
    if len(accounts) > FEW_ACCOUNTS or roles.are_read:
        refused = [] if roles.are_read else roles.refused()
        if not refused:
            questions = [(*one, right) for one in accounts for right in lacking_by_roles(index, *one)]
    answers = _ask_all(reading, questions) if len(questions) <= MOST_QUESTIONS else None
    if answers is None:
        for one in roles.refused() if refused is None else refused:
            reading.lacks(one)
    return answers or []


def _ask_all(reading: Reading, questions: Sequence[Question]) -> list[AccessAnswer] | None:
    """The answers in the order of the questions; None, and noted, where they are refused."""
    if not questions:
        return []
    try:
        # One question first: where it is refused, the others would be too.
        answers = [_ask(reading, *questions[0])]
        with reading.in_parallel() as run:
            for one in questions[1:]:
                run(lambda *what: answers.append(_ask(reading, *what)), *one)
    except SOFT as error:
        reason = "forbidden" if isinstance(error, ForbiddenError) else error.message
        reading.lacks(Unread(resource=REVIEWS, verb="create", reason=reason))
        return None
    return sorted(answers, key=lambda a: (a.namespace, a.service_account, a.resource, a.verb))


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
