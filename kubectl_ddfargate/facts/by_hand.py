"""What no rollout replaces, and what its user must do instead."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import WorkloadRef, editable
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.kubectl_line import kubectl_line


def by_hand(index: Index, ref: WorkloadRef, pods: Iterable[Pod]) -> str:
    """Why these pods are left to the user, and what to do. Empty where a rollout does it.

    Raises NotReadError where the workload may not be read.
    """
    where = ("-n", ref.namespace)
    delete = _kubectl(index, "delete", "pod", *where, *(pod.name for pod in pods))
    if ref.kind == PODS.kind:
        return f"a bare pod: save its manifest, {delete}, apply it again"
    if ref.kind == CRON_JOBS.kind:
        return "a CronJob: its next run is made as of today"
    if ref.kind == JOBS.kind:
        return "a Job: let it end, or delete it and apply it again"
    owner = editable(index, ref)
    if not isinstance(owner, TemplateOwner):
        return f"no rollout is known for a {ref.kind}: end its pods one by one, {delete}"
    spec = owner.spec
    if spec.paused:
        resume = _kubectl(index, "rollout", "resume", ref.resource, *where)
        return f"its rollout is paused: {resume}, then restart it"
    strategy = spec.strategy if ref.kind == DEPLOYMENTS.kind else spec.update_strategy
    if strategy is not None and strategy.type == "Recreate":
        restart = _kubectl(index, "rollout", "restart", ref.resource, *where)
        return f"its strategy Recreate ends all pods at once: {restart}"
    if strategy is not None and strategy.type == "OnDelete":
        return f"its strategy OnDelete waits for you: end its pods one by one, {delete}"
    held = strategy.rolling_update.partition if strategy is not None and strategy.rolling_update else None
    if ref.kind == STATEFUL_SETS.kind and held:
        return f"a partition holds its pods below number {held}: end those one by one, {delete}"
    return ""


def _kubectl(index: Index, *words: str) -> str:
    return kubectl_line(index.snapshot.kubectl_flags, *words)
