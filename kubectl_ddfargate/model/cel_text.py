"""Reads the sidecar out of the CEL text of an admission policy, and redacts the text as it does so.

Only string literals are looked at: an environment entry is an innermost `{…}` with a `name` literal. What the
text computes (ternaries, variables, params) stays unread on purpose: a dry-run settles it.
"""

from __future__ import annotations

import re

import msgspec

from kubectl_ddfargate.model.redaction import (
    CREDENTIAL_VARIABLES,
    SecretMark,
    is_reference,
    looks_opaque,
    mark,
    readable,
)

_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'")
_SLOT = re.compile(r"\x00(\d+)\x00")
_GROUP = re.compile(r"\{[^{}]*\}")
_FIELD = re.compile(r'["\']?\b(name|value|image)["\']?\s*:\s*\x00(\d+)\x00')
_QUOTED_KEY = re.compile(r"\x00(\d+)\x00(?=\s*:)")


class PolicyVariable(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One variable that a policy's text gives to a container."""

    name: str
    value: str | None = None
    """The literal, where it may be read."""
    literal: SecretMark | None = None
    """Set where a credential stands in the text."""


class PolicyText(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the text of an expression tells, without any credential in it."""

    expression: str = ""
    names: tuple[str, ...] = ()
    """Every literal that stands as `name:`: containers, variables, Secrets."""
    variables: tuple[PolicyVariable, ...] = ()


def read_expression(text: str) -> PolicyText:
    """Redact one expression and list the environment entries that it spells out."""
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match.group(0)[1:-1])
        return f"\x00{len(literals) - 1}\x00"

    slotted = _LITERAL.sub(keep, text.replace("\x00", ""))
    # {"name": "DD_SITE"} and {name: "DD_SITE"} are the same map to a reader
    slotted = _QUOTED_KEY.sub(lambda m: literals[int(m.group(1))], slotted)
    shown = list(literals)
    names: list[str] = []
    variables: list[PolicyVariable] = []
    judged: set[int] = set()
    for group in _GROUP.finditer(slotted):
        fields = {key: int(slot) for key, slot in _FIELD.findall(group.group(0))}
        name = literals[fields["name"]] if "name" in fields else None
        if "value" not in fields:
            if name is not None:
                variables.append(PolicyVariable(name))
            continue
        slot = fields["value"]
        judged.add(slot)
        variable = _variable(name or "", literals[slot])
        if name:
            variables.append(variable)
        if variable.value is None and not is_reference(literals[slot]):
            shown[slot] = "redacted"
    names.extend(literals[int(slot)] for key, slot in _FIELD.findall(slotted) if key == "name")
    for slot, literal in enumerate(literals):
        if slot not in judged and looks_opaque(literal):
            shown[slot] = "redacted"
    safe_names = tuple(dict.fromkeys(name for name in names if not looks_opaque(name)))
    expression = _SLOT.sub(lambda m: f'"{shown[int(m.group(1))]}"', slotted)
    return PolicyText(expression, safe_names, tuple(variables))


def _variable(name: str, value: str) -> PolicyVariable:
    if name in CREDENTIAL_VARIABLES and value and not is_reference(value):
        return PolicyVariable(name, literal=mark(value))
    return PolicyVariable(name, value=readable(name, value))
