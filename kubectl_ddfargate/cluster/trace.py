"""Writes one line of JSON for each request sent: what was asked, never a header or a body."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import msgspec

from kubectl_ddfargate.errors import UsageError


class TraceLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try of a request. `path` carries the query; `bytes` is the body's size on the wire."""

    verb: str
    path: str
    status: int | None
    bytes: int
    ms: float
    error: str | None = None
    """Kind of failure where no answer came."""


class Trace:
    """The file of one run; it starts empty and only its owner may read it. Safe from several threads."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError where the file cannot be written."""
        self._lock = threading.Lock()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):  # not for a terminal or a pipe
                os.fchmod(descriptor, 0o600)
        except OSError as error:
            raise UsageError(
                f"the trace cannot be written to {path}: {error.strerror}", hint="name a file in a folder of yours"
            ) from error
        self._path = path
        self._file = os.fdopen(descriptor, "wb", buffering=0)  # nothing left behind to fail again at the end

    def write(self, line: TraceLine) -> None:
        """Add a line at once, so that a run that is killed leaves what it did."""
        with self._lock:
            if self._file.closed:
                return
            try:
                self._file.write(msgspec.json.encode(line) + b"\n")
            except OSError as error:
                raise UsageError(
                    f"the trace cannot be written to {self._path}: {error.strerror}",
                    hint="make room there, then again",
                ) from error

    def close(self) -> None:
        """Nothing is written after this."""
        with self._lock:
            self._file.close()
