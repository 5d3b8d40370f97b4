"""`resourceFilters` of Kyverno's ConfigMap: `[kind,namespace,name]`, by Kyverno's rules (pkg/config/types.go)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

_ENTRY = re.compile(r"\[([^\[\]]*)\]")
_VERSION = re.compile(r"v\d((alpha|beta)\d)?|\*")


class Filter(msgspec.Struct, frozen=True):
    """One entry: what it takes, Kyverno does not see. `*` and `?` stand for any text and any one character."""

    text: str
    """With its brackets."""
    start: int
    end: int
    group: str = ""
    version: str = ""
    kind: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def takes(self, namespace: str, *, kind: str = "Pod", name: str = "") -> bool:
        """Whether it hides an object of the core group. Pods made by a ReplicaSet have no name at admission."""
        return (
            wildcard(self.group, "")
            and wildcard(self.version, "v1")
            and wildcard(self.kind, kind)
            and wildcard(self.subresource, "")
            and wildcard(self.namespace, namespace)
            and wildcard(self.name, name)
        )

    @property
    def of_one_namespace(self) -> bool:
        """Whether it can be taken away without any other namespace being concerned."""
        return not {"*", "?"} & set(self.namespace)


def filters(text: str) -> list[Filter]:
    """All entries of the value. What stands between brackets is not trimmed; what stands outside is nothing."""
    return [_filter(found) for found in _ENTRY.finditer(text)]


def without(text: str, gone: Iterable[Filter]) -> str:
    """The value without some of its entries, each with the white space that parts it from the one before."""
    entries = filters(text)
    for entry in sorted(gone, key=lambda one: one.start, reverse=True):
        before = [other for other in entries if other.end <= entry.start]
        after = [other for other in entries if other.start >= entry.end]
        if before and not text[before[-1].end : entry.start].strip():
            text = text[: before[-1].end] + text[entry.end :]
        elif after and not text[entry.end : after[0].start].strip():
            text = text[: entry.start] + text[after[0].start :]
        else:
            text = text[: entry.start] + text[entry.end :]
        entries = filters(text)
    return text


def kind_of(selector: str) -> tuple[str, str, str, str]:
    """Group, version, kind and subresource of a kind as Kyverno's texts name it (pkg/utils/kube/kind.go)."""
    parts = selector.split("/")
    parts = [*parts[:-1], *parts[-1].split(".")]
    if len(parts) == 1:
        return "*", "*", parts[0], ""
    if len(parts) == 2:
        first, second = parts
        if first == second == "*":
            return "*", "*", "*", "*"
        if first == "*" and second == second.lower():
            return "*", "*", first, second
        return ("*", first, second, "") if _VERSION.fullmatch(first) else ("*", "*", first, second)
    if len(parts) == 3:
        return ("*", *parts) if _VERSION.fullmatch(parts[0]) else (*parts, "")  # type: ignore[return-value]
    return tuple(parts) if len(parts) == 4 else ("", "", "", "")  # type: ignore[return-value]


def wildcard(pattern: str, text: str) -> bool:
    """Whether a pattern takes a text; an empty one takes the empty text alone."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.DOTALL)


def _filter(found: re.Match[str]) -> Filter:
    here = (found[0], found.start(), found.end())
    parts = found[1].split(",")
    if not parts[0] or len(parts) > 3:
        return Filter(*here)
    kind, namespace, name = [*parts, "", ""][:3]
    return Filter(*here, *kind_of(kind), namespace, name)
