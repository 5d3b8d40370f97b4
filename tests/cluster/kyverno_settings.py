"""How Kyverno is told what to do: its ConfigMap and its environment. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NAMESPACE = "kyverno"
_KUBE_SYSTEM_FILTER = "[*/*,kube-system,*]"


def covering_kube_system(data: Mapping[str, str]) -> dict[str, str]:
    """The data of a ConfigMap `kyverno` in which nothing keeps kube-system out."""
    webhooks: dict[str, Any] = json.loads(data["webhooks"])
    selector = webhooks["namespaceSelector"]
    kept = [one for one in selector["matchExpressions"] if one["values"] != ["kube-system"]]
    filters = data["resourceFilters"].replace(_KUBE_SYSTEM_FILTER, "")
    wanted = {**webhooks, "namespaceSelector": {**selector, "matchExpressions": kept}}
    return {**data, "webhooks": json.dumps(wanted), "resourceFilters": filters}


def environment(controller: str) -> dict[str, str]:
    """What the `admission` or the `background` controller finds in its pod."""
    name = f"kyverno-{controller}-controller"
    return {
        "KYVERNO_NAMESPACE": NAMESPACE,
        "KYVERNO_SERVICEACCOUNT_NAME": name,
        "KYVERNO_ROLE_NAME": f"kyverno:{controller}-controller",
        "KYVERNO_DEPLOYMENT": name,
        # A constant: so a restarted Kyverno is known as the leader that it was.
        "KYVERNO_POD_NAME": f"{name}-0",
        "KYVERNO_SVC": "kyverno-svc",
        "INIT_CONFIG": "kyverno",
        "METRICS_CONFIG": "kyverno-metrics",
    }
