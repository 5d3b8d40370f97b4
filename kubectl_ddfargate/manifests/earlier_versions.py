"""Knows again what any version of this tool wrote, by names and shapes: texts change from version to version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.manifests.conditions import NO_AGENT_YET
from kubectl_ddfargate.model.design import CONTAINER

_CONTAINERS = "request.object.spec.containers"


def leaves_agents_alone(policy: Mapping[str, Any]) -> bool:
    """Whether a Kyverno policy of ours skips pods that have our container.

    It must name that container: then a version with another name for it is told apart, and so is a policy whose
    condition somebody made to hold for every pod. One that names it, and takes such a pod all the same, gives none
    two agents: the server refuses two containers of one name, and there the plan, or the proof, stops.
    """
    spec = policy["spec"]
    if policy["kind"] != "ClusterPolicy":
        conditions = spec.get("matchConditions") or ()
        return any(
            one.get("name") == NO_AGENT_YET and f'"{CONTAINER}"' in one.get("expression", "") for one in conditions
        )
    before = [rule.get("preconditions") for rule in spec["rules"] if "mutate" in rule]
    return bool(before) and all(
        isinstance(one, dict) and any(map(_no_agent_yet, one.get("all") or ())) for one in before
    )


def _no_agent_yet(condition: Mapping[str, Any]) -> bool:
    """Whether a precondition counts the agents among a pod's containers, and wants none: `cluster_policy`."""
    key = str(condition.get("key"))
    counts = _CONTAINERS in key and f"'{CONTAINER}'" in key
    return counts and (condition.get("operator"), condition.get("value")) == ("Equals", 0)
