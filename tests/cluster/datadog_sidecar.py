"""What Datadog's own webhook does to a pod, by the variables of the cluster agent. Pure functions.

After DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar (agent_sidecar.go, providers.go,
overrides.go), as far as it can be seen in a pod's spec. Written without a look at the tool's own manifests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .api import Manifest
from .fargate.admission import Patch

CONTAINER = "datadog-agent-injected"
PREFIX = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"
SECRET = "datadog-secret"  # the webhook knows no other
Env = Mapping[str, str | None]


def selectors(agent: Env) -> tuple[Manifest, Manifest] | None:
    """The webhook's selectors for namespaces and for pods; None where it injects nothing.

    It takes one selector and one profile at the most, and knows one provider.
    """
    chosen, profiles = (json.loads(agent.get(PREFIX + name) or "[]") for name in ("SELECTORS", "PROFILES"))
    provider = agent.get(f"{PREFIX}PROVIDER") or ""
    if agent.get(f"{PREFIX}ENABLED") != "true" or len(chosen) > 1 or len(profiles) > 1 or provider != "fargate":
        return None
    only = chosen[0] if chosen else {"objectSelector": {"matchLabels": {"agent.datadoghq.com/sidecar": provider}}}
    return only.get("namespaceSelector") or {}, only.get("objectSelector") or {}


def inject(pod: Mapping[str, Any], agent: Env, namespace: str) -> Patch:
    """The patch for a new pod; `agent` are the cluster agent's variables, `namespace` is where it runs."""
    spec = pod["spec"]
    if any(one["name"] == CONTAINER for one in spec["containers"]):
        return []
    owners = pod["metadata"].get("ownerReferences") or ()
    container = _container(agent, namespace, ends=any(one["kind"] == "Job" for one in owners))
    apps = [_with_sockets(one) for one in spec["containers"]]
    sockets = {"name": "ddsockets", "emptyDir": {}}
    return [
        {"op": "add", "path": "/spec/containers", "value": [*apps, container]},
        {"op": "add", "path": "/spec/volumes", "value": [*(spec.get("volumes") or ()), sockets]},
        {"op": "add", "path": "/spec/shareProcessNamespace", "value": True},
    ]


def _container(agent: Env, namespace: str, *, ends: bool) -> Manifest:
    service = agent.get("DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME")
    env: list[Manifest] = [
        {"name": "DD_API_KEY", "valueFrom": _secret("api-key")},
        {"name": "DD_SITE", "value": agent.get("DD_SITE")},
        {"name": "DD_CLUSTER_NAME", "value": agent.get("DD_CLUSTER_NAME")},
        {"name": "DD_KUBERNETES_KUBELET_NODENAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
    ]
    if agent.get(f"{PREFIX}CLUSTER_AGENT_ENABLED") != "false":
        url = f"https://{service}.{namespace}.svc.cluster.local:5005"
        env += [
            {"name": "DD_CLUSTER_AGENT_ENABLED", "value": "true"},
            {"name": "DD_CLUSTER_AGENT_AUTH_TOKEN", "valueFrom": _secret("token")},
            {"name": "DD_CLUSTER_AGENT_URL", "value": url},
            {"name": "DD_ORCHESTRATOR_EXPLORER_ENABLED", "value": "true"},
        ]
    env.append({"name": "DD_EKS_FARGATE", "value": "true"})
    if ends:
        env.append({"name": "DD_AUTO_EXIT_NOPROCESS_ENABLED", "value": "true"})
    amounts = {"cpu": "200m", "memory": "256Mi"}
    parts = (agent.get(PREFIX + name) for name in ("CONTAINER_REGISTRY", "IMAGE_NAME"))
    container = {
        "name": CONTAINER,
        "image": f"{'/'.join(filter(None, parts))}:{agent.get(f'{PREFIX}IMAGE_TAG')}",
        "imagePullPolicy": "IfNotPresent",
        "env": env,
        "resources": {"requests": amounts, "limits": amounts},
        "volumeMounts": [{"name": "ddsockets", "mountPath": "/var/run/datadog"}],
    }
    profiles = json.loads(agent.get(f"{PREFIX}PROFILES") or "[]")
    return _with_profile(container, profiles[0]) if profiles else container


def _with_profile(container: Manifest, profile: Mapping[str, Any]) -> Manifest:
    """It comes last: a variable is replaced by its name, and a new one goes before all others."""
    changed = dict(container)
    for entry in profile.get("env") or ():
        names = [one["name"] for one in changed["env"]]
        if entry["name"] in names:
            changed["env"] = [entry if one["name"] == entry["name"] else one for one in changed["env"]]
        else:
            changed["env"] = [entry, *changed["env"]]
    if (profile.get("resources") or {}).get("limits"):
        changed["resources"] = profile["resources"]
    if profile.get("securityContext"):
        changed["securityContext"] = profile["securityContext"]
    return changed


def _with_sockets(app: Mapping[str, Any]) -> Manifest:
    known = {one["name"] for one in app.get("env") or ()}
    wanted = {
        "DD_TRACE_AGENT_URL": "unix:///var/run/datadog/apm.socket",
        "DD_DOGSTATSD_URL": "unix:///var/run/datadog/dsd.socket",
    }
    more: Sequence[Manifest] = [{"name": k, "value": v} for k, v in wanted.items() if k not in known]
    mount = {"name": "ddsockets", "mountPath": "/var/run/datadog"}
    return {
        **app,
        "env": [*(app.get("env") or ()), *more],
        "volumeMounts": [*(app.get("volumeMounts") or ()), mount],
    }


def _secret(key: str) -> Manifest:
    return {"secretKeyRef": {"name": SECRET, "key": key}}
