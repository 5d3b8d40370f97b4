"""The agent's container, and what the pod needs for it.

The form for a read-only root is that of Datadog's own webhook (DataDog/datadog-agent agent_sidecar.go): an init
container copies the configuration into a volume, and what is written to is a volume too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.model.design import API_KEY, CONTAINER, TOKEN, Agent

Fragment = dict[str, Any]

INIT_CONTAINER = "datadog-agent-init-config"
AUTO_EXIT: Fragment = {"name": "DD_AUTO_EXIT_NOPROCESS_ENABLED", "value": "true"}
"""Lets the agent end with the other processes of a Job, so that the pod can complete."""

_CONFIG = "datadog-agent-config"
_WRITABLE = {
    _CONFIG: "/etc/datadog-agent",
    "datadog-agent-run": "/opt/datadog-agent/run",
    "datadog-agent-tmp": "/tmp",  # noqa: S108 (the agent's own path)
    "datadog-agent-log": "/var/log/datadog",
}
_DEFAULT_IMAGE = "gcr.io/datadoghq/agent:7"


class Parts(msgspec.Struct, frozen=True):
    """All that is added to a pod."""

    container: Fragment
    init_containers: tuple[Fragment, ...] = ()
    volumes: tuple[Fragment, ...] = ()


def parts_of(agent: Agent) -> Parts:
    """The container, and with a read-only root the volumes that it writes to and what fills them."""
    container: Fragment = {
        "name": CONTAINER,
        "image": agent.image or _DEFAULT_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "env": _env(agent),
        **_resources(agent),
    }
    if not agent.read_only_root:
        return Parts(container)
    container["securityContext"] = {"readOnlyRootFilesystem": True}
    container["volumeMounts"] = [{"name": name, "mountPath": path} for name, path in _WRITABLE.items()]
    volumes = tuple({"name": name, "emptyDir": {}} for name in _WRITABLE)
    return Parts(container, (_init_container(agent),), volumes)


def with_sidecar(pod: Mapping[str, Any], agent: Agent, *, ends: bool) -> dict[str, Any]:
    """A pod as the policy would make it: the app's containers stay first. `ends`: it is a Job's."""
    parts, spec = parts_of(agent), dict(pod["spec"])
    container = parts.container
    if ends:
        container = {**container, "env": [*container["env"], AUTO_EXIT]}
    spec["containers"] = [*(spec.get("containers") or ()), container]
    spec["shareProcessNamespace"] = True
    for key, more in (("initContainers", parts.init_containers), ("volumes", parts.volumes)):
        if more:
            spec[key] = [*(spec.get(key) or ()), *more]
    return {**pod, "spec": spec}


def _env(agent: Agent) -> list[Fragment]:
    entries: dict[str, Fragment] = {
        "DD_API_KEY": _from_secret(agent.secret, API_KEY),
        "DD_CLUSTER_AGENT_AUTH_TOKEN": _from_secret(agent.secret, TOKEN),
        "DD_SITE": {"value": agent.site},
        **({"DD_CLUSTER_NAME": {"value": agent.cluster_name}} if agent.cluster_name else {}),
        "DD_EKS_FARGATE": {"value": "true"},
        "DD_KUBERNETES_KUBELET_NODENAME": {"valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        "DD_CLUSTER_AGENT_ENABLED": {"value": "true"},
        "DD_CLUSTER_AGENT_URL": {"value": agent.url},
        "DD_ORCHESTRATOR_EXPLORER_ENABLED": {"value": "true"},
    }
    # a variable of the user's takes the place of ours: two of one name would make the pod's list ambiguous
    entries |= {name: {"value": value} for name, value in sorted(agent.env.items())}
    return [{"name": name, **entry} for name, entry in entries.items()]


def _from_secret(secret: str, key: str) -> Fragment:
    return {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _resources(agent: Agent) -> Fragment:
    amounts = {
        kind: dict(sorted(given.items()))
        for kind, given in (("requests", agent.requests), ("limits", agent.limits))
        if given
    }
    return {"resources": amounts} if amounts else {}


def _init_container(agent: Agent) -> Fragment:
    return {
        "name": INIT_CONTAINER,
        "image": agent.image or _DEFAULT_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", "cp -R /etc/datadog-agent/. /agent-config/"],
        # never more than the agent's own: it counts for a pod's size only where it is the larger one
        **_resources(agent),
        "securityContext": {"readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": _CONFIG, "mountPath": "/agent-config"}],
    }
