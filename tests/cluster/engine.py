"""What Kyverno and the Datadog Operator have in common here: real programs that work beside the control plane.

An engine runs outside the cluster, as its own ServiceAccount with all rights. Between tests it stays; `owns`
says what a reset must leave to it.
"""

from __future__ import annotations

import atexit
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import yaml

from . import processes
from .api import Manifest
from .objects import ObjectsOfCluster
from .sweep import Found
from .waiting import wait_for

Identity = tuple[str, str | None, str]
START_DEADLINE = 90.0


class Engine:
    """One engine of one cluster. Subclasses say what to apply, what to run, and when it is ready."""

    name: ClassVar[str]
    user: ClassVar[str]
    groups: ClassVar[tuple[str, ...]]
    """The API groups that come with it."""

    def __init__(self, cluster: ObjectsOfCluster) -> None:
        self._cluster = cluster
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._objects: frozenset[Identity] = frozenset()
        self.kubeconfig = cluster.plane.kubeconfig_for(self.user, groups=["system:masters"])
        atexit.register(self.kill)

    @property
    def running(self) -> bool:
        """True while all of its programs run."""
        return bool(self._running) and all(one.poll() is None for one in self._running.values())

    def kill(self) -> None:
        """End it at once, as a crash would (kill -9): its objects and webhooks stay as they are."""
        for process in self._running.values():
            processes.end(process)
        self._running.clear()

    def restart(self) -> None:
        """Run it anew, with the objects as they are now; returns when it is ready."""
        self.kill()
        self._run()

    def stop(self) -> None:
        """End it for good; the next reset then takes its objects away."""
        self.kill()

    def owns(self, one: Found) -> bool:
        """True for what a reset must leave alone while this engine is used."""
        return (one.resource.kind, one.namespace, one.name) in self._objects

    def settle(self) -> None:
        """After a reset: wait until the engine has forgotten what was deleted."""

    def log(self) -> str:
        """What its programs printed since the control plane's start."""
        logs = sorted(self._cluster.plane.folder.glob(f"{self.name}*.log"))
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in logs)

    def _run(self) -> None:
        raise NotImplementedError

    @contextmanager
    def _ended_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def _launch(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
        self._running[name] = processes.start(
            command,
            log=self._log_file(name),
            environment={**_bare_environment(), **environment},
            folder=self._cluster.plane.folder,
        )

    def _wait_ready(self, condition: Callable[[], object]) -> None:
        def ready() -> bool:
            for name, process in self._running.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended by itself:\n{self._log_file(name).read_text()[-3000:]}")
            return bool(condition())

        def seen() -> str:
            return self.log()[-3000:]

        wait_for(ready, what=f"{self.name} is ready", deadline=START_DEADLINE, every=0.1, detail=seen)

    def _log_file(self, name: str) -> Path:
        return self._cluster.plane.folder / f"{name}.log"

    def _install(self, manifests: Iterable[Manifest]) -> None:
        """Apply all, several at once; the new kinds are served then."""
        objects = list(manifests)
        self._objects = frozenset(
            (one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in objects
        )
        first = [one for one in objects if one["kind"] == "Namespace"]
        self._cluster.apply(first, manager=self.name)
        with ThreadPoolExecutor(8) as threads:
            rest = (one for one in objects if one["kind"] != "Namespace")
            list(threads.map(lambda one: self._cluster.apply(one, manager=self.name), rest))


def documents(files: Iterable[Path]) -> list[Any]:
    """The objects of YAML files; by the C parser, since they come to megabytes."""
    return [
        document
        for path in files
        for document in yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader)
        if document
    ]


def _bare_environment() -> dict[str, str]:
    """Ours without what would lead an engine elsewhere: another cluster, a proxy, an account."""
    prefixes = ("KUBE", "DD_", "KYVERNO_", "WATCH_", "POD_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(prefixes) and not name.upper().endswith("_PROXY")
    }
