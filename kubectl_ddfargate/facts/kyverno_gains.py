"""Which of Kyverno's policies would start to act on namespaces that it does not see today."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injectors import namespace_labels
from kubectl_ddfargate.facts.kyverno import (
    carries_out_legacy,
    installed,
    policies,
    policy_api_version,
    running_version,
)
from kubectl_ddfargate.facts.kyverno_injectors import CLASSIC
from kubectl_ddfargate.facts.kyverno_match import NewPod, takes
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.model.kinds import KYVERNO_POLICIES, Kind
from kubectl_ddfargate.model.kube.kyverno import CelPolicy, ClusterPolicy
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.ours import labelled


class Gain(msgspec.Struct, frozen=True, order=True):
    """A policy that would start to act."""

    ref: ObjectRef
    fails_closed: bool
    """While Kyverno does not answer, the server refuses what this policy is asked about."""


def gains_effect(index: Index, namespaces: Iterable[str]) -> tuple[Gain, ...]:
    """The policies of others that would start to act on these namespaces. Ours are wanted and not listed.

    Raises NotReadError where policies or the namespaces' labels may not be read.
    """
    places = sorted(set(namespaces))
    if not places or not installed(index):
        return ()
    found = []
    for kind in KYVERNO_POLICIES:
        if kind in CLASSIC and not carries_out_legacy(running_version(index)):
            continue
        for policy in policies(index, kind):
            if policy.at_admission and not labelled(policy.labels):
                found += _gain(index, kind, policy, places)
    return tuple(sorted(found))


def _gain(index: Index, kind: Kind, policy: ClusterPolicy | CelPolicy, places: list[str]) -> list[Gain]:
    reached = [place for place in places if kind.namespaced is False or policy.namespace == place]
    chosen = any(_selects(index, policy, place) for place in reached)
    version = policy_api_version(index, kind) or kind.api_version
    ref = ObjectRef(version, kind.kind, policy.namespace, policy.name)
    # The classic policies share a webhook that has neither their namespaces nor their selectors: one that leaves
    # the namespaces alone itself is asked about there all the same, and so refuses while Kyverno does not answer.
    shared = kind in CLASSIC and policy.fails_closed
    if chosen:
        return [Gain(ref, policy.fails_closed)]
    return [Gain(ref, fails_closed=True)] if shared else []


def _selects(index: Index, policy: ClusterPolicy | CelPolicy, namespace: str) -> bool:
    labels = namespace_labels(index, namespace)
    if isinstance(policy, ClusterPolicy):
        return any(takes(rule, NewPod(namespace, labels)) for rule in policy.spec.rules or ())
    constraints = policy.spec.match_constraints
    return constraints is None or selects(constraints.namespace_selector, labels)
