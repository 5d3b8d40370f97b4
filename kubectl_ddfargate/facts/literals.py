"""Where credentials stand as plain text: pods, templates, last-applied annotations, and the text of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kubectl_ddfargate.facts.agents import AgentGroup, groups_of
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import metadata_of, template_of
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy
from kubectl_ddfargate.model.kube.meta import Metadata
from kubectl_ddfargate.model.kube.pods import PodSpec

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ANNOTATION = f"metadata.annotations[{LAST_APPLIED}]"


class Literal(msgspec.Struct, frozen=True):
    """One credential in clear. Of the value only its place is known."""

    variable: str
    path: str
    group: AgentGroup | None = None
    """The agents that have it, where it stands in their pods."""

    @property
    def in_annotation(self) -> bool:
        """Whether it stands in the copy that `kubectl apply` keeps."""
        return self.path == _ANNOTATION


def literals_of_workload(index: Index, workload: Workload) -> tuple[Literal, ...]:
    """All places of one workload, each once. Raises NotReadError where its template may not be read."""
    groups = {group.container.name: group for group in groups_of(workload)}
    specs = list(dict.fromkeys(pod.spec for pod in reversed(workload.pods)))[::-1]
    found = [literal for spec in specs for literal in _in_spec(spec, "spec", groups)]
    template = template_of(index, workload.ref)
    if template is not None:
        found += _in_spec(template.spec, "spec.template.spec", {})
    found += _in_annotation(metadata_of(index, workload.ref))
    return tuple({(literal.variable, literal.path): literal for literal in reversed(found)}.values())[::-1]


def literals_of_policy(policy: MutatingAdmissionPolicy) -> tuple[Literal, ...]:
    """All places of one policy."""
    found = [
        Literal(variable.name, field)
        for field, text in policy.spec.texts()
        for variable in text.variables
        if variable.literal is not None
    ]
    return (*found, *_in_annotation(policy.metadata))


def _in_spec(spec: PodSpec, root: str, groups: Mapping[str, AgentGroup]) -> Iterator[Literal]:
    for field, containers in (("initContainers", spec.init_containers), ("containers", spec.containers)):
        for container in containers or ():
            for entry in container.env or ():
                if entry.literal is not None:
                    path = f"{root}.{field}[{container.name}].env[{entry.name}].value"
                    yield Literal(entry.name, path, groups.get(container.name))


def _in_annotation(metadata: Metadata | None) -> list[Literal]:
    annotations = metadata.annotations if metadata else None
    applied = annotations.last_applied if annotations else None
    return [Literal(name, _ANNOTATION) for name in (applied.credentials if applied else ())]
