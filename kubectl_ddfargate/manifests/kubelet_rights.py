"""What an agent may read of its own node, given to the ServiceAccounts of the pods that it runs in.

The list: DataDog/integrations-core eks_fargate/README.md.
"""

from __future__ import annotations

import hashlib

from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.model.design import CLUSTER_ROLE, Design, KubeletRight
from kubectl_ddfargate.model.objects import Desired

_GROUP = "rbac.authorization.k8s.io"
_LONGEST = 253
RULES = (
    {"apiGroups": [""], "resources": ["nodes", "namespaces", "endpoints"], "verbs": ["get", "list"]},
    {
        "apiGroups": [""],
        "resources": [
            "nodes/metrics",
            "nodes/spec",
            "nodes/stats",
            "nodes/proxy",
            "nodes/pods",
            "nodes/healthz",
        ],
        "verbs": ["get"],
    },
)


def objects(design: Design) -> tuple[Desired, ...]:
    """The ClusterRole, and a binding for each ServiceAccount; nothing where nobody needs it."""
    if not design.rights:
        return ()
    role = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "ClusterRole",
        "metadata": owned_metadata(CLUSTER_ROLE),
        "rules": [dict(rule) for rule in RULES],
    }
    return (
        Desired(role, "what agents ask the kubelet for", "kubelet_rights"),
        *(_binding(right) for right in sorted(set(design.rights))),
    )


def binding_name(right: KubeletRight) -> str:
    """One name for each ServiceAccount: namespaces have no dot, so no two of them can have the same.

    A name that is too long is cut, and ends in a digest of the whole.
    """
    name = f"{CLUSTER_ROLE}-{right.namespace}.{right.service_account}"
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name[: _LONGEST - 13].rstrip('.-')}-{digest}"


def _binding(right: KubeletRight) -> Desired:
    manifest = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": owned_metadata(binding_name(right)),
        "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": CLUSTER_ROLE},
        "subjects": [
            {"kind": "ServiceAccount", "name": right.service_account, "namespace": right.namespace},
        ],
    }
    why = f"the agents of {right.namespace}/{right.service_account} may ask the kubelet"
    return Desired(manifest, why, "kubelet_rights")
