"""What a user may say about an installation, by flags, environment or file. Everything is optional.

The file is `apiVersion: ddfargate/v1alpha1, kind: Install`; its JSON Schema is made from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

NONE = "none"
"""The agent's CPU where it shall request none: it takes what the pod leaves."""


class Part(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True
):
    """The base of the settings' parts. An unknown key is an error."""


class ClusterAgentSettings(Part, frozen=True, kw_only=True):
    """The cluster agent and the fixed Service before it."""

    namespace: str | None = None
    """The namespace of its Deployment."""
    name: str | None = None
    """The name of its Deployment."""
    selector: dict[str, str] | None = None
    """The labels of its pods that the fixed Service selects."""
    port: int | None = None
    ip: str | None = None
    """An address, or `auto`."""
    service_name: str | None = None
    """The name of the fixed Service."""


class ResourceSettings(Part, frozen=True, kw_only=True):
    """Amounts as Kubernetes writes them."""

    cpu: str | None = None
    """For example `200m`; `none`: no request, and no limit."""
    memory: str | None = None
    """For example `256Mi`."""


class AgentSettings(Part, frozen=True, kw_only=True):
    """The sidecar."""

    image: str | None = None
    requests: ResourceSettings | None = None
    limits: ResourceSettings | None = None
    env: dict[str, str] | None = None
    """Further variables. Credentials are refused: they belong in a Secret."""
    read_only_root: bool | None = None


class TargetSettings(Part, frozen=True, kw_only=True):
    """One workload. `labels` and `serviceAccount` are needed only where no cluster is asked (`render`)."""

    namespace: str
    kind: str
    """As kubectl takes it: `deployment`, `sts`."""
    name: str
    labels: dict[str, str] | None = None
    """The labels of its pods by which a policy may know them."""
    service_account: str | None = None
    """The ServiceAccount of its pods."""


class StoreSettings(Part, frozen=True, kw_only=True):
    """A store of the External Secrets Operator, for `secrets.mode: external`."""

    name: str
    """The name of the store."""
    kind: Literal["SecretStore", "ClusterSecretStore"] = "ClusterSecretStore"
    """The kind of the store."""
    api_key: str = "datadog/api-key"
    token: str = "datadog/token"  # noqa: S105


class SecretSettings(Part, frozen=True, kw_only=True):
    """The Secret with API key and token in each target namespace."""

    mode: Literal["copy", "external", "none"] | None = None
    store: StoreSettings | None = None


class InstallSettings(Part, frozen=True, kw_only=True):
    """The whole file."""

    api_version: Literal["ddfargate/v1alpha1"] = "ddfargate/v1alpha1"
    kind: Literal["Install"] = "Install"
    injector: Literal["auto", "kyverno", "admission-policy", "datadog"] | None = None
    kyverno_kind: Literal["auto", "MutatingPolicy", "ClusterPolicy"] | None = None
    cluster_name: str | None = None
    site: str | None = None
    cluster_agent: ClusterAgentSettings = ClusterAgentSettings()
    agent: AgentSettings = AgentSettings()
    targets: list[str | TargetSettings] | None = None
    """`NAMESPACE/KIND/NAME`, or an object with more."""
    selector: str | None = None
    """Only Fargate workloads whose template has these labels."""
    pod_label: str | None = None
    """`key=value`: one label that all Fargate pods carry."""
    secrets: SecretSettings = SecretSettings()
    kubelet_rights: bool | None = None
    service_cidr: str | None = None
    suppress: list[str] | None = None


class Given(msgspec.Struct, frozen=True):
    """The settings that were given, merged, and where each came from."""

    settings: InstallSettings = msgspec.field(default_factory=InstallSettings)
    sources: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Dotted path (`clusterAgent.ip`) → `--cluster-agent-ip`, `DDFARGATE_CLUSTER_AGENT_IP` or the file's name."""

    def source(self, path: str, otherwise: str) -> str:
        """Where a value came from; `otherwise` for one that was not given."""
        return self.sources.get(path, otherwise)
