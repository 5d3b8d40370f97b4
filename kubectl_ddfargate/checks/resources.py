"""How the resources of an agent are changed, where it is made."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.checks.amounts import own_amounts
from kubectl_ddfargate.checks.container_changes import change_container, in_template
from kubectl_ddfargate.checks.own_policy import install_again, made_by_install
from kubectl_ddfargate.checks.remedies import kubectl, rolled_out
from kubectl_ddfargate.facts.agents import AgentGroup, is_native_sidecar
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.report import Fix


def use_resources(
    index: Index,
    group: AgentGroup,
    *,
    requests: Mapping[str, str] | None = None,
    limits: Mapping[str, str] | None = None,
) -> Fix:
    """Give the agent other requests or limits: by a command in a template, by a patch elsewhere.

    CPU that `requests` does not name is taken away, as a limit too: it would become the request. Memory that it
    does not name stays: an agent lives without CPU of its own, not without memory. Where our policy makes the
    agent, it is installed anew with what is right for all its agents (`own_amounts`), whatever is asked for here.
    """
    ref, name = group.ref, group.container.name
    if made_by_install(index, group):
        amounts = sorted(own_amounts(index).items())
        flags = [word for resource, value in amounts for word in (f"--agent-{resource}", value)]
        return install_again(index, *flags)
    absent = [] if requests is None or "cpu" in requests else ["cpu"]
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


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())
