"""What in this cluster could inject, and what does so already."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.kyverno import carries_out_legacy
from kubectl_ddfargate.model.design import KYVERNO_KINDS, DatadogOwner

NATIVE = "MutatingAdmissionPolicy"
DATADOG = "DatadogAgent"
DATADOG_VERSION = "datadoghq.com/v2alpha1"
_VERSIONS = {"MutatingPolicy": ("v1", "v1beta1"), "ClusterPolicy": ("v1",)}
"""The versions that our policies are written for, the preferred one first."""


class PolicyKind(msgspec.Struct, frozen=True):
    """A kind of policy, as it is served."""

    kind: str
    api_version: str


class KyvernoEngine(msgspec.Struct, frozen=True):
    """An installed Kyverno."""

    namespace: str
    kinds: tuple[PolicyKind, ...]
    """What it carries out, the preferred kind first."""
    trouble: str = ""
    """Why it does not answer; empty where it is healthy."""
    gone: bool = False
    """That lasts: nobody runs it any more."""


class Present(msgspec.Struct, frozen=True):
    """A policy or webhook that injects agents already."""

    kind: str
    name: str
    ours: bool = False


class Engines(msgspec.Struct, frozen=True):
    """All that could inject."""

    native: str | None = None
    """The API version of the server's own policies; None where it serves none that we write."""
    kyverno: KyvernoEngine | None = None
    datadog: DatadogOwner | None = None
    present: tuple[Present, ...] = ()
    datadog_unread: str = ""
    """Why it is not known who settles the cluster agent's settings; empty where that is known."""


def carried_out(serves: tuple[tuple[str, str], ...], version: str | None) -> tuple[PolicyKind, ...]:
    """The kinds that a Kyverno carries out, from what is served (kind and API version) and its own version."""
    found = []
    for kind in KYVERNO_KINDS:
        if kind == "ClusterPolicy" and not carries_out_legacy(version):
            continue
        served = {one.rpartition("/")[2]: one for name, one in serves if name == kind}
        found += [PolicyKind(kind, served[wanted]) for wanted in _VERSIONS[kind] if wanted in served][:1]
    return tuple(found)
