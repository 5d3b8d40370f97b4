"""How a command line of kubectl is written that somebody will paste."""

from __future__ import annotations

import shlex


def kubectl_line(flags: str, *words: str) -> str:
    """`kubectl --context prod get pods`: with the flags that lead to the cluster; words are quoted."""
    return " ".join(filter(None, ("kubectl", flags, shlex.join(words))))
