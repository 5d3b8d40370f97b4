"""What these tests change of the injection, each time waiting until the server acts so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import COMMON_LABEL

POLICY = "datadog-sidecar"


def inject(
    cluster: Cluster, labels: Mapping[str, str] = COMMON_LABEL, *, image: str = "datadog/agent:7.81.1", **env: str
) -> None:
    """Put a policy into force that adds this agent."""
    cluster.injector_policy(POLICY, container=agent(image=image, env=env), labels=labels, wait=False)
    cluster.wait_for(lambda: image in images(cluster, labels), what=f"{image} is injected")


def stop_injecting(cluster: Cluster, labels: Mapping[str, str] = COMMON_LABEL) -> None:
    """Take the policy away."""
    cluster.delete("MutatingAdmissionPolicyBinding", POLICY)
    cluster.delete("MutatingAdmissionPolicy", POLICY)
    cluster.wait_for(lambda: images(cluster, labels) == ["x"], what="nothing is injected")


def images(cluster: Cluster, labels: Mapping[str, str]) -> list[str]:
    """The images of a pod with these labels if it were made now."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "probe-", "namespace": "default", "labels": dict(labels)},
        "spec": {"containers": [{"name": "x", "image": "x"}]},
    }
    made: dict[str, Any] = cluster.api.create(pod, dry_run=True)
    return [one["image"] for one in made["spec"]["containers"]]


def agent_images(cluster: Cluster, name: str, namespace: str, *, kind: str = "Deployment") -> list[str]:
    """The images of the agents of a workload's pods."""
    return sorted(
        one["image"]
        for pod in cluster.pods(name, namespace, kind=kind)
        for one in pod["spec"]["containers"]
        if one["name"] == "datadog-agent"
    )


def restarted(cluster: Cluster, name: str, namespace: str, *, kind: str = "Deployment") -> bool:
    """Whether somebody restarted a workload."""
    metadata = cluster.existing(kind, name, namespace)["spec"]["template"]["metadata"]
    return "kubectl.kubernetes.io/restartedAt" in (metadata.get("annotations") or {})
