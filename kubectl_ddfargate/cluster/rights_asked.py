"""Whether the caller may do what a plan needs, by the server's own review. Nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.model.design import CLUSTER_ROLE
from kubectl_ddfargate.model.kube.meta import Record
from kubectl_ddfargate.model.plan import Change, Op

PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_RBAC = "rbac.authorization.k8s.io"
_ROLES = "clusterroles"
_VERBS = {
    Op.CREATE: ("create", "patch"),
    Op.UPDATE: ("patch",),
    Op.DELETE: ("delete",),
}
"""A server-side apply of an object that is not there asks for both (apiserver handlers/patch.go)."""
_REPLACED = ("patch", "delete", "create")
"""A policy that ours replaces steps aside first, then goes, and is put back where the proof fails."""


class _Status(Record, frozen=True):
    allowed: bool = False


class _Review(Record, frozen=True):
    status: _Status = _Status()


class _Wanted(NamedTuple):
    verb: str
    group: str
    plural: str
    namespace: str
    name: str

    @property
    def told(self) -> str:
        resource = f"{self.plural}.{self.group}" if self.group else self.plural
        return f"{self.verb} {resource}" + (f" -n {self.namespace}" if self.namespace else "")


def missing_rights(objects: Objects, changes: Iterable[Change]) -> tuple[str, ...]:
    """What the caller lacks: `create clusterroles.rbac.authorization.k8s.io`, `patch services -n datadog`."""
    changes = tuple(changes)
    wanted: list[_Wanted] = []
    for change in changes:
        one = change.object
        served = objects.served(one.api_version, one.kind)
        if served is not None:
            verbs = _REPLACED if change.op is Op.DELETE and change.backup else _VERBS.get(change.op, ())
            wanted += [_Wanted(verb, served.group, served.plural, one.namespace, one.name) for verb in verbs]
    lacks = [one.told for one in dict.fromkeys(wanted) if not _may(objects, one)]
    return tuple(dict.fromkeys((*lacks, *_may_not_bind(objects, changes))))


def _may_not_bind(objects: Objects, changes: Iterable[Change]) -> Iterator[str]:
    """The right to hand out our role, where the server cannot say yet.

    What the dry-run of a binding checked needs no question. Where its role is not there yet, the role's own
    dry-run passed: the caller holds all that it gives, which suffices for the binding too, or may `escalate`.
    """
    unchecked = any(one.object.kind == "ClusterRoleBinding" and not one.validated for one in changes)
    if not unchecked:
        return
    bind = _Wanted("bind", _RBAC, _ROLES, "", CLUSTER_ROLE)
    escalate = bind._replace(verb="escalate")
    if not _may(objects, bind) and _may(objects, escalate):
        yield f"{bind.told}/{CLUSTER_ROLE}"


def _may(objects: Objects, wanted: _Wanted) -> bool:
    attributes = {
        "verb": wanted.verb,
        "group": wanted.group,
        "resource": wanted.plural,
        "namespace": wanted.namespace,
        "name": wanted.name,
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    return objects.gateway.post(PATH, body, _Review, idempotent=True).status.allowed
