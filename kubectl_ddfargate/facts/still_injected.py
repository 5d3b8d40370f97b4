"""Whether agents that run would come back: those that nothing injects any more go with their pods."""

from __future__ import annotations

from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.injection import injected_today
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.outdated import Outdated, Reason, needs_restart, unproved
from kubectl_ddfargate.facts.workloads import template_of

_NO_DRY_RUN = "no dry-run was made, and something looks at these pods"


def differs_from_today(index: Index, workload: Workload) -> Outdated | None:
    """The pods whose agent is another than what a new pod would have, or that would come back without one.

    None where they are alike, and for workloads without an agent. Raises NotProvedError where it is not certain,
    and NotReadError where that hangs on something unread.
    """
    if not _has_agents(workload):
        return None
    found = next((one for one in needs_restart(index, [workload])), None)
    if found is not None:
        return None if found.reason is Reason.MISSING else found
    ref = workload.ref
    for one in unproved(index, [workload]):
        # where one of these may not be read it is not known, rather than left out
        template_of(index, ref)
        possible_injectors(index, ref)
        if index.proof(ref.kind, ref.namespace, ref.name) is None:
            raise NotProvedError(_NO_DRY_RUN, by_choice=True)
        raise NotProvedError(one.reason, by_choice=index.snapshot.proof_wanted is not True)
    return None


def agents_go(index: Index, workload: Workload) -> bool:
    """Whether its agents came by admission and nothing injects them any more, for certain.

    Raises NotReadError where what would tell may not be read.
    """
    found = next((one for one in needs_restart(index, [workload])), None)
    if found is None and unproved(index, [workload]):
        template_of(index, workload.ref)
        possible_injectors(index, workload.ref)
    return found is not None and found.reason is Reason.LEFT_OVER


@fact
def injection_works_somewhere(index: Index) -> bool:
    """Whether any Fargate workload has an agent that would come back, or would get one at its next start.

    Raises NotReadError where none is known to, and of one it is not known.
    """
    unread: NotReadError | None = None
    for workload in fargate_workloads(index):
        try:
            if (_has_agents(workload) and not agents_go(index, workload)) or _certain(index, workload):
                return True
        except NotReadError as error:
            unread = unread or error
    if unread is not None:
        raise unread
    return False


def _has_agents(workload: Workload) -> bool:
    return any(has_agent(pod.spec) for pod in workload.pods)


def _certain(index: Index, workload: Workload) -> bool:
    try:
        return injected_today(index, workload.ref)
    except (NotProvedError, NotReadError):
        return False
