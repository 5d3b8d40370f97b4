"""The configuration by which an EKS add-on gives its Fargate pods the common label.

Keys: the schema of the CoreDNS add-on's configuration (`computeType`, `podLabels`).
"""

from __future__ import annotations

import json
import shlex

from kubectl_ddfargate.model.design import Design

ADDON = "coredns"


def addon_configuration(design: Design) -> str:
    """The JSON. Raises ValueError for a design without a common label."""
    if design.pod_label is None:
        raise ValueError("an add-on is configured only where pods have a common label")
    return json.dumps({"computeType": "Fargate", "podLabels": dict((design.pod_label,))})


def addon_command(design: Design, *, eks_cluster: str | None = None) -> str:
    """The line for a shell. `eks_cluster` None: the name of the cluster in Datadog stands for it."""
    cluster = shlex.quote(eks_cluster or design.agent.cluster_name or "CLUSTER")
    return (
        f"aws eks update-addon --cluster-name {cluster} --addon-name {ADDON} "
        f"--configuration-values {shlex.quote(addon_configuration(design))} --resolve-conflicts PRESERVE"
    )
