"""One entry of `targets`: `NAMESPACE/KIND/NAME`, or the same as keys."""

from __future__ import annotations

import re
from typing import Any

from kubectl_ddfargate.commands.settings_problems import meant, shown
from kubectl_ddfargate.resolve.named_target import full_kind, parse_target

_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod")
_PART = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


def target(entry: str | dict[str, Any]) -> None:
    """Raise ValueError where an entry cannot name a workload."""
    if isinstance(entry, dict):
        namespace, kind, name = (str(entry[key]) for key in ("namespace", "kind", "name"))
    else:
        try:
            parsed = parse_target(entry)
        except ValueError:
            text = f"{shown(entry)} is no target: NAMESPACE/KIND/NAME is wanted, as kube-system/deployment/coredns"
            raise ValueError(text) from None
        namespace, kind, name = parsed.namespace, parsed.kind, parsed.name
    for part, what in ((namespace, "namespace"), (name, "workload")):
        if _PART.fullmatch(part) is None:
            raise ValueError(f"{shown(part)} cannot be the name of a {what}")
    if full_kind(kind) not in _KINDS:
        # Another kind may well be a controller of its own, as Argo's Rollout; a slip of the pen is none.
        near = meant(kind, [word.lower() for word in _KINDS])
        if near or not kind:
            raise ValueError(f"{shown(kind)} is no kind of workload{near}")
