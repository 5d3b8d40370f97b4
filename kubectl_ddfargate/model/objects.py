"""Any object of the API, by name; and an object that should be there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.model.design import SecretCopy

MANAGER = "kubectl-ddfargate"
"""Our field manager, and the value of the label of what we own."""
MANAGED_BY = "app.kubernetes.io/managed-by"

Manifest = Mapping[str, Any]
"""An object as YAML spells it. Never holds a Secret's value."""


class ObjectRef(msgspec.Struct, frozen=True, order=True):
    """Enough to find one object."""

    api_version: str
    kind: str
    namespace: str
    """Empty for what has none."""
    name: str

    @property
    def address(self) -> str:
        """`service/datadog-cluster-agent-fixed -n datadog`, as kubectl takes it."""
        where = f" -n {self.namespace}" if self.namespace else ""
        return f"{self.kind.lower()}/{self.name}{where}"


def ref_of(manifest: Manifest) -> ObjectRef:
    """The reference of a manifest."""
    metadata = manifest["metadata"]
    return ObjectRef(manifest["apiVersion"], manifest["kind"], metadata.get("namespace", ""), metadata["name"])


class Desired(msgspec.Struct, frozen=True):
    """One object that should be there, and why. The order of a sequence of them is the order of applying."""

    manifest: Manifest
    why: str
    """For the reader of a plan: `fixed address of the cluster agent`."""
    component: str
    """The file of `manifests/` that made it: `fixed_service`, `secret`, `kubelet_rights`, `kyverno`, …"""
    secret: SecretCopy | None = None
    """Where the values of a Secret come from. The manifest itself holds none."""
    owned: bool = True
    """Whether it is ours as a whole. False: a patch of somebody else's object (a DatadogAgent)."""

    @property
    def ref(self) -> ObjectRef:
        """Which object."""
        return ref_of(self.manifest)
