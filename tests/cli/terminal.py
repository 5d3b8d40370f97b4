"""A shell on a terminal of its own, typed at and read as a person does."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.cluster.waiting import wait_for

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x07|\r")


class Terminal:
    """Runs one program. A context manager that ends it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execve(command[0], list(command), dict(env))
        self._seen = b""
        self._mark = 0

    def press(self, text: str) -> None:
        """Type, and look only at what comes from now on."""
        self._read()
        self._mark = len(self._seen)
        os.write(self._master, text.encode())

    def expect(self, pattern: str) -> str:
        """Wait until what is shown since the last keys matches; all of it."""
        return wait_for(lambda: self._shown(pattern), what=f"{pattern!r} on the terminal", detail=self.shown)

    def shown(self) -> str:
        """What is shown since the last keys, without colours and moves of the cursor."""
        self._read()
        return _CONTROL.sub("", self._seen[self._mark :].decode(errors="replace"))

    def _shown(self, pattern: str) -> str | None:
        text = self.shown()
        return text if re.search(pattern, text, re.MULTILINE) else None

    def _read(self) -> None:
        try:
            while select.select([self._master], [], [], 0)[0]:
                self._seen += os.read(self._master, 1 << 16)
        except OSError:  # the program has ended
            return

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
