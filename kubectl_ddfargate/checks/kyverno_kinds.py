"""Whether Kyverno carries out the kinds of its policies, and will go on doing so (306)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.in_force import NO_POLICY, meant_for, subjects_of_policy
from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.facts.agent_policies import AgentPolicy, written_policies
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kyverno import carries_out_legacy, deprecates_legacy, running_version
from kubectl_ddfargate.facts.kyverno_injectors import CLASSIC, ignored_injectors
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


def each_written_policy(index: Index) -> Iterator[AgentPolicy]:
    """The policies whose text adds an agent, carried out or not, where there are Fargate pods to add it to."""
    if fargate_workloads(index):
        yield from written_policies(index)


@check(
    "DDF306",
    "Policies are of kinds that Kyverno goes on carrying out",
    trouble="A policy is of a kind that Kyverno drops",
    severity=Severity.WARNING,
    category=Category.INJECTION,
    over=each_written_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def kind_is_carried_out(index: Index, policy: AgentPolicy) -> Problem | None:
    """A policy that injects agents is of a kind that Kyverno drops: a ClusterPolicy or a Policy.

    Symptom: at first no more than a warning of the server at each write. After an upgrade to 1.20 the policy is
        still stored and looks ready, and new pods have no agent. No event and no log says why.
    Why: Kyverno 1.17 (February 2026) deprecated ClusterPolicies and Policies of `kyverno.io`; 1.18 and 1.19 mend
        only what is critical in them. From 1.20 on it keeps them, and carries out the kinds of
        `policies.kyverno.io` alone: then this is an error. 1.21 takes the kinds away.
    Verified: the text of the policy, and the version by the image of Kyverno's admission controller. Where that
        tells no version, such policies count as carried out, and as deprecated where the server knows
        MutatingPolicy v1, which came with 1.17. Silent where a policy takes no Fargate workload (DDF312).
    Fix: `kubectl ddfargate install --replace-existing` puts a policy of a kind that is carried out in its place. By
        hand: write it as a MutatingPolicy.
    Sources: https://kyverno.io/docs/policy-types/overview/; kyverno/kyverno pkg/deprecations, issue 17701
    """
    if policy.kind not in CLASSIC:
        return None
    version = running_version(index)
    named = f"Kyverno {version}" if version else "Kyverno"
    if not carries_out_legacy(version):
        hit = _would_be_taken(index, policy)
        message = f"{named} ignores {policy.called}: from 1.20 on it carries out MutatingPolicies alone"
        seen, severity = f"which {named} does not carry out", Severity.ERROR
    elif deprecates_legacy(index):
        hit = meant_for(index, policy)
        message = f"{policy.called} is of a deprecated kind: Kyverno ignores it from 1.20 on"
        seen, severity = f"which {named} carries out still, and calls deprecated", Severity.WARNING
    else:
        return None
    if not hit:
        return None
    return Problem(
        message=message,
        evidence=(
            Evidence(
                object=policy.address,
                path="kind",
                observed=f"{policy.kind.kind} of {policy.kind.group}, {seen}",
                expected="MutatingPolicy",
            ),
        ),
        fix=Fix(commands=(kubectl(index, *_get(policy)),)),
        subjects=subjects_of_policy(policy, hit),
        severity=severity,
    )


def _would_be_taken(index: Index, policy: AgentPolicy) -> list[Workload]:
    """The workloads that a policy which is ignored would inject into."""
    return [
        one
        for one in fargate_workloads(index)
        if any(ignored.policy is policy.policy for ignored in ignored_injectors(index, one.ref))
    ]


def _get(one: AgentPolicy) -> tuple[str, ...]:
    where = ("-n", one.policy.namespace) if one.kind.namespaced else ()
    return ("get", f"{one.kind.resource}/{one.policy.name}", *where, "-o", "yaml")
