"""Whether Kyverno carries out the kinds of its policies (306)."""

from __future__ import annotations

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.agents import is_agent
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kyverno import running_version
from kubectl_ddfargate.facts.kyverno_injectors import KyvernoInjector, ignored_injectors
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF306",
    "Kyverno carries out the kinds of its policies",
    trouble="Policies are of a kind that Kyverno does not carry out",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def kind_is_carried_out(index: Index, workload: Workload) -> Problem | None:
    """A ClusterPolicy or Policy would inject, and the running Kyverno is of a version that ignores its kind.

    Symptom: the policy is stored and looks ready, and new pods have no agent. No event and no log says why.
    Why: from 1.20 on Kyverno keeps ClusterPolicies and Policies of `kyverno.io`, and carries out the kinds of
        `policies.kyverno.io` alone.
    Verified: the text of the policy, and the version by the image of Kyverno's admission controller. Where that
        tells no version, such policies count as carried out.
    Fix: `kubectl ddfargate install` writes a policy of a kind that is carried out. By hand: write it as a
        MutatingPolicy.
    Sources: https://kyverno.io/docs/policy-types/overview/
    """
    ignored = [one for one in ignored_injectors(index, workload.ref) if any(map(is_agent, one.containers))]
    if not ignored:
        return None
    version = running_version(index)
    return Problem(
        message=f"Kyverno {version} ignores {', '.join(map(_name, ignored))}: from 1.20 on it carries out "
        "MutatingPolicies alone",
        evidence=tuple(
            Evidence(
                object=_name(one),
                path="kind",
                observed=f"{one.kind.kind} of {one.kind.group}, which Kyverno {version} does not carry out",
                expected="MutatingPolicy",
            )
            for one in ignored
        ),
        fix=Fix(commands=tuple(kubectl(index, *_get(one)) for one in ignored)),
    )


def _name(one: KyvernoInjector) -> str:
    return f"{one.kind.kind}/{one.policy.name}"


def _get(one: KyvernoInjector) -> tuple[str, ...]:
    where = ("-n", one.policy.namespace) if one.kind.namespaced else ()
    return ("get", f"{one.kind.resource}/{one.policy.name}", *where, "-o", "yaml")
