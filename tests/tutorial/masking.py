"""What differs from one run to the next, and may: times, ports, random parts of names."""

from __future__ import annotations

import re

_MASKS = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    # What a Service gets that asks for no address; the fixed one lies in the static band below.
    (r"\b172\.20\.(?!0\.|1\.0\b)\d{1,3}\.\d{1,3}\b", "ADDRESS"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"\b(read in|in) \d+\.\d s\b", r"\1 SECONDS"),
    (r"\b\d+(m\d+)?s$", "AGE"),
    (r"\b([a-z][a-z0-9-]*?)-[0-9a-f]{7,10}-[a-z0-9]{5}\b", r"\1-POD"),
    # Columns are as wide as the longest value.
    (r" {2,}", "  "),
    (r"\s+$", ""),
)


def masked(text: str) -> list[str]:
    """The lines that must be the same in each run."""
    return [_masked(line) for line in text.splitlines()]


def _masked(line: str) -> str:
    for pattern, mark in _MASKS:
        line = re.sub(pattern, mark, line)
    return line
