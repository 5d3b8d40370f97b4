"""Which names of clusters Datadog takes. Others it drops, and then reports none."""

from __future__ import annotations

import re

RULE = (
    "parts of up to 40 lower-case letters, digits and hyphens that begin with a letter, joined by dots, 80 in all"
)
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,38}[a-z0-9])?)*")
_LONGEST = 80


def is_cluster_name(name: str) -> bool:
    """Whether Datadog takes it (DataDog/datadog-agent pkg/util/kubernetes/clustername, docs.datadoghq.com)."""
    return len(name) <= _LONGEST and _NAME.fullmatch(name) is not None
