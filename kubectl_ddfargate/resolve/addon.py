"""The configuration by which an add-on of EKS gives its Fargate pods a common label.

Keys: the add-on's own configuration schema (CoreDNS: `computeType`, `podLabels`).
"""

from __future__ import annotations

import json
import re
import shlex

from kubectl_ddfargate.resolve.desk import Desk

ADDON = "coredns"
_ARN = re.compile(r"arn:aws[a-z-]*:eks:(?P<region>[a-z0-9-]+):\d+:cluster/(?P<name>[A-Za-z0-9_-]+)")


def explain_addon(desk: Desk, label: tuple[str, str]) -> None:
    """Note the add-on's configuration, and the command that sets it."""
    configuration = json.dumps({"computeType": "Fargate", "podLabels": dict((label,))})
    # what `aws eks update-kubeconfig` calls the context
    known = _ARN.fullmatch(desk.index.snapshot.context or "")
    cluster = f"--region {known['region']} --cluster-name {known['name']}" if known else '--cluster-name "$CLUSTER"'
    before = "" if known else "; set CLUSTER to the EKS cluster's name first"
    desk.inform(
        f"the EKS add-on {ADDON} gives its pods the label {'='.join(label)} by its configuration. The command "
        f"replaces the configuration that it has: put both into one{before}",
        commands=(
            f"aws eks update-addon {cluster} --addon-name {ADDON} --resolve-conflicts PRESERVE "
            f"--configuration-values {shlex.quote(configuration)}",
        ),
        values=configuration,
    )
