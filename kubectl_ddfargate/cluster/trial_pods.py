"""The pod that a workload would get next, read from the cluster for a dry-run alone."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.next_pod import pod_of
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND


def trial_pod(gateway: Gateway, ref: WorkloadRef) -> dict[str, Any]:
    """The pod that a workload's controller would send next, also where none of its pods lives.

    Raises NotFoundError where the workload is gone, ForbiddenError where it may not be read.
    """
    kind = BY_KIND[ref.kind]
    raw = json.loads(bytes(gateway.get(kind.path(ref.namespace, ref.name), msgspec.Raw)))
    whole = WorkloadRef(ref.namespace, ref.kind, ref.name, kind.api_version)
    return pod_of(raw, Workload(whole, ()))
