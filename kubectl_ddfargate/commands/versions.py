"""`version`: what runs in the cluster, in which version, and whether this tool is made for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.commands.migrations import NO_POD, migrations
from kubectl_ddfargate.errors import DdfargateError, KubeconfigError, NotFoundError, UsageError
from kubectl_ddfargate.facts.cluster_agent import COMPONENT, COMPONENT_LABEL, is_cluster_agent
from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.facts.kyverno import CONTROLLER_LABELS, carries_out_legacy
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.kinds import (
    CLUSTER_AGENT_PODS,
    CLUSTER_POLICIES,
    DEPLOYMENTS,
    KYVERNO_CONTROLLERS,
    MUTATING_POLICIES,
    POLICIES,
    Kind,
)
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoController
from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.snapshot import ServerVersion
from kubectl_ddfargate.model.version import Component, Migration

R = TypeVar("R", bound=Object)
PATIENCE = "5s"
"""For each request, where the user sets none: who asks for versions may well have no cluster."""
_OPERATOR_LABELS = "app.kubernetes.io/name=datadog-operator"
_FIRST_KUBERNETES = (1, 30)
"""The first that answers aggregated discovery v2 (KEP-3352), by which this tool finds kinds."""
_FIRST_WITH_SIDECARS = (7, 52)
"""Of the cluster agent: the first whose webhook injects agents (datadog-agent release notes, 7.52.0)."""
SUPPORTED = {
    "kubernetes": "1.30 and later",
    "admission-policy": "Kubernetes 1.36 and later (MutatingAdmissionPolicy v1)",
    "kyverno": "MutatingPolicy (Kyverno 1.16+), ClusterPolicy (up to 1.19)",
    "datadog": "cluster agent 7.52 and later",
}
"""Kubernetes, and what each injector needs."""
_IGNORES = "ignores ClusterPolicies"


@dataclass(frozen=True, kw_only=True)
class ClusterVersions:
    """What was found; `server` None where no cluster answered, and then `notes` says why."""

    context: str | None = None
    server: Component | None = None
    components: tuple[Component, ...] = ()
    migrations: tuple[Migration, ...] = ()
    notes: tuple[str, ...] = ()


def cluster_versions(
    flags: ConnectionFlags, *, warn: Callable[[str], None], kubectl_flags: str = ""
) -> ClusterVersions:
    """Ask for the versions. Where nothing answers that is a note, not an error.

    `kubectl_flags`: what a printed command needs to reach the same server.

    Raises UsageError and KubeconfigError where flags name what is not there: somebody meant a cluster.
    """
    given = flags != ConnectionFlags()
    if flags.request_timeout == "0":
        flags = replace(flags, request_timeout=PATIENCE)
    try:
        with connect(flags, warn=warn) as gateway:
            version = gateway.get("/version", ServerVersion).git_version
            notes: list[str] = []
            native, kyverno = _native(gateway, notes), _kyverno(gateway, notes)
            return ClusterVersions(
                context=gateway.context,
                server=_server(version),
                components=tuple(dict.fromkeys((native, *kyverno, *_datadog(gateway, notes)))),
                migrations=tuple(migrations(gateway, native, kyverno, notes, kubectl_flags=kubectl_flags)),
                notes=tuple(dict.fromkeys(notes)),
            )
    except DdfargateError as error:
        if given and isinstance(error, (UsageError, KubeconfigError)):
            raise
        return ClusterVersions(notes=(f"no cluster answered: {error.message}",))


def _server(version: str) -> Component:
    known = _release(version)
    return Component(
        name="server", version=version, supported=None if known is None else known >= _FIRST_KUBERNETES
    )


def _native(gateway: Gateway, notes: list[str]) -> Component:
    served = _served(gateway, (POLICIES,), notes)
    return Component(
        name="native policies",
        version=None,
        serves=served,
        supported=bool(served),
        note=None if served else "not served",
    )


def _datadog(gateway: Gateway, notes: list[str]) -> Iterable[Component]:
    found: list[Component] = []
    for pod in _listed(gateway, CLUSTER_AGENT_PODS, Pod, f"{COMPONENT_LABEL}={COMPONENT}", notes):
        containers = pod.spec.containers or ()
        image = next((one.image for one in containers if is_cluster_agent(one)), None)
        known = _release(_tag(image))
        found.append(
            Component(
                name="cluster agent",
                version=_tag(image),
                namespace=pod.namespace,
                supported=True,
                note=None
                if known is None or known >= _FIRST_WITH_SIDECARS
                else "too old for --injector datadog, which needs 7.52",
            )
        )
    for one in _listed(gateway, DEPLOYMENTS, TemplateOwner, _OPERATOR_LABELS, notes):
        image = next((entry.image for entry in one.spec.template.spec.containers or ()), None)
        found.append(
            Component(name="Datadog Operator", version=_tag(image), namespace=one.namespace, supported=True)
        )
    return found


def _kyverno(gateway: Gateway, notes: list[str]) -> list[Component]:
    served = _served(gateway, (MUTATING_POLICIES, CLUSTER_POLICIES), notes)
    if not served:
        return []
    seen = _listed(gateway, KYVERNO_CONTROLLERS, KyvernoController, CONTROLLER_LABELS, notes)
    controllers = [one for one in seen if one.container is not None]
    if not controllers:
        return [Component(name="Kyverno", version=None, serves=served, note="no Deployment of it was seen")]
    return [_kyverno_component(one, served) for one in controllers]


def _kyverno_component(controller: KyvernoController, served: tuple[str, ...]) -> Component:
    version = _tag(controller.container.image if controller.container else None)
    legacy = carries_out_legacy(version)
    modern = any(one.startswith(f"{MUTATING_POLICIES.kind} ") for one in served)
    return Component(
        name="Kyverno",
        version=version,
        namespace=controller.namespace,
        serves=served,
        supported=modern or legacy,
        note=NO_POD if not controller.status.ready_replicas else None if legacy else _IGNORES,
    )


def _served(gateway: Gateway, kinds: Iterable[Kind], notes: list[str]) -> tuple[str, ...]:
    found = []
    for kind in kinds:
        for version in (kind.version, *kind.older):
            group = f"{kind.group}/{version}"
            try:
                listed = gateway.get(f"/apis/{group}", _Resources).resources or ()
            except NotFoundError:
                continue
            except DdfargateError as error:
                notes.append(error.message)
                continue
            if any(one.name == kind.plural for one in listed):
                found.append(f"{kind.kind} {group}")
                break
    return tuple(found)


def _listed(gateway: Gateway, kind: Kind, record: type[R], labels: str, notes: list[str]) -> list[R]:
    try:
        return gateway.list(kind.path(), record, label_selector=labels)
    except DdfargateError as error:
        notes.append(error.message)
        return []


def _tag(image: str | None) -> str | None:
    return parse_image(image or "").tag or None


def _release(version: str | None) -> tuple[int, int] | None:
    known = re.match(r"v?(\d+)\.(\d+)", version or "")
    return (int(known[1]), int(known[2])) if known else None


class _Resource(Record, frozen=True):
    name: str = ""


class _Resources(Record, frozen=True):
    resources: list[_Resource] | None = None
