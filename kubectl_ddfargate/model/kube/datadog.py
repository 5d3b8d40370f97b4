"""What a DatadogAgent says of the injection of sidecars by Datadog's own admission controller."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.containers import EnvVar
from kubectl_ddfargate.model.kube.meta import LabelSelector, Object, Record

WEBHOOK = "datadog-webhook"
"""The cluster agent registers it (DataDog/helm-charts values.yaml; the Operator's default is the same)."""
SIDECAR_LABEL = ("agent.datadoghq.com/sidecar", "fargate")
"""The label by which Datadog's webhook knows pods where no selector is set; its value is the provider."""


class GlobalSettings(Record, frozen=True):
    """`spec.global`."""

    cluster_name: str | None = None
    site: str | None = None


class SidecarSelector(Record, frozen=True):
    """Which pods get a sidecar. Datadog takes one selector at most."""

    object_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None


class SidecarProfile(Record, frozen=True):
    """What differs from the sidecar that Datadog makes. Datadog takes one profile at most."""

    env: list[EnvVar] | None = None


class SidecarInjection(Record, frozen=True):
    """`agentSidecarInjection`."""

    enabled: bool | None = None
    provider: str | None = None
    cluster_agent_communication_enabled: bool | None = None
    selectors: list[SidecarSelector] | None = None
    profiles: list[SidecarProfile] | None = None


class AdmissionController(Record, frozen=True):
    """`spec.features.admissionController`. Unset `enabled` means on (the Operator's default)."""

    enabled: bool | None = None
    agent_sidecar_injection: SidecarInjection | None = None


class Features(Record, frozen=True):
    """`spec.features`."""

    admission_controller: AdmissionController | None = None


class DatadogAgentSpec(Record, frozen=True):
    """`spec` of a DatadogAgent."""

    global_: GlobalSettings | None = msgspec.field(default=None, name="global")
    features: Features | None = None


class DatadogAgent(Object, frozen=True):
    """What the Datadog Operator makes agents and the cluster agent from."""

    spec: DatadogAgentSpec = msgspec.field(default_factory=DatadogAgentSpec)

    @property
    def injection(self) -> SidecarInjection | None:
        """The settings of the injection, where there are any."""
        controller = self.spec.features.admission_controller if self.spec.features else None
        return controller.agent_sidecar_injection if controller else None
