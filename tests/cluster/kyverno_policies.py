"""Kyverno policies that inject the agent. Pure functions, the tests' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .api import Manifest
from .injectors import policy_manifests


def cluster_policy(
    name: str = "add-datadog-sidecar",
    *,
    container: Mapping[str, Any],
    label_sets: Sequence[Mapping[str, str]],
    rule: str = "fargate-pods",
    namespaces: Sequence[str] = (),
    annotations: Mapping[str, str] | None = None,
    failure_policy: str | None = None,
    operations: Sequence[str] = (),
    share_process_namespace: bool = True,
) -> Manifest:
    """A ClusterPolicy that merges `container` into pods with any of the label sets; it lands first.

    Without `failure_policy` and `operations` the policy leaves them out: then Kyverno takes Fail, and acts on
    updates too.
    """
    resources = {
        "kinds": ["Pod"],
        **({"namespaces": list(namespaces)} if namespaces else {}),
        **({"operations": list(operations)} if operations else {}),
    }
    patch: Manifest = {"spec": {"containers": [dict(container)]}}
    if annotations:
        patch["metadata"] = {"annotations": dict(annotations)}
    if share_process_namespace:
        patch["spec"]["shareProcessNamespace"] = True
    selected = [{"resources": {**resources, "selector": {"matchLabels": dict(one)}}} for one in label_sets]
    entry = {"name": rule, "match": {"any": selected}, "mutate": {"patchStrategicMerge": patch}}
    return {
        "apiVersion": "kyverno.io/v1",
        "kind": "ClusterPolicy",
        "metadata": {"name": name},
        "spec": {**({"failurePolicy": failure_policy} if failure_policy else {}), "rules": [entry]},
    }


def mutating_policy(
    name: str = "datadog-sidecar",
    *,
    container: Mapping[str, Any],
    labels: Mapping[str, str],
    namespaces: Sequence[str] = (),
    match_conditions: Sequence[Mapping[str, str]] = (),
    failure_policy: str = "Ignore",
    reinvocation_policy: str = "Never",
    operations: Sequence[str] = ("CREATE",),
    share_process_namespace: bool = True,
) -> Manifest:
    """A MutatingPolicy that appends `container` to pods with `labels`, by JSON patch."""
    native, _ = policy_manifests(
        name,
        container=container,
        labels=labels,
        namespaces=namespaces,
        match_conditions=match_conditions,
        failure_policy=failure_policy,
        reinvocation_policy=reinvocation_policy,
        operations=operations,
        share_process_namespace=share_process_namespace,
    )
    # Kyverno made its kind after the native one, down to the names of the fields.
    return {**native, "apiVersion": "policies.kyverno.io/v1", "kind": "MutatingPolicy"}
