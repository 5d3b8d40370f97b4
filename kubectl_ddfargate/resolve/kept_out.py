"""Workloads that are to be without an agent: by the label, which keeps them out, or only silenced in doctor."""

from __future__ import annotations

import json

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import RESTARTABLE, WorkloadRef, metadata_of
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, TargetWorkload
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.resolve.desk import Desk
from kubectl_ddfargate.resolve.template_labels import labels_as_sent

_SILENCED = ("DDF301", "DDF319")
"""The findings that a workload without an agent has."""


def is_kept_out(index: Index, ref: WorkloadRef, pods: tuple[Pod, ...]) -> bool:
    """Whether the workload's template has the label that keeps its pods out of every policy of ours.

    Raises NotReadError where the workload may not be read.
    """
    return labels_as_sent(index, ref, pods).get(OPT_OUT_LABEL) == "false"


def tell_silenced(desk: Desk, targets: tuple[TargetWorkload, ...]) -> None:
    """Note the targets whose finding is silenced: that alone does not keep an agent away."""
    for target in targets:
        ref = WorkloadRef(target.namespace, target.kind, target.name)
        if not desk.ask(target.address, lambda ref=ref: _is_silenced(desk.index, ref)):  # type: ignore[misc]
            continue
        commands: tuple[str, ...] = ()
        if target.kind in RESTARTABLE:
            label = {"spec": {"template": {"metadata": {"labels": {OPT_OUT_LABEL: "false"}}}}}
            words = ("patch", target.kind.lower(), target.name, "-n", target.namespace, "-p", json.dumps(label))
            commands = (desk.kubectl(*words),)
        desk.warn(
            f"{target.address} gets an agent, though its annotation ddfargate/suppress silences the finding that "
            f"it has none: that keeps no policy away. The label {OPT_OUT_LABEL}=false in its template does",
            commands=commands,
        )


def _is_silenced(index: Index, ref: WorkloadRef) -> bool:
    metadata = metadata_of(index, ref)
    said = metadata.annotations.suppress if metadata is not None and metadata.annotations is not None else None
    return any(part.split()[:1] == [id_] for part in (said or "").split(";") for id_ in _SILENCED)
