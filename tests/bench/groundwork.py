"""What the large cluster holds beside its workloads: the cluster agent, its Services, the policy. Pure data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.bench.workloads import Workload
from tests.cluster import canary
from tests.cluster.agent import FIXED_ADDRESS, SECRET, agent
from tests.cluster.api import Manifest
from tests.cluster.injectors import policy_manifests
from tests.cluster.reference import COMMON_LABEL, TARGETS, fixed_service, load

CLUSTER_AGENT = Workload(0, False, 1, "datadog", "datadog-cluster-agent")


def groundwork() -> Iterator[tuple[str, list[Manifest]]]:
    """Who applies what, in order; a custom resource comes after its kind. All of it is healthy."""
    for name in ("namespaces", "kubelet-rights", "datadog-crd", "datadog-agent"):
        yield "kubectl", load(name)
    yield "kubectl", [account("default", "datadog")]
    yield "datadog-operator", load("cluster-agent-operator")
    yield "kubectl", fixed_service(FIXED_ADDRESS)
    yield "kubectl", injecting_policy()
    for target in TARGETS:
        yield target.manager, [one for one in load(target.name) if one["kind"] != "Deployment"]


def injecting_policy() -> list[Manifest]:
    """The policy that puts the agent into pods with the common label, and its binding."""
    return policy_manifests(
        "datadog-sidecar",
        container=agent(),
        labels=COMMON_LABEL,
        namespaces=(),
        match_conditions=(),
        failure_policy="Ignore",
        reinvocation_policy="Never",
        operations=("CREATE",),
        share_process_namespace=True,
    )


def account(name: str, namespace: str) -> Manifest:
    """A ServiceAccount."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}


def namespace_with_secret(name: str) -> list[Manifest]:
    """A namespace whose agents have their credentials."""
    secret = {"name": SECRET, "namespace": name}
    values = {"api-key": canary.API_KEY, "token": canary.TOKEN}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": secret, "stringData": values},
    ]


def kubelet_rights(workloads: Iterable[Workload], name: str) -> Manifest:
    """The binding by which agents of these workloads may read their kubelets."""
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "datadog-agent-fargate"},
        "subjects": [
            {"kind": "ServiceAccount", "namespace": one.namespace, "name": one.name}
            for one in workloads
            if one.on_fargate
        ],
    }


def endpoints(service: str, pod: str, address: str) -> Manifest:
    """The EndpointSlice of a Service before the cluster agent."""
    target = {"kind": "Pod", "namespace": "datadog", "name": pod}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{service}-x1",
            "namespace": "datadog",
            "labels": {"kubernetes.io/service-name": service},
        },
        "addressType": "IPv4",
        "endpoints": [
            {"addresses": [address], "conditions": {"ready": True, "serving": True}, "targetRef": target}
        ],
        "ports": [{"name": "", "port": 5005, "protocol": "TCP"}],
    }
