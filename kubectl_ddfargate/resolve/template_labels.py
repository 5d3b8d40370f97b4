"""The labels by which a policy may know a workload's new pods, as they are before anything is added on the way."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injectors import added_by_controller
from kubectl_ddfargate.facts.workloads import WorkloadRef, editable, template_of
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.pods import Pod

Labels = Mapping[str, str]


def labels_as_sent(index: Index, ref: WorkloadRef, pods: tuple[Pod, ...]) -> dict[str, str]:
    """All labels of the template; those of a pod, where no template is read (bare pods, foreign kinds).

    Raises NotReadError where the workload may not be read.
    """
    template = template_of(index, ref)
    labels: Labels = (template.metadata.labels if template else pods[0].labels if pods else None) or {}
    theirs = {PROFILE_LABEL, *added_by_controller(labels)}
    return {key: value for key, value in labels.items() if key not in theirs}


def telling_labels(index: Index, ref: WorkloadRef, pods: tuple[Pod, ...]) -> tuple[tuple[str, str], ...]:
    """Those that tell a workload from others: its own selector's, else all of its template.

    Raises NotReadError where the workload may not be read.
    """
    labels = labels_as_sent(index, ref, pods)
    selected: Labels = {}
    # a Job's selector holds the uid that its controller gives it
    if ref.kind in (DEPLOYMENTS.kind, STATEFUL_SETS.kind):
        found = editable(index, ref)
        selector = found.spec.selector if found is not None else None
        selected = (selector.match_labels if selector else None) or {}
    own = {key: value for key, value in selected.items() if labels.get(key) == value}
    return tuple(sorted((own or labels).items()))
