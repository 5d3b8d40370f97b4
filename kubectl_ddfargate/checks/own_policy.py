"""Agents that this tool's own policy makes: what changes them is another install."""

from __future__ import annotations

import shlex

from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.foreign_policies import foreign_injectors, own_policies
from kubectl_ddfargate.facts.index import Index, NotReadError, fact
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.model.design import CONTAINER, POLICY
from kubectl_ddfargate.model.kubectl_line import ddfargate_line
from kubectl_ddfargate.model.report import Fix


@fact
def made_by_install(index: Index, group: AgentGroup) -> bool:
    """Whether the policy of ours puts this agent into pods, and nothing else does. What is unread is nobody's."""
    if group.container.name != CONTAINER:
        return False
    try:
        if not any(one.name == POLICY for one in own_policies(index)):
            return False
        return injected_by(index, group.ref, group.container) in _WAYS and not foreign_injectors(index, [group.ref])
    except NotReadError:
        return False


_WAYS = ("admission-policy", "kyverno")


def install_again(index: Index, *flags: str) -> Fix:
    """The command that makes the policy anew with these flags, and the pods by it."""
    words = shlex.join(("install", *flags, "--restart"))
    return Fix(commands=(ddfargate_line(index.snapshot.kubectl_flags, words),))
