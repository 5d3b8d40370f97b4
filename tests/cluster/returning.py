"""The ways back of a test cluster: to its start, and to what was once made in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from .api import ApiError, Manifest
from .control_plane import ControlPlane
from .engine import Engine
from .fargate.state import State
from .kinds import DEFINITION, served
from .laying import DEFINITIONS, Layer, Stored
from .objects import ObjectsOfCluster
from .reset import Baseline
from .standing import Standing
from .store import Store
from .waiting import DeadlineError
from .workloads import pod_template, workload_manifest

_LIKE_DNS = {"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns", "compute-type": "Fargate"}
_ADMISSION_WRITTEN = re.compile(
    rb'"requestURI":"(?![^"\n]*dryRun=)[^"\n]*","verb":"(?:create|update|patch|delete|deletecollection)"[^\n]*'
    rb'"objectRef":\{"resource":"(?:mutating|validating)(?:admissionpolic|webhookconfiguration)'
)
"""In a line of the audit log."""


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
        self._due = False
        """Whether it is to be reset before its next use."""
        self._simulation = State(plane.fargate_folder)
        self.wait_for(lambda: self.get("ServiceAccount", "default", "default"), what="the default ServiceAccount")
        self.wait_for(lambda: self.get("ConfigMap", "kube-root-ca.crt", "kube-system"), what="kube-root-ca.crt")
        self._baseline = Baseline(self.api)
        self._layer = Layer(Store(plane.etcd)) if self.lays else None
        self._kept: dict[str, Kept] = {}
        self._standing: tuple[str, Standing] | None = None
        """What was kept or laid since the last reset, by its name."""
        self._as_it_stood = 0
        """Where in the audit log what came after `_standing` begins."""
        self._policies: list[tuple[str, Mapping[str, str]]] = []

    def reset(self, *, keep: Sequence[Engine] = ()) -> None:
        """Bring the cluster back to how it was after its start; engines in `keep` stay, without their policies.

        Without engines that happens when it is next used: who then wants what stands there already gets it with
        much less work.
        """
        self._due = self._layer is not None and not keep
        if not self._due:
            self._reset(keep)

    def settle(self) -> None:
        """The reset that is due."""
        if self._due:
            self._due = False
            self._reset(())

    def _reset(self, keep: Sequence[Engine]) -> None:
        self._standing = None
        self._simulation.clear()
        if self._layer and not keep:
            self._layer.clear()
        else:
            self._baseline.restore([engine.owns for engine in keep])
        for engine in keep:
            engine.settle()
        self._wait_until_policies_are_idle()
        self._policies.clear()
        self._audit_offset = self._plane.audit_log.stat().st_size

    @property
    def empty(self) -> bool:
        """True when it is as after its start; False where only its store could tell, and cannot be read."""
        self.settle()
        return self._layer is not None and self._layer.empty and not self._state.files() and not self._policies

    def keep(self, name: str) -> None:
        """Remember all that was made in it, by a name of the caller's."""
        assert self._layer
        self._kept[name] = Kept(self._layer.made(), self._state.files(), tuple(self._policies))
        self._stands(name)

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
        self._wait_until_served([key for key in kept.objects if key.startswith(DEFINITIONS)])
        self._stands(name)
        return True

    def come_back(self, name: str) -> bool:
        """Instead of a reset that is due: make all as it was when this was kept or laid.

        False where something else stands there, or the controllers make something else of it.
        """
        if not self._due or self._standing is None or self._standing[0] != name:
            return False
        standing, kept = self._standing[1], self._kept[name]
        self._due = False
        self._simulation.put_back(kept.simulation)
        try:
            if standing.withdraw_admission(written=self._admission_was_written()):
                self._wait_until_policies_are_idle()
            touched = standing.come_back()
        except DeadlineError:
            self.reset()
            return False
        self._policies[:] = kept.policies
        self._wait_until_served([key for key in touched if key.startswith(DEFINITIONS)])
        self._audit_offset = self._as_it_stood = self._plane.audit_log.stat().st_size
        return True

    def _stands(self, name: str) -> None:
        assert self._layer
        self._standing = name, Standing(self._layer)
        self._as_it_stood = self._plane.audit_log.stat().st_size

    def _admission_was_written(self) -> bool:
        """Since it stood as it is to be. What a test made and took away again left nothing in the store, and may
        act for up to a second more.
        """
        with self._plane.audit_log.open("rb") as log:
            log.seek(self._as_it_stood)
            return _ADMISSION_WRITTEN.search(log.read()) is not None

    @property
    def _state(self) -> State:
        self.settle()
        return self._simulation

    def _wait_until_served(self, definitions: Sequence[bytes]) -> None:
        """Wait until the kinds of these names in the store can be used, or are forgotten where they are gone."""
        for key in definitions:
            name = key.removeprefix(DEFINITIONS).decode()
            self.wait_for(partial(self._is_settled, name), what=f"{name} is served, or forgotten")

    def _is_settled(self, name: str) -> bool:
        definition = self.get(DEFINITION, name)
        return served(self.api, definition) if definition else not self._is_known(name)

    def _is_known(self, name: str) -> bool:
        return any(f"{one.plural}.{one.group}" == name for one in self.api.all_resources())

    def _wait_until_policies_are_idle(self) -> None:
        """The API server looks at its policies once a second: one that is gone may act on the next test's pods.

        Of those that a test made it is known for which; one that the tool made is seen by a pod like CoreDNS's.
        """
        self.wait_for(self._policies_are_idle, what="the deleted policies are idle")

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
