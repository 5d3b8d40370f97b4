"""Which name server a pod really asks, whatever it says.

Rules: kubernetes.io "DNS for Services and Pods"; pkg/kubelet/network/dns/dns.go.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, SERVICES
from kubectl_ddfargate.model.kube.pods import PodSpec


@dataclass(frozen=True)
class EffectiveDns:
    """The answer and the reason."""

    kind: str
    """`node`, `cluster`, `custom` or `host`."""
    reason: str

    @property
    def knows_cluster_names(self) -> bool:
        """Whether `*.svc.cluster.local` resolves."""
        return self.kind == "cluster"


def effective_dns(index: Index, spec: PodSpec) -> EffectiveDns:
    """Which DNS the containers of this spec use.

    Raises NotReadError where that hangs on a Service that may not be read.
    """
    policy = spec.dns_policy or "ClusterFirst"
    if policy == "Default":
        # nameservers of dnsConfig come after the node's, and the node's answer "no such name" is final
        return EffectiveDns("node", "dnsPolicy Default → node DNS (VPC resolver)")
    if policy == "None":
        servers = list((spec.dns_config.nameservers if spec.dns_config else None) or ())
        if any(server in cluster_dns_addresses(index) for server in servers):
            return EffectiveDns("cluster", "dnsPolicy None with the cluster's name server")
        return EffectiveDns("custom", f"dnsPolicy None → {', '.join(servers) or 'no name server'}")
    if spec.host_network and policy != "ClusterFirstWithHostNet":
        return EffectiveDns("host", f"dnsPolicy {policy} on the host's network → node DNS")
    return EffectiveDns("cluster", f"dnsPolicy {policy} → cluster DNS")


def is_cluster_dns(thing: Workload | AgentGroup) -> bool:
    """Whether these pods are the cluster's name server, by its name or the label that its Service selects."""
    if thing.ref.namespace != "kube-system" or thing.ref.kind != DEPLOYMENTS.kind:
        return False
    return thing.ref.name == "coredns" or any(pod.labels.get("k8s-app") == "kube-dns" for pod in thing.pods)


@fact
def cluster_dns_addresses(index: Index) -> frozenset[str]:
    """The addresses of the cluster's name server: the Service kube-dns, or whichever selects it."""
    found: set[str] = set()
    for service in index.all(SERVICES, "kube-system"):
        apps = ((service.spec.selector or {}).get("k8s-app"), service.labels.get("k8s-app"))
        if service.name == "kube-dns" or "kube-dns" in apps:
            found.update(service.addresses())
    return frozenset(found)
