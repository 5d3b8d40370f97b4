"""The node's own cgroups: one below ours in each hierarchy of version 1, so that our limits hold for it too."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from ..processes import command_line

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "ddfargate-node-"


def make(pid: int) -> dict[str, Path]:
    """Controller to folder, named after the process that will remove them. Those of dead ones go first."""
    made = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _number, controllers, path = line.split(":", 2)
        above = _ROOT / controllers.removeprefix("name=") / path.lstrip("/")
        if not controllers or not above.is_dir():
            continue
        _remove_abandoned(above)
        folder = above / f"{_PREFIX}{pid}"
        folder.mkdir()
        if controllers == "cpuset":
            # A new one is empty, and then takes no process.
            for name in ("cpuset.cpus", "cpuset.mems"):
                (folder / name).write_text((above / name).read_text(encoding="utf-8"), encoding="utf-8")
            (folder / "cgroup.clone_children").write_text("1", encoding="utf-8")
        made[controllers] = folder
    return made


def enter(folders: Iterable[Path]) -> None:
    """Move this process into them."""
    for folder in folders:
        (folder / "cgroup.procs").write_text(str(os.getpid()), encoding="utf-8")


def remove(folders: Iterable[Path], *, patience: float = 10.0) -> None:
    """Remove them with all below; the kernel lets go of the dead a moment late."""
    left, end = list(folders), time.monotonic() + patience
    while left and time.monotonic() < end:
        for folder in left:
            _remove(folder)
        left = [folder for folder in left if folder.exists()]
        time.sleep(0.05 if left else 0)


def _remove(folder: Path) -> None:
    for current, _folders, _files in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(current).rmdir()


def _remove_abandoned(above: Path) -> None:
    for folder in above.glob(f"{_PREFIX}*"):
        # A number that went to another program, or to a dead one that nobody waited for, keeps nothing.
        if "keeper" not in command_line(int(folder.name.removeprefix(_PREFIX))):
            _remove(folder)
