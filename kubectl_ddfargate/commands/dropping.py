"""Workloads that our policy takes today and would not take any more."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.foreign_policies import own_policies
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.design import CONTAINER, Design
from kubectl_ddfargate.model.plan import Change, Note, NoteLevel, Op


def dropped(index: Index, design: Design, compared: Sequence[Change]) -> list[Note]:
    """A warning that names them; nothing where the policy stays as it is, or takes all that it takes today."""
    if not any(change.op is Op.UPDATE for change in compared):
        return []
    wanted = {(target.namespace, target.kind, target.name) for target in design.targets}
    names = []
    try:
        if not own_policies(index):
            return []
        for workload in fargate_workloads(index):
            ref = workload.ref
            if (ref.namespace, ref.kind, ref.name) not in wanted and _gets_ours(index, ref):
                names.append(ref.address)
    except NotReadError:
        return []
    if not names:
        return []
    listed = ", ".join(names)
    text = f"no longer taken: {listed}: their agents stay until the pods are made anew, and do not come back"
    return [Note(level=NoteLevel.WARNING, text=text)]


def _gets_ours(index: Index, ref: WorkloadRef) -> bool:
    try:
        today = [one.name for one in agents_in(spec_today(index, ref))]
    except NotProvedError:
        return False
    template = template_of(index, ref)
    own = [one.name for one in template.spec.all_containers()] if template is not None else []
    return CONTAINER in today and CONTAINER not in own
