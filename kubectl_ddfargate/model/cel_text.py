"""Reads the sidecar out of the CEL text of an admission policy. The text itself is not kept.

Only string literals are looked at: an environment entry is an innermost `{…}` with a `name` and a `value`. What
the text computes (ternaries, variables, params) stays unread on purpose: a dry-run settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL, SCHEDULER
from kubectl_ddfargate.model.redaction import (
    CREDENTIAL_VARIABLES,
    SecretMark,
    is_reference,
    looks_opaque,
    mark,
    readable,
)

# Comments and string literals, by cel-spec's langdef.md; whichever begins first wins.
_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*)"
    r"|(?<!\w)(?P<raw>[bB]?[rR])(?P<rawquote>\"\"\"|'''|\"|')(?P<rawtext>.*?)(?P=rawquote)"
    r"|(?P<quote>\"\"\"|'''|\"|')(?P<text>(?:\\.|[^\\])*?)(?P=quote)",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL
)
_CONTROLS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

_SLOT = re.compile(r"\x00(\d+)\x00")
_GROUP = re.compile(r"\{[^{}]*\}")
_NAME = re.compile(r"\bname\s*:\s*(?:dyn\(\s*)*\x00(\d+)\x00")
_VALUE = re.compile(r"\bvalue\s*:")
_QUOTED_KEY = re.compile(r"(?<=[{,])(\s*)\x00(\d+)\x00(?=\s*:)")
_CREDENTIAL_KEY = re.compile(rf"\b({'|'.join(sorted(CREDENTIAL_VARIABLES))})\s*:")
# `x["key"]`, `x[?"key"]`, `"a" == y`: literals that only find or compare
_NO_VALUE = re.compile(
    r"(?<=[\w)\]])\s*\[\??\s*\x00\d+\x00\s*\]|[=!]=\s*\x00\d+\x00|\x00\d+\x00\s*(?:[=!]=|\bin\b)"
)
# listType and structType atomic in kubernetes/api core/v1/types.go
_ATOMIC = re.compile(r"\b(secretKeyRef|configMapKeyRef|fieldRef|resourceFieldRef|envFrom|command|args)\s*:")
# `"a" in x.labels`, `x.labels["a"]`, `x.labels[?"a"]`, `x.labels.a`, `x.?labels.?a`, `x.labels.orValue({})["a"]`
_LABELS = re.compile(
    r"(?:\x00(?P<before>\d+)\x00\s*\bin\s+)?"
    r"(?<!\w)(?P<path>(?:\w+\s*\.\s*\??)*)labels\b(?:\s*\.\s*orValue\(\s*\{\s*\}\s*\))?"
    r"(?:\s*\[\s*\??\s*\x00(?P<inside>\d+)\x00\s*\]|\s*\.\s*\??(?P<field>[A-Za-z_]\w*)(?!\w|\s*\())?"
)
# kubernetes/apimachinery pkg/util/validation: a prefix that is a domain, and a name
_LABEL_KEY = re.compile(
    r"(?:[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?"
)
_OF_FARGATE = (PROFILE_LABEL, SCHEDULER)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_OBJECT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}|[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?")


class PolicyVariable(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One variable that a policy's text gives to a container."""

    name: str
    value: str | None = None
    """The literal, where it may be read."""
    literal: SecretMark | None = None
    """Set where a credential stands in the text."""


class PolicyText(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the text of an expression tells, without any credential in it."""

    names: tuple[str, ...] = ()
    """Every literal that stands as `name:`: containers, variables, Secrets."""
    variables: tuple[PolicyVariable, ...] = ()
    atomic: tuple[str, ...] = ()
    """Fields it sets that an apply configuration may only take or leave as a whole: `secretKeyRef`, `args`, …"""
    waits_for_fargate: bool = False
    """It compares with a mark that Fargate's own webhook gives to pods."""


def read_expression(text: str) -> PolicyText:
    """List what one expression spells out."""
    taken_apart, literals = _take_apart(text)

    def key(match: re.Match[str]) -> str:
        # {"name": "DD_SITE"} and {name: "DD_SITE"} are the same map to a reader
        literal = literals[int(match[2])]
        return match[1] + literal if _IDENTIFIER.fullmatch(literal) else match[0]

    slotted = _QUOTED_KEY.sub(key, taken_apart)
    names = [literals[int(slot)] for slot in _NAME.findall(slotted)]
    variables = [*_entries(slotted, literals), *_credential_keys(slotted, literals)]
    return PolicyText(
        tuple(dict.fromkeys(name for name in names if _is_name(name))),
        tuple(variable for variable in variables if _is_name(variable.name)),
        tuple(dict.fromkeys(_ATOMIC.findall(slotted))),
        any(mark_ in literal for literal in literals for mark_ in _OF_FARGATE),
    )


def label_keys(text: str) -> tuple[str, ...]:
    """The keys of the labels of a request's object that an expression looks at, each once.

    `labels["key"]`, `"key" in object.metadata.labels` and `labels.key` name one; what only compares with a literal
    does not, and neither do the labels of the namespace. What an expression puts together is not found.
    """
    slotted, literals = _take_apart(text)
    keys: dict[str, None] = {}
    for found in _LABELS.finditer(slotted):
        slot = found["before"] or found["inside"]
        key = literals[int(slot)] if slot else found["field"] or ""
        if not found["path"].startswith("namespaceObject") and _LABEL_KEY.fullmatch(key):
            keys[key] = None
    return tuple(keys)


def _take_apart(text: str) -> tuple[str, list[str]]:
    """The text without comments, with a numbered slot in the place of each literal, and the literals."""
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if match["comment"] is not None:
            return " "
        literals.append(match["rawtext"] if match["raw"] is not None else _unescaped(match["text"]))
        return f"\x00{len(literals) - 1}\x00"

    return _TOKEN.sub(keep, text.replace("\x00", "")), literals


def _entries(slotted: str, literals: list[str]) -> Iterator[PolicyVariable]:
    """`{name: "…", value: …}`, wherever it stands."""
    for group in _GROUP.finditer(slotted):
        inside = group[0][1:-1]
        named, value = _NAME.search(inside), _VALUE.search(inside)
        if named and value:
            yield _variable(literals[int(named[1])], _up_to_comma(inside[value.end() :]), literals)


def _credential_keys(slotted: str, literals: list[str]) -> Iterator[PolicyVariable]:
    """`{"DD_API_KEY": "…"}`: a map that an expression makes the entries from."""
    for found in _CREDENTIAL_KEY.finditer(slotted):
        variable = _variable(found[1], _up_to_comma(slotted[found.end() :]), literals)
        if variable.literal is not None:
            yield variable


def _variable(name: str, expression: str, literals: list[str]) -> PolicyVariable:
    slots = _SLOT.findall(_NO_VALUE.sub(" ", expression))
    # A value put together from several literals is no less secret than one.
    whole = "".join(literals[int(slot)] for slot in slots)
    if name in CREDENTIAL_VARIABLES and whole and not is_reference(whole):
        return PolicyVariable(name, literal=mark(whole))
    bare = re.sub(r"\bdyn\(|string\(|[()\s]", "", expression)
    if not _SLOT.fullmatch(bare):
        return PolicyVariable(name)
    return PolicyVariable(name, value=whole if is_reference(whole) else readable(name, whole))


def _up_to_comma(text: str) -> str:
    """The expression at the beginning: up to a comma or a closing bracket of what is around it."""
    depth = 0
    for place, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and character == ","):
            return text[:place]
    return text


def _is_name(text: str) -> bool:
    return _OBJECT_NAME.fullmatch(text) is not None and not looks_opaque(text)


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        number = int(code, 16) if code else int(match[4], 8) if match[4] else -1
        if number >= 0:
            return chr(number) if number <= 0x10FFFF else "\ufffd"
        return _CONTROLS.get(match[5], match[5])

    return _ESCAPE.sub(one, text)
