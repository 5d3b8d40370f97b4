"""Injection (301, 310, 311)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.subjects import WholeCluster, all_of_fargate, each_workload, workload_subject
from kubectl_ddfargate.facts.agent_size import outgrown
from kubectl_ddfargate.facts.agents import agents, agents_in, pods_without_agent
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, installer_of
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads, refusals
from kubectl_ddfargate.facts.index import Index, NotProvedError
from kubectl_ddfargate.facts.injection import (
    injected_by,
    injected_today,
    outdated_pods,
    prospects,
    spec_today,
)
from kubectl_ddfargate.facts.injection_faults import is_explained
from kubectl_ddfargate.facts.kyverno_injectors import ignored_injectors
from kubectl_ddfargate.facts.secret_facts import waits_for_config_map, waits_for_secret
from kubectl_ddfargate.facts.still_injected import injection_works_somewhere
from kubectl_ddfargate.facts.workloads import RESTARTABLE
from kubectl_ddfargate.model.kinds import (
    BINDINGS,
    CLUSTER_POLICIES,
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    JOBS,
    KYVERNO_CONFIG,
    KYVERNO_CONTROLLERS,
    MUTATING_POLICIES,
    NAMESPACE_POLICIES,
    NAMESPACED_MUTATING_POLICIES,
    NAMESPACES,
    PODS,
    POLICIES,
    SECRETS,
    STATEFUL_SETS,
    WEBHOOKS,
)
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NEEDS = (PODS, DEPLOYMENTS, STATEFUL_SETS, JOBS, CRON_JOBS, POLICIES, BINDINGS, WEBHOOKS, NAMESPACES)
WITH_KYVERNO = (
    *NEEDS,
    CLUSTER_POLICIES,
    NAMESPACE_POLICIES,
    MUTATING_POLICIES,
    NAMESPACED_MUTATING_POLICIES,
    KYVERNO_CONTROLLERS,
    KYVERNO_CONFIG,
)
"""What tells which policies of Kyverno's are meant for a workload, and what keeps them from it."""


@check(
    "DDF301",
    "Something injects agents on Fargate",
    trouble="Nothing injects agents on Fargate",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=all_of_fargate,
    nothing="no Fargate pods, or only a part of them was looked at",
    needs=WITH_KYVERNO,
)
def anything_injects(index: Index, _: WholeCluster) -> Problem | None:
    """No Fargate pod would get an agent today, and there are pods without one.

    Symptom: nothing of Fargate shows in Datadog.
    Why: Fargate has no DaemonSets, so an agent must come into each pod: by a policy, by Datadog's own webhook,
        or by the template. None of them takes effect on any workload.
    Verified: the containers of all Fargate pods and templates; then the server's dry-run of each template, or
        the absence of any policy or webhook that looks at these pods. Agents that still run and would not come
        back (DDF318) do not count.
    Fix: `kubectl ddfargate install`. By hand: Datadog's own injection is switched on in the DatadogAgent or the
        Helm values and by a label on the templates; pods with node DNS need a URL with an address besides.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/
    """
    if injection_works_somewhere(index):
        return None
    workloads = fargate_workloads(index)
    # Raises where one of them is not certain: then "nothing injects" is not proved.
    if any(injected_today(index, workload.ref) for workload in workloads):
        return None
    # Where all agents still run DDF318 says that they go. A policy that should act has a finding of its own.
    bare = [one for one in workloads if pods_without_agent(one)]
    if not bare or any(ignored_injectors(index, one.ref) or is_explained(index, one) for one in bare):
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
        subjects=tuple(workload_subject(one.ref, len(pods_without_agent(one))) for one in bare),
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
        the new pod holds what Fargate refuses or outgrows it (DDF605). Unknown where Secrets or ConfigMaps may not
        be read.
    Fix: `kubectl ddfargate restart` rolls all such workloads, one at a time, CoreDNS last. By hand: restart the
        workload.
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
        fix=Fix(commands=restart(index, workload.ref), by_restart=True),
        pods=bare,
    )


def _would_not_run(index: Index, workload: Workload) -> bool:
    """Whether new pods would not get ready, so that a restart does harm. Raises NotReadError where that hangs on
    a Secret or ConfigMap which may not be read.
    """
    try:
        today = spec_today(index, workload.ref)
        if any(refusals(today)) or outgrown(today) is not None:
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
