"""Which name server a pod really asks, whatever it says.

Rules: kubernetes.io "DNS for Services and Pods"; pkg/kubelet/network/dns/dns.go.
"""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import matches
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, SERVICES, STATEFUL_SETS
from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.kube.pods import PodSpec

_NAMESPACE = "kube-system"
_SERVES = (DEPLOYMENTS.kind, STATEFUL_SETS.kind)
_DNS_LABELS = (("k8s-app", "kube-dns"), ("eks.amazonaws.com/component", "coredns"))


class EffectiveDns(msgspec.Struct, frozen=True):
    """The answer and the reason."""

    kind: str
    """`node`, `cluster`, `custom` or `host`."""
    reason: str

    @property
    def knows_cluster_names(self) -> bool:
        """Whether `*.svc.cluster.local` resolves."""
        return self.kind == "cluster"


@fact
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


def is_cluster_dns(thing: Workload | AgentGroup, index: Index | None = None) -> bool:
    """Whether these pods are the cluster's name server: by their labels, their name, or the Service kube-dns.

    The labels are those of kubeadm's and of EKS's CoreDNS. With `index` pods count too that the Service selects,
    whatever they are called. It decides in which order, and how carefully, things are done; no finding hangs on it.
    """
    if thing.ref.namespace != _NAMESPACE or thing.ref.kind not in _SERVES:
        return False
    if thing.ref.name == "coredns":
        return True
    marks = [dict([label]) for label in _DNS_LABELS]
    # Not asked of the index: what may not be read is no reason to do without an order, and no check hangs on it.
    read = () if index is None else index.snapshot.objects.get(SERVICES.key, ())
    services = [one for one in read if isinstance(one, Service) and _is_dns_service(one)]
    marks += [one.spec.selector for one in services if one.spec.selector]
    return any(matches(mark, pod.labels) for mark in marks for pod in thing.pods)


@fact
def cluster_dns_addresses(index: Index) -> frozenset[str]:
    """The addresses of the cluster's name server: the Service kube-dns, or whichever selects it."""
    found: set[str] = set()
    for service in index.all(SERVICES, _NAMESPACE):
        if _is_dns_service(service):
            found.update(service.addresses())
    return frozenset(found)


def _is_dns_service(service: Service) -> bool:
    if service.namespace != _NAMESPACE:
        return False
    apps = ((service.spec.selector or {}).get("k8s-app"), service.labels.get("k8s-app"))
    return service.name == "kube-dns" or "kube-dns" in apps
