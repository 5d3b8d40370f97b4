"""Whether the agents that run are those that new pods would have (318)."""

from __future__ import annotations

from kubectl_ddfargate.checks.injection import WITH_KYVERNO
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection_faults import is_explained
from kubectl_ddfargate.facts.outdated import Reason
from kubectl_ddfargate.facts.still_injected import differs_from_today
from kubectl_ddfargate.model.kinds import POLICIES, WEBHOOKS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF318",
    "Running agents are those that new pods would have",
    trouble="Running agents are not those that new pods would have",
    severity=Severity.WARNING,
    category=Category.INJECTION,
    over=each_workload,
    needs=WITH_KYVERNO,
)
def agents_of_today(index: Index, workload: Workload) -> Problem | None:
    """Pods have another agent than new ones would get, or one that no new pod would get at all.

    Symptom: all is well until the next restart, scale-up or eviction. The new pod then has other settings, or no
        agent, and its telemetry stops.
    Why: an agent that came by admission stays in its pod whatever becomes of what injected it: the policy was
        changed or deleted, its label was taken from the template, Kyverno or Datadog's webhook was taken away.
    Verified: the pod's containers that nobody wrote (`managedFields`), against the server's dry-run of the
        template, or against the template itself where nothing looks at these pods. Skipped where neither tells.
    Fix: where agents are wanted `kubectl ddfargate install`, so that what injects is there again. Where only their
        settings differ, or none are wanted any more, `kubectl ddfargate restart` makes new pods.
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
    """
    found = differs_from_today(index, workload)
    if found is None:
        return None
    gone = found.reason is Reason.LEFT_OVER
    if gone and is_explained(
        index, workload, goes_without=True
    ):  # the policy that should act has a finding of its own
        return None
    seen = Evidence(
        object=workload.ref.address,
        path="spec.containers",
        observed=found.why,
        expected="something that injects it into new pods" if gone else "as in a pod made today",
    )
    return Problem(
        message="these agents came by admission, and nothing injects them any more: new pods have none"
        if gone
        else "these pods have another agent than new ones would have",
        evidence=(seen,),
        fix=Fix(commands=_look(index), by_install=True)
        if gone
        else Fix(commands=restart(index, workload.ref), by_restart=True),
        pods=found.pods,
    )


def _look(index: Index) -> tuple[str, ...]:
    """What should inject and does not: for those who do it by hand."""
    kinds = [kind.plural for kind in (POLICIES, WEBHOOKS) if kind is WEBHOOKS or index.snapshot.served(kind)]
    return (kubectl(index, "get", ",".join(kinds)),)
