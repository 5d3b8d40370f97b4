"""Takes one workload out of the policy, where its agent does not come up."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS, Prepared
from kubectl_ddfargate.commands.taking_over import remember
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.design import Design


def take_out(prepared: Prepared, design: Design, options: WriteOptions, talk: Talk) -> bool:
    """Apply the policy anew for a design that leaves a target out. False where no object of ours can say so."""
    # by the whole design: what a plan of only some cures shows need not hold the policy
    before = {one.ref: one.manifest for one in desired_objects(prepared.design)} if prepared.design else {}
    changed = [
        one
        for one in desired_objects(design)
        if one.component in POLICY_COMPONENTS and one.manifest != before.get(one.ref)
    ]
    for one in changed:
        # what was taken over is to be given back as it was, and not to look as if somebody had changed it since
        remember(prepared.objects, one, force=options.force_conflicts, tell=talk.say)
        prepared.objects.apply(one.manifest, force=options.force_conflicts)
    return bool(changed)


def without(design: Design, ref: WorkloadRef) -> Design:
    """The design with one target left out of the policy."""
    named = [t for t in design.targets if (t.namespace, t.kind, t.name) == (ref.namespace, ref.kind, ref.name)]
    if not named:
        return design
    out = named[0]
    scope = msgspec.structs.replace(design.scope, excluded=(*design.scope.excluded, (out.namespace, out.labels)))
    return msgspec.structs.replace(
        design, scope=scope, targets=tuple(target for target in design.targets if target != out)
    )
