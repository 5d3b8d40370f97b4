"""How a command line is written that somebody will paste: of kubectl, or of this tool."""

from __future__ import annotations

import shlex


def kubectl_line(flags: str, *words: str) -> str:
    """`kubectl --context prod get pods`: with the flags that lead to the cluster; words are quoted."""
    return " ".join(filter(None, ("kubectl", flags, shlex.join(words))))


def ddfargate_line(flags: str, words: str) -> str:
    """`kubectl ddfargate install --restart --context prod`: kubectl takes no flags before a plugin's name."""
    return " ".join(filter(None, ("kubectl ddfargate", words, flags)))
