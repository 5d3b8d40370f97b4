"""How an agent gets on with the containers beside it (702, 703, 708)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import CHANGEABLE, change, kubectl, restart, rolled_out, set_variable
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.facts.ports import collisions
from kubectl_ddfargate.facts.variables import is_true, text_of, variable
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, CRON_JOBS, JOBS, PODS, SECRETS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_AGENT = "no agent on Fargate"
AUTO_EXIT = "DD_AUTO_EXIT_NOPROCESS_ENABLED"
PROCESS_COLLECTION = ("DD_PROCESS_CONFIG_PROCESS_COLLECTION_ENABLED", "DD_PROCESS_AGENT_ENABLED")


@check(
    "DDF702",
    "Agents use ports that nobody else uses",
    trouble="An agent wants a port that is taken",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=each_agent_now_or_next,
    needs=(PODS, CONFIG_MAPS, SECRETS),
    nothing=NO_AGENT,
)
def ports_are_free(index: Index, group: AgentGroup) -> Problem | None:
    """The agent and another container, or the node's kubelet, want the same port.

    Symptom: `address already in use`: whichever starts later crashes, and that may be the application.
    Why: the containers of a pod share one network, and on Fargate it is the node's: the kubelet has 10250.
    Verified: the ports that the agent declares and those that it opens by its settings (5000, 5001, 8125/UDP,
        8126), against the ports that the other containers declare.
    Fix: give the agent another port.
    Sources: https://docs.datadoghq.com/agent/architecture; https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
    """
    found = list(collisions(index, group))
    if not found:
        return None
    seen = tuple(
        Evidence(
            object=group.ref.address,
            path=one.path,
            observed=f"{one.port}/{one.protocol}, which {one.other} has too",
            expected="a port of its own",
        )
        for one in found
    )
    first = found[0]
    if first.variable:
        fix = set_variable(index, group, first.variable, str(first.free))
    else:
        fix = Fix(commands=(change(index, group.ref),))
    return Problem(message=f"the agent wants port {first.port}, which {first.other} has", evidence=seen, fix=fix)


def _collecting(index: Index) -> Iterator[AgentGroup]:
    for group in each_agent_now_or_next(index):
        if _collects_processes(index, group):
            yield group


def _collects_processes(index: Index, group: AgentGroup) -> bool:
    return any(
        is_true(text_of(variable(index, group.namespace, group.container, name))) for name in PROCESS_COLLECTION
    )


@check(
    "DDF703",
    "Agents that collect processes see them",
    trouble="An agent is to collect processes and sees none",
    severity=Severity.WARNING,
    category=Category.FIT,
    over=_collecting,
    needs=(PODS, CONFIG_MAPS, SECRETS),
    nothing="no agent that collects processes",
)
def sees_processes(index: Index, group: AgentGroup) -> Problem | None:
    """Process collection is on, and the containers do not share their processes.

    Symptom: Live Processes shows the agent's own processes alone.
    Why: without `shareProcessNamespace` each container sees only what it started itself.
    Verified: the agent's variables and the pod's field.
    Fix: set `shareProcessNamespace: true`, where the agent is made.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/
    """
    if group.spec.share_process_namespace:
        return None
    seen = Evidence(
        object=group.ref.address, path="spec.shareProcessNamespace", observed="not true", expected="true"
    )
    if injected_by(index, group.ref, group.container) == "template" and group.ref.kind in CHANGEABLE:
        fix = _share(index, group)
    else:
        again = () if group.prospective else restart(index, group.ref)
        where = "# in the spec of the pod, where the agent is put into it"
        fix = Fix(commands=again, patch=f"{where}\nshareProcessNamespace: true\n")
    return Problem(
        message="process collection is on, and the containers do not share their processes",
        evidence=(seen,),
        fix=fix,
    )


def _share(index: Index, group: AgentGroup) -> Fix:
    pod = '{"spec":{"shareProcessNamespace":true}}'
    body = f'{{"spec":{{"template":{pod}}}}}'
    if group.ref.kind == CRON_JOBS.kind:
        body = f'{{"spec":{{"jobTemplate":{body}}}}}'
    command = kubectl(index, "patch", group.ref.resource, "-n", group.namespace, "--type", "merge", "-p", body)
    return Fix(commands=(rolled_out(index, group.ref, command),))


def _in_jobs(index: Index) -> Iterator[AgentGroup]:
    for group in each_agent_now_or_next(index):
        if group.ref.kind in (JOBS.kind, CRON_JOBS.kind):
            yield group


@check(
    "DDF708",
    "Agents in Jobs end with the Job",
    trouble="An agent keeps a Job from ending",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=_in_jobs,
    needs=(PODS, CONFIG_MAPS, SECRETS),
    nothing="no agent in a Job's pod",
)
def ends_with_the_job(index: Index, group: AgentGroup) -> Problem | None:
    """A Job's pod has an agent that does not end with the application.

    Symptom: the Job never completes, and its pod is paid for until somebody deletes it.
    Why: a pod is done when all its containers are, and an agent runs for ever. With
        `DD_AUTO_EXIT_NOPROCESS_ENABLED` it ends when it sees no other process.
    Verified: the agent's variables, in pods of Jobs and CronJobs.
    Fix: set the variable (the pod must share its processes), or leave Jobs out of the injection.
    Sources: DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar
    """
    if is_true(text_of(variable(index, group.namespace, group.container, AUTO_EXIT))):
        return None
    seen = Evidence(
        object=group.ref.address,
        path=f"spec.containers[{group.container.name}].env[{AUTO_EXIT}]",
        observed="not true",
        expected="true",
    )
    return Problem(
        message=f"{AUTO_EXIT} is not true, so the agent runs on when the Job's own containers have ended",
        evidence=(seen,),
        fix=set_variable(index, group, AUTO_EXIT, "true"),
    )
