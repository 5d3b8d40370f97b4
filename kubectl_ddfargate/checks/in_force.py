"""Whether the policies that inject are in force, and take anything (302, 312)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import apply, kubectl
from kubectl_ddfargate.checks.subjects import object_subject, workload_subject
from kubectl_ddfargate.facts.agent_policies import AgentPolicy, agent_policies, policies_for
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection_faults import gets_one
from kubectl_ddfargate.facts.kyverno import kyverno
from kubectl_ddfargate.facts.policy_faults import not_in_force
from kubectl_ddfargate.model.kinds import POLICIES
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity, Subject

NO_POLICY = "no policy whose text puts an agent into pods"


def each_agent_policy(index: Index) -> Iterator[AgentPolicy]:
    """The policies that add an agent, where there are Fargate pods to add it to."""
    if fargate_workloads(index):
        yield from agent_policies(index)


def meant_for(index: Index, policy: AgentPolicy) -> list[Workload]:
    """The workloads that a policy is meant for, by its own text."""
    return [one for one in fargate_workloads(index) if policy in policies_for(index, one.ref)]


def subjects_of_policy(policy: AgentPolicy, workloads: list[Workload]) -> tuple[Subject, ...]:
    """The policy, and the workloads that it hits."""
    hit = (workload_subject(one.ref, len(one.pods)) for one in workloads)
    return (object_subject(policy.policy, policy.kind), *hit)


@check(
    "DDF302",
    "Policies that inject are in force",
    trouble="A policy that should inject is not in force",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_agent_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def in_force(index: Index, policy: AgentPolicy) -> Problem | None:
    """A policy would inject agents, and nothing carries it out.

    Symptom: new pods have no agent, and nothing errors: a policy that is not carried out changes nothing.
    Why: a native policy needs a binding. One of Kyverno's needs an engine that answers, to be ready, and a live
        webhook that is called when pods are created; an engine that is not healthy may take its webhooks away.
    Verified: bindings; the pods of Kyverno's admission controller, its live webhook configuration, and the
        policy's status. Silent where the server's dry-run shows that all its workloads get an agent all the same.
    Fix: `kubectl ddfargate install`. By hand: bind the policy, or mend the engine.
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/;
        kyverno/kyverno pkg/controllers/webhook
    """
    fault = not_in_force(index, policy)
    if fault is None:
        return None
    hit = [one for one in meant_for(index, policy) if not gets_one(index, one.ref)]
    if not hit:
        return None
    seen = Evidence(object=fault.object, path=fault.path, observed=fault.observed, expected=fault.expected)
    return Problem(
        message=f"{policy.called} is not in force: {fault.observed}",
        evidence=(seen,),
        fix=_mend(index, policy),
        subjects=subjects_of_policy(policy, hit),
    )


def _mend(index: Index, policy: AgentPolicy) -> Fix:
    if policy.kind is POLICIES:
        return Fix(commands=(apply(index, _binding(policy.policy.name)),))
    engine = kyverno(index)
    where = engine.namespace if engine is not None else "kyverno"
    look = kubectl(index, "get", f"{policy.kind.resource}/{policy.policy.name}", "-o", "yaml")
    return Fix(commands=(kubectl(index, "get", "deployments,pods", "-n", where), look))


def _binding(name: str) -> str:
    return f"""apiVersion: {POLICIES.api_version}
kind: MutatingAdmissionPolicyBinding
metadata:
  name: {name}
spec:
  policyName: {name}
"""


@check(
    "DDF312",
    "Policies that inject take Fargate workloads",
    trouble="A policy takes no Fargate workload",
    severity=Severity.WARNING,
    category=Category.INJECTION,
    over=each_agent_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def takes_something(index: Index, policy: AgentPolicy) -> Problem | None:
    """The selectors of a policy that adds an agent match no Fargate workload of the cluster.

    Symptom: the policy is ready, and nothing has an agent by it.
    Why: a label is misspelt, is on the Deployment and not on its template, or was meant for nodes on EC2.
    Verified: the policy's selectors against namespaces and templates of all Fargate workloads. Skipped where only
        a part of the cluster is looked at.
    Fix: correct the selectors, or delete the policy.
    Sources: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    scope = index.snapshot.scope
    if scope.namespace or scope.selector or meant_for(index, policy):
        return None
    seen = Evidence(
        object=policy.address,
        path="spec",
        observed=f"none of {len(fargate_workloads(index))} Fargate workloads is taken",
        expected="selectors that take at least one",
    )
    get = ("get", f"{policy.kind.resource}/{policy.policy.name}")
    place = ("-n", policy.policy.namespace) if policy.kind.namespaced else ()
    return Problem(
        message=f"{policy.called} adds an agent, and its selectors take no Fargate workload",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, *get, *place, "-o", "yaml"),)),
        subjects=subjects_of_policy(policy, []),
    )
