"""Small objects to compare. Pure."""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Desired

OURS = {"manager": MANAGER, "operation": "Apply"}


def service(port: int = 5005, **metadata: Any) -> dict[str, Any]:
    """A Service as a server gives it."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "fixed", "namespace": "datadog", **metadata},
        "spec": {"ports": [{"port": port}]},
    }


def ours(**metadata: Any) -> dict[str, Any]:
    """Metadata of what we applied."""
    return {"labels": {MANAGED_BY: MANAGER}, "managedFields": [OURS], **metadata}


def desired(manifest: dict[str, Any] | None = None, *, owned: bool = True) -> Desired:
    """It, as something that should be there."""
    return Desired(manifest or service(labels={MANAGED_BY: MANAGER}), "because", "fixed_service", owned=owned)


def secret(**data: str) -> dict[str, Any]:
    """A Secret whose values are marks already."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}, "data": data}
