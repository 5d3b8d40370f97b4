"""Injection (301, 310, 311, 319)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import change, kubectl, quoted, restart
from kubectl_ddfargate.checks.subjects import WholeCluster, all_of_fargate, each_workload, workload_subject
from kubectl_ddfargate.checks.suppressions import ANNOTATION, with_decision
from kubectl_ddfargate.facts.agents import agents, agents_in, pods_without_agent
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, installer_of
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads, refusals
from kubectl_ddfargate.facts.index import Index, NotProvedError
from kubectl_ddfargate.facts.injection import (
    injected_by,
    injected_today,
    injection_works_somewhere,
    outdated_pods,
    prospects,
    spec_today,
)
from kubectl_ddfargate.facts.injectors import PossibleInjector, possible_injectors
from kubectl_ddfargate.facts.secret_facts import waits_for_config_map, waits_for_secret
from kubectl_ddfargate.facts.workloads import RESTARTABLE, metadata_of, template_of
from kubectl_ddfargate.model.kinds import (
    BINDINGS,
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    PODS,
    POLICIES,
    SECRETS,
    STATEFUL_SETS,
    WEBHOOKS,
)
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NEEDS = (PODS, DEPLOYMENTS, STATEFUL_SETS, JOBS, CRON_JOBS, POLICIES, BINDINGS, WEBHOOKS, NAMESPACES)


@check(
    "DDF301",
    "Something injects agents on Fargate",
    trouble="Nothing injects agents on Fargate",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=all_of_fargate,
    nothing="no Fargate pods, or only a part of them was looked at",
    needs=NEEDS,
)
def anything_injects(index: Index, _: WholeCluster) -> Problem | None:
    """No Fargate pod has an agent, and no new one would get one.

    Symptom: nothing of Fargate shows in Datadog.
    Why: Fargate has no DaemonSets, so an agent must come into each pod: by a policy, by Datadog's own webhook,
        or by the template. None of them takes effect on any workload.
    Verified: the containers of all Fargate pods and templates; then the server's dry-run of each template, or
        the absence of any policy or webhook that looks at these pods.
    Fix: install an injector. Datadog's own is switched on in the DatadogAgent or the Helm values and by a label on
        the templates; pods with node DNS need a URL with an address besides.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/
    """
    if injection_works_somewhere(index):
        return None
    workloads = fargate_workloads(index)
    # Raises where one of them is not certain: then "nothing injects" is not proved.
    if any(injected_today(index, workload.ref) for workload in workloads):
        return None
    seen = Evidence(
        object="pods on Fargate",
        path="spec.containers",
        observed="no agent, and none in the pods that would be made today",
        expected="a container datadog-agent",
    )
    look = [kubectl(index, "get", _injector_kinds(index))]
    agent = cluster_agent(index)
    if agent is not None and installer_of(agent) == "the Operator":
        field = "datadogagents.spec.features.admissionController.agentSidecarInjection"
        look.append(kubectl(index, "explain", field))
    return Problem(
        message="nothing injects an agent into any Fargate workload",
        evidence=(seen,),
        fix=Fix(commands=tuple(look)),
        subjects=tuple(workload_subject(workload.ref, len(workload.pods)) for workload in workloads),
    )


def _injector_kinds(index: Index) -> str:
    return f"{POLICIES.plural},{WEBHOOKS.plural}" if index.snapshot.served(POLICIES) else WEBHOOKS.plural


@check(
    "DDF310",
    "Pods are as new as the injection",
    trouble="Pods are older than the injection",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=(*NEEDS, SECRETS, CONFIG_MAPS),
)
def predates(index: Index, workload: Workload) -> Problem | None:
    """A pod has no agent although one made today from the same template would have one.

    Symptom: the policy is there and right, and the pod is still missing in Datadog.
    Why: containers can be added at the creation of a pod only; this one is older than what injects.
    Verified: by the server's own dry-run of the workload's template, never by dates. Without the right to a
        dry-run this check is skipped. Silent where a restart would not help: while a rollout that brings the
        agent is under way, where the new agent would wait for a Secret (DDF401, DDF402) or a ConfigMap, and where
        the new pod holds what Fargate refuses. Unknown where Secrets or ConfigMaps may not be read.
    Fix: restart the workload.
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
    """
    bare = outdated_pods(workload)
    if not bare or workload.ref.kind not in RESTARTABLE or not injected_today(index, workload.ref):
        return None
    if _would_not_run(index, workload):
        return None
    seen = Evidence(
        object=workload.ref.address,
        path="spec.containers",
        observed=f"{len(bare)} of {len(workload.pods)} pods without an agent",
        expected="an agent, as the server's dry-run of the template shows",
    )
    return Problem(
        message="pods are older than the injection: a restart gives them an agent",
        evidence=(seen,),
        fix=Fix(commands=restart(index, workload.ref)),
        pods=bare,
    )


def _would_not_run(index: Index, workload: Workload) -> bool:
    """Whether new pods would not get ready, so that a restart does harm. Raises NotReadError where that hangs on
    a Secret or ConfigMap which may not be read.
    """
    try:
        if any(refusals(spec_today(index, workload.ref))):
            return True
    except NotProvedError:
        pass  # then the template itself holds the agent
    groups = [group for group in (*agents(index), *prospects(index)) if group.ref == workload.ref]
    return any(waits_for_secret(index, group) or waits_for_config_map(index, group) for group in groups)


@check(
    "DDF311",
    "Each pod has one agent",
    trouble="Two agents run in one pod",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=each_workload,
    needs=(PODS,),
)
def one_agent(index: Index, workload: Workload) -> Problem | None:
    """Two agents run in one pod.

    Symptom: doubled metrics, ports that are taken, twice the price.
    Why: two injectors serve the same pod, or one does what the template already holds. Datadog's own webhook looks
        for its own container's name only.
    Verified: the containers of the pod, by name, image and variables.
    Fix: leave one of the two out: narrow one policy's selector, or take the container out of the template.
    Sources: DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar/agent_sidecar.go
    """
    crowded = [pod for pod in workload.pods if len(list(agents_in(pod.spec))) > 1]
    if not crowded:
        return None
    containers = list(agents_in(crowded[0].spec))
    names = ", ".join(container.name for container in containers)
    origins = ", ".join(f"{c.name} (by: {injected_by(index, workload.ref, c)})" for c in containers)
    seen = Evidence(
        object=workload.ref.address, path="spec.containers", observed=origins, expected="one of them only"
    )
    where = ("-n", workload.ref.namespace)
    return Problem(
        message=f"two agents in one pod: {names}",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, "get", workload.ref.resource, *where, "-o", "yaml"),)),
        pods=tuple(crowded),
    )


@check(
    "DDF319",
    "No Fargate workload is left out",
    trouble="Workloads are left out of the injection",
    severity=Severity.WARNING,
    category=Category.INJECTION,
    over=each_workload,
    needs=NEEDS,
)
def left_out(index: Index, workload: Workload) -> Problem | None:
    """A workload has no agent and would get none, while others are injected.

    Symptom: its telemetry is missing, and nobody notices.
    Why: no policy's selector takes it. Often it came after the policy was written.
    Verified: the server's dry-run of its template.
    Fix: widen the selector of what injects, or say that it is meant so: annotate the workload with
        `ddfargate/suppress: "DDF319 reason=…"`.
    Sources: https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
    """
    bare = pods_without_agent(workload)
    if len(bare) < len(workload.pods) or not injection_works_somewhere(index):
        return None
    if injected_today(index, workload.ref):
        return None
    looking = possible_injectors(index, workload.ref)
    observed = "no agent; no policy or webhook takes its pods"
    if looking:
        named = ", ".join(f"{item.kind}/{item.name}" for item in looking)
        observed = f"no agent; looked at by {named}, and not injected"
    seen = Evidence(
        object=workload.ref.address, path="spec.template", observed=observed, expected="an agent, or a suppression"
    )
    return Problem(
        message="no agent, and nothing that injects covers it, while other workloads are injected",
        evidence=(seen,),
        cause="left out",
        fix=_cover(index, workload),
    )


def _cover(index: Index, workload: Workload) -> Fix:
    """Where to widen what injects into others, and by which labels. To leave it so is for a person to decide."""
    ref = workload.ref
    template, metadata = template_of(index, ref), metadata_of(index, ref)
    labels = (template.metadata.labels if template else workload.pods[0].labels) or {}
    before = metadata.annotations.suppress if metadata and metadata.annotations else None
    injectors = _injectors_of_others(index)
    places = " or ".join(f"{injector.kind}/{injector.name}" for injector in injectors) or "what injects into others"
    patch = [
        f"# {places} must take pods with these labels of {ref.address}:",
        *(f"{key}: {quoted(value)}" for key, value in sorted(labels.items())),
        f"# where no telemetry is wanted, annotate {ref.resource} instead:",
        f"# {ANNOTATION}: {quoted(with_decision(before, 'DDF319', '<why>'))}",
    ]
    commands = [
        kubectl(index, "edit", POLICIES.resource, injector.name)
        if injector.kind == POLICIES.kind
        else kubectl(index, "get", WEBHOOKS.resource, injector.name, "-o", "yaml")
        for injector in injectors
    ]
    return Fix(commands=tuple(commands) or (change(index, ref),), patch="\n".join(patch) + "\n")


def _injectors_of_others(index: Index) -> tuple[PossibleInjector, ...]:
    """What injects into other workloads: the policy that spells their agent out, else all that look at them."""
    looking = {one: None for group in agents(index) for one in possible_injectors(index, group.ref)}
    names = {group.container.name for group in agents(index)}
    return tuple(one for one in looking if not names.isdisjoint(one.names)) or tuple(looking)
