"""The configuration by which an add-on of EKS gives its Fargate pods a common label. Pure text.

Keys: the add-on's own configuration schema (CoreDNS: `computeType`, `podLabels`).
"""

from __future__ import annotations

import json
import re
import shlex

import msgspec

ADDON = "coredns"
_ARN = re.compile(r"arn:aws[a-z-]*:eks:(?P<region>[a-z0-9-]+):\d+:cluster/(?P<name>[A-Za-z0-9_-]+)")


class AddonLabel(msgspec.Struct, frozen=True):
    """How the add-on's pods come by the label."""

    configuration: str
    """JSON."""
    command: str
    """A line for a shell."""
    remark: str
    """What is to be known before the line is run; no full stop at the end."""


def addon_label(label: tuple[str, str], *, context: str = "") -> AddonLabel:
    """The configuration and the command that sets it.

    `context`: that of the kubeconfig. `aws eks update-kubeconfig` calls it by the cluster's ARN, and only an ARN
    tells EKS' name of the cluster: Datadog's name of it may be another.
    """
    configuration = json.dumps({"computeType": "Fargate", "podLabels": dict((label,))})
    known = _ARN.fullmatch(context)
    cluster = f"--region {known['region']} --cluster-name {known['name']}" if known else '--cluster-name "$CLUSTER"'
    before = "" if known else "; set CLUSTER to the EKS cluster's name first"
    return AddonLabel(
        configuration,
        f"aws eks update-addon {cluster} --addon-name {ADDON} --resolve-conflicts PRESERVE "
        f"--configuration-values {shlex.quote(configuration)}",
        f"the EKS add-on {ADDON} gives its pods the label {'='.join(label)} by its configuration. The command "
        f"replaces the configuration that it has: put both into one{before}",
    )
