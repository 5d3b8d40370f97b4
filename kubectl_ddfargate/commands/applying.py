"""Carries out a plan: objects in order, the policy last, then proof; takes the policy back where proof fails."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands import datadog_injector
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.proving import PATIENCE, Proved, prove
from kubectl_ddfargate.commands.replacing import as_before, save, stepped_aside
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired, Manifest
from kubectl_ddfargate.model.plan import Change, Op

OVERLAP_SECONDS = 10.0
"""How long ours may take to be seen beside a policy that it replaces; after that the live objects are asked."""


class NotAppliedError(DdfargateError):
    """The plan was carried out in part, or was taken back. The next run continues from there."""

    exit_code = ExitCode.BAD


@dataclass(frozen=True)
class Former:
    """What stood where the policy now is, for taking it back."""

    desired: Desired
    manifest: Manifest | None
    """None: nothing stood there."""


def apply_plan(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> Proved | None:
    """Apply exactly what the plan shows. None where there was nothing to prove.

    Raises NotAppliedError where the proof failed and the policy was taken back.
    """
    assert prepared.design is not None
    if prepared.opening is not None:
        prepared.opening.apply(prepared.objects)
        talk.say(f"{prepared.opening.change.address} configured")
    pairs = list(zip(prepared.desired, prepared.changes, strict=True))
    for desired, change in pairs:
        if desired.component not in POLICY_COMPONENTS:
            _apply(prepared, desired, change, options, talk)
    policies = [(desired, change) for desired, change in pairs if desired.component in POLICY_COMPONENTS]
    former = [_former(prepared, desired) for desired, change in policies if change.op.writes]
    for one in prepared.goes:
        _step_aside(prepared, one, talk)
    for desired, change in policies:
        _apply(prepared, desired, change, options, talk)
    if not options.wait and not prepared.goes:  # what is replaced goes only once ours is seen to serve
        return None
    return _prove(gateway, prepared, former, options, talk)


def _apply(prepared: Prepared, desired: Desired, change: Change, options: WriteOptions, talk: Talk) -> None:
    if not change.op.writes:
        talk.say(f"{change.address} unchanged")
        return
    force = options.force_conflicts
    if desired.secret is not None and desired.secret.sources:
        prepared.objects.apply_secret(desired.manifest, desired.secret, force=force)
    else:
        prepared.objects.apply(desired.manifest, force=force)
    talk.say(f"{change.address} {'created' if change.op is Op.CREATE else 'configured'}")


def _former(prepared: Prepared, desired: Desired) -> Former:
    live = prepared.objects.live(desired.ref)
    return Former(desired, None if live is None else _as_applied(live))


def _as_applied(live: Mapping[str, Any]) -> Manifest:
    """A live object of ours as a manifest that we could have applied."""
    metadata = live["metadata"]
    kept = {key: metadata[key] for key in ("name", "namespace", "labels") if key in metadata}
    return {**{key: live[key] for key in ("apiVersion", "kind", "spec") if key in live}, "metadata": kept}


def _step_aside(prepared: Prepared, one: Goes, talk: Talk) -> None:
    if not one.ours:
        path = Path(one.change.backup)
        if not path.exists():
            save(as_before(one.live), path)
            talk.say(f"{one.ref.address} saved in {one.change.backup}")
    patch = stepped_aside(one.live) if one.ref.kind != "DatadogAgent" else None
    if patch is not None:
        prepared.objects.merge_patch(one.ref, patch)


def _prove(
    gateway: Gateway, prepared: Prepared, former: list[Former], options: WriteOptions, talk: Talk
) -> Proved | None:
    design = prepared.design
    assert design is not None
    started = time.monotonic()
    deadline = started + options.timeout
    talk.progress("waiting until the policy is served")
    if design.injector == "datadog" and not _datadog_serves(gateway, design, deadline, talk):
        return None
    # A policy acts within seconds or not at all: nobody should wait ten minutes for the second.
    deadline = min(deadline, started + PATIENCE)
    if prepared.goes:
        # Ours may stay behind the old one until that is gone; then what both are made of is all that can be seen.
        prove(gateway, design, design.targets, deadline=min(deadline, time.monotonic() + OVERLAP_SECONDS))
    for one in prepared.goes:
        prepared.objects.delete(one.ref)
        talk.say(f"{one.ref.address} deleted")
    proved = prove(gateway, design, design.targets, deadline=deadline)
    if not proved.ok:
        take_back(prepared, former, talk)
        raise NotAppliedError(
            f"the policy is in force, and yet {proved.reason}; it was taken back",
            hint="run doctor: it names what keeps it from acting",
        )
    for line in proved.lines():
        talk.say(line)
    return proved


def _datadog_serves(gateway: Gateway, design: Design, deadline: float, talk: Talk) -> bool:
    """Whether the cluster agent can be asked for a proof. Its settings are carried out by others."""
    if design.datadog is None or design.datadog.installed_by != "operator":
        talk.say("not proved: the values are for Helm; after its upgrade, run doctor")
        return False
    if not datadog_injector.wait_rendered(gateway, design, deadline=deadline):
        raise NotAppliedError(
            f"the Operator did not give the profile to the cluster agent of {design.datadog.namespace} in time",
            hint="look at the Operator's log, then run the same command again",
        )
    talk.say("the Operator gave the profile to the cluster agent")
    if not datadog_injector.is_registered(gateway):
        talk.say(
            f"not proved: the cluster agent has not registered {datadog_injector.WEBHOOK} yet; then run doctor"
        )
        return False
    return True


def take_back(prepared: Prepared, former: list[Former], talk: Talk) -> None:
    """Put back what stood where the policy is, and what it replaced."""
    for one in prepared.goes:
        if prepared.objects.live(one.ref) is None:
            prepared.objects.create(_restorable(as_before(one.live)))
            talk.say(f"{one.ref.address} put back")
    for part in reversed(former):
        if part.manifest is None and part.desired.owned:
            prepared.objects.delete(part.desired.ref)
            talk.say(f"{part.desired.ref.address} deleted")
        elif part.manifest is not None and part.desired.owned:
            prepared.objects.apply(part.manifest, force=True)
            talk.say(f"{part.desired.ref.address} put back")


def _restorable(live: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {
        key: value
        for key, value in live["metadata"].items()
        if key in ("name", "namespace", "labels", "annotations")
    }
    return {**{key: value for key, value in live.items() if key != "status"}, "metadata": metadata}


def take_out(prepared: Prepared, design: Design, options: WriteOptions) -> None:
    """Apply the policy anew for a design that leaves a target out."""
    from kubectl_ddfargate.manifests import desired_objects

    for desired in desired_objects(design):
        if desired.component in POLICY_COMPONENTS:
            prepared.objects.apply(desired.manifest, force=options.force_conflicts)
