"""The policies whose text puts an agent into pods, whether or not they take effect anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.facts.agents import is_agent
from kubectl_ddfargate.facts.fargate import pods_of
from kubectl_ddfargate.facts.foreign_policies import agents_by_name
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injectors import labels_as_sent, namespace_labels, takes_new_pods
from kubectl_ddfargate.facts.kyverno import carries_out_legacy, policies, running_version
from kubectl_ddfargate.facts.kyverno_injectors import CEL, CLASSIC, kyverno_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import POLICIES, Kind
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy
from kubectl_ddfargate.model.kube.kyverno import CelPolicy, ClusterPolicy


class AgentPolicy(msgspec.Struct, frozen=True, eq=False):
    """A policy that adds an agent."""

    kind: Kind
    policy: MutatingAdmissionPolicy | ClusterPolicy | CelPolicy

    @property
    def address(self) -> str:
        """`clusterpolicy/add-datadog-sidecar`, as kubectl takes it."""
        place = f" -n {self.policy.namespace}" if self.kind.namespaced else ""
        return f"{self.kind.kind.lower()}/{self.policy.name}{place}"

    @property
    def called(self) -> str:
        """`ClusterPolicy/add-datadog-sidecar`."""
        return f"{self.kind.kind}/{self.policy.name}"

    @property
    def fails_closed(self) -> bool:
        """Whether pods are refused where the policy, or what carries it out, fails. Unset means so."""
        if isinstance(self.policy, MutatingAdmissionPolicy):
            return self.policy.spec.failure_policy != "Ignore"
        return self.policy.fails_closed


@fact
def agent_policies(index: Index) -> tuple[AgentPolicy, ...]:
    """All of them. Raises NotReadError where policies may not be read.

    But for those of a kind that the running Kyverno is known not to carry out: they do nothing at all.
    """
    found = written_policies(index)
    classic = any(one.kind in CLASSIC for one in found)
    if classic and not carries_out_legacy(running_version(index)):
        return tuple(one for one in found if one.kind not in CLASSIC)
    return found


@fact
def written_policies(index: Index) -> tuple[AgentPolicy, ...]:
    """The same with those that the running Kyverno does not carry out. Raises NotReadError."""
    return tuple(_all(index))


def _all(index: Index) -> Iterator[AgentPolicy]:
    for policy in index.all(POLICIES):
        if agents_by_name([name for _, text in policy.spec.texts() for name in text.names]) is not None:
            yield AgentPolicy(POLICIES, policy)
    for kind in CLASSIC:
        for policy in policies(index, kind):
            adding = [rule.mutate.added() for rule in policy.spec.rules or () if rule.mutate is not None]
            if any(is_agent(container) for added in adding for container in added):
                yield AgentPolicy(kind, policy)
    for kind in CEL:
        for policy in policies(index, kind):
            if agents_by_name([name for _, text in policy.spec.texts() for name in text.names]) is not None:
                yield AgentPolicy(kind, policy)


@fact
def policies_for(index: Index, ref: WorkloadRef) -> tuple[AgentPolicy, ...]:
    """Those that are meant for a workload's new pods, by the selectors of their own text.

    Neither bindings nor an engine's exclusions are looked at, and a native policy is asked for pods as they are
    after Fargate's webhook too: that it never sees them so is a fault of its own. Raises NotReadError.
    """
    taken = {one.policy.name for one in kyverno_injectors(index, ref)}
    return tuple(
        one
        for one in agent_policies(index)
        if (one.kind is POLICIES and _native_takes(index, one, ref))
        or (one.kind is not POLICIES and one.policy.name in taken)
    )


def _native_takes(index: Index, one: AgentPolicy, ref: WorkloadRef) -> bool:
    assert isinstance(one.policy, MutatingAdmissionPolicy)
    space = namespace_labels(index, ref.namespace)
    constraints = one.policy.spec.match_constraints
    sent = labels_as_sent(index, ref)
    later = [{**labels, PROFILE_LABEL: profile} for labels in sent for profile in _profiles(index, ref)]
    return any(takes_new_pods(constraints, space, labels) for labels in (*sent, *later))


def _profiles(index: Index, ref: WorkloadRef) -> set[str]:
    return {pod.labels[PROFILE_LABEL] for pod in pods_of(index, ref) if PROFILE_LABEL in pod.labels}
