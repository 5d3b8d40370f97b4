"""Runs the tool on a terminal, where it asks, so that a test can act between the question and its answer."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster.cluster import Cluster

LONGEST = 240
"""Seconds after which a run is killed."""
AGAIN = 2
"""Seconds until Ctrl-C is pressed again."""


class Asking:
    """A run that asks."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._seen = b""

    def until_asked(self) -> str:
        """All that it said up to its question."""
        assert self._process.stdout is not None
        while b"[y/N]" not in self._seen:
            more = self._process.stdout.read(1)
            assert more, self._seen.decode()
            self._seen += more
        return self._seen.decode()

    def interrupt(self) -> tuple[int, str]:
        """The same after Ctrl-C, without the empty lines at its end.

        It is pressed until the run ends, as a person does: Python does not see a signal that comes between the last
        line of its own code and the reading of the answer before the next one.
        """
        while True:
            self._process.send_signal(signal.SIGINT)
            try:
                rest, _ = self._process.communicate(timeout=AGAIN)
            except subprocess.TimeoutExpired:
                continue
            return self._process.returncode, rest.decode().rstrip()

    def answer(self, word: str) -> tuple[int, str]:
        """Its exit code, and what it said after the answer `y` or `n`."""
        assert self._process.stdout is not None
        os.write(self._terminal, f"{word}\n".encode())
        rest = self._process.stdout.read()
        return self._process.wait(), rest.decode()


@contextmanager
def on_a_terminal(cluster: Cluster, *words: str) -> Iterator[Asking]:
    """Start it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", *words],
        env={**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "HOME": "/nonexistent"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,  # what is not read here is left to communicate()
    )
    timer = threading.Timer(LONGEST, process.kill)
    timer.start()
    try:
        yield Asking(process, ours)
    finally:
        timer.cancel()
        process.kill()
        os.close(ours)
        os.close(theirs)
