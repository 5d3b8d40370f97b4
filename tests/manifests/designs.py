"""Designs to make manifests from: one for each injector, and what differs. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from kubectl_ddfargate.model.design import (
    FIXED_SERVICE,
    SECRET,
    Agent,
    DatadogOwner,
    Design,
    FixedService,
    KubeletRight,
    PolicyScope,
    SecretCopy,
    SecretSource,
    TargetWorkload,
)

ADDRESS = "172.20.0.53"
URL = f"https://{ADDRESS}:5005"
IPV6 = "fd00:10:96::35"
AMOUNTS = {"cpu": "200m", "memory": "256Mi"}

AGENT = Agent(
    image="gcr.io/datadoghq/agent:7.81.1",
    url=URL,
    cluster_name="prod-eu",
    site="datadoghq.eu",
    requests=AMOUNTS,
    limits=AMOUNTS,
)
COREDNS_LABELS = (("eks.amazonaws.com/component", "coredns"), ("k8s-app", "kube-dns"))
COREDNS = TargetWorkload("kube-system", "Deployment", "coredns", COREDNS_LABELS, "coredns", pods=2, node_dns=True)
WEB = TargetWorkload("shop", "Deployment", "web", (("app", "web"),), "default", pods=3)
SUM = TargetWorkload("shop", "Job", "sum", (("app", "sum"),), "default", pods=1, ends=True)
TARGETS = (COREDNS, WEB)
SOURCES = {
    "api-key": SecretSource("datadog", "datadog-secret", "api-key"),
    "token": SecretSource("datadog", "datadog-token", "token"),
}
SERVICE = FixedService(
    namespace="datadog",
    name=FIXED_SERVICE,
    address=ADDRESS,
    port=5005,
    selector={"agent.datadoghq.com/name": "datadog", "agent.datadoghq.com/component": "cluster-agent"},
    ip_family="IPv4",
)
KINDS = {
    "MutatingPolicy": ("kyverno", "policies.kyverno.io/v1"),
    "ClusterPolicy": ("kyverno", "kyverno.io/v1"),
    "MutatingAdmissionPolicy": ("admission-policy", "admissionregistration.k8s.io/v1"),
    "DatadogAgent": ("datadog", "datadoghq.com/v2alpha1"),
}


def label_sets(*targets: TargetWorkload) -> PolicyScope:
    """A scope that takes these."""
    namespaces = tuple(sorted({target.namespace for target in targets}))
    return PolicyScope(namespaces, label_sets=tuple((target.namespace, target.labels) for target in targets))


def design(kind: str = "MutatingAdmissionPolicy", *targets: TargetWorkload) -> Design:
    """A design with one kind of policy, for these targets or for CoreDNS and a shop."""
    injector, api_version = KINDS[kind]
    chosen = targets or TARGETS
    namespaces = sorted({target.namespace for target in chosen})
    return Design(
        injector=injector,
        policy_kind=kind,
        policy_api_version=api_version,
        agent=AGENT,
        scope=label_sets(*chosen),
        fixed_service=SERVICE,
        targets=chosen,
        secrets=tuple(SecretCopy(namespace, SECRET, SOURCES) for namespace in namespaces),
        rights=tuple(sorted({KubeletRight(target.namespace, target.service_account) for target in chosen})),
        datadog=DatadogOwner("operator", "datadog", "datadog") if kind == "DatadogAgent" else None,
    )


def with_agent(given: Design, **fields: object) -> Design:
    """The same with another agent."""
    return replace(given, agent=replace(given.agent, **fields))
