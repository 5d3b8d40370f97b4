"""What the kubelet says of an agent's container when it does not run."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.pods import ContainerStatus, Pod

_STARTING = frozenset({"ContainerCreating", "PodInitializing"})


class Trouble(msgspec.Struct, frozen=True):
    """Why a container does not run."""

    reason: str
    """The kubelet's word: `CrashLoopBackOff`, `OOMKilled`, `CreateContainerConfigError`, …"""
    shown: str
    ran: bool
    """Whether it ran before, so that it may have left a log."""


def trouble_of(pod: Pod, name: str) -> Trouble | None:
    """The trouble of one container; None while it runs or only starts."""
    status = _status(pod, name)
    if status is None or status.state is None:
        return None
    restarts = status.restart_count or 0
    last = status.last_state.terminated if status.last_state else None
    ended = status.state.terminated or last
    killed = ended is not None and ended.reason == "OOMKilled"
    told = f", {restarts} restarts" if restarts else ""
    if status.state.waiting is not None:
        reason = status.state.waiting.reason or "waiting"
        if reason in _STARTING:
            return None
        words = f": {status.state.waiting.message}" if status.state.waiting.message else ""
        after = f" after {ended.reason} (exit {ended.exit_code})" if ended is not None else ""
        return Trouble("OOMKilled" if killed else reason, f"{reason}{after}{told}{words}", ended is not None)
    if status.state.terminated is not None:
        ending = status.state.terminated
        if ending.exit_code == 0:
            return None  # it ended well: a Job's agent does so when its Job is done
        reason = ending.reason or "Terminated"
        return Trouble(reason, f"{reason} (exit {ending.exit_code}){told}", ran=True)
    if killed and not status.ready:
        return Trouble("OOMKilled", f"OOMKilled{told}", ran=True)
    return None


def _status(pod: Pod, name: str) -> ContainerStatus | None:
    statuses = [*(pod.status.container_statuses or ()), *(pod.status.init_container_statuses or ())]
    return next((status for status in statuses if status.name == name), None)
