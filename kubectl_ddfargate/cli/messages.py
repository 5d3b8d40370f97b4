"""What is said on stderr while a command runs: progress on a terminal, warnings once."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TextIO

import click

from kubectl_ddfargate.cli.color import wants_color
from kubectl_ddfargate.cli.watching import is_verbose
from kubectl_ddfargate.cluster.api_warnings import OfARead
from kubectl_ddfargate.render.control import without_control

_CLEAR = "\r\x1b[K"


class Messages:
    """One line of progress that is rewritten and leaves no trace. May be used from several threads."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._verbose = is_verbose()
        self._shown = False
        self._warned: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Messages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._wipe()
            # Threads that still wait for an answer when the user interrupts must not write after this.
            self._terminal = False

    def progress(self, text: str) -> None:
        """Say what is being done. Nothing where nobody watches."""
        with self._lock:
            if not self._terminal:
                return
            self._stream.write(f"{_CLEAR}{without_control(text)[:78]}")
            self._stream.flush()
            self._shown = True

    def warn(self, text: str) -> None:
        """Print a warning, each text once. One that the server gave to a read of ours is shown with -v alone."""
        with self._lock:
            if isinstance(text, OfARead) and not self._verbose:
                return
            if text in self._warned:
                return
            self._warned.add(text)
            self._wipe()
            head = click.style("Warning:", fg="yellow", bold=True)
            line = f"{head} {without_control(text)}"
            self._stream.write((line if wants_color(self._stream) else click.unstyle(line)) + "\n")

    def pause(self) -> None:
        """Take the line of progress away, for what is printed next."""
        with self._lock:
            self._wipe()

    def _wipe(self) -> None:
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._shown = False
