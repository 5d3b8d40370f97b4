"""Reads what `doctor --trace-requests` wrote: which requests it sent, of which sort, and how much came."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Line = dict[str, Any]


def requests(trace: Path) -> Iterator[Line]:
    """The lines of a trace."""
    for line in trace.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def reads(trace: Path) -> list[str]:
    """Paths of all good GETs of a trace."""
    return [one["path"] for one in requests(trace) if one["verb"] == "GET" and one["status"] == 200]


def pod_pages(trace: Path) -> list[str]:
    """Paths of the pages of Fargate's pods."""
    return [path for path in reads(trace) if is_page_of_pods(path)]


def list_pages(trace: Path) -> list[str]:
    """Paths of the pages of all lists."""
    return [path for path in reads(trace) if "limit" in parse_qs(urlsplit(path).query)]


def is_page_of_pods(path: str) -> bool:
    """Whether a request is for a page of the pods that are judged: not for the cluster agent's, not by name."""
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    selectors = " ".join((*query.get("labelSelector", ()), *query.get("fieldSelector", ())))
    return parts.path == "/api/v1/pods" and "datadoghq.com/component" not in selectors


def sort_of(verb: str, path: str) -> str:
    """What a request is for, in a few words: `lists of pods`, `secrets by name`, `access reviews`."""
    if is_page_of_pods(path):
        return "pages of pods"
    parts = urlsplit(path).path.strip("/").split("/")
    rest = parts[2:] if parts[0] == "api" else parts[3:]
    in_namespace = rest[:1] == ["namespaces"] and len(rest) > 2
    if in_namespace:
        rest = rest[2:]
    if not rest:
        return "version and discovery"
    if verb == "POST":
        return "dry-runs of pods" if rest == ["pods"] else "access reviews"
    if len(rest) > 1:
        return f"{rest[0]} by name"
    return "lists of one namespace" if in_namespace else "lists of the whole cluster"


def counted(trace: Path) -> dict[str, Any]:
    """How many requests, of which sorts, and the bytes of all answers on the wire."""
    lines = list(requests(trace))
    sorts = Counter(sort_of(one["verb"], one["path"]) for one in lines)
    size = sum(one["bytes"] for one in lines)
    return {"count": len(lines), "bytes": size, "by_sort": dict(sorted(sorts.items()))}
