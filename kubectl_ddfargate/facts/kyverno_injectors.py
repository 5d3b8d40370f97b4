"""Which of Kyverno's policies add containers to new pods of a workload, as far as their text tells."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injectors import labels_at_webhooks, namespace_labels, takes_new_pods
from kubectl_ddfargate.facts.kyverno import carries_out_legacy, policies, running_version
from kubectl_ddfargate.facts.kyverno_match import NewPod, takes
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import (
    CLUSTER_POLICIES,
    MUTATING_POLICIES,
    NAMESPACE_POLICIES,
    NAMESPACED_MUTATING_POLICIES,
    PODS,
    Kind,
)
from kubectl_ddfargate.model.kube.containers import Container
from kubectl_ddfargate.model.kube.kyverno import CelPolicy, ClusterPolicy

CLASSIC = (CLUSTER_POLICIES, NAMESPACE_POLICIES)
CEL = (MUTATING_POLICIES, NAMESPACED_MUTATING_POLICIES)


class KyvernoInjector(msgspec.Struct, frozen=True, eq=False):
    """A policy that takes a workload's new pods and changes them."""

    kind: Kind
    policy: ClusterPolicy | CelPolicy
    containers: tuple[Container, ...] = ()
    """Those that it adds; of a policy in CEL only names are known."""
    names: tuple[str, ...] = ()
    """All names that stand in its text: of containers, and for CEL of variables too."""


@fact
def kyverno_injectors(index: Index, ref: WorkloadRef) -> tuple[KyvernoInjector, ...]:
    """The policies that take this workload's new pods. Kyverno's own exclusions are not looked at.

    Those of a kind that the running version is known not to carry out are left out: see `ignored_injectors`.
    Raises NotReadError where policies, the workload or its namespace may not be read.
    """
    classic = tuple(_classic(index, ref))
    if classic and not carries_out_legacy(running_version(index)):
        classic = ()
    return (*classic, *_cel(index, ref))


@fact
def ignored_injectors(index: Index, ref: WorkloadRef) -> tuple[KyvernoInjector, ...]:
    """The policies that would take this workload's new pods, did the running Kyverno still carry out their kind.

    Raises NotReadError as `kyverno_injectors` does.
    """
    classic = tuple(_classic(index, ref))
    return () if not classic or carries_out_legacy(running_version(index)) else classic


def _classic(index: Index, ref: WorkloadRef) -> Iterator[KyvernoInjector]:
    for kind in CLASSIC:
        for policy in policies(index, kind):
            containers = _added(index, policy, ref) if _reaches(kind, policy, ref) else []
            if containers:
                yield KyvernoInjector(kind, policy, tuple(containers), tuple(one.name for one in containers))


def _cel(index: Index, ref: WorkloadRef) -> Iterator[KyvernoInjector]:
    for kind in CEL:
        for policy in policies(index, kind):
            if policy.at_admission and _reaches(kind, policy, ref) and _takes(index, policy, ref):
                names = tuple(name for _, text in policy.spec.texts() for name in text.names)
                yield KyvernoInjector(kind, policy, names=names)


def _reaches(kind: Kind, policy: ClusterPolicy | CelPolicy, ref: WorkloadRef) -> bool:
    return not kind.namespaced or policy.namespace == ref.namespace


def _added(index: Index, policy: ClusterPolicy, ref: WorkloadRef) -> list[Container]:
    """The containers of those rules that take the workload's pods."""
    adding = [rule for rule in policy.spec.rules or () if rule.mutate is not None and rule.mutate.added()]
    if not adding or not policy.at_admission:
        return []
    names = _pod_names(ref)
    space = namespace_labels(index, ref.namespace)
    pods = [NewPod(ref.namespace, space, labels, names) for labels in labels_at_webhooks(index, ref)]
    return [
        container
        for rule in adding
        if rule.mutate is not None and any(takes(rule, pod) for pod in pods)
        for container in rule.mutate.added()
    ]


def _takes(index: Index, policy: CelPolicy, ref: WorkloadRef) -> bool:
    space = namespace_labels(index, ref.namespace)
    constraints = policy.spec.match_constraints
    return any(takes_new_pods(constraints, space, labels) for labels in labels_at_webhooks(index, ref))


def _pod_names(ref: WorkloadRef) -> tuple[str, ...]:
    """The names by which Kyverno knows a pod: `generateName` where a controller leaves the name to the server."""
    if ref.kind == PODS.kind:
        return (ref.name,)
    return () if ref.kind in ("StatefulSet", "Job", "CronJob") else (f"{ref.name}-",)
