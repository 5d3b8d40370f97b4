"""What tests do with any cluster: make objects, look at them, wait for them, act as other users."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from . import users
from .api import Api, Manifest
from .control_plane import ControlPlane
from .kinds import DEFINITION, served
from .waiting import wait_for

Objects = str | Path | Mapping[str, Any] | Iterable[Mapping[str, Any]]


class ObjectsOfCluster:
    """The half of `Cluster` that knows nothing of Fargate."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._api = plane.api()
        self._audit_offset = 0

    @property
    def plane(self) -> ControlPlane:
        """The programs behind it."""
        self.settle()
        return self._plane

    @property
    def api(self) -> Api:
        """A client with all rights."""
        self.settle()
        return self._api

    @property
    def kubeconfig(self) -> Path:
        """Of the user with all rights."""
        return self.plane.kubeconfig

    @property
    def limited_kubeconfig(self) -> Path:
        """Of a user without rights."""
        return self.plane.limited_kubeconfig

    @property
    def server(self) -> str:
        """The API server's URL."""
        return self.plane.server

    def settle(self) -> None:
        """What must happen before the cluster is used; each way to it goes through here."""

    def apply(self, objects: Objects, *, manager: str = "kubectl") -> list[Manifest]:
        """Server-side apply of YAML text, a YAML file, or manifests; namespaces must exist.

        Returns when the kinds that are defined by it can be used.
        """
        applied = [self.api.apply(manifest, manager=manager) for manifest in manifests(objects)]
        kinds = [one for one in applied if one["kind"] == DEFINITION]
        if kinds:
            self.wait_for(lambda: all(served(self.api, one) for one in kinds), what="new kinds", deadline=60)
        return applied

    def delete(self, kind: str, name: str, namespace: str | None = None, *, wait: bool = True) -> None:
        """Delete an object if it is there, and wait until it is gone."""
        self.api.delete(kind, name, namespace)
        if wait:
            self.wait_for(lambda: self.get(kind, name, namespace) is None, what=f"{kind} {name} is gone")

    def get(self, kind: str, name: str, namespace: str | None = None) -> Manifest | None:
        """The object, or None."""
        return self.api.get(kind, name, namespace)

    def items(self, kind: str, namespace: str | None = None, **selectors: str) -> list[Manifest]:
        """All objects of a kind; `labelSelector=` and `fieldSelector=` as in the API."""
        return self.api.items(kind, namespace, **selectors)

    def patch(self, kind: str, name: str, namespace: str | None, patch: Any, *, form: str = "merge") -> Manifest:
        """Patch an object; `form` is merge, json or strategic."""
        return self.api.patch(kind, name, namespace, patch, form=form)

    def namespace(self, name: str, *, labels: Mapping[str, str] | None = None) -> str:
        """Make a namespace in which pods can be made; returns its name."""
        metadata = {"name": name, **({"labels": dict(labels)} if labels else {})}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        self.wait_for(lambda: self.get("ServiceAccount", "default", name), what=f"ServiceAccount in {name}")
        return name

    def secret(self, name: str, namespace: str, values: Mapping[str, str]) -> None:
        """Make a Secret."""
        metadata = {"name": name, "namespace": namespace}
        self.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(values)})

    def kubectl(
        self, *arguments: str, kubeconfig: Path | None = None, stdin: str | None = None, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Run the real kubectl, by default as admin."""
        return subprocess.run(
            [self.plane.binaries.kubectl, *arguments],
            env={**os.environ, "KUBECONFIG": str(kubeconfig or self.kubeconfig)},
            input=stdin,
            capture_output=True,
            text=True,
            check=check,
            timeout=60,
        )

    def wait_for(
        self, condition: Callable[[], object], *, what: str = "the cluster is as wanted", deadline: float = 20
    ) -> Any:
        """Wait until `condition()` is true; returns what it returned."""
        return wait_for(condition, what=what, deadline=deadline)

    def user(
        self,
        name: str,
        *,
        rules: Sequence[users.Rule] = (),
        namespace: str | None = None,
        groups: Sequence[str] = (),
    ) -> Path:
        """A user with these rights and a client certificate; the path of the kubeconfig."""
        return users.make_user(self.plane, self.api, name, rules=rules, namespace=namespace, groups=groups)

    def audit(self, user: str | None = None) -> list[Manifest]:
        """The requests since the last reset, of one user or of all but the machinery."""
        events = self.plane.audit_events(self._audit_offset)
        return [event for event in events if user in {None, event["user"]["username"]}]

    def existing(self, kind: str, name: str, namespace: str | None = None) -> Manifest:
        """The object; LookupError when it is not there."""
        found = self.get(kind, name, namespace)
        if found is None:
            raise LookupError(f"there is no {kind} {namespace}/{name}")
        return found


def manifests(objects: Objects) -> list[Mapping[str, Any]]:
    """YAML text, a YAML file, one manifest or many: always a list of manifests."""
    if isinstance(objects, Path):
        objects = objects.read_text(encoding="utf-8")
    if isinstance(objects, str):
        return [document for document in yaml.safe_load_all(objects) if document]
    return [objects] if isinstance(objects, Mapping) else list(objects)
