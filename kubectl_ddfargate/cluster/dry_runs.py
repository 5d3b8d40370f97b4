"""Sends pods to the server as dry-runs, in whose name they count. Nothing is created.

A pod's text may hold a credential, so it is kept nowhere and shown nowhere; the answer is a redacted record.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.cluster.access_reviews import Permission, caller_may
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import DdfargateError, ForbiddenError
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, STATEFUL_SETS
from kubectl_ddfargate.model.kube.pods import Pod

HOME = "kube-system"
"""Where the ServiceAccounts of the controllers are."""
CONTROLLERS = {
    DEPLOYMENTS.kind: "replicaset-controller",
    "ReplicaSet": "replicaset-controller",
    STATEFUL_SETS.kind: "statefulset-controller",
    JOBS.kind: "job-controller",
    CRON_JOBS.kind: "job-controller",
    "DaemonSet": "daemon-set-controller",
}
"""Kind of workload → the ServiceAccount in kube-system that makes its pods."""


class Trials:
    """Sends dry-runs: as the workload's controller where the caller may act as it, else as the caller.

    Some injectors tell the two apart (Kyverno's excludeGroups), and then only the controller's answer is true.
    Safe from several threads.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._as_controller = not gateway.impersonates
        self._may: dict[str, bool] = {}
        self._lock = threading.Lock()

    def sender(self, kind: str) -> str:
        """The ServiceAccount in whose name pods of this kind of workload are sent; empty: as the caller."""
        name = CONTROLLERS.get(kind)
        if name is None or not self._as_controller:
            return ""
        with self._lock:
            if name not in self._may:
                self._may[name] = self._may_act_as(name)
            return name if self._may[name] else ""

    def send(self, kind: str, pod: Mapping[str, Any]) -> Pod:
        """The pod that the server would make. Raises ApiError where it, or admission, refuses."""
        name = self.sender(kind)
        # Without a group header the server gives a ServiceAccount the groups that it has, and asks for one right.
        headers = {"Impersonate-User": f"system:serviceaccount:{HOME}:{name}"} if name else {}
        return self._gateway.post(
            PODS.path(pod["metadata"]["namespace"]),
            pod,
            Pod,
            query={"dryRun": "All", "fieldValidation": "Ignore"},
            headers=headers,
            idempotent=True,
        )

    def _may_act_as(self, name: str) -> bool:
        try:
            return caller_may(self._gateway, Permission("impersonate", "serviceaccounts", "", HOME, name))
        except DdfargateError:
            return False


def may_not_try(error: DdfargateError) -> bool:
    """Whether the caller lacks the right to create pods, rather than the pod being refused."""
    return isinstance(error, ForbiddenError) and 'cannot create resource "pods"' in error.message
