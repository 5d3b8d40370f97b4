"""What security settings and limits do to an agent (701, 706, 707)."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.checks.container_changes import change_container
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next, each_workload
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.limits import changed_by_limit_range, refused_by
from kubectl_ddfargate.facts.pod_security import AGENT_USER, effective_user, must_not_be_root, not_writable
from kubectl_ddfargate.model.kinds import PODS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_AGENT = "no agent on Fargate"


def _secured(index: Index, group: AgentGroup, context: Mapping[str, object]) -> Fix:
    again = () if group.prospective else restart(index, group.ref)
    return change_container(index, group, {"securityContext": context}, again=again)


@check(
    "DDF701",
    "Agents can write where they must",
    trouble="An agent cannot write where it must",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=each_agent_now_or_next,
    needs=(PODS,),
    nothing=NO_AGENT,
)
def can_write(index: Index, group: AgentGroup) -> Problem | None:
    """The agent runs with a read-only root, and no volume stands where it writes.

    Symptom: `Read-only file system` at the start, and the container crashes.
    Why: the agent writes its configuration at the start, and its state, logs and temporary files later.
    Verified: the container's security context and mounts.
    Fix: mount an emptyDir at each of these paths (the first needs the image's files in it), or give the agent a
        root that it can write to.
    Sources: DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar
    """
    lacking = not_writable(group.container)
    if not lacking:
        return None
    name = group.container.name
    seen = Evidence(
        object=group.ref.address,
        path=f"spec.containers[{name}].securityContext.readOnlyRootFilesystem",
        observed=f"true, and no writable volume at {', '.join(lacking)}",
        expected="a writable volume at each, or a root that can be written to",
    )
    return Problem(
        message="the agent's root is read-only, and it has no volume where it writes",
        evidence=(seen,),
        fix=_secured(index, group, {"readOnlyRootFilesystem": False}),
    )


@check(
    "DDF706",
    "Agents run as a user that their image has",
    trouble="An agent runs as a user with whom it cannot start",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=each_agent_now_or_next,
    needs=(PODS,),
    nothing=NO_AGENT,
)
def fitting_user(index: Index, group: AgentGroup) -> Problem | None:
    """The pod's or the container's security context gives the agent a user with whom it cannot start.

    Symptom: `s6-chown: fatal: unable to chown`, or the kubelet says `container has runAsNonRoot and image will run
        as root`.
    Why: the agent's image starts as root, or as its own user 100. What the pod sets for its application holds for
        the agent too, unless the agent's container says otherwise.
    Verified: `runAsUser` and `runAsNonRoot` of the container and, where it is silent, of the pod.
    Fix: give the agent's container a user of its own.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/; DataDog/datadog-agent Dockerfiles/agent
    """
    user, path = effective_user(group.spec, group.container)
    if user is None and must_not_be_root(group.spec, group.container):
        observed = "runAsNonRoot, and no runAsUser: the image starts as root"
    elif user == 0 and must_not_be_root(group.spec, group.container):
        observed = "runAsNonRoot, and runAsUser 0"
    elif user is not None and user not in (0, AGENT_USER):
        observed = f"runAsUser {user}"
    else:
        return None
    seen = Evidence(
        object=group.ref.address,
        path=path,
        observed=observed,
        expected=f"runAsUser {AGENT_USER} for the agent's container",
    )
    return Problem(
        message="the agent runs as a user with whom its image cannot start",
        evidence=(seen,),
        fix=_secured(index, group, {"runAsUser": AGENT_USER}),
    )


@check(
    "DDF707",
    "Namespaces take pods with an agent as they are",
    trouble="A namespace refuses or changes pods with an agent",
    severity=Severity.ERROR,
    category=Category.FIT,
    over=each_workload,
    needs=(PODS,),
)
def namespace_takes_it(index: Index, workload: Workload) -> Problem | None:
    """Pod Security, a ResourceQuota or a LimitRange of the namespace refuses pods with an agent, or changes them.

    Symptom: no new pods, and `FailedCreate` at the ReplicaSet; or an agent with other resources than its policy
        says.
    Why: what admission adds is judged as the rest of the pod is, and counts for the quota.
    Verified: the server's answer to a dry-run of the template, and the mark that a LimitRange leaves on pods.
    Fix: make room in the quota, or give the agent what the namespace asks for.
    Sources: https://kubernetes.io/docs/concepts/security/pod-security-admission/;
        https://kubernetes.io/docs/concepts/policy/limit-range/
    """
    refused = refused_by(index, workload)
    if refused is not None:
        seen = Evidence(
            object=workload.ref.address, path="dry-run of its template", observed=refused.message, expected="a pod"
        )
        look = kubectl(index, "get", refused.look, "-n", workload.ref.namespace, "-o", "yaml")
        if refused.look == "namespace":
            look = kubectl(index, "get", "namespace", workload.ref.namespace, "-o", "yaml")
        return Problem(
            message=f"new pods are refused by {refused.who}", evidence=(seen,), fix=Fix(commands=(look,))
        )
    changed = changed_by_limit_range(workload)
    if changed is None:
        return None
    pod, text = changed
    seen = Evidence(
        object=f"pod/{pod.name} -n {pod.namespace}",
        path="metadata.annotations[kubernetes.io/limit-ranger]",
        observed=text,
        expected="requests and limits that whoever makes the agent sets",
    )
    return Problem(
        message="a LimitRange sets what the agent may use",
        evidence=(seen,),
        fix=Fix(commands=(kubectl(index, "get", "limitranges", "-n", workload.ref.namespace, "-o", "yaml"),)),
    )
