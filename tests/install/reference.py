"""The reference cluster before a cure: nothing injects, and nothing of what an agent needs is there."""

from __future__ import annotations

from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.reference import InstalledBy, healthy_reference
from tests.doctor.running import Run, ddfargate

NAMESPACES = ("kube-system", "karpenter", "shop")


def bare(cluster: Cluster, *, installed_by: InstalledBy = "operator") -> None:
    """The reference without agents, without rights and Secrets for them, and without a fixed address."""
    healthy_reference(cluster, injector=None, fixed_address=None, installed_by=installed_by)
    for one in cluster.items("ClusterRoleBinding"):
        if one["roleRef"]["name"] == "datadog-agent-fargate":
            cluster.delete("ClusterRoleBinding", one["metadata"]["name"])
    for namespace in NAMESPACES:
        if cluster.get("Secret", "datadog-secret", namespace):
            cluster.delete("Secret", "datadog-secret", namespace)


def install(cluster: Cluster, *words: str, kubeconfig: Path | None = None, folder: Path | None = None) -> Run:
    """`install --yes`, with little patience for DNS to settle."""
    return ddfargate(
        "install",
        "--yes",
        "--settle",
        "1s",
        *words,
        kubeconfig=kubeconfig or cluster.kubeconfig,
        timeout=300,
        folder=folder,
    )


def uninstall(cluster: Cluster, *words: str) -> Run:
    """`uninstall --yes`, likewise."""
    return ddfargate("uninstall", "--yes", "--settle", "1s", *words, kubeconfig=cluster.kubeconfig, timeout=300)
