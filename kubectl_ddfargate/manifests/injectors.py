"""The table of injectors: one line for each kind of object that injects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kubectl_ddfargate.manifests import admission_policy, cluster_policy, datadog, kyverno
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired


class Injector(Protocol):
    """What a file of an injector offers."""

    def objects(self, design: Design) -> tuple[Desired, ...]:
        """What puts the injection into force, in the order of applying."""


INJECTORS: Mapping[str, Injector] = {
    "MutatingPolicy": kyverno,
    "ClusterPolicy": cluster_policy,
    "MutatingAdmissionPolicy": admission_policy,
    "DatadogAgent": datadog,
}
"""By `Design.policy_kind`."""


def injector_of(design: Design) -> Injector:
    """The injector of a design. Raises ValueError for a kind that there is no file for."""
    found = INJECTORS.get(design.policy_kind)
    if found is None:
        raise ValueError(f"there is no injector that makes a {design.policy_kind}")
    return found
