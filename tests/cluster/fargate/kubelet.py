"""What a kubelet reports of a pod that was bound to its node. Pure but for the lookups that it is given.

A pod is Ready only when all its containers are, so a sidecar that cannot start takes the pod out of its Services.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .fates import ends_by_itself, fate
from .references import Lookup, missing_for_env, missing_for_volumes

State = dict[str, Any]


@dataclass(frozen=True)
class Addresses:
    """Where the pod and its node are; the same on Fargate."""

    pod: str
    host: str


@dataclass(frozen=True)
class Report:
    """A pod's status, and what went wrong in the words of an event (reason, message)."""

    status: dict[str, Any]
    trouble: tuple[str, str] | None


def report(pod: Mapping[str, Any], addresses: Addresses, lookup: Lookup) -> Report:
    """The status of `pod` from now on."""
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    before = pod.get("status", {})
    known = {entry["name"]: entry for entry in before.get("containerStatuses", ())}
    unmounted = None if known else missing_for_volumes(spec, namespace, lookup)
    if unmounted:
        containers = [_waiting(entry, "ContainerCreating") for entry in spec["containers"]]
    else:
        containers = [_container(pod, entry, known.get(entry["name"]), lookup) for entry in spec["containers"]]
    inits = [_init(entry, started=not unmounted) for entry in spec.get("initContainers", ())]
    phase = _phase(containers)
    status = {
        "phase": phase,
        "hostIP": addresses.host,
        "hostIPs": [{"ip": addresses.host}],
        "podIP": addresses.pod,
        "podIPs": [{"ip": addresses.pod}],
        "startTime": before.get("startTime") or _now(),
        "containerStatuses": containers,
        "conditions": _conditions(pod, containers, initialized=not unmounted, done=phase == "Succeeded"),
    }
    if inits:
        status["initContainerStatuses"] = inits
    return Report(status, ("FailedMount", unmounted) if unmounted else _trouble(containers))


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _container(pod: Mapping[str, Any], container: Mapping[str, Any], before: State | None, lookup: Lookup) -> State:
    spec, end = pod["spec"], fate(pod, container)
    if end in {None, "unready"} and before and before["state"].keys() & {"running", "terminated"}:
        # A container that runs keeps what it was started with, whatever becomes of its Secrets.
        return {**before, "ready": end is None and "running" in before["state"]}
    if end == "pull":
        return _waiting(container, "ImagePullBackOff", f'Back-off pulling image "{container["image"]}"')
    missing = missing_for_env(container, pod["metadata"]["namespace"], lookup)
    if missing:
        return _waiting(container, "CreateContainerConfigError", missing)
    if end in {"crash", "oom"}:
        return before if before and before.get("lastState") else _crashing(pod, container, oom=end == "oom")
    if ends_by_itself(spec, container):
        return _status(container, {"terminated": _terminated("Completed", 0)}, ready=False)
    return _status(container, {"running": {"startedAt": _now()}}, ready=end != "unready")


def _init(container: Mapping[str, Any], *, started: bool) -> State:
    if not started:
        return _waiting(container, "PodInitializing")
    if container.get("restartPolicy") == "Always":
        return _status(container, {"running": {"startedAt": _now()}}, ready=True)
    return _status(container, {"terminated": _terminated("Completed", 0)}, ready=True)


def _crashing(pod: Mapping[str, Any], container: Mapping[str, Any], *, oom: bool) -> State:
    metadata = pod["metadata"]
    who = f"container={container['name']} pod={metadata['name']}_{metadata['namespace']}({metadata['uid']})"
    status = _waiting(container, "CrashLoopBackOff", f"back-off 5m0s restarting failed {who}")
    status["restartCount"] = 5
    status["lastState"] = {"terminated": _terminated("OOMKilled", 137) if oom else _terminated("Error", 1)}
    return status


def _terminated(reason: str, code: int) -> State:
    return {"exitCode": code, "reason": reason, "startedAt": _now(), "finishedAt": _now()}


def _waiting(container: Mapping[str, Any], reason: str, message: str | None = None) -> State:
    waiting = {"reason": reason, **({"message": message} if message else {})}
    return _status(container, {"waiting": waiting}, ready=False)


def _status(container: Mapping[str, Any], state: State, *, ready: bool) -> State:
    running = "running" in state
    digest = hashlib.sha256(container["image"].encode()).hexdigest()
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "" if "waiting" in state else f"{container['image'].partition(':')[0]}@sha256:{digest}",
        "ready": ready,
        "started": running,
        "restartCount": 0,
        "state": state,
        "lastState": {},
        **({"containerID": f"containerd://{digest}"} if running else {}),
    }


def _phase(containers: Iterable[State]) -> str:
    states = [next(iter(container["state"])) for container in containers]
    if all(state == "terminated" for state in states):
        return "Succeeded"
    # As the kubelet counts: a pod with a container that never started is Pending.
    waits = any("waiting" in container["state"] and not container["lastState"] for container in containers)
    return "Pending" if waits else "Running"


def _conditions(
    pod: Mapping[str, Any], containers: Iterable[State], *, initialized: bool, done: bool
) -> list[State]:
    before = {entry["type"]: entry for entry in pod.get("status", {}).get("conditions", ())}
    unready = [container["name"] for container in containers if not container["ready"]]
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates", ())]
    closed = [gate for gate in gates if before.get(gate, {}).get("status") != "True"]
    reason = {"reason": "PodCompleted"} if done else {"reason": "ContainersNotReady"}
    message = {} if done else {"message": f"containers with unready status: [{' '.join(unready)}]"}
    why = {**reason, **message} if unready else {}
    wanted = [
        ("PodReadyToStartContainers", initialized, {}),
        ("Initialized", initialized, {}),
        ("ContainersReady", not unready, why),
        ("Ready", not unready and not closed, why or ({"reason": "ReadinessGatesNotReady"} if closed else {})),
        ("PodScheduled", True, {}),
    ]
    for kind, holds, extra in wanted:
        status = "True" if holds else "False"
        since = before.get(kind, {})
        moved = since.get("lastTransitionTime") if since.get("status") == status else None
        before[kind] = {"type": kind, "status": status, "lastTransitionTime": moved or _now(), **extra}
    return list(before.values())


def _trouble(containers: Iterable[State]) -> tuple[str, str] | None:
    for container in containers:
        waiting = container["state"].get("waiting", {})
        if waiting.get("reason") == "CrashLoopBackOff":
            return ("BackOff", waiting["message"])
        if "message" in waiting:
            return ("Failed", f"Error: {waiting['message']}")
    return None
