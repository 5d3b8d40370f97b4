"""The kinds that doctor reads, once: where the API serves them and which record they decode into."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.admission import (
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
)
from kubectl_ddfargate.model.kube.config import ConfigMap, Secret
from kubectl_ddfargate.model.kube.datadog import DatadogAgent
from kubectl_ddfargate.model.kube.events import Event
from kubectl_ddfargate.model.kube.kyverno import CelPolicy, ClusterPolicy
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoConfig, KyvernoController
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.kube.network import EndpointSlice, IPAddress, Service, ServiceCidr
from kubectl_ddfargate.model.kube.network_policies import NetworkPolicy, NodePlugin, SecurityGroupPolicy
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.kube.rights import ClusterRole, ClusterRoleBinding
from kubectl_ddfargate.model.kube.workloads import CronJob, Owned, TemplateOwner


class Kind(msgspec.Struct, frozen=True):
    """One kind, as the API serves it."""

    plural: str
    kind: str
    group: str
    version: str
    record: type[Object]
    namespaced: bool = True
    optional: bool = False
    """Not served by every supported version: its absence is no lack of rights."""
    selection: str = ""
    """Names a part of a kind that is read, kept and refused apart from the rest."""
    older: tuple[str, ...] = ()
    """Versions of the same shape that are read where `version` is not served, the preferred one first."""

    @property
    def key(self) -> str:
        """What a Snapshot files it under."""
        return self.selection or self.plural

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """`deployments.apps`, as kubectl takes it; `pods` for the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The URL path of the collection, or of one object of it."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


ADMISSION = "admissionregistration.k8s.io"
KYVERNO = "kyverno.io"
KYVERNO_CEL = "policies.kyverno.io"

PODS = Kind("pods", "Pod", "", "v1", Pod)
CLUSTER_AGENT_PODS = Kind("pods", "Pod", "", "v1", Pod, selection="cluster-agent-pods")
"""The cluster agent's own pods: looked for everywhere, also where only one namespace is to be judged."""
SERVICES = Kind("services", "Service", "", "v1", Service)
NAMESPACES = Kind("namespaces", "Namespace", "", "v1", Owned, namespaced=False)
SECRETS = Kind("secrets", "Secret", "", "v1", Secret)
CONFIG_MAPS = Kind("configmaps", "ConfigMap", "", "v1", ConfigMap)
EVENTS = Kind("events", "Event", "", "v1", Event)
ENDPOINT_SLICES = Kind("endpointslices", "EndpointSlice", "discovery.k8s.io", "v1", EndpointSlice)
DEPLOYMENTS = Kind("deployments", "Deployment", "apps", "v1", TemplateOwner)
REPLICA_SETS = Kind("replicasets", "ReplicaSet", "apps", "v1", Owned)
STATEFUL_SETS = Kind("statefulsets", "StatefulSet", "apps", "v1", TemplateOwner)
JOBS = Kind("jobs", "Job", "batch", "v1", TemplateOwner)
CRON_JOBS = Kind("cronjobs", "CronJob", "batch", "v1", CronJob)
ENDING = frozenset({JOBS.kind, CRON_JOBS.kind})
"""Kinds whose pods are done at some time: an agent beside them must end too."""
WEBHOOKS = Kind(
    "mutatingwebhookconfigurations",
    "MutatingWebhookConfiguration",
    ADMISSION,
    "v1",
    MutatingWebhookConfiguration,
    namespaced=False,
)
POLICIES = Kind(
    "mutatingadmissionpolicies",
    "MutatingAdmissionPolicy",
    ADMISSION,
    "v1",
    MutatingAdmissionPolicy,
    namespaced=False,
    optional=True,
)
BINDINGS = Kind(
    "mutatingadmissionpolicybindings",
    "MutatingAdmissionPolicyBinding",
    ADMISSION,
    "v1",
    MutatingAdmissionPolicyBinding,
    namespaced=False,
    optional=True,
)
SERVICE_CIDRS = Kind(
    "servicecidrs", "ServiceCIDR", "networking.k8s.io", "v1", ServiceCidr, namespaced=False, optional=True
)
IP_ADDRESSES = Kind(
    "ipaddresses", "IPAddress", "networking.k8s.io", "v1", IPAddress, namespaced=False, optional=True
)
"""The addresses that are given away, to Services or to anything else; served wherever ServiceCIDRs are."""
NETWORK_POLICIES = Kind("networkpolicies", "NetworkPolicy", "networking.k8s.io", "v1", NetworkPolicy)
NODE_PLUGINS = Kind("daemonsets", "DaemonSet", "apps", "v1", NodePlugin, selection="node-plugins")
"""DaemonSets, as far as they tell who enforces NetworkPolicies."""
SECURITY_GROUP_POLICIES = Kind(
    "securitygrouppolicies",
    "SecurityGroupPolicy",
    "vpcresources.k8s.aws",
    "v1beta1",
    SecurityGroupPolicy,
    optional=True,
)
CLUSTER_ROLES = Kind(
    "clusterroles", "ClusterRole", "rbac.authorization.k8s.io", "v1", ClusterRole, namespaced=False
)
CLUSTER_ROLE_BINDINGS = Kind(
    "clusterrolebindings",
    "ClusterRoleBinding",
    "rbac.authorization.k8s.io",
    "v1",
    ClusterRoleBinding,
    namespaced=False,
)

CLUSTER_POLICIES = Kind(
    "clusterpolicies", "ClusterPolicy", KYVERNO, "v1", ClusterPolicy, namespaced=False, optional=True
)
NAMESPACE_POLICIES = Kind("policies", "Policy", KYVERNO, "v1", ClusterPolicy, optional=True)


def _cel(plural: str, kind: str) -> Kind:
    older = ("v1beta1", "v1alpha1")
    return Kind(plural, kind, KYVERNO_CEL, "v1", CelPolicy, namespaced=False, optional=True, older=older)


MUTATING_POLICIES = _cel("mutatingpolicies", "MutatingPolicy")
NAMESPACED_MUTATING_POLICIES = msgspec.structs.replace(
    _cel("namespacedmutatingpolicies", "NamespacedMutatingPolicy"), namespaced=True
)
VALIDATING_POLICIES = _cel("validatingpolicies", "ValidatingPolicy")
NAMESPACED_VALIDATING_POLICIES = msgspec.structs.replace(
    _cel("namespacedvalidatingpolicies", "NamespacedValidatingPolicy"), namespaced=True
)
IMAGE_VALIDATING_POLICIES = _cel("imagevalidatingpolicies", "ImageValidatingPolicy")
NAMESPACED_IMAGE_VALIDATING_POLICIES = msgspec.structs.replace(
    _cel("namespacedimagevalidatingpolicies", "NamespacedImageValidatingPolicy"), namespaced=True
)
GENERATING_POLICIES = _cel("generatingpolicies", "GeneratingPolicy")
NAMESPACED_GENERATING_POLICIES = msgspec.structs.replace(
    _cel("namespacedgeneratingpolicies", "NamespacedGeneratingPolicy"), namespaced=True
)
KYVERNO_POLICIES = (
    CLUSTER_POLICIES,
    NAMESPACE_POLICIES,
    MUTATING_POLICIES,
    NAMESPACED_MUTATING_POLICIES,
    VALIDATING_POLICIES,
    NAMESPACED_VALIDATING_POLICIES,
    IMAGE_VALIDATING_POLICIES,
    NAMESPACED_IMAGE_VALIDATING_POLICIES,
    GENERATING_POLICIES,
    NAMESPACED_GENERATING_POLICIES,
)
"""All that Kyverno carries out when something is asked of the server."""
KYVERNO_CONTROLLERS = Kind(
    "deployments", "Deployment", "apps", "v1", KyvernoController, selection="kyverno-controllers"
)
"""The Deployments of Kyverno's admission controller."""
KYVERNO_CONFIG = Kind("configmaps", "ConfigMap", "", "v1", KyvernoConfig, selection="kyverno-config")
"""Kyverno's own ConfigMap."""
DATADOG_AGENTS = Kind("datadogagents", "DatadogAgent", "datadoghq.com", "v2alpha1", DatadogAgent, optional=True)

KINDS = (
    PODS,
    CLUSTER_AGENT_PODS,
    SERVICES,
    NAMESPACES,
    SECRETS,
    CONFIG_MAPS,
    EVENTS,
    ENDPOINT_SLICES,
    DEPLOYMENTS,
    REPLICA_SETS,
    STATEFUL_SETS,
    JOBS,
    CRON_JOBS,
    WEBHOOKS,
    POLICIES,
    BINDINGS,
    SERVICE_CIDRS,
    NETWORK_POLICIES,
    NODE_PLUGINS,
    SECURITY_GROUP_POLICIES,
    CLUSTER_ROLES,
    CLUSTER_ROLE_BINDINGS,
    *KYVERNO_POLICIES,
    KYVERNO_CONTROLLERS,
    KYVERNO_CONFIG,
    DATADOG_AGENTS,
)

INSTALL_KINDS = (IP_ADDRESSES,)
"""Read for an install alone, and only as far as they may be: doctor asks for no right to them."""

BY_KEY = {kind.key: kind for kind in (*KINDS, *INSTALL_KINDS)}
BY_KIND = {kind.kind: kind for kind in KINDS if not kind.selection}
