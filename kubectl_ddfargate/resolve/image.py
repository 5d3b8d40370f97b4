"""The agent's image: from the same registry as the cluster agent's, and of its version."""

from __future__ import annotations

from kubectl_ddfargate.facts.agent_image import derived
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent
from kubectl_ddfargate.resolve.desk import GIVEN, Desk


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
