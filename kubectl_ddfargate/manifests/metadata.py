"""The metadata of what is ours: the one label by which `uninstall` knows it, and nothing else."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER


def owned_metadata(name: str, namespace: str = "") -> dict[str, Any]:
    """Metadata with our label."""
    where = {"namespace": namespace} if namespace else {}
    return {"name": name, **where, "labels": {MANAGED_BY: MANAGER}}
