"""What is said on stderr while a command runs: progress on a terminal, warnings once."""

from __future__ import annotations

import os
import sys
import threading
from types import TracebackType
from typing import TextIO

import click

from kubectl_ddfargate.cli.color import on_terminal, terminal_width, wants_color
from kubectl_ddfargate.cli.watching import is_verbose
from kubectl_ddfargate.cluster.api_warnings import OfARead
from kubectl_ddfargate.render.control import without_control

_CLEAR = "\r\x1b[K"
_WARNING = "Warning:"
_LONGEST = 78
"""Of a line of progress: longer ones only flicker."""


class Messages:
    """One line of progress that is rewritten and leaves no trace. May be used from several threads."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        # a dumb terminal cannot take a line away again
        self._terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
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
            room = min((terminal_width(self._stream) or _LONGEST) - 2, _LONGEST)
            self._stream.write(_CLEAR + on_terminal(without_control(text)[:room], self._stream))
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
            line = on_terminal(without_control(f"{_WARNING} {text}"), self._stream)
            if wants_color(self._stream):
                line = click.style(_WARNING, fg="yellow", bold=True) + line.removeprefix(_WARNING)
            self._stream.write(f"{line}\n")

    def pause(self) -> None:
        """Take the line of progress away, for what is printed next."""
        with self._lock:
            self._wipe()

    def _wipe(self) -> None:
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._shown = False
