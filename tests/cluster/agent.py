"""The agent's sidecar container, healthy unless told otherwise. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from . import canary
from .workloads import env_list, secret_key

CONTAINER = "datadog-agent"
IMAGE = "datadog/agent:7.81.1"
SITE = "datadoghq.com"
CLUSTER_NAME = "prod-eu"
SECRET = "datadog-secret"
FIXED_ADDRESS = "172.20.0.53"
FIXED_URL = f"https://{FIXED_ADDRESS}:5005"
DNS_URL = "https://datadog-cluster-agent.datadog.svc.cluster.local:5005"
Credentials = Literal["secret", "literal"]


def agent(
    *,
    url: str | None = FIXED_URL,
    credentials: Credentials = "secret",
    image: str = IMAGE,
    name: str = CONTAINER,
    env: Mapping[str, str | Mapping[str, Any] | None] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """The container. `env` replaces variables by name, None takes one away; `fields` replace whole fields."""
    wanted = {**_env(url, credentials), **(env or {})}
    return {
        "name": name,
        "image": image,
        "env": env_list({key: value for key, value in wanted.items() if value is not None}),
        "resources": {
            "requests": {"cpu": "200m", "memory": "256Mi"},
            "limits": {"cpu": "200m", "memory": "256Mi"},
        },
        **fields,
    }


def _env(url: str | None, credentials: Credentials) -> dict[str, str | Mapping[str, Any]]:
    literal = credentials == "literal"
    return {
        "DD_API_KEY": canary.API_KEY if literal else secret_key(SECRET, "api-key"),
        "DD_SITE": SITE,
        "DD_EKS_FARGATE": "true",
        "DD_CLUSTER_NAME": CLUSTER_NAME,
        "DD_CLUSTER_AGENT_ENABLED": "true",
        "DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN if literal else secret_key(SECRET, "token"),
        **({"DD_CLUSTER_AGENT_URL": url} if url else {}),
        "DD_ORCHESTRATOR_EXPLORER_ENABLED": "true",
        "DD_KUBERNETES_KUBELET_NODENAME": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}},
    }
