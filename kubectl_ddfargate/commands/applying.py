"""Carries out a plan: objects in order, the policy last, then proof; takes the policy back where proof fails."""

from __future__ import annotations

import time
from pathlib import Path

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands import datadog_injector
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.proving import PATIENCE, Proved, prove
from kubectl_ddfargate.commands.replacing import as_before, save, stepped_aside
from kubectl_ddfargate.commands.serving import wait_engine_serves
from kubectl_ddfargate.commands.taking_back import former, take_back
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.errors import ApiError, DdfargateError, ExitCode
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Op

OVERLAP_SECONDS = 15.0
"""What a policy that is in force may need to show itself."""


class NotAppliedError(DdfargateError):
    """The plan was carried out in part, or was taken back. The next run continues from there."""

    exit_code = ExitCode.BAD


class NotProvedError(Exception):
    """The policy is applied, and does not do what it should."""


_LOOK = "run doctor: it names what keeps it from acting"


def apply_plan(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> Proved | None:
    """Apply exactly what the plan shows. None where there was nothing to prove.

    Raises NotAppliedError where the proof failed and the policy was taken back.
    """
    assert prepared.design is not None
    pairs = list(zip(prepared.desired, prepared.changes, strict=True))
    for desired, change in pairs:
        if desired.component not in POLICY_COMPONENTS:
            _apply(prepared, desired, change, options, talk)
    policies = [(desired, change) for desired, change in pairs if desired.component in POLICY_COMPONENTS]
    if not policies:  # only parts of a cure were wanted
        return None
    before = [former(prepared, desired) for desired, change in policies if change.op.writes]
    if prepared.opening is not None:
        prepared.opening.apply(prepared.objects)
        talk.say(f"{prepared.opening.change.address} configured")
    try:
        for one in prepared.goes:
            _step_aside(prepared, one, talk)
        for desired, change in policies:
            _apply(prepared, desired, change, options, talk)
        if not options.wait and not prepared.goes:  # what is replaced goes only once ours is seen to serve
            return None
        return _prove(gateway, prepared, options, talk)
    except (ApiError, NotProvedError, KeyboardInterrupt) as error:
        # A policy of which nobody knows whether it works must not stay in force.
        if take_back(gateway, prepared, before, talk) and isinstance(error, NotProvedError):
            raise NotAppliedError(f"{error}; it was taken back", hint=_LOOK) from error
        if isinstance(error, NotProvedError):
            raise NotAppliedError(f"{error}; it stood there before this run, and stays", hint=_LOOK) from error
        raise


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


def _step_aside(prepared: Prepared, one: Goes, talk: Talk) -> None:
    if not one.ours:
        save(as_before(one.live), Path(one.change.backup))
        talk.say(f"{one.ref.address} saved in {one.change.backup}")
    patch = stepped_aside(one.live)
    if patch is not None:
        prepared.objects.merge_patch(one.ref, patch)


def prove_again(gateway: Gateway, prepared: Prepared, talk: Talk) -> None:
    """Prove what stands already: an earlier run may have ended before it did. Raises NotAppliedError."""
    design = prepared.design
    if design is None or (design.injector == "datadog" and not datadog_injector.is_registered(gateway)):
        return
    if not any(one.component in POLICY_COMPONENTS for one in prepared.desired):
        return
    proved = prove(gateway, design, design.targets, deadline=time.monotonic() + OVERLAP_SECONDS)
    if not proved.ok:
        raise NotAppliedError(f"the policy is in force, and yet {proved.reason}", hint=_LOOK)
    for line in proved.lines():
        talk.say(line)


def _prove(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> Proved | None:
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
        _wait_beside_the_old(gateway, prepared, design, deadline)
    for one in prepared.goes:
        prepared.objects.delete(one.ref)
        talk.say(f"{one.ref.address} deleted")
    proved = prove(gateway, design, design.targets, deadline=max(deadline, time.monotonic() + OVERLAP_SECONDS))
    if not proved.ok:
        raise NotProvedError(f"the policy is in force, and yet {proved.reason}")
    for line in proved.lines():
        talk.say(line)
    return proved


def _wait_beside_the_old(gateway: Gateway, prepared: Prepared, design: Design, deadline: float) -> None:
    """Be sure that ours serves before the old one goes.

    A native policy comes before all webhooks, and Datadog's by its name before Kyverno's: a dry-run shows them. Two
    policies of Kyverno come in an order of its own, so there its word counts.
    """
    if design.injector == "kyverno":
        if not wait_engine_serves(prepared.objects, design, deadline=deadline):
            raise NotProvedError("Kyverno does not say that it serves the new policy")
        return
    proved = prove(gateway, design, design.targets, deadline=deadline)
    if not proved.ok:
        raise NotProvedError(f"beside the old policy {proved.reason}")


def _datadog_serves(gateway: Gateway, design: Design, deadline: float, talk: Talk) -> bool:
    """Whether the cluster agent can be asked for a proof. Its settings are carried out by others."""
    if design.datadog is None or design.datadog.installed_by != "operator":
        talk.say("not proved: the values are for Helm; after its upgrade, run doctor")
        return False
    if not datadog_injector.wait_rendered(gateway, design, deadline=deadline):
        raise NotProvedError(
            f"the Operator did not give the profile to the cluster agent of {design.datadog.namespace} in time"
        )
    talk.say("the Operator gave the profile to the cluster agent")
    if not datadog_injector.is_registered(gateway):
        talk.say(f"not proved: the cluster agent has not registered {datadog_injector.WEBHOOK} yet")
        talk.say("next: when it has, run the same command again: it proves, and takes away what is replaced")
        return False
    return True


def take_out(prepared: Prepared, design: Design, options: WriteOptions) -> bool:
    """Apply the policy anew for a design that leaves a target out. False where no object of ours can say so."""
    before = {one.ref: one.manifest for one in prepared.desired}
    changed = [
        one
        for one in desired_objects(design)
        if one.component in POLICY_COMPONENTS and one.manifest != before.get(one.ref)
    ]
    for one in changed:
        prepared.objects.apply(one.manifest, force=options.force_conflicts)
    return bool(changed)
