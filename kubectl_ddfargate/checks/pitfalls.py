"""What a policy that injects does beside injecting (307–309)."""

from __future__ import annotations

import json
import re

from kubectl_ddfargate.checks.in_force import (
    NO_POLICY,
    each_agent_policy,
    meant_for,
    subjects_of_policy,
)
from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.facts.agent_policies import AgentPolicy
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.policy_habits import acts_on_update, delicate, rewrites_templates
from kubectl_ddfargate.model.kube.kyverno import ClusterPolicy
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


def _problem(index: Index, policy: AgentPolicy, message: str, seen: Evidence, fix: Fix) -> Problem:
    return Problem(
        message=f"{policy.called} {message}",
        evidence=(seen,),
        fix=fix,
        subjects=subjects_of_policy(policy, meant_for(index, policy)),
    )


def _patch(index: Index, policy: AgentPolicy, body: str, *, form: str = "merge") -> Fix:
    place = ("-n", policy.policy.namespace) if policy.kind.namespaced else ()
    words = ("patch", f"{policy.kind.resource}/{policy.policy.name}", *place, "--type", form, "-p", body)
    return Fix(commands=(kubectl(index, *words),))


@check(
    "DDF307",
    "Policies that inject never block pods",
    trouble="A policy blocks pods where it fails",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_agent_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def never_blocks(index: Index, policy: AgentPolicy) -> Problem | None:
    """`failurePolicy: Fail` (also where it is not set) on a policy that covers DNS, Karpenter or the engine itself.

    Symptom: none, until the policy or its engine fails: then CoreDNS cannot be made anew, and the cluster has no
        DNS.
    Why: an injector that is down must cost telemetry, never the workload. A ClusterPolicy of Kyverno that fails
        closed was seen to block pods of other namespaces, too.
    Verified: the policy's text, and the workloads that it is meant for.
    Fix: `kubectl ddfargate install` writes policies that never block. By hand: set `failurePolicy: Ignore`.
    Sources: https://kyverno.io/docs/policy-types/cluster-policy/policy-settings/;
        https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
    """
    if not policy.fails_closed:
        return None
    hit = [one.ref for one in meant_for(index, policy) if delicate(index, one)]
    everywhere = isinstance(policy.policy, ClusterPolicy)
    if not hit and not everywhere:
        return None
    what = ", ".join(ref.address for ref in hit) or "pods of all namespaces, while Kyverno does not answer"
    seen = Evidence(
        object=policy.address, path="spec.failurePolicy", observed=f"Fail: it can block {what}", expected="Ignore"
    )
    fix = _patch(index, policy, '{"spec":{"failurePolicy":"Ignore"}}')
    return _problem(index, policy, "blocks pods where it, or what carries it out, fails", seen, fix)


@check(
    "DDF308",
    "Policies that inject act on new pods alone",
    trouble="A policy acts on pods that exist",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_agent_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def acts_on_create(index: Index, policy: AgentPolicy) -> Problem | None:
    """The policy acts on updates of pods, too.

    Symptom: `pod updates may not add or remove containers`: labels of older pods cannot be changed, and controllers
        that do so hang.
    Why: containers can be added at the creation of a pod only. A rule of a ClusterPolicy without `operations` acts
        on CREATE and UPDATE.
    Verified: the policy's rules.
    Fix: `kubectl ddfargate install` writes policies for CREATE alone. By hand: set the operations to CREATE.
    Sources: kyverno/kyverno pkg/controllers/webhook; kubernetes/k8s.io issue 9626
    """
    where = acts_on_update(policy)
    if not where:
        return None
    path = re.sub(r"\.(\d+)\b", r"[\1]", where[0].strip("/").replace("/", "."))
    seen = Evidence(object=policy.address, path=path, observed="UPDATE, too", expected="CREATE alone")
    narrowed = [{"op": "add", "path": one, "value": ["CREATE"]} for one in where]
    fix = _patch(index, policy, json.dumps(narrowed), form="json")
    return _problem(index, policy, "acts on updates of pods, too", seen, fix)


@check(
    "DDF309",
    "Policies that inject leave templates alone",
    trouble="A policy rewrites the templates of workloads",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_agent_policy,
    needs=WITH_KYVERNO,
    nothing=NO_POLICY,
)
def leaves_templates(index: Index, policy: AgentPolicy) -> Problem | None:
    """Kyverno makes rules for Deployments and other controllers out of the one for pods.

    Symptom: Deployments get the sidecar into their template: a rollout nobody asked for, and a fight with EKS, Helm
        or the GitOps tool that owns it; or `no such key: containers` where the mutation is a jsonPatch.
    Why: autogen is on wherever nothing turns it off.
    Verified: by Kyverno's own rules of when autogen is on.
    Fix: `kubectl ddfargate install` writes policies without it. By hand: turn it off.
    Sources: https://kyverno.io/docs/policy-types/cluster-policy/autogen/; kyverno/kyverno pkg/cel/autogen
    """
    if not rewrites_templates(policy):
        return None
    if isinstance(policy.policy, ClusterPolicy):
        path, body = (
            "metadata.annotations[pod-policies.kyverno.io/autogen-controllers]",
            '{"metadata":{"annotations":{"pod-policies.kyverno.io/autogen-controllers":"none"}}}',
        )
    else:
        path = "spec.autogen.podControllers.controllers"
        body = '{"spec":{"autogen":{"podControllers":{"controllers":[]}}}}'
    seen = Evidence(object=policy.address, path=path, observed="not turned off", expected="none")
    return _problem(
        index, policy, "is also made into rules for Deployments and the like", seen, _patch(index, policy, body)
    )
