"""Label selectors as kubectl's `-l` takes them.

Grammar: k8s.io/apimachinery pkg/labels/selector.go.
"""

from __future__ import annotations

import re

from kubectl_ddfargate.model.kube.meta import LabelExpression, LabelSelector

_KEY = r"[A-Za-z0-9][A-Za-z0-9._/-]*"
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*([A-Za-z0-9._-]*)")
_EXISTS = re.compile(rf"(!?)\s*({_KEY})")
_OPERATORS = {"in": "In", "notin": "NotIn", "=": "In", "==": "In", "!=": "NotIn"}


def parse_selector(text: str) -> LabelSelector:
    """Read `app=web,tier in (a, b),!legacy`. Raises ValueError where it is no selector."""
    parts = re.split(r",(?![^(]*\))", text)
    return LabelSelector(match_expressions=[_expression(part.strip(), text) for part in parts])


def _expression(part: str, text: str) -> LabelExpression:
    if found := _SET.fullmatch(part):
        key, operator, values = found.groups()
        listed = [value.strip() for value in values.split(",")]
        return LabelExpression(key=key, operator=_OPERATORS[operator], values=listed)
    if found := _EQUAL.fullmatch(part):
        key, operator, value = found.groups()
        return LabelExpression(key=key, operator=_OPERATORS[operator], values=[value])
    if found := _EXISTS.fullmatch(part):
        return LabelExpression(key=found[2], operator="DoesNotExist" if found[1] else "Exists")
    raise ValueError(f"{part!r} in {text!r} is no label selector")


def parse_label(text: str) -> tuple[str, str]:
    """Read `key=value`. Raises ValueError where it is none."""
    found = _EQUAL.fullmatch(text.strip())
    if found is None or found[2] == "!=" or not found[3]:
        raise ValueError(f"{text!r} is no label: key=value is wanted")
    return found[1], found[3]
