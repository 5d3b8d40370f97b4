"""The ways back of a test cluster: to its start, and to what was once made in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .api import ApiError, Manifest
from .control_plane import ControlPlane
from .engine import Engine
from .fargate.state import State
from .kinds import served
from .laying import DEFINITIONS, Layer, Stored
from .objects import ObjectsOfCluster
from .reset import Baseline
from .store import Store
from .waiting import DeadlineError
from .workloads import pod_template, workload_manifest

_LIKE_DNS = {"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns", "compute-type": "Fargate"}


@dataclass(frozen=True)
class Kept:
    """What was made once, to be laid again."""

    objects: Stored
    simulation: Mapping[str, Any]
    policies: Sequence[tuple[str, Mapping[str, str]]]


class ReturningCluster(ObjectsOfCluster):
    """A cluster that remembers its start."""

    lays: ClassVar[bool] = True
    """Whether its store can be written, and all that is in the cluster is in there."""

    def __init__(self, plane: ControlPlane) -> None:
        super().__init__(plane)
        self._state = State(plane.fargate_folder)
        self.wait_for(lambda: self.get("ServiceAccount", "default", "default"), what="the default ServiceAccount")
        self.wait_for(lambda: self.get("ConfigMap", "kube-root-ca.crt", "kube-system"), what="kube-root-ca.crt")
        self._baseline = Baseline(self.api)
        self._layer = Layer(Store(plane.etcd)) if self.lays else None
        self._kept: dict[str, Kept] = {}
        self._policies: list[tuple[str, Mapping[str, str]]] = []

    def reset(self, *, keep: Sequence[Engine] = ()) -> None:
        """Bring the cluster back to how it was after its start; engines in `keep` stay, without their policies."""
        self._state.clear()
        if self._layer and not keep:
            self._layer.clear()
        else:
            self._baseline.restore([engine.owns for engine in keep])
        for engine in keep:
            engine.settle()
        # The API server looks at its policies once a second: one that is gone may act on the next test's pods. Of
        # those that a test made it is known for which; one that the tool made is seen by a pod like CoreDNS's.
        self.wait_for(self._policies_are_idle, what="the deleted policies are idle")
        self._policies.clear()
        self._audit_offset = self.plane.audit_log.stat().st_size

    @property
    def empty(self) -> bool:
        """True when it is as after its start; False where only its store could tell, and cannot be read."""
        return self._layer is not None and self._layer.empty and not self._state.files() and not self._policies

    def keep(self, name: str) -> None:
        """Remember all that was made in it, by a name of the caller's."""
        assert self._layer
        self._kept[name] = Kept(self._layer.made(), self._state.files(), tuple(self._policies))

    def lay(self, name: str) -> bool:
        """Make it anew in the empty cluster; False where nothing was kept by this name, or it cannot be had so."""
        kept = self._kept.get(name)
        if kept is None or self._layer is None:
            return False
        self._state.put_back(kept.simulation)
        try:
            self._layer.lay(kept.objects)
        except DeadlineError:
            self.reset()
            return False
        self._policies.extend(kept.policies)
        definitions = [json.loads(value) for key, value in kept.objects.items() if key.startswith(DEFINITIONS)]
        self.wait_for(lambda: all(served(self.api, one) for one in definitions), what="the kinds are served")
        return True

    def _policies_are_idle(self) -> bool:
        own = any(self._injected(*policy) for policy in self._policies)
        return not own and not self._injected("datadog-agent", _LIKE_DNS, "kube-system")

    def _admitted(self, namespace: str, labels: Mapping[str, str]) -> Manifest:
        """What the API server would make of a small pod."""
        template = pod_template("probe", labels=labels, annotations={}, containers=(), env={}, spec={})
        pod = workload_manifest("Pod", "probe", namespace, template, replicas=1)
        return self.api.create(pod, dry_run=True)

    def _injected(self, container: str, labels: Mapping[str, str], namespace: str = "default") -> bool:
        try:
            containers = self._admitted(namespace, labels)["spec"]["containers"]
        except ApiError:  # another policy, which may be gone and acts still, refuses the pod
            return True
        return any(one["name"] == container for one in containers)
