"""Datadog's own webhook in the cluster agent, told the fixed address by its one profile.

Its own URL is a DNS name; a profile's variable is applied last and wins (DataDog/datadog-agent agent_sidecar.go).
The Operator is told by fields of the DatadogAgent, which stays its owner's; Helm by values, since it owns the rest.
"""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.manifests.block_text import block
from kubectl_ddfargate.manifests.scope_labels import (
    check_scope,
    namespace_selector,
    object_selector,
    sets_left_over,
)
from kubectl_ddfargate.model.design import DatadogOwner, Design
from kubectl_ddfargate.model.objects import Desired


def objects(design: Design) -> tuple[Desired, ...]:
    """The fields of the DatadogAgent; nothing where Helm is the owner."""
    owner = _owner(design)
    if owner.installed_by != "operator":
        return ()
    injection = _injection(design)
    manifest = {
        "apiVersion": design.policy_api_version,
        "kind": "DatadogAgent",
        "metadata": {"name": owner.name, "namespace": owner.namespace},
        "spec": {"features": {"admissionController": {"enabled": True, "agentSidecarInjection": injection}}},
    }
    why = "lets Datadog's own webhook inject agents that use the fixed address"
    return (Desired(manifest, why, "datadog", owned=False),)


def helm_values(design: Design) -> str:
    """The values for the chart, as YAML."""
    _owner(design)
    controller = {"enabled": True, "agentSidecarInjection": _injection(design)}
    return block({"clusterAgent": {"enabled": True, "admissionController": controller}}) + "\n"


def goes_by_label(design: Design) -> bool:
    """Whether pods are known by `model.kube.datadog.SIDECAR_LABEL`, which their templates must then have.

    Datadog's webhook takes one selector only, so several workloads cannot always be told by their own labels.
    """
    return _owner(design).by_label or bool(sets_left_over(design.scope))


def _injection(design: Design) -> dict[str, Any]:
    agent = design.agent
    wanted = {"DD_CLUSTER_AGENT_URL": agent.url, **dict(sorted(agent.env.items()))}
    profile: dict[str, Any] = {"env": [{"name": name, "value": value} for name, value in wanted.items()]}
    # the webhook looks at resources only where there are limits
    if agent.limits:
        requests = {"requests": dict(sorted(agent.requests.items()))} if agent.requests else {}
        profile["resources"] = {**requests, "limits": dict(sorted(agent.limits.items()))}
    if agent.read_only_root:
        profile["securityContext"] = {"readOnlyRootFilesystem": True}
    injection: dict[str, Any] = {
        "enabled": True,
        "clusterAgentCommunicationEnabled": True,
        "provider": "fargate",
        "profiles": [profile],
    }
    if not goes_by_label(design):
        injection["selectors"] = [_selector(design)]
    return injection


def _selector(design: Design) -> dict[str, Any]:
    """The one selector that the webhook takes. What is left out is so in all namespaces: it knows no other way."""
    check_scope(design.scope)
    pods = object_selector(design.scope)
    for _, labels in sorted(set(design.scope.excluded)):
        for key, value in labels[:1]:
            pods["matchExpressions"].append({"key": key, "operator": "NotIn", "values": [value]})
    return {"namespaceSelector": namespace_selector(design.scope), "objectSelector": pods}


def _owner(design: Design) -> DatadogOwner:
    if design.datadog is None:
        raise ValueError("the injector datadog needs to know who owns the cluster agent")
    return design.datadog
