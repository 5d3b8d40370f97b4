"""Keeps credentials out of a line that another program wrote. Pure text."""

from __future__ import annotations

import re

from kubectl_ddfargate.model.redaction import looks_opaque

_NAMED = re.compile(
    r"(?i)\b(bearer|basic|token|password|passwd|secret|api[-_]?key|access[-_]?key)((?:\s*[=:]\s*|\s+)[\"']?)"
    r"([^\s\"']*[0-9=/+_.-][^\s\"']{7,}|[^\s\"']{20,})"
)
_JWT = re.compile(r"\beyJ[\w-]+(?:\.[\w-]*)*|\bk8s-aws-v1\.[\w-]+")
_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")

LONGEST_LINE = 300


def without_secrets(line: str) -> str:
    """The line with what may be a credential as `…`, without control characters, cut to 300 characters."""
    line = _CONTROL.sub("", line).strip()
    line = _USER_INFO.sub("…@", _JWT.sub("…", _NAMED.sub(r"\1\2…", line)))
    words = ["…" if _opaque(word) else word for word in line.split(" ")]
    text = " ".join(words)
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"


def _opaque(word: str) -> bool:
    bare = word.strip("\"'(),;:[]{}<>")
    return looks_opaque(bare) and not bare.startswith(("/", "./", "http"))
