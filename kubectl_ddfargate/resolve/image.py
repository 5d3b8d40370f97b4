"""The agent's image: from the same registry as the cluster agent's, and of its version."""

from __future__ import annotations

import re

from kubectl_ddfargate.facts.cluster_agent import COMPONENT, ClusterAgent
from kubectl_ddfargate.resolve.desk import GIVEN, Desk

_VERSION = re.compile(r"v?(\d+)(\.\d+)*([-.][A-Za-z0-9.-]+)?")
_FIRST_COMMON = 7
"""The cluster agent has the agent's version numbers since 7.40; before, it was 1.x."""


def settle_image(desk: Desk, agent: ClusterAgent, *, needed: bool) -> str:
    """The image to use; empty, with a note where it is needed, where it cannot be told."""
    said = desk.settings.agent.image
    if said:
        desk.settle("agent.image", said, GIVEN)
        return said
    theirs = (agent.container.image if agent.container else None) or ""
    found, why_not = derived(theirs)
    if found:
        desk.settle("agent.image", found, f"the image of {agent.address}")
    elif needed:
        desk.block(
            f"the agent's image cannot be told from that of {agent.address}, {theirs or 'none'}: {why_not}",
            next_step="give it with --agent-image REGISTRY/agent:VERSION",
        )
    return found


def derived(theirs: str) -> tuple[str, str]:
    """The agent's image for a cluster agent's, and why there is none."""
    named, _, digest = theirs.partition("@")
    registry, slash, last = named.rpartition("/")
    name, _, tag = last.partition(":")
    if name != COMPONENT or not slash:
        return "", f"its name is not {COMPONENT}, as in Datadog's registries"
    if not tag:
        return "", "it is pinned by a digest, which is of that image alone" if digest else "it has no version"
    version = _VERSION.fullmatch(tag)
    if version is None or int(version.group(1)) < _FIRST_COMMON:
        return "", f"{tag} is no version that the agent has too"
    return f"{registry}/agent:{tag}", ""
