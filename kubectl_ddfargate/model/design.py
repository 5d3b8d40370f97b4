"""What is to be installed, with every value settled: the only thing that manifests are made from.

A Design is made from settings and what a cluster shows (`resolve`), or from settings alone (`render` without a
cluster). It holds names and addresses, never a Secret's value.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

CONTAINER = "datadog-agent"
POLICY = "ddfargate-agent-sidecar"
FIXED_SERVICE = "datadog-cluster-agent-fixed"
CLUSTER_ROLE = "ddfargate-agent-kubelet"
SECRET = "datadog-secret"  # noqa: S105 (a name)
API_KEY = "api-key"
TOKEN = "token"  # noqa: S105 (the name of a key)
OPT_OUT_LABEL = "ddfargate/inject"
"""A pod with this label and the value `false` gets no agent from our policy."""

INJECTORS = ("kyverno", "admission-policy", "datadog")
KYVERNO_KINDS = ("MutatingPolicy", "ClusterPolicy")


class Origin(msgspec.Struct, frozen=True):
    """One settled value and where it came from, for the plan."""

    name: str
    """The settings' own path: `clusterAgent.ip`."""
    value: str
    source: str
    """`--cluster-agent-ip`, `DDFARGATE_SITE`, `ddfargate.yaml`, `deployment/… -n datadog`, `default`."""


class FixedService(msgspec.Struct, frozen=True):
    """The Service with a fixed address before the cluster agent."""

    namespace: str
    name: str
    address: str
    port: int
    selector: Mapping[str, str]
    ip_family: str
    """`IPv4` or `IPv6`."""
    owned: bool = True
    """False: it is there already, is used as it is, and is not ours."""
    automatic: bool = True
    """The address was picked by us, and may be picked anew when it is lost to somebody else."""


class Agent(msgspec.Struct, frozen=True):
    """The sidecar."""

    image: str
    url: str
    """`https://172.20.0.53:5005`."""
    cluster_name: str
    site: str
    secret: str = SECRET
    requests: Mapping[str, str] = msgspec.field(default_factory=dict)
    """`{"cpu": "200m", "memory": "256Mi"}`; `limits` likewise."""
    limits: Mapping[str, str] = msgspec.field(default_factory=dict)
    env: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Further variables, literal. None of them is a credential."""
    read_only_root: bool = False
    """The sidecar's root is read-only: then it gets writable volumes and an init container that fills them."""


class TargetWorkload(msgspec.Struct, frozen=True, order=True):
    """A workload that is to get agents."""

    namespace: str
    kind: str
    name: str
    labels: tuple[tuple[str, str], ...] = ()
    """The labels of its template by which a policy may know its pods: those of its own selector, else all."""
    service_account: str = "default"
    pods: int = 0
    """How many run today."""
    node_dns: bool = False
    ends: bool = False
    """It is a Job: its sidecar must end with it."""

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`."""
        return f"{self.kind.lower()}/{self.name} -n {self.namespace}"


class PolicyScope(msgspec.Struct, frozen=True):
    """Which pods the policy takes. Always CREATE of pods, in `namespaces` only, without the opt-out label."""

    namespaces: tuple[str, ...]
    profile_label: bool = False
    """All pods with the Fargate profile's label: what is added tomorrow is served too (not for native policies)."""
    common_label: tuple[str, str] | None = None
    """One label that all Fargate pods carry, from the settings."""
    label_sets: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Namespace and labels, any of which suffices. Used where neither of the above is."""
    excluded: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """Namespace and labels of pods that are left out, because the agent did not come up there."""


class SecretSource(msgspec.Struct, frozen=True):
    """One key of a Secret that holds a wanted value."""

    namespace: str
    name: str
    key: str


class SecretCopy(msgspec.Struct, frozen=True):
    """A Secret that target pods need."""

    namespace: str
    name: str
    sources: Mapping[str, SecretSource]
    """Key of the copy → where its value is. Empty where the Secret comes from elsewhere (`external`)."""


class KubeletRight(msgspec.Struct, frozen=True, order=True):
    """A ServiceAccount whose pods' agents ask the kubelet."""

    namespace: str
    service_account: str


class SecretStore(msgspec.Struct, frozen=True):
    """A store of the External Secrets Operator."""

    name: str
    kind: str = "ClusterSecretStore"
    api_key: str = "datadog/api-key"
    """The key in the store; a property may follow after `#`."""
    token: str = "datadog/token"  # noqa: S105 (a path)


class DatadogOwner(msgspec.Struct, frozen=True):
    """Who settles the cluster agent's own settings, for the injector `datadog`."""

    installed_by: str
    """`operator` or `helm`."""
    namespace: str
    name: str
    """The DatadogAgent, or the Helm release."""
    by_label: bool = False
    """Its injection is on already and goes by the label on pods: then it stays so."""


class Design(msgspec.Struct, frozen=True):
    """Everything that is to be installed."""

    injector: str
    """One of INJECTORS."""
    policy_kind: str
    """`MutatingPolicy`, `ClusterPolicy`, `MutatingAdmissionPolicy` or `DatadogAgent`."""
    policy_api_version: str
    agent: Agent
    scope: PolicyScope
    fixed_service: FixedService | None
    targets: tuple[TargetWorkload, ...] = ()
    secrets: tuple[SecretCopy, ...] = ()
    secret_mode: str = "copy"  # noqa: S105
    """`copy`, `external` or `none`."""
    secret_store: SecretStore | None = None
    rights: tuple[KubeletRight, ...] = ()
    datadog: DatadogOwner | None = None
    pod_label: tuple[str, str] | None = None
    """The label for the EKS add-on's configuration."""
    origins: tuple[Origin, ...] = ()
