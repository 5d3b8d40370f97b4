"""Looks all the time at how many pods of CoreDNS are Ready."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any

from tests.cluster.cluster import Cluster


class ReadyPods:
    """`with ReadyPods(cluster) as seen: …; assert seen.least >= 1`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._api = cluster.plane.api()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.counts: list[int] = []

    @property
    def least(self) -> int:
        """The smallest number that was seen."""
        return min(self.counts)

    def __enter__(self) -> ReadyPods:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set() or not self.counts:
            pods = self._api.items("Pod", "kube-system", labelSelector="k8s-app=kube-dns")
            self.counts.append(sum(_ready(pod) for pod in pods))


def _ready(pod: dict[str, Any]) -> bool:
    if pod["metadata"].get("deletionTimestamp"):
        return False  # it serves no more: its address has left the Service
    conditions = pod["status"].get("conditions") or ()
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
