"""Whether a node can run on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

NAMESPACES = ("--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--propagation=private")
_PROGRAMS = ("unshare", "nsenter", "mount", "ip", "sysctl")
_HIERARCHIES = ("cpu", "cpuset", "memory", "pids")


@dataclass(frozen=True)
class Lack:
    """Why no node can run here. `excused`: no CI has to mind, since root or `unshare` are not granted."""

    reason: str
    excused: bool


def lacking() -> Lack | None:
    """What is missing for a node here, or None."""
    if sys.platform != "linux":
        return Lack("a node wants Linux", excused=True)
    if os.geteuid() != 0:
        return Lack("a node wants root", excused=True)
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        # Without util-linux there is no `unshare`; all else can be had.
        return Lack(f"not on PATH: {', '.join(missing)}", excused="unshare" in missing)
    tried = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return Lack(f"namespaces are not granted: {tried.stderr.strip()}", excused=True)
    hierarchies = [name for name in _HIERARCHIES if not Path(f"/sys/fs/cgroup/{name}/cgroup.procs").exists()]
    if hierarchies:
        return Lack(f"no cgroup hierarchy of version 1 for {', '.join(hierarchies)}", excused=False)
    if "overlay" not in Path("/proc/filesystems").read_text(encoding="utf-8").split():
        return Lack("the kernel has no overlay file system", excused=False)
    return None
