"""What keeps agents from a workload's new pods: the faults of the policies that are meant for it."""

from __future__ import annotations

from kubectl_ddfargate.facts.agent_policies import AgentPolicy, policies_for
from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.policy_faults import InjectionFault, policy_faults
from kubectl_ddfargate.facts.workloads import WorkloadRef


def injection_faults(index: Index, workload: Workload) -> tuple[InjectionFault, ...]:
    """All faults of the policies that are meant for a workload; none where its new pods get an agent all the same.

    Raises NotReadError where policies, or what excludes, may not be read.
    """
    if _go_without(index, workload):
        return faults_of_policies(index, workload.ref)
    if not gets_one(index, workload.ref):
        policies_for(index, workload.ref)  # nothing is green for want of rights: this raises where they lack
    return ()


def idle_policies(index: Index, workload: Workload) -> tuple[AgentPolicy, ...]:
    """The policies that take a workload's pods by their text, and yet add nothing, for no reason that can be seen.

    Those with conditions of their own may leave a workload out on purpose. Raises NotProvedError without a dry-run,
    and NotReadError as above.
    """
    meant = tuple(one for one in policies_for(index, workload.ref) if not _has_conditions(one))
    if not meant or has_agent(spec_today(index, workload.ref)) or injection_faults(index, workload):
        return ()
    return meant


def _has_conditions(one: AgentPolicy) -> bool:
    return bool(getattr(one.policy.spec, "match_conditions", None))


@fact
def _go_without(index: Index, workload: Workload) -> bool:
    """Whether new pods have no agent, by a dry-run; where there was none, whether living ones lack it."""
    try:
        return not has_agent(spec_today(index, workload.ref))
    except NotProvedError:
        return not all(has_agent(pod.spec) for pod in workload.pods)


@fact
def faults_of_policies(index: Index, ref: WorkloadRef) -> tuple[InjectionFault, ...]:
    """The same for a workload of which it is known that its new pods have no agent. Raises NotReadError."""
    return tuple(fault for policy in policies_for(index, ref) for fault in policy_faults(index, policy, ref))


def gets_one(index: Index, ref: WorkloadRef) -> bool:
    """Whether a new pod has an agent for certain, by the server's dry-run."""
    try:
        return has_agent(spec_today(index, ref))
    except NotProvedError:
        return False


def is_explained(index: Index, workload: Workload, *, goes_without: bool = False) -> bool:
    """Whether a finding of its own names the policy that should act; not where that could not be read or proved.

    `goes_without`: that new pods have no agent is known already.
    """
    try:
        if goes_without and faults_of_policies(index, workload.ref):
            return True
        return bool(injection_faults(index, workload) or idle_policies(index, workload))
    except (NotReadError, NotProvedError):
        return False
