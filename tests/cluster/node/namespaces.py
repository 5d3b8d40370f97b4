"""Where the node lives: starts the keeper, and starts programs inside."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import processes
from ..waiting import wait_for

_HERE = Path(__file__).parent
REPOSITORY = _HERE.parents[2]


class Namespaces:
    """One set of namespaces. Make it with `Namespaces.make`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        with self._log("keeper").open("wb") as log:
            # Neither tied to us nor killed by us: it is what cleans up, and it ends when the pipe does.
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.cluster.node.keeper", folder],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=REPOSITORY,
            )
        atexit.register(self.close)

    @classmethod
    def make(cls, folder: Path) -> Namespaces:
        """Make them, with their files in the empty `folder`; returns when they can be entered."""
        made = cls(folder)
        try:
            made._wait_until_made()
        except BaseException:
            made.close()
            raise
        return made

    @property
    def init(self) -> int:
        """The first process in them, by the number that the machine knows it by."""
        return int((self.folder / "init.pid").read_text(encoding="utf-8"))

    @property
    def keeper(self) -> int:
        """The process that takes them away."""
        return self._keeper.pid

    def close(self) -> None:
        """End all that runs in them, and take them away."""
        for process in reversed(list(self._running.values())):
            processes.end(process)
        self._running.clear()
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait()

    def start(self, name: str, command: Sequence[str | Path], *, path: Sequence[Path] = ()) -> None:
        """Start a program inside; its output goes to `name`.log. `path` goes before the PATH."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")},
            "PATH": ":".join([*map(str, path), os.environ["PATH"], "/usr/sbin", "/sbin"]),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        entering: list[str | Path] = ["sh", _HERE / "enter.sh", self.folder]
        self._running[name] = processes.start(
            [*entering, *command], log=self._log(name), environment=environment, folder=REPOSITORY
        )

    def in_network(self, command: Sequence[str | Path]) -> list[str | Path]:
        """The command that runs `command` in their network, and in nothing else of theirs."""
        return ["nsenter", f"--net=/proc/{self.init}/ns/net", "--", *command]

    def forward(self, port: int) -> None:
        """Serve a port of their loopback on the machine's."""
        command = [sys.executable, "-m", "tests.cluster.node.forward", str(port), f"/proc/{self.init}/ns/net"]
        self._running["forward"] = processes.start(command, log=self._log("forward"), folder=REPOSITORY)

    def check(self) -> None:
        """Raise RuntimeError with the end of its log when a program ended by itself."""
        for name, process in (*self._running.items(), ("keeper", self._keeper)):
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended by itself:\n{self.tail(name)}")

    def tail(self, name: str) -> str:
        """The end of a program's log."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")[-3000:]

    def _wait_until_made(self) -> None:
        def made() -> bool:
            self.check()
            return (self.folder / "init.pid").exists()

        wait_for(made, what="the node's namespaces", detail=lambda: self.tail("init"))

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"
