"""`version`: what runs in the cluster, in which version, and whether this tool is made for it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable

import msgspec

from kubectl_ddfargate.cluster import Gateway, connect
from kubectl_ddfargate.commands.kyverno_version import kyverno_version
from kubectl_ddfargate.commands.migrations import migrations
from kubectl_ddfargate.commands.version_questions import listed, served
from kubectl_ddfargate.errors import DdfargateError, KubeconfigError, UsageError
from kubectl_ddfargate.facts.cluster_agent import COMPONENT, COMPONENT_LABEL, is_cluster_agent
from kubectl_ddfargate.facts.images import parse_image
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.kinds import (
    CLUSTER_AGENT_PODS,
    DEPLOYMENTS,
    POLICIES,
)
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.snapshot import ServerVersion
from kubectl_ddfargate.model.version import Component, Migration

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


class ClusterVersions(msgspec.Struct, frozen=True, kw_only=True):
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
        flags = dataclasses.replace(flags, request_timeout=PATIENCE)
    try:
        with connect(flags, warn=warn) as gateway:
            version = gateway.get("/version", ServerVersion).git_version
            notes: list[str] = []
            native = _native(gateway, notes)
            kyverno, found = kyverno_version(gateway, notes)
            return ClusterVersions(
                context=gateway.context,
                server=_server(version),
                components=tuple(dict.fromkeys((native, *kyverno, *_datadog(gateway, notes)))),
                migrations=tuple(migrations(gateway, native, kyverno, found, notes, kubectl_flags=kubectl_flags)),
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
    kinds = served(gateway, (POLICIES,), notes)
    return Component(
        name="native policies",
        version=None,
        serves=kinds,
        supported=bool(kinds),
        note=None if kinds else "not served",
    )


def _datadog(gateway: Gateway, notes: list[str]) -> Iterable[Component]:
    found: list[Component] = []
    for pod in listed(gateway, CLUSTER_AGENT_PODS, Pod, f"{COMPONENT_LABEL}={COMPONENT}", notes) or ():
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
    for one in listed(gateway, DEPLOYMENTS, TemplateOwner, _OPERATOR_LABELS, notes) or ():
        image = next((entry.image for entry in one.spec.template.spec.containers or ()), None)
        found.append(
            Component(name="Datadog Operator", version=_tag(image), namespace=one.namespace, supported=True)
        )
    return found


def _tag(image: str | None) -> str | None:
    return parse_image(image or "").tag or None


def _release(version: str | None) -> tuple[int, int] | None:
    known = re.match(r"v?(\d+)\.(\d+)", version or "")
    return (int(known[1]), int(known[2])) if known else None
