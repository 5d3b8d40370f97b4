"""A stand-in for the cluster agent's admission controller: it registers `datadog-webhook`, and answers it.

The simulated cluster agent executes nothing, so this does what its program would: it goes by the variables of the
pod that runs (not by those of the Deployment, which are ahead of it during a rollout), and registers its webhook
anew when they change.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .api import ApiError, Manifest
from .cluster import Cluster
from .datadog_sidecar import inject, selectors
from .fargate.admission import Patch
from .fargate.server import Handler, Server
from .fargate.state import State
from .injectors import webhook_configuration

CONFIGURATION = "datadog-webhook"
MANAGER = "datadog-cluster-agent"
NAMESPACE = "datadog"
_PODS = "agent.datadoghq.com/component=cluster-agent"
_TICK = 0.1


@contextmanager
def cluster_agent_webhook(cluster: Cluster) -> Iterator[ClusterAgent]:
    """Runs beside the cluster agent's pods, and has registered when the block begins."""
    agent = ClusterAgent(cluster)
    try:
        cluster.wait_for(agent.registered, what=f"the cluster agent has registered {CONFIGURATION}")
        yield agent
    finally:
        agent.stop()


class ClusterAgent:
    """The running stand-in."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._env: Mapping[str, str | None] = {}
        self._registered: list[Manifest] | None = None
        serving = cluster.plane.authority.server(CONFIGURATION, ["127.0.0.1"])
        self._server = Server(State(cluster.plane.fargate_folder), serving.certificate, serving.key)
        self._server.RequestHandlerClass = type("AgentHandler", (_Handler,), {"agent": self})
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=one) for one in (self._server.serve_forever, self._run)]
        for thread in self._threads:
            thread.start()

    def registered(self) -> bool:
        """Whether the API server has the webhook as the running pod wants it."""
        return self._registered is not None

    def injects(self) -> bool:
        """Whether the webhook for sidecars is registered, too."""
        return self._registered is not None and len(self._registered) > 1

    def stop(self) -> None:
        """End it. The registration stays, as the cluster agent's does."""
        self._ended.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def patch(self, request: Mapping[str, Any]) -> Patch:
        """What is made of a pod that the server asks about."""
        return inject(request["object"], self._env, NAMESPACE)

    def _run(self) -> None:
        while not self._ended.wait(_TICK):
            try:
                self._look()
            except ApiError:
                continue  # it is asked again: the server may be busy, or the pod just gone

    def _look(self) -> None:
        pods = self._cluster.items("Pod", NAMESPACE, labelSelector=_PODS)
        running = [one for one in pods if _ready(one)]
        if not running:
            return
        newest = max(running, key=lambda one: one["metadata"]["creationTimestamp"])
        self._env = {
            entry["name"]: entry.get("value")
            for container in newest["spec"]["containers"]
            for entry in container.get("env") or ()
        }
        wanted = self._webhooks()
        if wanted["webhooks"] != self._registered:
            self._cluster.apply(wanted, manager=MANAGER)
            self._registered = wanted["webhooks"]

    def _webhooks(self) -> Manifest:
        """One for pods that ask for it by label, which adds nothing here; and one for sidecars where wanted."""
        configuration = webhook_configuration(
            CONFIGURATION,
            url=f"https://127.0.0.1:{self._server.server_address[1]}/agentsidecar",
            authority=base64.b64encode(self._cluster.plane.authority.certificate.read_bytes()).decode(),
            failure_policy="Ignore",
            reinvocation_policy="IfNeeded",
        )
        (sidecar,) = configuration["webhooks"]
        labelled = {"matchLabels": {"admission.datadoghq.com/enabled": "true"}}
        tags = {**sidecar, "name": "datadog.webhook.standard.tags", "objectSelector": labelled}
        configuration["webhooks"] = [tags]
        chosen = selectors(self._env)
        if chosen is not None:
            namespaces, pods = chosen
            more = {"namespaceSelector": namespaces, "objectSelector": pods}
            configuration["webhooks"].append({**sidecar, "name": "datadog.webhook.agent.sidecar", **more})
        return configuration


class _Handler(Handler):
    agent: ClusterAgent

    def _patch(self, request: dict[str, Any]) -> Patch:
        return self.agent.patch(request)


def _ready(pod: Manifest) -> bool:
    conditions = pod["status"].get("conditions") or ()
    return not pod["metadata"].get("deletionTimestamp") and any(
        one["type"] == "Ready" and one["status"] == "True" for one in conditions
    )
