"""Which labels bring the agent into new pods of the one workload that is traced, and who selects pods by them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injectors import PossibleInjector, possible_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import (
    MatchResources,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
    MutatingWebhookConfiguration,
    Webhook,
)


def deciding_labels(index: Index, ref: WorkloadRef) -> tuple[str, ...] | None:
    """The keys of labels without which the server's dry-run gave no agent; None where that was not tried."""
    proof = index.proof(ref.kind, ref.namespace, ref.name)
    return proof.deciding_labels if proof is not None else None


def selecting(index: Index, ref: WorkloadRef) -> tuple[PossibleInjector, ...]:
    """Those that look at the pods and whose text names one of these labels.

    Raises NotReadError where policies, webhooks or the workload may not be read.
    """
    labels = deciding_labels(index, ref) or ()
    return tuple(
        one for one in possible_injectors(index, ref) if any(label in _keys(index, one, labels) for label in labels)
    )


def _keys(index: Index, injector: PossibleInjector, labels: Collection[str]) -> set[str]:
    if injector.kind == WEBHOOKS.kind:
        configuration: MutatingWebhookConfiguration | None = index.get(WEBHOOKS, "", injector.name)
        parts: list[MatchResources | Webhook] = list(configuration.webhooks or ()) if configuration else []
        conditions = [text for part in parts if isinstance(part, Webhook) for text in part.match_conditions or ()]
    else:
        policy: MutatingAdmissionPolicy | None = index.get(POLICIES, "", injector.name)
        bindings: list[MutatingAdmissionPolicyBinding] = index.all(BINDINGS)
        own = [one.spec.match_resources for one in bindings if one.spec.policy_name == injector.name]
        constraints = policy.spec.match_constraints if policy else None
        parts = [part for part in (constraints, *own) if part is not None]
        conditions = list((policy.spec.match_conditions if policy else None) or ())
    named = {label for label in labels for one in conditions if label in (one.expression or "")}
    return {key for part in parts for key in _selected(part)} | named


def _selected(part: MatchResources | Webhook) -> Iterator[str]:
    selector = part.object_selector
    if selector is not None:
        yield from selector.match_labels or ()
        yield from (one.key for one in selector.match_expressions or () if one.key)
