"""Kyverno's policies, of both generations: what they match, and the containers that they add."""

from __future__ import annotations

from typing import Any

import msgspec

from kubectl_ddfargate.model.kube.added_containers import json_patch_containers, merge_patch_containers
from kubectl_ddfargate.model.kube.admission import AdmissionPolicySpec
from kubectl_ddfargate.model.kube.containers import Container
from kubectl_ddfargate.model.kube.meta import LabelSelector, Nothing, Object, Record


class ResourceDescription(Record, frozen=True):
    """Which objects a rule is about."""

    kinds: list[str] | None = None
    name: str | None = None
    names: list[str] | None = None
    namespaces: list[str] | None = None
    operations: list[str] | None = None
    selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    annotations: Nothing | None = None


class ResourceFilter(Record, frozen=True):
    """Objects, and who asks for them."""

    resources: ResourceDescription | None = None
    subjects: list[Nothing] | None = None
    roles: list[str] | None = None
    cluster_roles: list[str] | None = None

    @property
    def by_requester(self) -> bool:
        """Whether it depends on who asks."""
        return bool(self.subjects or self.roles or self.cluster_roles)


class MatchBlock(ResourceFilter, frozen=True):
    """`match` or `exclude` of a rule, in the forms of all Kyverno versions."""

    any: list[ResourceFilter] | None = None
    all: list[ResourceFilter] | None = None


class Mutate(Record, frozen=True):
    """`mutate` of a rule: of its patches only the containers that they add are kept."""

    patch_strategic_merge: Any = None
    patches_json6902: Any = None
    """A text of YAML in the object; here as `cluster` has read it: a list of operations. A text is dropped."""
    foreach: list[Mutate] | None = None
    targets: list[Nothing] | None = None
    """It changes other objects, later."""
    containers: list[Container] | None = None

    def __post_init__(self) -> None:
        """Keep the containers, with their variables redacted, and nothing else of the patches."""
        if self.patch_strategic_merge is None and self.patches_json6902 is None:
            return
        found = [
            *merge_patch_containers(self.patch_strategic_merge),
            *json_patch_containers(self.patches_json6902),
        ]
        msgspec.structs.force_setattr(self, "patch_strategic_merge", None)
        msgspec.structs.force_setattr(self, "patches_json6902", None)
        msgspec.structs.force_setattr(self, "containers", found or None)

    def added(self) -> list[Container]:
        """The containers that it adds to the object under admission."""
        if self.targets:
            return []
        return [*(self.containers or ()), *(one for part in self.foreach or () for one in part.added())]


class KyvernoRule(Record, frozen=True):
    """One rule."""

    name: str = ""
    match: MatchBlock | None = None
    exclude: MatchBlock | None = None
    mutate: Mutate | None = None


class WebhookSettings(Record, frozen=True):
    """`spec.webhookConfiguration`."""

    failure_policy: str | None = None


class PolicyCondition(Record, frozen=True):
    """One condition of a policy's status."""

    type: str | None = None
    status: str | None = None


class ConditionStatus(Record, frozen=True):
    """`status.conditionStatus` of a policy in CEL."""

    conditions: list[PolicyCondition] | None = None


class PolicyStatus(Record, frozen=True):
    """`status`, in the forms of both generations."""

    conditions: list[PolicyCondition] | None = None
    condition_status: ConditionStatus | None = None

    def says_no(self, kind: str) -> bool:
        """Whether a condition of this type is reported and not true."""
        known = (*(self.conditions or ()), *((self.condition_status and self.condition_status.conditions) or ()))
        return any(one.type == kind and one.status == "False" for one in known)


class ClusterPolicySpec(Record, frozen=True):
    """`spec` of a ClusterPolicy or Policy."""

    failure_policy: str | None = None
    webhook_configuration: WebhookSettings | None = None
    admission: bool | None = None
    rules: list[KyvernoRule] | None = None


class ClusterPolicy(Object, frozen=True):
    """A ClusterPolicy, or a Policy of one namespace (`kyverno.io`)."""

    spec: ClusterPolicySpec = msgspec.field(default_factory=ClusterPolicySpec)
    status: PolicyStatus = msgspec.field(default_factory=PolicyStatus)

    @property
    def not_ready(self) -> bool:
        """Whether Kyverno says that it does not serve it."""
        return self.status.says_no("Ready")

    @property
    def fails_closed(self) -> bool:
        """Whether requests are refused while Kyverno does not answer. Unset means so."""
        settings = self.spec.webhook_configuration
        return ((settings and settings.failure_policy) or self.spec.failure_policy) != "Ignore"

    @property
    def at_admission(self) -> bool:
        """Whether it acts on requests at all."""
        return self.spec.admission is not False


class Enabled(Record, frozen=True):
    """A switch."""

    enabled: bool | None = None


class Evaluation(Record, frozen=True):
    """`spec.evaluation`."""

    admission: Enabled | None = None
    use_server_side_apply: bool | None = None
    """From 1.19: an apply configuration goes through the server, which takes atomic fields as a whole."""


class PodControllers(Record, frozen=True):
    """Whose templates get rules of their own, made from those for pods. Unset means all controllers'."""

    controllers: list[str] | None = None


class Autogen(Record, frozen=True):
    """`spec.autogen`."""

    pod_controllers: PodControllers | None = None


class CelPolicySpec(AdmissionPolicySpec, frozen=True):
    """`spec` of the policies that are written in CEL. The texts of validations are not kept."""

    evaluation: Evaluation | None = None
    autogen: Autogen | None = None


class CelPolicy(Object, frozen=True):
    """A MutatingPolicy, ValidatingPolicy, … (`policies.kyverno.io`)."""

    spec: CelPolicySpec = msgspec.field(default_factory=CelPolicySpec)
    status: PolicyStatus = msgspec.field(default_factory=PolicyStatus)

    @property
    def not_ready(self) -> bool:
        """Whether Kyverno says that it does not serve it. Missing rights for reports alone are no reason."""
        return self.status.says_no("WebhookConfigured")

    @property
    def fails_closed(self) -> bool:
        """Whether requests are refused while Kyverno does not answer. Unset means so."""
        return self.spec.failure_policy != "Ignore"

    @property
    def at_admission(self) -> bool:
        """Whether it acts on requests at all."""
        switch = self.spec.evaluation.admission if self.spec.evaluation else None
        return switch is None or switch.enabled is not False
