"""What the node is called and where it is. Only in its own network do these addresses exist."""

from __future__ import annotations

from ..fargate.nodes import REGION, ZONE

ADDRESS, POD_RANGE = "10.99.0.2", "10.244.0.0/16"
POD_SUBNET = "10.244.0.0/24"
NODE = f"ip-{ADDRESS.replace('.', '-')}.{REGION}.compute.internal"
PROVIDER_ID = f"aws:///{ZONE}/i-0e2e0e2e0e2e0e2e0"
LABELS = {"topology.kubernetes.io/region": REGION, "topology.kubernetes.io/zone": ZONE}
CLUSTER_DNS = "172.20.0.10"
REGISTRY = f"http://{ADDRESS}:5000"
