"""The real Datadog Operator, run outside the cluster against its API server.

It has no account and nowhere to send to: its key is a canary, its intake a closed port on loopback.
"""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import urllib3

from . import canary
from .api import Manifest
from .binaries.build import engine, module_files
from .binaries.programs import OPERATOR, OPERATOR_MANIFESTS, cache_folder
from .engine import Engine, documents
from .fargate.nodes import EC2_NODE
from .objects import ObjectsOfCluster
from .waiting import wait_for

NAMESPACE = "datadog"
AGENT = "datadog"
DEPLOYMENT = "datadog-cluster-agent"
# Built into the program: so there is one Operator per machine, and the others wait for its end.
_HEALTH = "http://127.0.0.1:8081/healthz"
_LOCK_DEADLINE = 600.0


class DatadogOperator(Engine):
    """A running Operator. Make it with `DatadogOperator.start`; tests get it from the fixture `operator`."""

    name = "datadog-operator"
    user = "system:serviceaccount:datadog:datadog-operator"
    groups = ("datadoghq.com",)

    def __init__(self, cluster: ObjectsOfCluster) -> None:
        super().__init__(cluster)
        self._lock: IO[str] | None = None

    @classmethod
    def start(cls, cluster: ObjectsOfCluster) -> DatadogOperator:
        """Apply its kinds, run it, and return when it is ready. It looks at the namespace `datadog` only."""
        operator = cls(cluster)
        with operator._ended_on_error():
            operator._install(documents(module_files(OPERATOR_MANIFESTS)))
            operator._run()
        return operator

    def install_agent(self, *objects: Manifest) -> None:
        """Apply the DatadogAgent and what it needs; wait until the Operator made the cluster agent of it."""
        self._cluster.apply(list(objects), manager="kubectl")
        self._cluster.wait_for(
            lambda: self._cluster.get("Deployment", DEPLOYMENT, NAMESPACE),
            what="the Operator made the cluster agent",
            deadline=40,
        )

    def configure_sidecars(self, settings: Mapping[str, Any] | None) -> None:
        """Patch the DatadogAgent's `features.admissionController.agentSidecarInjection`."""
        feature = {"admissionController": {"agentSidecarInjection": settings}}
        self._cluster.patch("DatadogAgent", AGENT, NAMESPACE, {"spec": {"features": feature}})

    def cluster_agent_env(self) -> dict[str, str | None]:
        """The variables of the cluster agent's Deployment; None for those that are taken from elsewhere."""
        deployment = self._cluster.get("Deployment", DEPLOYMENT, NAMESPACE)
        containers = deployment["spec"]["template"]["spec"]["containers"] if deployment else ()
        return {entry["name"]: entry.get("value") for one in containers for entry in one.get("env", ())}

    def stop(self) -> None:
        """Also let another session's Operator start."""
        super().stop()
        if self._lock:
            self._lock.close()
            self._lock = None

    def _run(self) -> None:
        self._take_lock()
        environment = {
            "KUBECONFIG": str(self.kubeconfig),
            "DD_API_KEY": canary.API_KEY,
            "DD_URL": "http://127.0.0.1:9",
            # A node that exists: without one the Operator does nothing for its first 30 s.
            "DD_HOSTNAME": EC2_NODE,
            "POD_NAME": "datadog-operator-0",
            "POD_NAMESPACE": NAMESPACE,
            "WATCH_NAMESPACE": NAMESPACE,
        }
        flags = ["-enable-leader-election=false", "-operatorMetricsEnabled=false", "-metrics-addr=0"]
        command: list[str | Path] = [engine(OPERATOR), *flags, "-logEncoder=console", "-loglevel=info"]
        self._launch(self.name, command, environment)
        self._wait_ready(_healthy)

    def _take_lock(self) -> None:
        """Held over restarts, let go by `stop` or with this process."""
        if self._lock:
            return
        cache_folder().mkdir(parents=True, exist_ok=True)
        handle = (cache_folder() / "operator.lock").open("w")

        def taken() -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        wait_for(taken, what="another session's Operator ends", deadline=_LOCK_DEADLINE, every=0.5)
        self._lock = handle


def _healthy() -> bool:
    try:
        return urllib3.request("GET", _HEALTH, retries=False, timeout=2).status == 200
    except urllib3.exceptions.HTTPError:
        return False
