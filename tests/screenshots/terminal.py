"""Runs the tool on a terminal of a given size, and keeps what it wrote, colours and all."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

EXECUTABLE = Path(sys.executable).with_name("kubectl-ddfargate")


def on_terminal(words: Sequence[str], *, columns: int, program: Path = EXECUTABLE) -> str:
    """What `kubectl ddfargate WORDS` writes on a terminal with so many columns; ANSI codes stay.

    No cluster is asked: there is no kubeconfig.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "KUBECONFIG": os.devnull}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "PYTHONIOENCODING"):
        env.pop(name, None)
    process = subprocess.Popen([program, *words], env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            # How Linux says that nobody holds the other end any more.
            break
        if not more:
            break
        seen += more
    os.close(ours)
    process.wait()
    return seen.decode().replace("\r\n", "\n")
