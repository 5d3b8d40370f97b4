"""What can put a sidecar into a pod: webhook configurations and the server's own admission policies."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.cel_text import PolicyText, label_keys, read_expression
from kubectl_ddfargate.model.kube.meta import LabelSelector, Object, Record


class Rule(Record, frozen=True):
    """Which requests a webhook or policy is called for."""

    api_groups: list[str] | None = None
    operations: list[str] | None = None
    resources: list[str] | None = None


class Expression(Record, frozen=True):
    """A text of CEL; replaced by what it tells."""

    expression: str | None = None
    text: PolicyText | None = None

    def __post_init__(self) -> None:
        """Redact."""
        if self.expression is not None:
            msgspec.structs.force_setattr(self, "text", read_expression(self.expression))
            msgspec.structs.force_setattr(self, "expression", None)


class MatchCondition(Record, frozen=True):
    """That there is a CEL condition. Its text may compare with anything; only two questions to it are answered."""

    name: str | None = None
    expression: str | None = None
    waits_for_fargate: bool = False
    """It compares with a mark that Fargate's own webhook gives to pods."""
    labels: tuple[str, ...] = ()
    """Keys of the pod's labels that it looks at, as far as they are written out."""

    def __post_init__(self) -> None:
        """Drop the text."""
        if self.expression is not None:
            waits = read_expression(self.expression).waits_for_fargate
            msgspec.structs.force_setattr(self, "waits_for_fargate", waits)
            msgspec.structs.force_setattr(self, "labels", label_keys(self.expression))
            msgspec.structs.force_setattr(self, "expression", None)


class ServiceReference(Record, frozen=True):
    """The Service behind a webhook."""

    namespace: str | None = None
    name: str | None = None


class ClientConfig(Record, frozen=True):
    """Where a webhook is called. One without a Service is called by URL, which is not kept."""

    service: ServiceReference | None = None


class Webhook(Record, frozen=True):
    """One webhook of a configuration."""

    name: str = ""
    client_config: ClientConfig | None = None
    failure_policy: str | None = None
    rules: list[Rule] | None = None
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    match_conditions: list[MatchCondition] | None = None


class MutatingWebhookConfiguration(Object, frozen=True):
    """A set of webhooks. Configurations are called in the order of their names."""

    webhooks: list[Webhook] | None = None


class MatchResources(Record, frozen=True):
    """Which requests a policy or a binding looks at."""

    resource_rules: list[Rule] | None = None
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None


class PolicyVariableDefinition(Expression, frozen=True):
    """A name that a policy gives to an expression, for its other expressions to use."""

    name: str = ""


class Mutation(Record, frozen=True):
    """One mutation of a policy."""

    json_patch: Expression | None = msgspec.field(default=None, name="jsonPatch")
    apply_configuration: Expression | None = None

    def text(self) -> PolicyText:
        """What the text tells, whichever form it has."""
        source = self.json_patch or self.apply_configuration
        return (source.text if source else None) or PolicyText()

    @property
    def refused_fields(self) -> tuple[str, ...]:
        """Fields that the server takes from a JSON patch and refuses in an apply configuration."""
        source = None if self.json_patch is not None else self.apply_configuration
        return source.text.atomic if source is not None and source.text is not None else ()


class AdmissionPolicySpec(Record, frozen=True):
    """`spec` of a MutatingAdmissionPolicy."""

    match_constraints: MatchResources | None = None
    match_conditions: list[MatchCondition] | None = None
    variables: list[PolicyVariableDefinition] | None = None
    mutations: list[Mutation] | None = None
    failure_policy: str | None = None

    def texts(self) -> list[tuple[str, PolicyText]]:
        """Each expression that may spell out a part of a container, with the field that it stands in."""
        named = [(f"spec.variables[{one.name}]", one.text or PolicyText()) for one in self.variables or ()]
        numbered = [(f"spec.mutations[{n}]", mutation.text()) for n, mutation in enumerate(self.mutations or ())]
        return named + numbered


class MutatingAdmissionPolicy(Object, frozen=True):
    """A policy that the API server itself carries out (v1 from Kubernetes 1.36)."""

    spec: AdmissionPolicySpec = msgspec.field(default_factory=AdmissionPolicySpec)


class BindingSpec(Record, frozen=True):
    """`spec` of a binding."""

    policy_name: str | None = None
    match_resources: MatchResources | None = None


class MutatingAdmissionPolicyBinding(Object, frozen=True):
    """What puts a policy into force."""

    spec: BindingSpec = msgspec.field(default_factory=BindingSpec)
