"""Works out once what hangs on a spec alone: pods of one workload share theirs (`model/kube/pod_sharing.py`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

MOST = 8192
"""Answers that are remembered for each question. Beyond, they are worked out again: slower, and never wrong."""


def per_spec(function: Callable[P, R]) -> Callable[P, R]:
    """Remember the answers of a pure function of specs and containers, which are told apart by identity."""
    return cast("Callable[P, R]", lru_cache(maxsize=MOST)(function))
