"""Whether a policy is in force, where another one still hides its effect: by what its engine says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.model.design import POLICY, Design
from kubectl_ddfargate.model.objects import ObjectRef

_CONDITION = {"MutatingPolicy": "WebhookConfigured", "ClusterPolicy": "Ready"}
"""Kyverno's own word for: the API server calls me for this policy."""


def wait_engine_serves(
    objects: Objects, design: Design, *, deadline: float, pause: Callable[[float], None] = time.sleep
) -> bool:
    """Wait until Kyverno says that it serves our policy. False where it does not by the deadline."""
    ref = ObjectRef(design.policy_api_version, design.policy_kind, "", POLICY)
    while not serves(objects.live(ref), _CONDITION[design.policy_kind]):
        if time.monotonic() >= deadline:
            return False
        pause(0.2)
    return True


def serves(live: Mapping[str, Any] | None, condition: str) -> bool:
    """Whether the status of a policy holds this condition."""
    status = (live or {}).get("status") or {}
    conditions = (status.get("conditionStatus") or status).get("conditions") or ()
    return any(one.get("type") == condition and one.get("status") == "True" for one in conditions)
