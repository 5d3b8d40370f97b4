"""How long the tool goes on after Ctrl-C, pressed when a page of pods has come and more are on their way."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.bench.contenders import OURS, Place
from tests.bench.traces import is_page_of_pods, requests

INTERRUPTED = 130
LONGEST = 60.0
PAGE = 1_000_000
"""Bytes: a list without pods is shorter, and so is the last page of few pods."""


def interrupt(place: Place, rounds: int) -> dict[str, Any]:
    """Seconds from the signal to the end of the process. Raises RuntimeError where it ends in another way."""
    seconds = [_once(place) for _ in range(rounds)]
    return {
        "seconds": [round(one, 4) for one in seconds],
        "median": round(statistics.median(seconds), 4),
        "slowest": round(max(seconds), 4),
    }


def _once(place: Place) -> float:
    trace = place.scratch / "interrupted.jsonl"
    trace.unlink(missing_ok=True)
    running = subprocess.Popen(
        [*place.prefix, OURS, "doctor", "--trace-requests", trace],
        env={**os.environ, **place.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
    )
    try:
        _wait_for_a_page(running, trace)
        started = time.perf_counter()
        running.send_signal(signal.SIGINT)
        code = running.wait(LONGEST)
        seconds = time.perf_counter() - started
    finally:
        running.kill()
        running.wait()
    if code != INTERRUPTED:
        raise RuntimeError(f"doctor ended with {code} before Ctrl-C: too few pages of pods")
    return seconds


def _heed_ctrl_c() -> None:
    """A shell has what runs in its background ignore SIGINT, and whatever that starts too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_for_a_page(running: subprocess.Popen[bytes], trace: Path) -> None:
    """Until a page with pods is in the trace."""
    end = time.monotonic() + LONGEST
    while running.poll() is None and time.monotonic() < end:
        if trace.exists() and any(is_page_of_pods(one["path"]) and one["bytes"] > PAGE for one in requests(trace)):
            return
        time.sleep(0.001)
    raise RuntimeError("doctor read no page of pods")
