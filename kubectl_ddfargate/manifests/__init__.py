"""The objects that a Design means. Pure: the same Design gives the same objects, in the order of applying."""

from __future__ import annotations

from kubectl_ddfargate.manifests import fixed_service, kubelet_rights, secret
from kubectl_ddfargate.manifests.injectors import injector_of
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired


def desired_objects(design: Design) -> tuple[Desired, ...]:
    """All objects, in the order of applying: what agents rest on first, what injects them last."""
    return (
        *fixed_service.objects(design),
        *secret.objects(design),
        *kubelet_rights.objects(design),
        *injector_of(design).objects(design),
    )
