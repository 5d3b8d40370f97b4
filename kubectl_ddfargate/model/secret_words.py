"""Keeps credentials out of a line that another program wrote. Pure text."""

from __future__ import annotations

import re

from kubectl_ddfargate.model.redaction import looks_opaque

_KEYS = r"(?:bearer|basic|token|password|passwd|secret|api[-_]?key|app[-_]?key|access[-_]?key)"
# `password=x`, `"apiKey":"x"`: whatever stands behind the sign, however short
_ASSIGNED = re.compile(rf"(?i)({_KEYS}\\?[\"']?(?:=|:(?=\S)|(?<=[\"']):\s+)\\?[\"']?)[^\s\"'\\,;&]+")
_VALUE = r"([^\s\"']*[0-9=/+_.-][^\s\"']{7,}|[^\s\"']{20,})"
_NAMED = re.compile(rf"(?i)\b({_KEYS})((?:\s*[=:]\s*|\s+)[\"']?){_VALUE}")
# Kubernetes writes `secret "datadog-secret" not found`: there the word is no credential's
_SPOKEN = re.compile(rf"(?i)\b(bearer|basic|token|password|passwd)((?:\s*[=:]\s*|\s+)[\"']?){_VALUE}")
_JWT = re.compile(r"\beyJ[\w-]+(?:\.[\w-]*)*|\bk8s-aws-v1\.[\w-]+")
_USER_INFO = re.compile(r"(?<=//)[^/@\s]*@")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_RUN = re.compile(r"[^\s\"'(),;:\[\]{}<>]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# `coredns-5d78c9869d-x7k2p`, `Pod/shop/web-5d78c9869d`: a name in front, and no part as long as a key
_OBJECT = re.compile(r"(?:[A-Za-z][a-z0-9-]*[/_=])*[a-z]+(?:[-.][a-z0-9]{1,12})*(?:_[a-z][a-z0-9-]*)?")

LONGEST_LINE = 300
LONGEST_MESSAGE = 1000


def without_secrets(line: str) -> str:
    """The line with what may be a credential as `…`, without control characters, cut to 300 characters."""
    return _cut(_words(_NAMED.sub(r"\1\2…", _clean(line)), names=False), LONGEST_LINE)


def clean_message(text: str) -> str:
    """The same for what Kubernetes says of its objects, up to 1000 characters: the objects' names stay."""
    return _cut(_words(_SPOKEN.sub(r"\1\2…", _clean(text)), names=True), LONGEST_MESSAGE)


def _clean(text: str) -> str:
    text = _JWT.sub("…", _CONTROL.sub("", text).strip())
    return _USER_INFO.sub("…@", _ASSIGNED.sub(r"\1…", text))


def _words(text: str, *, names: bool) -> str:
    def shown(run: re.Match[str]) -> str:
        word = run.group(0)
        if text.endswith("sha256:", 0, run.start()) and _DIGEST.match(word):
            return word  # of an image
        return "…" if _opaque(word.rstrip(".!?"), names=names) else word

    return _RUN.sub(shown, text)


def _opaque(word: str, *, names: bool) -> bool:
    if names and _OBJECT.fullmatch(word):
        return False
    return looks_opaque(word) and not word.startswith(("/", "./", "http"))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"
