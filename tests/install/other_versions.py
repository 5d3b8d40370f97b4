"""Policies of this tool as other versions of it write them. Pure."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

KYVERNO_KINDS = ("MutatingPolicy", "ClusterPolicy")
_RECORDED = Path(__file__).parent / "of_0_1_0"


def recorded(kind: str) -> dict[str, Any]:
    """As `render` of version 0.1.0 wrote it. The files are never made anew."""
    found: dict[str, Any] = yaml.safe_load((_RECORDED / f"{kind}.yaml").read_text(encoding="utf-8"))
    return found


def worded_otherwise(policy: Mapping[str, Any]) -> dict[str, Any]:
    """With the conditions of a version that knows an agent by one more name."""
    text = json.dumps(policy)
    for known, more in (
        (r"\"datadog-agent-injected\"", r", \"another-agent\""),  # in CEL
        ("'datadog-agent-injected'", " || name == 'another-agent'"),  # in JMESPath
    ):
        text = text.replace(known, known + more)
    found: dict[str, Any] = json.loads(text)
    assert found != policy
    return found


def without_its_condition(policy: Mapping[str, Any]) -> dict[str, Any]:
    """As somebody made it take pods with an agent, too: the condition's name stands, and says nothing."""
    found = copy.deepcopy(dict(policy))
    for one in found["spec"].get("matchConditions") or ():
        if one["name"] == "no-agent-yet":
            one["expression"] = "true"
    for rule in found["spec"].get("rules") or ():
        for one in rule["preconditions"]["all"]:
            if one["message"] == "no agent yet":
                one["key"] = "{{ length(`[]`) }}"
    assert found != policy
    return found
