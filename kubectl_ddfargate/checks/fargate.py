"""Identity and start of Fargate pods (103–105)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import change, kubectl
from kubectl_ddfargate.checks.subjects import each_marked_workload, each_workload
from kubectl_ddfargate.facts.agent_size import outgrown
from kubectl_ddfargate.facts.fargate import (
    Workload,
    has_label,
    has_scheduler,
    is_waiting_for_a_node,
    refusals,
    why_unscheduled,
)
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.kinds import EVENTS, PODS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


@check(
    "DDF103",
    "Fargate's label and scheduler go together",
    trouble="Only one of Fargate's two marks is there",
    severity=Severity.WARNING,
    category=Category.DNS,
    over=each_marked_workload,
    needs=(PODS,),
    nothing="no pod with a mark of Fargate",
)
def both_marks(index: Index, workload: Workload) -> Problem | None:
    """A pod carries one of Fargate's two marks and lacks the other.

    Symptom: with the label alone the pod runs on EC2 though its manifest says Fargate; with the scheduler alone
        it hangs in Pending.
    Why: Fargate's webhook sets both when a profile matches. One alone was written by hand, or no profile
        matched the pod.
    Verified: the label `eks.amazonaws.com/fargate-profile` and `spec.schedulerName`.
    Fix: take the mark out of the template and let a profile's selectors choose the pod.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    """
    pod = workload.pods[0]
    if has_label(pod) == has_scheduler(pod):
        return None
    if has_label(pod):
        message = f"pods have the label {PROFILE_LABEL} but no Fargate profile took them: they run on EC2"
        path, observed, expected = "spec.schedulerName", pod.spec.scheduler_name or "not set", SCHEDULER
    else:
        message = f"pods ask for {SCHEDULER} but no Fargate profile took them: they hang"
        path, observed, expected = f"metadata.labels[{PROFILE_LABEL}]", "not set", "a profile's name"
    seen = Evidence(object=workload.ref.address, path=path, observed=observed, expected=expected)
    return Problem(
        message=message,
        evidence=(seen,),
        fix=Fix(commands=(change(index, workload.ref),)),
    )


@check(
    "DDF104",
    "Fargate starts the pods",
    trouble="Fargate does not start pods",
    severity=Severity.ERROR,
    category=Category.DNS,
    over=each_workload,
    needs=(PODS, EVENTS),
)
def gets_a_node(index: Index, workload: Workload) -> Problem | None:
    """A pod is Pending and Fargate's scheduler says why.

    Symptom: the pod has no node and stays so.
    Why: no profile matches, there is no capacity, or the pod asks for what is not to be had. What stands in the
        spec itself is DDF105, and what the agent makes too large DDF605. The scheduler tries once: a pod that hangs
        is not tried again.
    Verified: the condition PodScheduled, else the event FailedScheduling.
    Fix: mend the cause, then delete the pod so that a new one is tried.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
    """
    stuck = [
        (pod, why)
        for pod in workload.pods
        if not _known_cause(pod) and (why := why_unscheduled(index, pod)) is not None
    ]
    if not stuck:
        return None
    pod, why = stuck[0]
    seen = Evidence(
        object=f"pod/{pod.name} -n {pod.namespace}", path=why.source, observed=why.message, expected="scheduled"
    )
    owned = [one.name for one, _ in stuck if one.metadata.owner()]
    where = ("-n", workload.ref.namespace, "--ignore-not-found")
    again = (kubectl(index, "delete", "pods", *owned, *where),) if owned else ()
    return Problem(
        message=f"Fargate does not start the pods: {why.message}",
        evidence=(seen,),
        fix=Fix(commands=(change(index, workload.ref), *again)),
        pods=tuple(pod for pod, _ in stuck),
    )


def _known_cause(pod: Pod) -> bool:
    try:
        return any(refusals(pod.spec)) or outgrown(pod.spec) is not None
    except ValueError:  # a request that is no quantity
        return False


@check(
    "DDF105",
    "The specs hold nothing that Fargate refuses",
    trouble="Specs hold what Fargate refuses",
    severity=Severity.ERROR,
    category=Category.DNS,
    over=each_workload,
    needs=(PODS,),
)
def spec_is_taken(index: Index, workload: Workload) -> Problem | None:
    """The spec asks for what Fargate does not give.

    Symptom: the pod stays Pending with `Pod not supported on Fargate`. A pod that has a node is not judged.
    Why: Fargate runs no privileged containers, no host networking, ports, namespaces or paths, no added
        capabilities, and only some kinds of volumes.
    Verified: the fields of the pod.
    Fix: take the field out of the template, or keep the pod off Fargate by the profile's selectors.
    Sources: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
    """
    refused = tuple(pod for pod in workload.pods if is_waiting_for_a_node(pod) and any(refusals(pod.spec)))
    if not refused:
        return None
    found = tuple(refusals(refused[0].spec))
    return Problem(
        message="the spec asks for what Fargate refuses: " + ", ".join(r.path for r in found),
        evidence=tuple(
            Evidence(object=workload.ref.address, path=r.path, observed=r.observed, expected=r.expected)
            for r in found
        ),
        fix=Fix(commands=(change(index, workload.ref),)),
        pods=refused,
    )
