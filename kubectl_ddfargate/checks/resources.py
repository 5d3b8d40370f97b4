"""How the resources of an agent are changed, where it is made."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.checks.remedies import CHANGEABLE, kubectl, rolled_out
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.model.report import Fix


def use_resources(
    index: Index,
    group: AgentGroup,
    *,
    requests: Mapping[str, str] | None = None,
    limits: Mapping[str, str] | None = None,
) -> Fix:
    """Give the agent other requests or limits: by a command in a template, by a patch elsewhere.

    A resource that `requests` does not name is left out there.
    """
    ref, name = group.ref, group.container.name
    # `kubectl set resources` cannot take a request away, and knows no init containers
    settable = requests is None or {"cpu", "memory"} <= requests.keys()
    settable = settable and not is_native_sidecar(group.spec, group.container)
    if injected_by(index, ref, group.container) == "template" and ref.kind in CHANGEABLE and settable:
        given = (("--requests", requests), ("--limits", limits))
        flags = [f"{flag}={_pairs(values)}" for flag, values in given if values]
        words = ("set", "resources", ref.resource, "-n", ref.namespace, "-c", name, *flags)
        return Fix(commands=(rolled_out(index, ref, kubectl(index, *words)),))
    lines = [f"# of container {name}, where it is made", "resources:"]
    absent = [] if requests is None else [name for name in ("cpu", "memory") if name not in requests]
    if absent:
        lines.insert(1, f"# no {' and no '.join(absent)} there, as a limit neither: it would become the request")
    for part, values in (("requests", requests), ("limits", limits)):
        if values is not None:
            lines += [f"  {part}:", *(f"    {key}: {value}" for key, value in values.items())]
    return Fix(patch="\n".join(lines) + "\n")


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())
