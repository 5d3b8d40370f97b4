"""Takes a policy back: first ours, then what stood before it, so that the two never meet in one pod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.hiding import closing_of
from kubectl_ddfargate.commands.out_of_force import gone
from kubectl_ddfargate.commands.preparing import Prepared
from kubectl_ddfargate.commands.replacing import as_before
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND
from kubectl_ddfargate.model.objects import Desired, Manifest

_KEPT = ("name", "namespace", "labels", "annotations")


@dataclass(frozen=True)
class Former:
    """What stood where a policy now is."""

    desired: Desired
    manifest: Manifest | None
    """None: nothing stood there."""


def former(prepared: Prepared, desired: Desired) -> Former:
    """Remember it, before the policy is applied."""
    live = prepared.objects.live(desired.ref)
    return Former(desired, None if live is None else _plain(live))


def take_back(gateway: Gateway, prepared: Prepared, parts: Sequence[Former], talk: Talk) -> bool:
    """Put back what was. False where our policy stays, because this run did not change it."""
    for part in reversed(parts):
        ref = part.desired.ref
        if not part.desired.owned:
            # our fields of somebody else's object go, the rest is its owner's
            metadata = {"name": ref.name, "namespace": ref.namespace}
            prepared.objects.apply({"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata})
            talk.say(f"{ref.address}: our fields are gone again")
        elif part.manifest is None:
            prepared.objects.delete(ref)
            talk.say(f"{ref.address} deleted")
        else:
            prepared.objects.apply(part.manifest, force=True)
            talk.say(f"{ref.address} put back")
    if parts and prepared.goes and prepared.design is not None:
        gone(gateway, [_workload(target) for target in prepared.design.targets])
    for one in prepared.goes:
        _restore(prepared, one, talk)
    if prepared.opening is not None:
        closing_of(prepared.opening).apply(prepared.objects)
        talk.say(f"{prepared.opening.change.address} put back")
    return bool(parts)


def _restore(prepared: Prepared, one: Goes, talk: Talk) -> None:
    before = as_before(one.live)
    live = prepared.objects.live(one.ref)
    if live is None:
        prepared.objects.create(_plain(before))
        talk.say(f"{one.ref.address} put back")
    elif before.get("spec") != live.get("spec"):
        spec = before.get("spec") or {}
        patch = {key: spec.get(key) for key in ("rules", "matchConditions") if key in spec or key in live["spec"]}
        prepared.objects.merge_patch(one.ref, {"spec": patch})
        talk.say(f"{one.ref.address} put back")


def _plain(live: Mapping[str, Any]) -> dict[str, Any]:
    """A live object as it could be applied or created."""
    metadata = {key: live["metadata"][key] for key in _KEPT if key in live["metadata"]}
    rest = {key: value for key, value in live.items() if key not in ("status", "metadata")}
    return {**rest, "metadata": metadata}


def _workload(target: Any) -> WorkloadRef:
    kind = BY_KIND[target.kind]
    return WorkloadRef(target.namespace, target.kind, target.name, kind.api_version)
