"""The one way in which tests wait: for a condition, until a deadline. No test sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


SLOWER = 1.3
SELDOM = 0.3
"""Seconds between two looks at most, where no more are asked for."""


class DeadlineError(AssertionError):
    """What was waited for did not come in time; the text says what was seen last."""


def wait_for(
    condition: Callable[[], Answer | None],
    *,
    what: str,
    deadline: float = 20.0,
    every: float = 0.02,
    detail: Callable[[], object] | None = None,
) -> Answer:
    """Call `condition` until it returns something true, and return that.

    `deadline` and `every` are seconds; what lets itself be waited for is asked less and less often, for each look
    costs what is waited for. On the deadline raises DeadlineError with `what` and `detail()`.
    """
    end = time.monotonic() + deadline
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            seen = f"\n{detail()}" if detail else ""
            raise DeadlineError(f"not within {deadline:g} s: {what}{seen}")
        time.sleep(every)
        every = min(every * SLOWER, max(every, SELDOM))
