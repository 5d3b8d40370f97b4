"""Which rights a run may need, and which of them the caller lacks. Nothing is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubectl_ddfargate.cluster.access_reviews import Permission, caller_may
from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.facts.workloads import RESTARTABLE, WorkloadRef
from kubectl_ddfargate.model.design import CLUSTER_ROLE
from kubectl_ddfargate.model.kinds import BINDINGS, BY_KIND, PODS, STATEFUL_SETS
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.plan import Change, Op

_RBAC = "rbac.authorization.k8s.io"
_ROLES = "clusterroles"
_VERBS = {
    Op.CREATE: ("create", "patch"),
    Op.UPDATE: ("patch",),
    Op.DELETE: ("delete",),
}
"""A server-side apply of an object that is not there asks for both (apiserver handlers/patch.go)."""


def missing_rights(objects: Objects, changes: Iterable[Change], also: Iterable[Permission] = ()) -> tuple[str, ...]:
    """What the caller lacks: `create clusterroles.rbac.authorization.k8s.io`, `patch services -n datadog`.

    `also`: what the run needs beside its changes, from the functions below.
    """
    changes = tuple(changes)
    wanted: list[Permission] = []
    for change in changes:
        one = change.object
        ref = ObjectRef(one.api_version, one.kind, one.namespace, one.name)
        if change.op is Op.DELETE and change.backup:
            wanted += to_replace(objects, ref)
        else:
            wanted += _rights(objects, ref, _VERBS.get(change.op, ()))
    wanted += also
    lacks = [one.told for one in dict.fromkeys(wanted) if not caller_may(objects.gateway, one)]
    return tuple(dict.fromkeys((*lacks, *_may_not_bind(objects, changes))))


def to_replace(objects: Objects, ref: ObjectRef) -> tuple[Permission, ...]:
    """For a policy that another takes the place of: it steps aside, goes, and is put back where the proof fails."""
    # A binding has nothing by which it could step aside.
    return _rights(
        objects, ref, ("delete", "create") if ref.kind == BINDINGS.kind else ("patch", "delete", "create")
    )


def to_take_back(objects: Objects, ref: ObjectRef, op: Op) -> tuple[Permission, ...]:
    """For a policy that is applied and whose proof fails: what was made goes, what was changed is set back."""
    return _rights(objects, ref, {Op.CREATE: ("delete",), Op.UPDATE: ("patch",)}.get(op, ()))


def to_change(objects: Objects, ref: ObjectRef) -> tuple[Permission, ...]:
    """For an object that is there, and may have to be changed later in the run."""
    return _rights(objects, ref, ("patch",))


def to_restart(refs: Iterable[WorkloadRef], *, undoes: bool) -> tuple[Permission, ...]:
    """For rolling these workloads (`cluster/rollout.py`); what no rollout replaces needs nothing.

    `undoes`: a workload that does not come up is set back. The bad pods of a StatefulSet are then deleted.
    """
    found: list[Permission] = []
    for ref in refs:
        if ref.kind not in RESTARTABLE:
            continue
        kind = BY_KIND[ref.kind]
        found += [Permission(verb, kind.plural, kind.group, ref.namespace, ref.name) for verb in ("get", "patch")]
        found.append(Permission("list", PODS.plural, PODS.group, ref.namespace))
        if undoes and ref.kind == STATEFUL_SETS.kind:
            found.append(Permission("delete", PODS.plural, PODS.group, ref.namespace))
    return tuple(dict.fromkeys(found))


def _rights(objects: Objects, ref: ObjectRef, verbs: Iterable[str]) -> tuple[Permission, ...]:
    """Nothing where the kind is not served: that is told in another way."""
    served = objects.served(ref.api_version, ref.kind)
    if served is None:
        return ()
    return tuple(Permission(verb, served.plural, served.group, ref.namespace, ref.name) for verb in verbs)


def _may_not_bind(objects: Objects, changes: Iterable[Change]) -> Iterator[str]:
    """The right to hand out our role, where the server cannot say yet.

    What the dry-run of a binding checked needs no question. Where its role is not there yet, the role's own
    dry-run passed: the caller holds all that it gives, which suffices for the binding too, or may `escalate`.
    """
    unchecked = any(one.object.kind == "ClusterRoleBinding" and not one.validated for one in changes)
    if not unchecked:
        return
    bind = Permission("bind", _ROLES, _RBAC, "", CLUSTER_ROLE)
    escalate = Permission("escalate", _ROLES, _RBAC, "", CLUSTER_ROLE)
    if not caller_may(objects.gateway, bind) and caller_may(objects.gateway, escalate):
        yield f"{bind.told}/{CLUSTER_ROLE}"
