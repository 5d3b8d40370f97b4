"""Whether Kyverno answers; and where it does not, whether that is for a moment or for good. Pure.

On Fargate a pod of it that is made anew takes a minute or more, and with one replica nothing answers so long. No
policy of ours may give way to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from kubectl_ddfargate.model.kinds import WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoController

POLICY_WEBHOOKS = "kyverno-policy-mutating-webhook-cfg"
"""The webhook by which Kyverno looks at policies themselves: it makes it first of all, and keeps it."""


class Trouble(msgspec.Struct, frozen=True):
    """Why a Kyverno does not answer."""

    why: str
    lasts: bool
    """Nobody runs it any more: its Deployment is gone or scaled to 0. False: it may answer again in a moment."""


def trouble(
    configurations: Iterable[MutatingWebhookConfiguration],
    controllers: Sequence[KyvernoController],
    *,
    all_read: bool = True,
) -> Trouble | None:
    """What keeps it from answering; None where nothing is seen that does.

    `all_read`: its Deployments could be read, so that none is there where none was found.
    """
    if controllers and all(map(stopped, controllers)):
        wanted = [one for one in controllers if one.spec.replicas != 0]
        first = next(iter(wanted), controllers[0])
        return Trouble(f"deployment/{first.name} -n {first.namespace} {stopped(first)}", lasts=not wanted)
    if not any(one.name == POLICY_WEBHOOKS and one.webhooks for one in configurations):
        why = f"there is no {WEBHOOKS.kind}/{POLICY_WEBHOOKS}: Kyverno makes it when it starts"
        # with neither, nothing is left but its kinds; a Kyverno beside the cluster keeps its webhooks when it ends
        return Trouble(why, lasts=all_read and not controllers)
    return None


def stopped(controller: KyvernoController) -> str:
    """Why one of its Deployments does not answer; empty where a pod of it is ready."""
    if controller.status.ready_replicas:
        return ""
    return "is scaled to 0" if controller.spec.replicas == 0 else "has no ready pod"
