"""The proof after the policy is applied: once it acts, beside what it replaces, and again in a later run."""

from __future__ import annotations

import time

from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.commands import datadog_injector
from kubectl_ddfargate.commands.not_applied import LOOK, NotAppliedError, NotProvedError
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.proving import PATIENCE, Proved, prove
from kubectl_ddfargate.commands.refusals import refusals_are_bad
from kubectl_ddfargate.commands.serving import wait_engine_serves
from kubectl_ddfargate.commands.stepping_aside import changed_aside
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design

OVERLAP_SECONDS = 15.0
"""What a policy that is in force may need to show itself."""
_NATIVE_SETTLES = 3.0
"""Seconds in which the API server has taken up a native policy: it looks for new ones each second (k8s.io/apiserver
v0.36 policy_source.go, policyRefreshInterval)."""


def prove_again(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> bool:
    """Prove what stands already: an earlier run may have ended before it did. Whether it was proved.

    Where the plan has no policy (a part of a cure) that is asked only for a restart. Raises NotAppliedError.
    """
    if not options.wait:
        return False
    if not options.restart and not any(one.component in POLICY_COMPONENTS for one in prepared.desired):
        return False
    return prove_standing(gateway, prepared, talk) is not None


def prove_standing(gateway: Gateway, prepared: Prepared, talk: Talk) -> Proved | None:
    """Prove a policy that this run did not apply. None where there is none, or it cannot be asked.

    Raises NotAppliedError where it stands, and does not do what it should.
    """
    design = prepared.design
    if design is None:
        return None
    ours = [one.ref for one in desired_objects(design) if one.component in POLICY_COMPONENTS]
    if any(prepared.objects.live(ref) is None for ref in ours):
        return None
    if design.injector == "datadog" and not _may_be_asked(gateway, talk):
        return None
    with refusals_are_bad():
        proved = prove(gateway, design, design.targets, deadline=time.monotonic() + OVERLAP_SECONDS)
    if not proved.ok:
        raise NotAppliedError(f"the policy is in force, and yet {proved.reason}", hint=LOOK)
    for line in proved.lines():
        talk.say(line)
    return proved


def prove_applied(gateway: Gateway, prepared: Prepared, options: WriteOptions, talk: Talk) -> Proved | None:
    """Wait until the policy acts, take away what it replaces, and prove it. None where it cannot be proved yet.

    Raises NotProvedError.
    """
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
    _refuse_changed(prepared)
    for one in prepared.goes:
        prepared.objects.delete(one.ref, uid=one.uid)
        left = prepared.objects.live(one.ref)
        if left is not None and left["metadata"].get("uid") != one.uid:
            _refuse_changed(prepared)
        talk.say(f"{one.ref.address} deleted")
    proved = prove(gateway, design, design.targets, deadline=max(deadline, time.monotonic() + OVERLAP_SECONDS))
    if not proved.ok:
        raise NotProvedError(f"the policy is in force, and yet {proved.reason}")
    for line in proved.lines():
        talk.say(line)
    return proved


def _refuse_changed(prepared: Prepared) -> None:
    """Raise NotProvedError where what is to go is not what the plan showed: somebody needs it as it is now."""
    if changed := [text for one in prepared.goes if (text := changed_aside(prepared.objects, one))]:
        raise NotProvedError("; ".join(changed))


def _wait_beside_the_old(gateway: Gateway, prepared: Prepared, design: Design, deadline: float) -> None:
    """Be sure that ours serves before the old one goes.

    A native policy comes before all webhooks, and Datadog's by its name before Kyverno's: a dry-run shows them. Two
    policies of Kyverno come in an order of its own, so there its word counts. Where the old one is ours too, both
    make the same agent, and no dry-run tells which of them did: what the API server needs is waited for then.
    """
    if design.injector == "kyverno":
        if not wait_engine_serves(prepared.objects, design, deadline=deadline):
            raise NotProvedError("Kyverno does not say that it serves the new policy")
        return
    if design.injector == "admission-policy" and any(one.ours for one in prepared.goes):
        time.sleep(_NATIVE_SETTLES)
    proved = prove(gateway, design, design.targets, deadline=deadline, beside_the_old=True)
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
    return _may_be_asked(gateway, talk)


def _may_be_asked(gateway: Gateway, talk: Talk) -> bool:
    """Whether Datadog's webhook is there, so that a dry-run tells something of it."""
    why_not = datadog_injector.not_registered(gateway)
    if why_not:
        talk.say(f"not proved: {why_not}")
        talk.say("next: when that is cured, run the same command again: it proves, and takes away what is replaced")
    return not why_not
