"""The nodes of the test cluster, as the API of a real one shows them. Pure functions."""

from __future__ import annotations

from typing import Any

REGION, ZONE = "eu-central-1", "eu-central-1a"
EC2_ADDRESS = "10.0.0.10"
EC2_NODE = f"ip-10-0-0-10.{REGION}.compute.internal"
FARGATE_PREFIX = "fargate-ip-"
COMPUTE_TYPE = "eks.amazonaws.com/compute-type"


def fargate_node_name(address: str) -> str:
    """The name of the Fargate node with this address."""
    return f"{FARGATE_PREFIX}{address.replace('.', '-')}.{REGION}.compute.internal"


def fargate_node(address: str, port: int) -> dict[str, Any]:
    """The node of one Fargate pod; `port` is where its kubelet answers."""
    name = fargate_node_name(address)
    node = _node(name, address, port, pods=1)
    node["metadata"]["labels"] |= {
        COMPUTE_TYPE: "fargate",
        # Without the prefix: so it is in real clusters.
        "kubernetes.io/hostname": name.removeprefix("fargate-"),
    }
    node["spec"]["taints"] = [{"key": COMPUTE_TYPE, "value": "fargate", "effect": "NoSchedule"}]
    return node


def ec2_node(port: int) -> dict[str, Any]:
    """The one EC2 node, which carries all pods that are not on Fargate."""
    node = _node(EC2_NODE, EC2_ADDRESS, port, pods=110)
    node["metadata"]["labels"] |= {
        "kubernetes.io/hostname": EC2_NODE,
        "karpenter.sh/nodepool": "default",
        "node.kubernetes.io/instance-type": "m7i.large",
    }
    return node


def _node(name: str, address: str, port: int, pods: int) -> dict[str, Any]:
    labels = {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": REGION,
        "topology.kubernetes.io/zone": ZONE,
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "failure-domain.beta.kubernetes.io/region": REGION,
        "failure-domain.beta.kubernetes.io/zone": ZONE,
    }
    capacity = {"cpu": "2", "memory": "8Gi", "ephemeral-storage": "30Gi", "pods": str(pods)}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": f"aws:///{ZONE}/{name}"},
        "status": {
            "capacity": capacity,
            "allocatable": capacity,
            "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
                # Ours: the way by which the API server reaches the simulated kubelet, for logs.
                {"type": "ExternalIP", "address": "127.0.0.1"},
            ],
            # Then the API server passes `kubectl exec` through as a WebSocket, which needs no SPDY here.
            "declaredFeatures": ["ExtendWebSocketsToKubelet"],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
            "nodeInfo": {
                "architecture": "amd64",
                "operatingSystem": "linux",
                "kubeletVersion": "v1.36.3-eks-2b6e9a7",
                "kubeProxyVersion": "",
                "containerRuntimeVersion": "containerd://2.1.5",
                "kernelVersion": "5.10.245-245.983.amzn2.x86_64",
                "osImage": "Amazon Linux 2",
                "machineID": "",
                "systemUUID": "",
                "bootID": "",
            },
        },
    }
