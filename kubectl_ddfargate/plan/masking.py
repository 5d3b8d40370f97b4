"""Keeps values out of diffs: those of Secrets, and credentials that somebody wrote elsewhere.

Objects of others may hold literal keys (a DatadogAgent's `apiKey`, a policy's `value`), and diffs show what stands
around a change. What changed stays visible as a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.model.secret_words import LONGEST_LINE, without_secrets

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
_WORDS = r"(?:token|password|passwd|secret|(?:api|app|access)[-_]?key)"
# `http://user:x@proxy`, `--password=x`, `"password": "x"`, `Bearer x`; the `==` of CEL assigns nothing
_USER_INFO = re.compile(r"(?<=//)[^/@\s\"']+(?=@)")
_ASSIGNED = re.compile(
    rf"(?i)({_WORDS}[\\\"']*\s*(?:=(?!=)|:)\s*[\\\"']*"
    rf"|(?<!\S)--?[\w.-]*{_WORDS}\s+[\"']?|\bbearer\s+)"
    r"[^\s\\\"',;&]+"
)
_JWT = re.compile(r"\beyJ[\w-]+(?:\.[\w-]*)*")
_FLAG = re.compile(rf"(?i)--?[\w.-]*{_WORDS}")
_COMMAND_LINE = ("args", "command")


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
        flags = [one if one != key else other for one, other in zip(_keys(old, key), _keys(new, key), strict=True)]
        both = [_pair(one, other, flag, "") for one, other, flag in zip(old, new, flags, strict=True)]
        return [one for one, _ in both], [other for _, other in both]
    if isinstance(old, str) and isinstance(new, str) and shown_old == shown_new and old != new:
        return shown_old.replace(SAME, BEFORE), shown_new.replace(SAME, AFTER)
    return shown_old, shown_new


def _shown(node: Node, key: str, name: str) -> Node:
    if isinstance(node, Mapping):
        return {one: _shown(value, one, _name(node)) for one, value in node.items()}
    if isinstance(node, list):
        return [_shown(one, flag, "") for one, flag in zip(node, _keys(node, key), strict=True)]
    return _text(node, key, name) if isinstance(node, str) else node


def _keys(nodes: list[Node], key: str) -> list[str]:
    """By what each entry of a list is known: what follows `--password` is a password."""
    before = ["", *nodes[:-1]] if nodes else []
    return [one if isinstance(one, str) and _FLAG.fullmatch(one) else key for one in before]


def _name(node: Mapping[str, Any]) -> str:
    name = node.get("name")
    return name if isinstance(name, str) else ""


def _text(text: str, key: str, name: str) -> str:
    named = key == "value" and _VARIABLE.search(name)
    if named or _CREDENTIAL.search(key) or key.endswith("last-applied-configuration"):
        return SAME
    if key in _COMMAND_LINE and len(text) <= LONGEST_LINE and "\n" not in text:
        # not for all texts: it cuts policies short, and takes long names of objects for keys
        found = without_secrets(text)
        text = text if found == text.strip() else found.replace("…", SAME)
    text = _USER_INFO.sub(SAME, _JWT.sub(SAME, _KEY.sub(SAME, text)))
    return _ASSIGNED.sub(_kept, _IN_TEXT.sub(rf"\1{SAME}", text))


def _kept(found: re.Match[str]) -> str:
    """Nothing is put in the place of what was put there already."""
    return found[0] if found.string.startswith(SAME, found.end(1)) else f"{found[1]}{SAME}"
