"""Which ServiceAccounts get the right to ask the kubelet."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kubelet_rights import lacking_rights
from kubectl_ddfargate.model.design import KubeletRight, TargetWorkload
from kubectl_ddfargate.model.kinds import CLUSTER_ROLE_BINDINGS
from kubectl_ddfargate.model.ours import labelled
from kubectl_ddfargate.resolve.desk import DEFAULT, Desk


def settle_rights(desk: Desk, targets: Iterable[TargetWorkload]) -> tuple[KubeletRight, ...]:
    """One for each ServiceAccount of the targets, but for those that somebody else gave all rights already."""
    wanted = desk.settings.kubelet_rights is not False
    desk.settle("kubeletRights", "true" if wanted else "false", DEFAULT)
    if not wanted:
        return ()
    every = sorted({KubeletRight(target.namespace, target.service_account) for target in targets})
    served = [right for right in every if _given_by_others(desk.index, right)]
    if served:
        names = ", ".join(f"{right.namespace}/{right.service_account}" for right in served)
        desk.inform(f"these ServiceAccounts may ask the kubelet already, by no binding of ours: {names}")
    return tuple(right for right in every if right not in served)


def _given_by_others(index: Index, right: KubeletRight) -> bool:
    """Whether it is known that all rights are there without ours.

    Where that cannot be seen the right is made: a second binding changes nothing, a lacking one breaks the agent.
    """
    snapshot = index.snapshot
    bindings = snapshot.objects.get(CLUSTER_ROLE_BINDINGS.key)
    try:
        if bindings is None or lacking_rights(index, right.namespace, right.service_account):
            return False
        foreign = [one for one in bindings if not labelled(one.labels)]
        objects = {**snapshot.objects, CLUSTER_ROLE_BINDINGS.key: foreign}
        without_ours = Index(msgspec.structs.replace(snapshot, objects=objects, access=[]))
        return not lacking_rights(without_ours, right.namespace, right.service_account)
    except NotReadError:
        return False
