"""Label selectors, by the rules of the API server."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.model.kube.meta import LabelExpression, LabelSelector


def selects(selector: LabelSelector | None, labels: Mapping[str, str]) -> bool:
    """Whether a selector takes these labels. None and an empty one take everything (admission rules)."""
    if selector is None:
        return True
    if not matches(selector.match_labels or {}, labels):
        return False
    return all(_holds(expression, labels) for expression in selector.match_expressions or ())


def matches(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether all the wanted labels are there, with these values."""
    return all(labels.get(key) == value for key, value in wanted.items())


def _holds(expression: LabelExpression, labels: Mapping[str, str]) -> bool:
    present = expression.key in labels
    listed = labels.get(expression.key) in (expression.values or ())
    return {
        "In": present and listed,
        "NotIn": not listed,
        "Exists": present,
        "DoesNotExist": not present,
    }.get(expression.operator, False)
