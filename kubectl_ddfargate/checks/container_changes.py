"""How the container of an agent is changed where it is made: a command for a template, a patch elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kubectl_ddfargate.checks.remedies import CHANGEABLE, kubectl, rolled_out
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.model.kinds import CRON_JOBS
from kubectl_ddfargate.model.report import Fix

Fields = Mapping[str, Any]
"""Fields of a container as a strategic merge patch has them: None takes one away."""


def change_container(index: Index, group: AgentGroup, fields: Fields, *, again: tuple[str, ...] = ()) -> Fix:
    """Give the agent's container these fields.

    `again`: what makes new pods, where nothing but a person can change what makes the agent.
    """
    if in_template(index, group):
        return Fix(commands=(rolled_out(index, group.ref, kubectl(index, *patch_template(group, fields))),))
    where = f"# of container {group.container.name}, where it is made"
    return Fix(commands=again, patch="\n".join((where, *_lines(fields))) + "\n")


def in_template(index: Index, group: AgentGroup) -> bool:
    """Whether the agent stands in a template that may be changed."""
    return injected_by(index, group.ref, group.container) == "template" and group.ref.kind in CHANGEABLE


def patch_template(group: AgentGroup, fields: Fields) -> tuple[str, ...]:
    """The words of the kubectl line that changes the agent's container in its template."""
    field = "initContainers" if is_native_sidecar(group.spec, group.container) else "containers"
    container = {"name": group.container.name, **fields}
    spec: object = {"spec": {"template": {"spec": {field: [container]}}}}
    if group.ref.kind == CRON_JOBS.kind:
        spec = {"spec": {"jobTemplate": spec}}
    return ("patch", group.ref.resource, "-n", group.namespace, "--type", "strategic", "-p", json.dumps(spec))


def _lines(fields: Fields) -> Iterator[str]:
    """The same as YAML."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{name}:"
            yield from (f"  {line}" for line in _lines(value))
        else:
            yield f"{name}: {json.dumps(value) if not isinstance(value, str) else value}"
