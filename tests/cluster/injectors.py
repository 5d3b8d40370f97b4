"""Manifests of injectors: the native MutatingAdmissionPolicy, and the registration of stand-in webhooks.

Pure functions. They are the tests' own, written without a look at the tool's, so that each can err alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .api import Manifest

_ADMISSION = "admissionregistration.k8s.io/v1"


def cel(value: Any) -> str:
    """A JSON-like value as a CEL literal; `dyn` because CEL wants all values of a map to be of one type."""
    if isinstance(value, Mapping):
        return f"dyn({{{', '.join(f'{json.dumps(key)}: {cel(one)}' for key, one in value.items())}}})"
    if isinstance(value, (list, tuple)):
        return f"dyn([{', '.join(cel(one) for one in value)}])"
    return f"dyn({json.dumps(value)})"


def policy_manifests(
    name: str,
    *,
    container: Mapping[str, Any],
    labels: Mapping[str, str],
    namespaces: Sequence[str],
    match_conditions: Sequence[Mapping[str, str]],
    failure_policy: str,
    reinvocation_policy: str,
    operations: Sequence[str],
    share_process_namespace: bool,
) -> list[Manifest]:
    """A policy that appends `container` to pods, and its binding."""
    patches = [f'JSONPatch{{op: "add", path: "/spec/containers/-", value: {cel(container)}}}']
    if share_process_namespace:
        patches.append('JSONPatch{op: "add", path: "/spec/shareProcessNamespace", value: true}')
    absent = f"!object.spec.containers.exists(one, one.name == {json.dumps(container['name'])})"
    constraints: Manifest = {
        "matchPolicy": "Equivalent",
        "objectSelector": {"matchLabels": dict(labels)},
        "namespaceSelector": namespace_selector(namespaces),
        "resourceRules": [
            {
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "operations": list(operations),
                "resources": ["pods"],
            }
        ],
    }
    spec = {
        "failurePolicy": failure_policy,
        "reinvocationPolicy": reinvocation_policy,
        "matchConstraints": constraints,
        "matchConditions": [{"name": "no-agent-yet", "expression": absent}, *map(dict, match_conditions)],
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": f"[{', '.join(patches)}]"}}],
    }
    policy = {
        "apiVersion": _ADMISSION,
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }
    binding = {
        "apiVersion": _ADMISSION,
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name},
    }
    return [policy, binding]


def namespace_selector(namespaces: Sequence[str]) -> Manifest:
    """Selects these namespaces, or all when there are none."""
    if not namespaces:
        return {}
    name = "kubernetes.io/metadata.name"
    return {"matchExpressions": [{"key": name, "operator": "In", "values": list(namespaces)}]}


def webhook_configuration(
    name: str,
    *,
    url: str,
    authority: str,
    label_sets: Sequence[Mapping[str, str]] = ({},),
    namespaces: Sequence[str] = (),
    failure_policy: str = "Fail",
    reinvocation_policy: str = "Never",
    operations: Sequence[str] = ("CREATE",),
) -> Manifest:
    """A configuration with one webhook for each set of labels. `authority` is the CA in base64."""
    return {
        "apiVersion": _ADMISSION,
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [
            {
                "name": _webhook_name(name, number),
                "clientConfig": {"url": url, "caBundle": authority},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": list(operations),
                        "resources": ["pods"],
                    }
                ],
                "objectSelector": {"matchLabels": dict(labels)} if labels else {},
                "namespaceSelector": namespace_selector(namespaces),
                "failurePolicy": failure_policy,
                "reinvocationPolicy": reinvocation_policy,
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "timeoutSeconds": 10,
            }
            for number, labels in enumerate(label_sets)
        ],
    }


def _webhook_name(configuration: str, number: int) -> str:
    """A webhook's name must be a domain, and its own within the configuration."""
    domain = configuration if "." in configuration else f"{configuration}.ddfargate.test"
    return f"n{number}.{domain}" if number else domain
