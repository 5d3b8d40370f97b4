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
_NAME = re.compile(r"\bname\s*:\s*(?:dyn\(\s*)*\x00(\d+)\x00")
_VALUE = re.compile(r"\bvalue\s*:\s*([^,}]*)")
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
    variables: list[PolicyVariable] = []
    hidden: set[int] = set()
    judged: set[int] = set()
    for group in _GROUP.finditer(slotted):
        named = _NAME.search(group.group(0))
        name = literals[int(named.group(1))] if named else ""
        slots = [int(slot) for value in _VALUE.findall(group.group(0)) for slot in _SLOT.findall(value)]
        judged.update(slots)
        # A value put together from several literals is no less secret than one.
        variable = _variable(name, "".join(literals[slot] for slot in slots)) if slots else PolicyVariable(name)
        if name:
            variables.append(variable)
        if variable.value is None:
            hidden.update(slots)
    hidden |= {n for n, literal in enumerate(literals) if n not in judged and looks_opaque(literal)}
    names = [literals[int(slot)] for slot in _NAME.findall(slotted)]
    safe_names = tuple(dict.fromkeys(name for name in names if not looks_opaque(name)))
    shown = ["redacted" if slot in hidden else literal for slot, literal in enumerate(literals)]
    expression = _SLOT.sub(lambda m: f'"{shown[int(m.group(1))]}"', slotted)
    return PolicyText(expression, safe_names, tuple(variables))


def _variable(name: str, value: str) -> PolicyVariable:
    if name in CREDENTIAL_VARIABLES and value and not is_reference(value):
        return PolicyVariable(name, literal=mark(value))
    return PolicyVariable(name, value=value if is_reference(value) else readable(name, value))
