"""What might add a container to a workload's new pods: native policies and webhooks, as their selectors say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kubectl_ddfargate.facts.fargate import WEBHOOK, pods_of
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
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

_CONTROLLERS_OWN = frozenset(
    {
        "pod-template-hash",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "job-name",
        "controller-uid",
    }
)
"""Labels that controllers give to the pods they make, beside those of the template."""


class PossibleInjector(msgspec.Struct, frozen=True):
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
    namespace = namespace_labels(index, ref.namespace)
    sent = labels_as_sent(index, ref)
    found = [
        PossibleInjector(POLICIES.kind, policy.name, _names_in(policy))
        for policy in index.all(POLICIES)
        if any(_policy_matches(index, policy, namespace, labels) for labels in sent)
    ]
    seen = labels_at_webhooks(index, ref)
    for configuration in sorted(index.all(WEBHOOKS), key=lambda item: item.name):
        if not configuration.name.startswith(_BYSTANDERS) and any(
            looks_at_new_pods(webhook.rules)
            and selects(webhook.namespace_selector, namespace)
            and any(selects(webhook.object_selector, labels) for labels in seen)
            for webhook in configuration.webhooks or ()
        ):
            found.append(PossibleInjector(WEBHOOKS.kind, configuration.name))
    return tuple(found)


@fact
def labels_at_webhooks(index: Index, ref: WorkloadRef) -> list[dict[str, str]]:
    """The labels that webhooks may see on new pods.

    Policies come before all webhooks. Webhooks come by name: any of them may see what others added.
    """
    sent = labels_as_sent(index, ref)
    return _distinct([*sent, *({**pod.labels, **sent[0]} for pod in pods_of(index, ref))])


def added_by_controller(labels: Mapping[str, str]) -> dict[str, str]:
    """Those of a living pod's labels that its controller gave it, not its template."""
    return {key: value for key, value in labels.items() if key in _CONTROLLERS_OWN}


@fact
def labels_as_sent(index: Index, ref: WorkloadRef) -> list[dict[str, str]]:
    """The labels that new pods may have as their controller sends them, before anything is added on the way.

    Where no template is read (bare pods, foreign kinds) those of the living pods but for Fargate's own.
    """
    template, pods = template_of(index, ref), pods_of(index, ref)
    if template is None:
        found = [{key: value for key, value in pod.labels.items() if key != PROFILE_LABEL} for pod in pods]
    else:
        own = template.metadata.labels or {}
        found = [added_by_controller(pod.labels) | own for pod in pods] or [dict(own)]
    return _distinct(found) or [{}]


def _distinct(found: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """Each once, in the order in which they came first."""
    return list({frozenset(labels.items()): labels for labels in found}.values())


def _names_in(policy: MutatingAdmissionPolicy) -> tuple[str, ...]:
    return tuple(name for _, text in policy.spec.texts() for name in text.names)


def takes_new_pods(
    constraints: MatchResources | None, namespace: Mapping[str, str], labels: Mapping[str, str]
) -> bool:
    """Whether a policy's constraints take the creation of such pods."""
    found = constraints or MatchResources()
    return looks_at_new_pods(found.resource_rules) and _takes(found, namespace, labels)


def _policy_matches(
    index: Index, policy: MutatingAdmissionPolicy, namespace: Mapping[str, str], labels: Mapping[str, str]
) -> bool:
    """Whether the policy takes the pods, and one of its bindings too: a binding can only narrow."""
    bindings: list[MutatingAdmissionPolicyBinding] = index.all(BINDINGS)
    return takes_new_pods(policy.spec.match_constraints, namespace, labels) and any(
        _takes(binding.spec.match_resources, namespace, labels)
        for binding in bindings
        if binding.spec.policy_name == policy.name
    )


def _takes(part: MatchResources | None, namespace: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    if part is None:
        return True
    rules = part.resource_rules
    return (
        (not rules or looks_at_new_pods(rules))
        and selects(part.namespace_selector, namespace)
        and selects(part.object_selector, labels)
    )


@fact
def namespace_labels(index: Index, namespace: str) -> dict[str, str]:
    """The labels by which selectors know a namespace. Raises NotReadError where they may not be read."""
    found = index.get(NAMESPACES, "", namespace)
    labels: dict[str, str] = dict(found.labels) if found is not None else {}
    return labels | {"kubernetes.io/metadata.name": namespace}


def looks_at_new_pods(rules: list[Rule] | None) -> bool:
    """Whether rules of a webhook or policy are about the creation of pods."""
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
