"""What might add a container to a workload's new pods: native policies and webhooks, as their selectors say."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_ddfargate.facts.fargate import PROFILE_LABEL, WEBHOOK, fargate_workloads
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.kinds import BINDINGS, NAMESPACES, POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import (
    MatchResources,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
    Rule,
)

_BYSTANDERS = ("0500-amazon-eks-fargate", "aws-load-balancer", "pod-identity-webhook", "vpc-resource-")
"""Beginnings of the names of AWS's own webhook configurations: they look at every pod and inject no agent."""


@dataclass(frozen=True)
class PossibleInjector:
    """A policy or webhook that looks at a workload's pods and might add a container."""

    kind: str
    name: str
    names: tuple[str, ...] = ()
    """Names that stand in its text; empty for a webhook, whose doing is not written anywhere."""


@fact
def possible_injectors(index: Index, ref: WorkloadRef) -> tuple[PossibleInjector, ...]:
    """What might inject into new pods of this workload, in the order in which the server calls it.

    A policy or webhook stands here unless its selectors exclude the pods for certain.
    Raises NotReadError where policies, webhooks or the workload may not be read.
    """
    labels = _labels_of_new_pods(index, ref)
    found = [
        PossibleInjector(POLICIES.kind, policy.name, _names_in(policy))
        for policy in index.all(POLICIES)
        if _policy_matches(index, policy, ref, labels)
    ]
    # Fargate's webhook runs first and adds its label, which later webhooks may select by.
    marked = labels | {PROFILE_LABEL: labels.get(PROFILE_LABEL, "?")}
    configurations = index.all(WEBHOOKS)
    for configuration in sorted(configurations, key=lambda item: item.name):
        if not configuration.name.startswith(_BYSTANDERS) and any(
            _looks_at_new_pods(webhook.rules)
            and selects(webhook.namespace_selector, _namespace_labels(index, ref.namespace))
            and (selects(webhook.object_selector, marked) or selects(webhook.object_selector, labels))
            for webhook in configuration.webhooks or ()
        ):
            found.append(PossibleInjector(WEBHOOKS.kind, configuration.name))
    return tuple(found)


def _labels_of_new_pods(index: Index, ref: WorkloadRef) -> dict[str, str]:
    """The template's labels; those of a living pod where no template is read (bare pods, foreign kinds)."""
    template = template_of(index, ref)
    if template is not None:
        return dict(template.metadata.labels or {})
    return next((dict(w.pods[0].labels) for w in fargate_workloads(index) if w.ref == ref), {})


def _names_in(policy: MutatingAdmissionPolicy) -> tuple[str, ...]:
    return tuple(name for mutation in policy.spec.mutations or () for name in mutation.text().names)


def _policy_matches(
    index: Index, policy: MutatingAdmissionPolicy, ref: WorkloadRef, labels: dict[str, str]
) -> bool:
    bindings: list[MutatingAdmissionPolicyBinding] = index.all(BINDINGS)
    bound = [binding for binding in bindings if binding.spec.policy_name == policy.name]
    constraints = policy.spec.match_constraints or MatchResources()
    namespace = _namespace_labels(index, ref.namespace)
    return _looks_at_new_pods(constraints.resource_rules) and any(
        selects(part.namespace_selector, namespace) and selects(part.object_selector, labels)
        for binding in bound
        for part in (_both(constraints, binding.spec.match_resources),)
    )


def _both(constraints: MatchResources, narrower: MatchResources | None) -> MatchResources:
    """A binding may only narrow; its selectors are looked at where the policy has none of its own."""
    if narrower is None:
        return constraints
    return MatchResources(
        namespace_selector=narrower.namespace_selector or constraints.namespace_selector,
        object_selector=narrower.object_selector or constraints.object_selector,
    )


@fact
def _namespace_labels(index: Index, namespace: str) -> dict[str, str]:
    found = index.get(NAMESPACES, "", namespace)
    labels: dict[str, str] = dict(found.labels) if found is not None else {}
    return labels | {"kubernetes.io/metadata.name": namespace}


def _looks_at_new_pods(rules: list[Rule] | None) -> bool:
    return any(
        not {"*", "pods", "*/*"}.isdisjoint(rule.resources or ())
        and not {"*", ""}.isdisjoint(rule.api_groups or ())
        and not {"*", "CREATE"}.isdisjoint(rule.operations or ())
        for rule in rules or ()
    )


@fact
def has_fargate_webhook(index: Index) -> bool:
    """Whether the webhook that marks Fargate pods is there: the cluster then has a Fargate profile."""
    configurations: list[MutatingWebhookConfiguration] = index.all(WEBHOOKS)
    return any(configuration.name == WEBHOOK for configuration in configurations)
