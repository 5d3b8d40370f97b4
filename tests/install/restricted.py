"""Users with exactly the rights that an installer needs, and one less."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.users import rule

ADMISSION = "admissionregistration.k8s.io"
_RBAC = "rbac.authorization.k8s.io"
_READ = ("batch", "networking.k8s.io", "discovery.k8s.io", "datadoghq.com", "kyverno.io", "policies.kyverno.io")
_RIGHTS = {
    ("", "pods"): "get list create delete",
    ("", "services secrets configmaps"): "get list create patch",
    ("", "namespaces"): "get list",
    ("apps", "deployments statefulsets"): "get list patch",
    ("apps", "replicasets"): "get list",
    (_RBAC, "clusterroles"): "get list create patch bind escalate",
    (_RBAC, "clusterrolebindings"): "get list create patch",
    (ADMISSION, "mutatingadmissionpolicies"): "get list create patch delete",
    (ADMISSION, "mutatingadmissionpolicybindings"): "get list create patch delete",
    (ADMISSION, "mutatingwebhookconfigurations"): "get list",
    ("external-secrets.io", "externalsecrets"): "get list create patch",
    ("policies.kyverno.io", "mutatingpolicies"): "get list create patch delete",
}
"""What `install --restart` sends, with what it needs to take back again."""


def installer(cluster: Cluster, name: str, *, without: str = "") -> Path:
    """The kubeconfig of a user who may install. `without`: one right, `patch deployments`, that is left out."""
    verb, _, resource = without.partition(" ")
    rules = [rule("get list", "*", group) for group in _READ]
    taken = False
    for (group, resources), verbs in _RIGHTS.items():
        for one in resources.split():
            left = [word for word in verbs.split() if (word, one) != (verb, resource)]
            taken = taken or len(left) < len(verbs.split())
            rules.append(rule(" ".join(left), one, group))
    assert taken == bool(without), f"nobody has the right to {without}"
    return cluster.user(name, rules=rules)
