"""Which requests a policy looks at: the creation of pods in the scope, and nothing else."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.manifests.scope_labels import check_scope, namespace_selector, object_selector
from kubectl_ddfargate.model.design import PolicyScope


def match_constraints(scope: PolicyScope) -> dict[str, Any]:
    """The constraints, for native policies and Kyverno's. Raises ValueError where they would take all pods."""
    check_scope(scope)
    return {
        "matchPolicy": "Equivalent",
        "namespaceSelector": namespace_selector(scope),
        "objectSelector": object_selector(scope),
        "resourceRules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                # never UPDATE: containers cannot be added to a pod that is there
                "operations": ["CREATE"],
                "resources": ["pods"],
                "scope": "Namespaced",
            }
        ],
    }
