"""Keeps values out of diffs: those of Secrets, and credentials that somebody wrote elsewhere.

Objects of others may hold literal keys (a DatadogAgent's `apiKey`, a policy's `value`), and diffs show what stands
around a change. What changed stays visible as a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

BEFORE, AFTER, SAME = "(value not shown, before)", "(value not shown, after)", "(value not shown)"
Node = Any
_CREDENTIAL = re.compile(r"(?i)(?:api|app|access)[-_]?key$|(?:token|password|passwd|secret)$")
_VARIABLE = re.compile(r"(?i)(?:_key|_token|_password|_passwd|_secret)$")
_KEY = re.compile(r"(?<![0-9a-zA-Z])(?<!sha256:)(?=[a-zA-Z]*[0-9])[0-9a-zA-Z]{32,}(?![0-9a-zA-Z])")
# Policies hold whole containers as CEL, JSON or YAML: `name: "DD_API_KEY", value: "…"`
_IN_TEXT = re.compile(
    r"(?i)(\bname[\\\"']*\s*:\s*[\\\"']*\w*(?:_key|_token|_password|_passwd|_secret)[\\\"']*\s*,?\s*"
    r"[\\\"']*value[\\\"']*\s*:\s*[\\\"']*)(?:(?<=[\"'])[^\"']*|[^\s\\\"',}]+)"
)


def hidden(before: Mapping[str, Any], after: Mapping[str, Any], *, secret: bool) -> tuple[Node, Node]:
    """Both sides without values. `secret`: they are of a Secret, whose values are marks already."""
    if secret:
        return _secret(before, after)
    return _pair(before, after, "", "")


def _secret(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Node, Node]:
    old, new = dict(before), dict(after)
    old_marks, new_marks = old.get("data") or {}, new.get("data") or {}
    for side, marks, other, word in ((old, old_marks, new_marks, BEFORE), (new, new_marks, old_marks, AFTER)):
        if marks:
            side["data"] = {key: SAME if other.get(key) == mark else word for key, mark in marks.items()}
        if annotations := (side.get("metadata") or {}).get("annotations"):
            side["metadata"] = {**side["metadata"], "annotations": dict.fromkeys(annotations, SAME)}
    return old, new


def _pair(old: Node, new: Node, key: str, name: str) -> tuple[Node, Node]:
    """Both sides in step, so that a credential that changed differs in what stands in its place."""
    shown_old, shown_new = _shown(old, key, name), _shown(new, key, name)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        found = {one: _pair(old.get(one), new.get(one), one, _name(old) or _name(new)) for one in {**old, **new}}
        return {one: found[one][0] for one in old}, {one: found[one][1] for one in new}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        both = [_pair(one, other, key, "") for one, other in zip(old, new, strict=True)]
        return [one for one, _ in both], [other for _, other in both]
    if isinstance(old, str) and isinstance(new, str) and shown_old == shown_new and old != new:
        return shown_old.replace(SAME, BEFORE), shown_new.replace(SAME, AFTER)
    return shown_old, shown_new


def _shown(node: Node, key: str, name: str) -> Node:
    if isinstance(node, Mapping):
        return {one: _shown(value, one, _name(node)) for one, value in node.items()}
    if isinstance(node, list):
        return [_shown(one, key, "") for one in node]
    return _text(node, key, name) if isinstance(node, str) else node


def _name(node: Mapping[str, Any]) -> str:
    name = node.get("name")
    return name if isinstance(name, str) else ""


def _text(text: str, key: str, name: str) -> str:
    named = key == "value" and _VARIABLE.search(name)
    if named or _CREDENTIAL.search(key) or key.endswith("last-applied-configuration"):
        return SAME
    return _IN_TEXT.sub(rf"\1{SAME}", _KEY.sub(SAME, text))
