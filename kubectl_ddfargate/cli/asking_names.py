"""Asks a cluster for names while somebody waits for TAB: not for long, and not again and again.

A process of its own asks. Where it answers within the budget, its answer is taken. Where it does not (a credential
plugin alone may take a second) it goes on without us, and what it finds is remembered for the next TAB.
Nothing here raises, prints, or waits for longer than the budget.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

Ask = Callable[[], list[str]]

BUDGET = 0.3
"""Seconds from the start of the program to its answer."""
_TO_ANSWER = 0.03
"""Of it, for what comes after the waiting."""
_FRESH = 5.0
"""Seconds in which the same question is not asked again."""
_KEPT = 3600.0
"""Seconds for which an old answer is better than none."""
_LONGEST = 30
"""Seconds after which the process that asks is ended, whatever it waits for."""


def _age() -> float:
    """Seconds since this program started: by the kernel where it tells, else what was computed until now."""
    try:
        ticks = float(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError, IndexError):
        return time.process_time()


def names(ask: Ask, memory: Path | None) -> list[str]:
    """What `ask` finds, or what it found lately; nothing where it does not answer in time."""
    age, remembered = _remembered(memory) if memory is not None else (_KEPT, [])
    if age < _FRESH or not hasattr(os, "fork"):
        return remembered
    found = _asked(ask, memory)
    return found if found is not None else remembered


def _remembered(memory: Path) -> tuple[float, list[str]]:
    try:
        age = max(0.0, time.time() - memory.stat().st_mtime)
        found = json.loads(memory.read_bytes()) if age < _KEPT else []
    except (OSError, ValueError):
        return _KEPT, []
    return age, [str(one) for one in found]


def _asked(ask: Ask, memory: Path | None) -> list[str] | None:
    """The answer of a process of its own; None where it has none in time, or none at all."""
    import select

    until = time.monotonic() + BUDGET - _TO_ANSWER - _age()
    reading, writing = os.pipe()
    try:
        if os.fork() == 0:
            _work(ask, memory, writing)
        os.close(writing)
        gathered = b""
        while (left := until - time.monotonic()) > 0:
            if not select.select([reading], [], [], left)[0]:
                break
            piece = os.read(reading, 1 << 16)
            if not piece:
                return [str(one) for one in json.loads(gathered)] if gathered else None
            gathered += piece
    except (OSError, ValueError):
        return None
    finally:
        os.close(reading)
    return None


def _work(ask: Ask, memory: Path | None, writing: int) -> None:
    """The life of the process that asks. Never returns: what follows in the program is its parent's."""
    import signal

    try:
        os.setsid()
        signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))  # a credential plugin, too
        signal.alarm(_LONGEST)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # who waits for our output must not wait for this process
            os.dup2(nowhere, stream)
        text = json.dumps(ask()).encode()
        if memory is not None:
            _remember(memory, text)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        while text:
            text = text[os.write(writing, text) :]
    except BaseException:  # noqa: BLE001, S110  silent, whatever it is
        pass
    finally:
        os._exit(0)


def _remember(memory: Path, text: bytes) -> None:
    from tempfile import mkstemp

    memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = mkstemp(dir=memory.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    Path(name).replace(memory)
