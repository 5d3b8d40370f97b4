"""The kubelet's end of `kubectl logs`: the prepared text, cut as the request asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone


def log_text(texts: Mapping[str, str], place: tuple[str, str, str], query: Mapping[str, Sequence[str]]) -> bytes:
    """The log of (namespace, pod, container).

    As a kubelet does it, the lines are counted from the end, and the bytes from the beginning of what is left
    (kubernetes/kubernetes staging/src/k8s.io/cri-client/pkg/logs/logs.go).
    """
    lines = _text(texts, place).splitlines(keepends=True)
    tail = query.get("tailLines")
    if tail:
        lines = lines[-int(tail[0]) :] if int(tail[0]) else []
    if query.get("timestamps") == ["true"]:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
        lines = [f"{now} {line}" for line in lines]
    raw = "".join(lines).encode()
    limit = query.get("limitBytes")
    return raw[: int(limit[0])] if limit else raw


def _text(texts: Mapping[str, str], place: tuple[str, str, str]) -> str:
    namespace, pod, container = place
    for key, text in texts.items():
        of_namespace, of_pod, of_container = key.split("/")
        if (namespace, container) == (of_namespace, of_container) and pod.startswith(of_pod):
            return text
    return ""
