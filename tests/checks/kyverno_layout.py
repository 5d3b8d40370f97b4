"""Kyverno as doctor sees it, without the engine: kinds, Deployment, ConfigMap and webhook configurations.

The real engine is in `tests/doctor`; here only what is read is laid out, so that each case costs a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.cluster.api import Manifest

NAMESPACE = "kyverno"
_CALLED = {
    "clusterpolicies.kyverno.io": ("ClusterPolicy", "v1"),
    "mutatingpolicies.policies.kyverno.io": ("MutatingPolicy", "v1"),
}


def kinds() -> list[Manifest]:
    """The definitions of its kinds, which take whatever stands in them."""
    return [_definition(name, kind, version) for name, (kind, version) in _CALLED.items()]


def layout(
    *,
    version: str = "v1.19.1",
    replicas: int = 1,
    config: Mapping[str, str] | None = None,
    webhook: bool = True,
    namespace_selector: Mapping[str, Any] | None = None,
) -> list[Manifest]:
    """The rest of it. `webhook`: whether its live webhook is called when pods are created."""
    labels = {"app.kubernetes.io/component": "admission-controller", "app.kubernetes.io/part-of": "kyverno"}
    container = {
        "name": "kyverno",
        "image": f"reg.kyverno.io/kyverno/kyverno:{version}",
        "env": [{"name": "INIT_CONFIG", "value": "kyverno"}],
    }
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "kyverno-admission-controller", "namespace": NAMESPACE, "labels": labels},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "kyverno", "namespace": NAMESPACE},
            "data": dict(config or {"resourceFilters": "[Event,*,*]"}),
        },
        _webhooks("kyverno-policy-mutating-webhook-cfg", [_other_rule()], None),
        _webhooks(
            "kyverno-resource-mutating-webhook-cfg", [rule] if webhook else [_other_rule()], namespace_selector
        ),
    ]


def _other_rule() -> Manifest:
    return {
        "apiGroups": ["kyverno.io"],
        "apiVersions": ["*"],
        "operations": ["CREATE"],
        "resources": ["clusterpolicies"],
    }


def _webhooks(name: str, rules: Sequence[Manifest], selector: Mapping[str, Any] | None) -> Manifest:
    """Nobody answers there, and nobody is kept waiting for it: it fails open."""
    webhook = {
        "name": "mutate.kyverno.svc-ignore",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "NoneOnDryRun",
        "failurePolicy": "Ignore",
        "timeoutSeconds": 1,
        "clientConfig": {"service": {"name": "kyverno-svc", "namespace": NAMESPACE, "path": "/mutate"}},
        "rules": list(rules),
        **({"namespaceSelector": dict(selector)} if selector else {}),
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [webhook],
    }


def _definition(name: str, kind: str, version: str) -> Manifest:
    plural, _, group = name.partition(".")
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()},
            "versions": [{"name": version, "served": True, "storage": True, "schema": schema}],
        },
    }
