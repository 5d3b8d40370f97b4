"""Starts the programs of the node against a control plane that runs in its network."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ..waiting import wait_for
from .names import ADDRESS, LABELS, NODE
from .namespaces import Namespaces
from .plane import NodePlane
from .settings import NETWORK, containerd, kube_proxy, kubelet, registry_hosts

_CNI_PLUGINS = ("bridge", "host-local", "loopback")
READY_DEADLINE = 90.0


class Node:
    """The node. `programs` is what `binaries.build.node_programs` gives."""

    def __init__(self, inside: Namespaces, plane: NodePlane, programs: Mapping[str, Path]) -> None:
        self._inside = inside
        self._plane = plane
        self._programs = programs
        self._folder = inside.folder

    def start(self) -> None:
        """Start all; returns when the node is Ready."""
        self._start_resolver()
        self._start_registry()
        self._start_containerd()
        self._start_kubelet()
        self._start_proxy()
        self._wait(self._ready, "the node is Ready")

    def _start_resolver(self) -> None:
        """What a VPC's resolver is to a real node: it knows no name of the cluster, and says so at once."""
        rules = f".:53 {{\n  bind {ADDRESS}\n  template ANY ANY {{ rcode NXDOMAIN }}\n}}\n"
        self._inside.start("resolver", [self._programs["coredns"], "-conf", self._write("Corefile", rules)])

    def _start_registry(self) -> None:
        programs = {name: str(path) for name, path in self._programs.items()}
        command: list[str | Path] = [sys.executable, "-m", "tests.cluster.node.registry", json.dumps(programs)]
        self._inside.start("registry", command)

    def _start_containerd(self) -> None:
        plugins = self._folder / "plugins"
        plugins.mkdir()
        for name in _CNI_PLUGINS:
            # The cache has them beside other programs; containerd wants a folder of plugins.
            (plugins / name).symlink_to(self._programs[name])
        self._write("cni/10-pods.conflist", json.dumps(NETWORK))
        self._write("registries/_default/hosts.toml", registry_hosts())
        settings = self._write("containerd.toml", containerd(self._folder, self._programs))
        command: list[str | Path] = [self._programs["containerd"], "-c", settings]
        self._inside.start("containerd", command, path=self._path())

    def _start_kubelet(self) -> None:
        authority = str(self._plane.authority.certificate)
        settings = self._write("kubelet.yaml", yaml.safe_dump(kubelet(self._folder, authority)))
        user = self._plane.kubeconfig_for(f"system:node:{NODE}", groups=["system:nodes", "system:masters"])
        labels = ",".join(f"{name}={value}" for name, value in LABELS.items())
        options = [f"--config={settings}", f"--kubeconfig={user}", f"--hostname-override={NODE}"]
        options += [f"--node-ip={ADDRESS}", f"--node-labels={labels}"]
        command: list[str | Path] = [self._programs["kubelet"], *options]
        self._inside.start("kubelet", command, path=self._path())

    def _start_proxy(self) -> None:
        user = self._plane.kubeconfig_for("system:kube-proxy", groups=["system:masters"])
        settings = self._write("kube-proxy.yaml", yaml.safe_dump(kube_proxy(user)))
        command: list[str | Path] = [self._programs["kube-proxy"], f"--config={settings}"]
        self._inside.start("kube-proxy", command, path=self._path())

    def _ready(self) -> bool:
        api = self._plane.api()
        node = api.get("Node", NODE)
        conditions = node["status"].get("conditions", ()) if node else ()
        ready = any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
        # The kubelet makes the CSINode a moment after the node; a reset must find it there from the start.
        return ready and api.get("CSINode", NODE) is not None

    def _wait(self, condition: Any, what: str) -> None:
        def came() -> bool:
            self._inside.check()
            return bool(condition())

        wait_for(came, what=what, deadline=READY_DEADLINE, every=0.1, detail=lambda: self._inside.tail("kubelet"))

    def _path(self) -> list[Path]:
        return [self._programs[name].parent for name in ("containerd", "runc", "nft")]

    def _write(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path
