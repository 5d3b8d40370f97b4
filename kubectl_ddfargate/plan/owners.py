"""Who else looks after an object, as its marks say. What they own is not fought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER

_LABELS = {
    "argocd.argoproj.io/instance": "argocd",
    "kustomize.toolkit.fluxcd.io/name": "flux",
    "helm.toolkit.fluxcd.io/name": "flux",
    "eks.amazonaws.com/component": "eks",
}
_ANNOTATIONS = {
    "argocd.argoproj.io/tracking-id": "argocd",
    "meta.helm.sh/release-name": "helm",
}
DEPLOYERS = frozenset({"argocd", "flux", "helm", "eks"})
"""They write what they own anew from a source: a change beside it is undone."""
_MACHINERY = ("kube-controller-manager", "kube-apiserver", "kube-scheduler", MANAGER)
_NAMES = {"helm-controller": "flux", "kustomize-controller": "flux", "argocd-controller": "argocd"}


def owner_of(live: Mapping[str, Any]) -> str:
    """`argocd`, `flux`, `helm`, `eks`, else another field manager; empty where only we and the server wrote it."""
    metadata = live.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    for marks, found in ((_LABELS, labels), (_ANNOTATIONS, annotations)):
        for key, owner in marks.items():
            if key in found:
                return owner
    by = labels.get(MANAGED_BY, "")
    if by and by != MANAGER:
        return "helm" if by == "Helm" else str(by)
    entries = metadata.get("managedFields") or ()
    # who writes the status alone is a controller of the kind, not an owner of its settings
    managers = [entry.get("manager", "") for entry in entries if not entry.get("subresource")]
    others = [name for name in managers if name and name not in _MACHINERY]
    return _NAMES.get(others[0], others[0]) if others else ""


def deployer_of(live: Mapping[str, Any]) -> str:
    """The owner that would bring the object back, or undo a change of it; empty where nobody would."""
    owner = owner_of(live)
    return owner if owner in DEPLOYERS else ""
