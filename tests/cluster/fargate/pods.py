"""Watches all pods and moves each one on: schedules it, lets it run, ends it.

The only part of the simulation that writes to the API server.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import traceback
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import urllib3

from ..api import Api, ApiError, Manifest
from . import nodes
from .admission import PROFILE_LABEL, SCHEDULER, matching_profile
from .capacity import provisioned
from .kubelet import Addresses, report
from .refusals import refusal
from .state import State

Key = tuple[str, str]
WORKERS = 4
RETRY_SECONDS = 0.3
LOGGING_DISABLED = "LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND"


class AddressPool:
    """Hands out 10.0.16.1, 10.0.16.2, … each once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 16 * 256

    def next(self) -> str:
        """A fresh address."""
        with self._lock:
            self._last += 1
            if self._last % 256 in {0, 255}:
                self._last += 2
            return f"10.0.{self._last // 256 % 256}.{self._last % 256}"


class Pods:
    """The loop over all pods. `port` is where the simulated kubelets answer.

    The two clients differ in the field manager that their writes are known by.
    """

    def __init__(self, scheduler: Api, kubelet: Api, state: State, port: int) -> None:
        self._api = scheduler
        self._kubelet = kubelet
        self._state = state
        self._port = port
        self._addresses = AddressPool()
        self._pods: dict[Key, Manifest] = {}
        self._lock = threading.Lock()
        # A pod always goes to the same worker, so that no two work on it at once.
        self._queues: list[queue.Queue[Key]] = [queue.Queue() for _ in range(WORKERS)]

    def run(self) -> None:
        """Work until the process ends."""
        self._api.create(nodes.ec2_node(self._port))
        for waiting in self._queues:
            threading.Thread(target=self._work, args=[waiting], daemon=True).start()
        while True:
            with contextlib.suppress(urllib3.exceptions.HTTPError, ApiError, ValueError):
                self._follow()

    def _follow(self) -> None:
        listed = self._api.request("GET", "/api/v1/pods")
        for pod in listed["items"]:
            self._seen(pod)
        version = listed["metadata"]["resourceVersion"]
        for event, pod in self._api.watch(f"/api/v1/pods?watch=1&resourceVersion={version}"):
            if event == "ERROR":
                return
            self._seen(pod, gone=event == "DELETED")

    def _seen(self, pod: Manifest, *, gone: bool = False) -> None:
        key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
        if gone:
            self._pods.pop(key, None)
            node = pod["spec"].get("nodeName", "")
            if node.startswith(nodes.FARGATE_PREFIX):
                self._api.delete("Node", node)
            return
        self._remember(key, pod)
        self._enqueue(key)

    def _remember(self, key: Key, pod: Manifest) -> None:
        """Keep the newest form of a pod; the answer to one's own write overtakes the watch."""
        with self._lock:
            known = self._pods.get(key)
            same = known is not None and known["metadata"]["uid"] == pod["metadata"]["uid"]
            if known is None or not same or _version(known) < _version(pod):
                self._pods[key] = pod

    def _enqueue(self, key: Key) -> None:
        self._queues[zlib.crc32("/".join(key).encode()) % WORKERS].put(key)

    def _work(self, waiting: queue.Queue[Key]) -> None:
        while True:
            key = waiting.get()
            pod = self._pods.get(key)
            if pod is None:
                continue
            try:
                self._move_on(key, pod)
            except ApiError as error:
                # The pod or its namespace went or changed meanwhile; the next event is on the way.
                if error.status not in {403, 404, 409}:
                    traceback.print_exc()
            except Exception:  # noqa: BLE001 - a fault with one pod must not end the work on all others
                traceback.print_exc()

    def _move_on(self, key: Key, pod: Manifest) -> None:
        if pod["metadata"].get("deletionTimestamp"):
            self._api.delete("Pod", key[1], key[0], now=True)
        elif pod["spec"].get("nodeName"):
            self._run(key, pod)
        elif not _was_refused(pod):
            self._schedule(pod)

    def _schedule(self, pod: Manifest) -> None:
        scheduler = pod["spec"]["schedulerName"]
        if scheduler == SCHEDULER:
            self._schedule_on_fargate(pod)
        elif scheduler == "default-scheduler":
            self._bind(pod, nodes.EC2_NODE)

    def _schedule_on_fargate(self, pod: Manifest) -> None:
        size = provisioned(pod["spec"])
        why = refusal(pod["spec"]) or self._without_profile(pod) or (None if size else "no such capacity")
        if why:
            self._refuse(pod, why)
            return
        metadata = pod["metadata"]
        log_config = self._api.get("ConfigMap", "aws-logging", "aws-observability")
        logging = "LoggingEnabled" if log_config else LOGGING_DISABLED
        annotations = {"CapacityProvisioned": size, "Logging": logging}
        change = {"metadata": {"annotations": annotations}}
        self._api.patch("Pod", metadata["name"], metadata["namespace"], change)
        node = nodes.fargate_node(self._addresses.next(), self._port)
        self._api.create(node)
        try:
            self._bind(pod, node["metadata"]["name"])
        except ApiError:
            self._api.delete("Node", node["metadata"]["name"])
            raise

    def _without_profile(self, pod: Manifest) -> str | None:
        labels = pod["metadata"].get("labels", {})
        namespace = pod["metadata"]["namespace"]
        if PROFILE_LABEL in labels and matching_profile(labels, namespace, self._state.profiles()):
            return None
        return "Pod not supported on Fargate: no Fargate profile matches it"  # ours: no source has the words

    def _refuse(self, pod: Manifest, message: str) -> None:
        metadata = pod["metadata"]
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        self._event(pod, "FailedScheduling", message, component=SCHEDULER)
        change = {"status": {"conditions": [condition]}}
        key = (metadata["namespace"], metadata["name"])
        self._remember(key, self._api.patch("Pod", key[1], key[0], change, subresource="status"))

    def _bind(self, pod: Manifest, node: str) -> None:
        metadata = pod["metadata"]
        path = self._api.resource("Pod", "v1").path(metadata["namespace"], metadata["name"])
        binding = {
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": metadata["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        }
        self._api.request("POST", f"{path}/binding", binding)
        message = f"Successfully assigned {metadata['namespace']}/{metadata['name']} to {node}"
        self._event(pod, "Scheduled", message, component=pod["spec"]["schedulerName"], kind="Normal")

    def _run(self, key: Key, pod: Manifest) -> None:
        status = pod.get("status", {})
        if status.get("phase") in {"Succeeded", "Failed"}:
            return
        told = report(pod, self._addresses_of(pod), lambda kind, ns, name: self._kubelet.get(kind, name, ns))
        if _changed(status, told.status):
            if told.trouble:
                reason, message = told.trouble
                self._event(pod, reason, message, component="kubelet")
            change = {"status": told.status}
            self._remember(key, self._kubelet.patch("Pod", key[1], key[0], change, subresource="status"))
        if told.trouble and told.trouble[0] != "BackOff":
            # As a kubelet does: it tries again, and the Secret may be there by then.
            timer = threading.Timer(RETRY_SECONDS, self._enqueue, [key])
            timer.daemon = True
            timer.start()

    def _addresses_of(self, pod: Manifest) -> Addresses:
        known = pod.get("status", {}).get("podIP")
        node = pod["spec"]["nodeName"]
        if node.startswith(nodes.FARGATE_PREFIX):
            address = node.removeprefix(nodes.FARGATE_PREFIX).partition(".")[0].replace("-", ".")
            return Addresses(pod=address, host=address)
        if pod["spec"].get("hostNetwork"):
            return Addresses(pod=nodes.EC2_ADDRESS, host=nodes.EC2_ADDRESS)
        return Addresses(pod=known or self._addresses.next(), host=nodes.EC2_ADDRESS)

    def _event(self, pod: Manifest, reason: str, message: str, *, component: str, kind: str = "Warning") -> None:
        metadata = pod["metadata"]
        now = datetime.now(timezone.utc)
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": f"{metadata['name']}.", "namespace": metadata["namespace"]},
            "involvedObject": {
                "apiVersion": "v1",
                "kind": "Pod",
                **{field: metadata[field] for field in ("namespace", "name", "uid")},
            },
            "reason": reason,
            "message": message,
            "type": kind,
            "count": 1,
            "firstTimestamp": (now - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lastTimestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "source": {"component": component},
        }
        with contextlib.suppress(ApiError):
            self._api.create(event)


def _version(pod: Mapping[str, Any]) -> int:
    return int(pod["metadata"]["resourceVersion"])


def _was_refused(pod: Mapping[str, Any]) -> bool:
    """Fargate's scheduler tries once: whoever changes something must make a new pod."""
    conditions = pod.get("status", {}).get("conditions", ())
    return any(entry["type"] == "PodScheduled" and entry["status"] == "False" for entry in conditions)


def _changed(before: Any, after: Any) -> bool:
    """Whether `after` says something that `before` does not; what the server added by itself is no change."""
    if isinstance(after, dict):
        return any(_changed((before or {}).get(field), value) for field, value in after.items())
    if isinstance(after, list):
        return len(after) != len(before or ()) or any(map(_changed, before or (), after))
    return bool(before != after)
