"""Who looks at a workload's new pods at admission, in the order in which the server calls them, and why or why not.

The order: the server's own policies come before all webhooks, in no order among themselves; webhook configurations
go by their names (kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/admission).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kubectl_ddfargate.facts.deciding_labels import suspected
from kubectl_ddfargate.facts.fargate import WEBHOOK
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.facts.injectors import (
    labels_as_sent,
    labels_at_webhooks,
    looks_at_new_pods,
    namespace_labels,
    possible_injectors,
)
from kubectl_ddfargate.facts.kyverno import RESOURCE_WEBHOOKS
from kubectl_ddfargate.facts.kyverno_exclusions import hidden
from kubectl_ddfargate.facts.kyverno_injectors import kyverno_injectors
from kubectl_ddfargate.facts.kyverno_selectors import shut_out_by
from kubectl_ddfargate.facts.outdated import written_containers
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import (
    MatchCondition,
    MatchResources,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
    Webhook,
)
from kubectl_ddfargate.model.kube.pods import Container, Pod

Labels = Mapping[str, str]


class Caller(msgspec.Struct, frozen=True):
    """One policy or webhook that the creation of pods goes through."""

    kind: str
    name: str
    takes: bool
    why: str
    """What decides, in words."""


def callers(index: Index, ref: WorkloadRef) -> tuple[Caller, ...]:
    """All that the server asks about new pods of a workload, in its order. Those about other things are left out.

    Raises NotReadError where policies, webhooks or the workload may not be read.
    """
    space = namespace_labels(index, ref.namespace)
    return (*_policies(index, ref, space), *_webhooks(index, ref, space))


def origin(index: Index, ref: WorkloadRef, pod: Pod, container: Container) -> str:
    """How a container came into a living pod, as far as that can be known, in words that follow `came`.

    A container that stands in no managedFields entry came in by admission, whoever did it (seen on 1.36; Kyverno
    leaves no other mark).
    """
    how = injected_by(index, ref, container)
    if how in _ORIGINS:
        return _ORIGINS[how]
    written = written_containers(pod)
    if not written or container.name in written:
        return "in a way that is not known"
    try:
        candidates = [one for one in possible_injectors(index, ref) if not one.names]
        # Of several that look at the pods: who selects them by a label that the agent hangs on, or may hang on.
        candidates = [one for one in suspected(index, ref) if one in candidates] or candidates
    except NotReadError:
        candidates = []
    if len(candidates) == 1:
        return f"at admission, as it seems by {candidates[0].kind}/{candidates[0].name}"
    names = ", ".join(f"{one.kind}/{one.name}" for one in candidates)
    who = f"one of {names}" if names else "what looks at new pods no more"
    return f"at admission, by {who}"


_ORIGINS = {
    "template": "with the template",
    "datadog": "at admission, by Datadog's own webhook",
    "admission-policy": "at admission, by a MutatingAdmissionPolicy",
    "kyverno": "at admission, by Kyverno",
}


def _policies(index: Index, ref: WorkloadRef, space: Labels) -> Iterator[Caller]:
    sent = labels_as_sent(index, ref)
    bindings: list[MutatingAdmissionPolicyBinding] = index.all(BINDINGS)
    policies: list[MutatingAdmissionPolicy] = index.all(POLICIES)
    for policy in sorted(policies, key=lambda one: one.name):
        constraints = policy.spec.match_constraints or MatchResources()
        if not looks_at_new_pods(constraints.resource_rules):
            continue
        own = [one.spec.match_resources for one in bindings if one.spec.policy_name == policy.name]
        reason = _shut_out(constraints, space, sent)
        if not reason and not own:
            reason = "no binding puts it into force"
        elif not reason:
            closed = [_shut_out(part or MatchResources(), space, sent) for part in own]
            reason = f"its binding: {closed[0]}" if all(closed) else ""
        yield _caller(POLICIES.kind, policy.name, reason, policy.spec.match_conditions)


def _webhooks(index: Index, ref: WorkloadRef, space: Labels) -> Iterator[Caller]:
    seen = labels_at_webhooks(index, ref)
    configurations: list[MutatingWebhookConfiguration] = index.all(WEBHOOKS)
    for configuration in sorted(configurations, key=lambda one: one.name):
        about = [one for one in configuration.webhooks or () if looks_at_new_pods(one.rules)]
        if not about:
            continue
        reasons = [_shut_out(one, space, seen) for one in about]
        if all(reasons):
            yield Caller(WEBHOOKS.kind, configuration.name, takes=False, why=reasons[0])
        elif configuration.name == WEBHOOK:
            yield Caller(WEBHOOKS.kind, WEBHOOK, takes=True, why="Fargate's own, gives pods profile and scheduler")
        elif configuration.name == RESOURCE_WEBHOOKS:
            yield _kyverno(index, ref, configuration.name)
        else:
            taken = next(one for one, reason in zip(about, reasons, strict=True) if not reason)
            yield _caller(WEBHOOKS.kind, configuration.name, "", taken.match_conditions)


def _kyverno(index: Index, ref: WorkloadRef, name: str) -> Caller:
    """Kyverno's webhook, with what Kyverno itself makes of the pods."""
    shut = hidden(index, ref.namespace)
    if shut is not None:
        return Caller(WEBHOOKS.kind, name, takes=False, why=f"Kyverno leaves them out: {'; '.join(shut.reasons)}")
    found = [f"{one.kind.kind}/{one.policy.name}" for one in kyverno_injectors(index, ref)]
    what = ", ".join(found) or "none of its policies adds a container to them, as far as their text tells"
    return Caller(WEBHOOKS.kind, name, takes=True, why=what)


def _caller(kind: str, name: str, reason: str, conditions: Iterable[MatchCondition] | None) -> Caller:
    if reason:
        return Caller(kind, name, takes=False, why=reason)
    named = ", ".join(one.name or "" for one in conditions or ())
    return Caller(kind, name, takes=True, why=f"if its conditions hold: {named}" if named else "")


def _shut_out(part: MatchResources | Webhook, space: Labels, sent: Iterable[Labels]) -> str:
    """What of the selectors does not take the pods; empty where they do."""
    namespace = shut_out_by(part.namespace_selector, space)
    if namespace:
        return f"namespaceSelector wants {', '.join(namespace)}"
    labels = [shut_out_by(part.object_selector, one) for one in sent]
    return f"objectSelector wants {', '.join(labels[0])}" if labels and all(labels) else ""
