"""What only the proof shows (315)."""

from __future__ import annotations

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection_faults import idle_policies
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF315",
    "Policies do what their text says",
    trouble="A policy should inject, and the server's dry-run shows that it does not",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def does_what_it_says(index: Index, workload: Workload) -> Problem | None:
    """A policy takes a workload's pods by its text, and the server's dry-run comes back without an agent.

    Symptom: new pods have no agent, and nothing that can be read says why.
    Why: what a policy computes is known to the server alone: its variables, parameters and mutations may fail, and
        with `failurePolicy: Ignore` nobody is told.
    Verified: the server's dry-run of the template, for policies without conditions of their own (those may leave
        the workload out on purpose; then it is DDF319). Silent where another finding says why.
    Fix: look at the policy, and at the log of what carries it out.
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
    """
    meant = idle_policies(index, workload)
    if not meant:
        return None
    seen = tuple(
        Evidence(
            object=one.address,
            path="spec",
            observed="its selectors take these pods, and the server's dry-run has no agent",
            expected="a container datadog-agent",
        )
        for one in meant
    )
    looks = [kubectl(index, "get", f"{one.kind.resource}/{one.policy.name}", "-o", "yaml") for one in meant]
    return Problem(
        message=f"{', '.join(one.called for one in meant)} should inject an agent, and does not",
        evidence=seen,
        fix=Fix(commands=tuple(looks)),
    )
