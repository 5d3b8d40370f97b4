"""Workloads whose pods the agent makes too large for Fargate: those that are there, or the next ones."""

from __future__ import annotations

from kubectl_ddfargate.facts.agent_size import outgrown
from kubectl_ddfargate.facts.agents import AgentGroup, agents_in
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injection import spec_today


@fact
def too_large(index: Index, workload: Workload) -> AgentGroup | None:
    """The agent of a pod that Fargate could not start, or of what one made today would be.

    Raises NotProvedError where no pod is too large, and no dry-run tells of the next one.
    """
    specs = (pod.spec for pod in workload.pods)
    there = next((spec for spec in specs if outgrown(spec) is not None), None)
    spec = spec_today(index, workload.ref) if there is None else there
    if outgrown(spec) is None:
        return None
    return AgentGroup(workload.ref, agents_in(spec)[0], spec, workload.pods, prospective=there is None)
