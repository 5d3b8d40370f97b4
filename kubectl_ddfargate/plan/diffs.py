"""Unified diffs: made with every line of both sides, so that both can be had back, and shortened for reading."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

_HEADER = 3
"""Lines before the content: `---`, `+++`, `@@`. With every line shown there is one hunk."""
_EVERYTHING = 1_000_000
CONTEXT = 3


def file_name(api_version: str, kind: str, namespace: str, name: str) -> str:
    """`apps.v1.Deployment.shop.web`, as kubectl names the files that it compares."""
    group, _, version = api_version.rpartition("/")
    return ".".join((*((group,) if group else ()), version, kind, namespace, name))


def whole_diff(name: str, before: str, after: str) -> str:
    """Both texts in one diff, whole; empty where they are equal."""
    return _diff(f"live/{name}", f"merged/{name}", before.splitlines(), after.splitlines(), _EVERYTHING)


def sides(diff: str) -> tuple[str, str]:
    """Both texts of a whole diff."""
    lines = diff.splitlines()[_HEADER:]
    before = [line[1:] for line in lines if not line.startswith("+")]
    after = [line[1:] for line in lines if not line.startswith("-")]
    return "".join(f"{line}\n" for line in before), "".join(f"{line}\n" for line in after)


def short_diff(diff: str) -> str:
    """A whole diff with three lines around each difference, as `diff -u` shows them."""
    if not diff:
        return ""
    old, new, *_ = diff.splitlines()
    before, after = sides(diff)
    return _diff(old[4:], new[4:], before.splitlines(), after.splitlines(), CONTEXT)


def _diff(old: str, new: str, before: Sequence[str], after: Sequence[str], context: int) -> str:
    lines = difflib.unified_diff(before, after, old, new, n=context, lineterm="")
    return "".join(f"{line}\n" for line in lines)
