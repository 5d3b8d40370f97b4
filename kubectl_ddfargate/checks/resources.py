"""How the resources of an agent are changed, where it is made."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.checks.container_changes import change_container, in_template
from kubectl_ddfargate.checks.own_policy import install_again, made_by_install
from kubectl_ddfargate.checks.remedies import kubectl, rolled_out
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Fix
from kubectl_ddfargate.model.settings import NONE

_SIZED = ("cpu", "memory")


def use_resources(
    index: Index,
    group: AgentGroup,
    *,
    requests: Mapping[str, str] | None = None,
    limits: Mapping[str, str] | None = None,
) -> Fix:
    """Give the agent other requests or limits: by a command in a template or of ours, by a patch elsewhere.

    A resource that `requests` does not name is taken away there, as a limit too: it would become the request.
    """
    ref, name = group.ref, group.container.name
    absent = [] if requests is None else [resource for resource in _SIZED if resource not in requests]
    if made_by_install(index, group):
        changed = limits if requests is None else _changed(group, {**dict.fromkeys(absent, NONE), **requests})
        flags = [word for resource, value in (changed or {}).items() for word in (f"--agent-{resource}", value)]
        return install_again(index, *flags)
    # `kubectl set resources` cannot take a request away, and knows no init containers
    if not absent and not is_native_sidecar(group.spec, group.container) and in_template(index, group):
        given = (("--requests", requests), ("--limits", limits))
        flags = [f"{flag}={_pairs(values)}" for flag, values in given if values]
        words = ("set", "resources", ref.resource, "-n", ref.namespace, "-c", name, *flags)
        return Fix(commands=(rolled_out(index, ref, kubectl(index, *words)),))
    none = dict.fromkeys(absent)
    parts = {
        "requests": None if requests is None else {**none, **requests},
        "limits": {**none, **(limits or {})} or None,
    }
    resources = {part: values for part, values in parts.items() if values is not None}
    return change_container(index, group, {"resources": resources})


def _changed(group: AgentGroup, wanted: Mapping[str, str]) -> dict[str, str]:
    """The requests that are others than today's: what install is not told, it keeps."""
    resources = group.container.resources
    now = (resources.requests if resources else None) or {}
    return {name: wanted[name] for name in _SIZED if name in wanted and str(now.get(name, NONE)) != wanted[name]}


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())
