"""Kyverno as `version` shows it, and whether it answers."""

from __future__ import annotations

from kubectl_ddfargate.cluster import Gateway
from kubectl_ddfargate.commands.version_questions import listed, named, served
from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.facts.kyverno import CONTROLLER_LABELS, carries_out_legacy
from kubectl_ddfargate.facts.kyverno_health import POLICY_WEBHOOKS, Trouble, stopped, trouble
from kubectl_ddfargate.model.kinds import CLUSTER_POLICIES, KYVERNO_CONTROLLERS, MUTATING_POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoController
from kubectl_ddfargate.model.version import Component

_IGNORES = "ignores ClusterPolicies"


def kyverno_version(gateway: Gateway, notes: list[str]) -> tuple[list[Component], Trouble | None]:
    """Its Deployments, and why it does not answer: None where it does, as far as can be seen."""
    kinds = served(gateway, (MUTATING_POLICIES, CLUSTER_POLICIES), notes)
    if not kinds:
        return [], None
    seen = listed(gateway, KYVERNO_CONTROLLERS, KyvernoController, CONTROLLER_LABELS, notes)
    controllers = [one for one in seen or () if one.container is not None]
    webhooks = named(gateway, WEBHOOKS, MutatingWebhookConfiguration, POLICY_WEBHOOKS, notes)
    if webhooks is None:  # `install` stops there too
        found: Trouble | None = Trouble("its webhooks may not be read", lasts=False)
    else:
        found = trouble(webhooks, controllers, all_read=seen is not None)
    if controllers:
        return [_component(one, kinds) for one in controllers], found
    note = "no Deployment of it was seen" + (", and no webhook" if webhooks == [] else "")
    return [Component(name="Kyverno", version=None, serves=kinds, note=note)], found


def _component(controller: KyvernoController, kinds: tuple[str, ...]) -> Component:
    image = controller.container.image if controller.container else None
    version = parse_image(image or "").tag or None
    legacy = carries_out_legacy(version)
    modern = any(one.startswith(f"{MUTATING_POLICIES.kind} ") for one in kinds)
    return Component(
        name="Kyverno",
        version=version,
        namespace=controller.namespace,
        serves=kinds,
        supported=modern or legacy,
        note=stopped(controller) or (None if legacy else _IGNORES),
    )
