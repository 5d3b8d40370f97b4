"""Users of the test cluster with exactly the rights that a test gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .api import Api
from .control_plane import ControlPlane

Rule = Mapping[str, Any]
MANAGER = "tests"
_RBAC = "rbac.authorization.k8s.io/v1"


def rule(verbs: str, resources: str, group: str = "", *, names: Sequence[str] = ()) -> Rule:
    """A rule from space-separated verbs and resources: `rule("get list", "pods services")`."""
    named = {"resourceNames": list(names)} if names else {}
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **named}


def make_user(
    plane: ControlPlane,
    api: Api,
    name: str,
    *,
    rules: Sequence[Rule],
    namespace: str | None,
    groups: Sequence[str],
) -> Path:
    """A user with a client certificate and `rules`, in one namespace or everywhere; the kubeconfig's path."""
    if rules:
        scope, meta = ("ClusterRole", {"name": f"user-{name}"})
        if namespace:
            scope, meta = ("Role", {"name": f"user-{name}", "namespace": namespace})
        api.apply({"apiVersion": _RBAC, "kind": scope, "metadata": meta, "rules": list(rules)}, manager=MANAGER)
        binding = {
            "apiVersion": _RBAC,
            "kind": f"{scope}Binding",
            "metadata": meta,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": scope, "name": meta["name"]},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": name}],
        }
        api.apply(binding, manager=MANAGER)
    return plane.kubeconfig_for(name, groups=groups)
