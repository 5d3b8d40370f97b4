"""What a namespace's Pod Security level, quotas and limits say to a pod with an agent, in the server's own words.

The texts are those of the server's admission plugins (kubernetes/kubernetes plugin/pkg/admission, and
pod-security-admission/admission).
"""

from __future__ import annotations

import re

import msgspec

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kube.pods import Pod

_REFUSALS = (
    (re.compile(r"violates PodSecurity"), "the namespace's Pod Security level", "namespace"),
    (re.compile(r"(exceeded|failed) quota: "), "a ResourceQuota", "resourcequotas"),
    (
        re.compile(r"(maximum|minimum) \S+ usage per |\S+ max limit to request ratio per "),
        "a LimitRange",
        "limitranges",
    ),
)


class Refused(msgspec.Struct, frozen=True):
    """That new pods are refused."""

    who: str
    message: str
    look: str
    """The kind to look at: `namespace`, `resourcequotas` or `limitranges`."""


def refused_by(index: Index, workload: Workload) -> Refused | None:
    """Which of the namespace's rules refused a dry-run of the template; None where none did, or there was none."""
    ref = workload.ref
    proof = index.proof(ref.kind, ref.namespace, ref.name)
    if proof is None or proof.outcome != "refused":
        return None
    message = proof.message or ""
    return next((Refused(who, message, look) for form, who, look in _REFUSALS if form.search(message)), None)


def changed_by_limit_range(workload: Workload) -> tuple[Pod, str] | None:
    """A pod whose agent got requests or limits from a LimitRange, and what the server wrote on it; else None."""
    for pod in workload.pods:
        text = (pod.metadata.annotations.limit_ranger if pod.metadata.annotations else None) or ""
        for agent in agents_in(pod.spec):
            if re.search(rf"container {re.escape(agent.name)}(;|$|\s)", text):
                return pod, text
    return None
