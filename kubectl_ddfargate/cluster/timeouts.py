"""How long a request may take. Reads durations as kubectl does; waits for nothing itself."""

from __future__ import annotations

import re

import msgspec

from kubectl_ddfargate.errors import UsageError

DEFAULT_SILENCE = 30.0
"""Longest silence of the server, seconds: connecting, and between two pieces of an answer."""
DEFAULT_LIST_SILENCE = 60.0
"""The same for a page of a list: the server's own limit for one request is 60 s."""
LONGEST = 300.0
"""Longest whole exchange when the user set no limit, so that an answer that drips never hangs us."""

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


class Patience(msgspec.Struct, frozen=True):
    """Limits of one exchange, in seconds."""

    silence: float
    total: float


def parse_duration(text: str) -> float:
    """Seconds of `--request-timeout`; 0.0 means that no limit was set.

    client-go tools/clientcmd/helpers.go ParseTimeout: whole seconds, or Go's time.ParseDuration.
    Raises UsageError; a negative duration is one too, because no answer can come in less than no time.
    """
    if text == "0" or re.fullmatch(r"\+?\d+", text):
        return float(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.removeprefix("+"):
        raise UsageError(
            f'"{text}" is not a timeout',
            hint="--request-timeout takes seconds (30) or a number with a unit (500ms, 1m30s)",
        )
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def patience(request_timeout: float, *, is_list: bool = False) -> Patience:
    """The limits of one request: the user's, or the defaults where the user set none."""
    if request_timeout > 0:
        return Patience(request_timeout, request_timeout)
    return Patience(DEFAULT_LIST_SILENCE if is_list else DEFAULT_SILENCE, LONGEST)
