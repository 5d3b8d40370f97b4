"""Starts programs so that none outlives its starter, and ends them by their id.

A program is either tied to this process (the kernel kills it when this process dies, whatever the reason)
or detached (the playground), where its id is kept in a file.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .waiting import wait_for

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may take the import lock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    detached: bool = False,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` with its output in the file `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            # A session of its own: Ctrl-C in the terminal reaches pytest alone, which then ends us in order.
            start_new_session=True,
            preexec_fn=None if detached else _die_with_parent,  # noqa: PLW1509 - it takes no lock
        )


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program that this process started, and wait until it is gone.

    Its data is thrown away, so nothing is gained by asking politely; the API server would take many seconds.
    """
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()


def end_by_id(pid: int, expected: str) -> bool:
    """Kill the detached program `pid` when its command line holds `expected`; False when it is not there.

    The comparison keeps us from killing a stranger that got the same number after a reboot.
    """
    if expected not in command_line(pid):
        return False
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
    wait_for(lambda: expected not in command_line(pid), what=f"process {pid} ends")
    return True


def command_line(pid: int) -> str:
    """The command line of a process, or nothing when it does not run."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    answer = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
