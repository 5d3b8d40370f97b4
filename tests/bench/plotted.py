"""The figures that the plot shows, and their digest, by which a test knows that the plot is of these results."""

from __future__ import annotations

import hashlib
import json

from tests.bench.results import Document

FIELDS = ("median", "peak_mib")


def lines(document: Document, field: str) -> dict[str, list[tuple[int, float]]]:
    """Program → pods and value, of what was measured."""
    found: dict[str, list[tuple[int, float]]] = {}
    for one in document["sizes"]:
        for name, command in one.get("commands", {}).items():
            if command[field] is not None and command["codes"] != [-1]:
                found.setdefault(name, []).append((one["pods"], command[field]))
    return found


def digest(document: Document) -> str:
    """Of everything that the plot shows."""
    shown = [lines(document, field) for field in FIELDS]
    return f"figures {hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]}"
