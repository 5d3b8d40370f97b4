"""The agent's image that goes with a cluster agent's: same registry, same version."""

from __future__ import annotations

import re

from kubectl_ddfargate.facts.cluster_agent import COMPONENT

FIRST_COMMON = 7
"""The cluster agent has the agent's version numbers since 7.40; before, it was 1.x."""
_VERSION = re.compile(r"v?(\d+)(\.\d+)*([-.][A-Za-z0-9.-]+)?")


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
    if version is None or int(version.group(1)) < FIRST_COMMON:
        return "", f"{tag} is no version that the agent has too"
    return f"{registry}/agent:{tag}", ""
