"""Which labels bring the agent into new pods of the one workload that is traced, and who selects pods by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def unknown_labels(index: Index, ref: WorkloadRef) -> tuple[str, ...]:
    """The keys of those of which that is not known, though others were tried: they may decide, or not."""
    proof = index.proof(ref.kind, ref.namespace, ref.name)
    return proof.unknown_labels if proof is not None else ()


def selecting(index: Index, ref: WorkloadRef) -> tuple[PossibleInjector, ...]:
    """Those that look at the pods and whose selectors or conditions name a label that decides.

    Raises NotReadError where policies, webhooks or the workload may not be read.
    """
    return _selecting_by(index, ref, deciding_labels(index, ref) or ())


def suspected(index: Index, ref: WorkloadRef) -> tuple[PossibleInjector, ...]:
    """Those of whom one adds the agent, by what is known of the labels; none where no label is known to decide.

    Who selects by a label of which nothing is known is among them. Raises as `selecting`.
    """
    labels = deciding_labels(index, ref) or ()
    return _selecting_by(index, ref, (*labels, *unknown_labels(index, ref))) if labels else ()


def _selecting_by(index: Index, ref: WorkloadRef, labels: Iterable[str]) -> tuple[PossibleInjector, ...]:
    wanted = set(labels)
    return tuple(one for one in possible_injectors(index, ref) if not wanted.isdisjoint(_keys(index, one)))


def _keys(index: Index, injector: PossibleInjector) -> set[str]:
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
    named = {key for one in conditions for key in one.labels}
    return {key for part in parts for key in _selected(part)} | named


def _selected(part: MatchResources | Webhook) -> Iterator[str]:
    selector = part.object_selector
    if selector is not None:
        yield from selector.match_labels or ()
        yield from (one.key for one in selector.match_expressions or () if one.key)
