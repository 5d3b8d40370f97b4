"""The Service with a fixed address before the cluster agent.

It has none of the Operator's labels (`operator.datadoghq.com/managed-by-store`), by which the Operator deletes what
it does not know, and no owner: it must outlive the DatadogAgent.
"""

from __future__ import annotations

from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired


def objects(design: Design) -> tuple[Desired, ...]:
    """The Service; nothing where one that is not ours is used as it is."""
    service = design.fixed_service
    if service is None or not service.owned:
        return ()
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": owned_metadata(service.name, service.namespace),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": service.address,
            "ipFamilyPolicy": "SingleStack",
            "ipFamilies": [service.ip_family],
            # `Local` would drop what comes from Fargate: each pod is alone on its node
            "internalTrafficPolicy": "Cluster",
            "selector": dict(sorted(service.selector.items())),
            "ports": [{"port": service.port, "protocol": "TCP", "targetPort": service.port}],
        },
    }
    return (Desired(manifest, "fixed address of the cluster agent", "fixed_service"),)
