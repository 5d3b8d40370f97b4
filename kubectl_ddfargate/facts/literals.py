"""Where credentials stand as plain text: pods, templates, last-applied annotations, and the text of policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kubectl_ddfargate.facts.agents import AgentGroup, agents_in, groups_of
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.workloads import metadata_of, template_of
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy
from kubectl_ddfargate.model.kube.meta import Metadata
from kubectl_ddfargate.model.kube.pods import PodSpec

_ANNOTATION = "metadata.annotations[kubectl.kubernetes.io/last-applied-configuration]"


@dataclass(frozen=True)
class Literal:
    """One credential in clear. Of the value only its place is known."""

    variable: str
    path: str
    group: AgentGroup | None = None
    """The agents that have it, where it stands in their pods."""


def literals_of_workload(index: Index, workload: Workload) -> tuple[Literal, ...]:
    """All places of one workload, each once. Raises NotReadError where its template may not be read."""
    found = [
        Literal(variable, path, group)
        for group in groups_of(workload)
        for variable, path in _in_spec(group.pods[0].spec, "spec")
    ]
    template = template_of(index, workload.ref)
    if template is not None:
        found += [Literal(*place) for place in _in_spec(template.spec, "spec.template.spec")]
    found += _in_annotation(metadata_of(index, workload.ref))
    return tuple({(literal.variable, literal.path): literal for literal in reversed(found)}.values())[::-1]


def literals_of_policy(policy: MutatingAdmissionPolicy) -> tuple[Literal, ...]:
    """All places of one policy."""
    found = [
        Literal(variable.name, f"spec.mutations[{number}]")
        for number, mutation in enumerate(policy.spec.mutations or ())
        for variable in mutation.text().variables
        if variable.literal is not None
    ]
    return (*found, *_in_annotation(policy.metadata))


def _in_spec(spec: PodSpec, root: str) -> Iterator[tuple[str, str]]:
    for container in agents_in(spec):
        for entry in container.env or ():
            if entry.literal is not None:
                yield entry.name, f"{root}.containers[{container.name}].env[{entry.name}].value"


def _in_annotation(metadata: Metadata | None) -> list[Literal]:
    annotations = metadata.annotations if metadata else None
    applied = annotations.last_applied if annotations else None
    return [Literal(name, _ANNOTATION) for name in (applied.credentials if applied else ())]
