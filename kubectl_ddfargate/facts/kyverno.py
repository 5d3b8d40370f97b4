"""Kyverno: whether there is one, what it carries out, and whether it answers.

It is known by its kinds and its live webhook configurations: it may run anywhere, also outside the cluster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.kyverno_health import POLICY_WEBHOOKS, trouble
from kubectl_ddfargate.model.kinds import (
    CLUSTER_POLICIES,
    KYVERNO_CONFIG,
    KYVERNO_CONTROLLERS,
    KYVERNO_POLICIES,
    MUTATING_POLICIES,
    WEBHOOKS,
    Kind,
)
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoConfig, KyvernoController
from kubectl_ddfargate.model.snapshot import Unread

DEFAULT_NAME = "kyverno"
"""Of its namespace, its ConfigMap and its Helm release, where nobody chose another."""
CONTROLLER_LABELS = "app.kubernetes.io/component=admission-controller"
RESOURCE_WEBHOOKS = "kyverno-resource-mutating-webhook-cfg"
"""Those by which it changes other objects: one entry for some or all policies that are ready."""
_LAST_WITH_LEGACY = (1, 19)
"""From 1.20 on Kyverno keeps ClusterPolicies and Policies, and does not carry them out (kyverno/kyverno#17701)."""
_FIRST_WITHOUT_WARRANT = (1, 17)
"""Deprecated ClusterPolicies and Policies, and was the first to serve the kinds in their stead as v1."""


class Kyverno(msgspec.Struct, frozen=True):
    """An installed Kyverno."""

    namespace: str
    version: str | None
    """`v1.19.1`, by the tag of its image; None where that does not tell."""
    serves: tuple[tuple[str, str], ...]
    """Kind and API version of the policies that it can be given to change pods, the preferred version first."""
    webhooks: tuple[str, ...] = ()
    """The live webhooks by which it changes objects."""
    why: str | None = None
    """Why it does not answer; None where it does, as far as can be seen."""
    gone: bool = False
    """It does not answer, and that lasts: nobody runs it any more."""

    @property
    def healthy(self) -> bool:
        """Whether nothing is seen that keeps it from answering."""
        return self.why is None


@fact
def kyverno(index: Index) -> Kyverno | None:
    """The installed Kyverno; None where the cluster serves no kind of it.

    Raises NotReadError where discovery or webhook configurations may not be read.
    """
    if not installed(index):
        return None
    configurations: list[MutatingWebhookConfiguration] = index.all(WEBHOOKS)
    controllers = _controllers(index)
    places = [controller.namespace for controller in controllers] or sorted(service_namespaces(configurations))
    places += [config.namespace for config in index.seen(KYVERNO_CONFIG)]
    live = [w.name for c in configurations if c.name == RESOURCE_WEBHOOKS for w in c.webhooks or ()]
    refused = {entry.key or entry.resource for entry in index.snapshot.unread}
    found = trouble(configurations, controllers, all_read=KYVERNO_CONTROLLERS.key not in refused)
    return Kyverno(
        namespace=next(iter(places), DEFAULT_NAME),
        version=running_version(index),
        serves=_serves(index),
        webhooks=tuple(live),
        why=found.why if found else None,
        gone=found is not None and found.lasts,
    )


def running_version(index: Index) -> str | None:
    """`v1.19.1`, by the tag of its image; None where that does not tell, or its Deployment was not seen."""
    return next(iter(filter(None, map(_version, _controllers(index)))), None)


def carries_out_legacy(version: str | None) -> bool:
    """Whether this version carries out ClusterPolicies and Policies; one that is not known is thought to."""
    known = _release(version)
    return known is None or known <= _LAST_WITH_LEGACY


def deprecates_legacy(index: Index) -> bool:
    """Whether the running Kyverno calls ClusterPolicies and Policies deprecated.

    Where its image tells no version, the served MutatingPolicy v1 does: it came with the same version.
    """
    known = _release(running_version(index))
    if known is not None:
        return known >= _FIRST_WITHOUT_WARRANT
    served = (index.snapshot.groups or {}).get(MUTATING_POLICIES.api_version, ())
    return MUTATING_POLICIES.plural in served


def _release(version: str | None) -> tuple[int, int] | None:
    known = re.match(r"v?(\d+)\.(\d+)", version or "")
    return (int(known[1]), int(known[2])) if known else None


def installed(index: Index) -> bool:
    """Whether any kind of Kyverno's policies is served. Raises NotReadError where discovery was refused."""
    return any(policy_api_version(index, kind) is not None for kind in KYVERNO_POLICIES)


def policy_api_version(index: Index, kind: Kind = MUTATING_POLICIES) -> str | None:
    """The API version in which policies of this kind were read; None where the cluster serves none.

    Raises NotReadError where discovery was refused.
    """
    if index.snapshot.groups is None:
        raise NotReadError(Unread(resource="/apis", verb="get", reason="discovery was refused"))
    found = index.snapshot.as_served(kind)
    return found.api_version if found is not None else None


def policies(index: Index, kind: Kind) -> list[Any]:
    """All policies of one kind; none where it is not served. Raises NotReadError where that is not known."""
    return index.all(kind) if policy_api_version(index, kind) is not None else []


@fact
def kyverno_config(index: Index) -> KyvernoConfig | None:
    """Kyverno's ConfigMap; None where it has none, and so excludes nothing.

    Raises NotReadError where it may not be read, and where nothing tells its name.
    """
    named = [(one.namespace, one.config_map or DEFAULT_NAME) for one in _controllers(index)]
    for namespace, name in named:
        found: KyvernoConfig | None = index.get(KYVERNO_CONFIG, namespace, name)
        if found is not None:
            return found
    if named:
        return None
    engine = kyverno(index)
    known: list[KyvernoConfig] = index.all(KYVERNO_CONFIG)
    if known or engine is None:
        return next(iter(known), None)
    reason = f"Kyverno runs without a Deployment, and namespace {engine.namespace} has no ConfigMap of that name"
    raise NotReadError(
        Unread(
            resource=KYVERNO_CONFIG.plural,
            verb="get",
            namespace=engine.namespace,
            name=DEFAULT_NAME,
            reason=reason,
        )
    )


def service_namespaces(configurations: Iterable[object]) -> set[str]:
    """The namespaces of the Services by which Kyverno's webhooks are called; none where they are by URL."""
    return {
        webhook.client_config.service.namespace or DEFAULT_NAME
        for one in configurations
        if isinstance(one, MutatingWebhookConfiguration) and one.name in (POLICY_WEBHOOKS, RESOURCE_WEBHOOKS)
        for webhook in one.webhooks or ()
        if webhook.client_config is not None and webhook.client_config.service is not None
    }


def _controllers(index: Index) -> list[KyvernoController]:
    return [one for one in index.seen(KYVERNO_CONTROLLERS) if one.container is not None]


def _serves(index: Index) -> tuple[tuple[str, str], ...]:
    groups = index.snapshot.groups or {}
    return tuple(
        (kind.kind, f"{kind.group}/{version}")
        for kind in (MUTATING_POLICIES, CLUSTER_POLICIES)
        for version in (kind.version, *kind.older)
        if kind.plural in groups.get(f"{kind.group}/{version}", ())
    )


def _version(controller: KyvernoController) -> str | None:
    image = parse_image((controller.container.image if controller.container else None) or "")
    return image.tag or None
