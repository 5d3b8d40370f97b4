"""A scope as label selectors, and what they cannot say.

A selector holds its labels all at once and for all namespaces alike. So several workloads give a selector that
takes too much, and a condition that takes exactly them.
"""

from __future__ import annotations

from typing import Any

from kubectl_ddfargate.model.design import OPT_OUT_LABEL, PolicyScope
from kubectl_ddfargate.model.fargate_marks import PROFILE_LABEL

"""Set by Fargate's own webhook on the pods that it takes."""
NAMESPACE_NAME = "kubernetes.io/metadata.name"

Labels = tuple[tuple[str, str], ...]


def check_scope(scope: PolicyScope) -> None:
    """Raise ValueError for a scope that would take all pods of its namespaces, or of all of them."""
    by_sets = bool(scope.label_sets) and all(labels for _, labels in scope.label_sets)
    if not scope.namespaces or not (scope.profile_label or scope.common_label or by_sets):
        raise ValueError("a policy's scope must name namespaces, and labels of the pods that it takes")


def namespace_selector(scope: PolicyScope) -> dict[str, Any]:
    """Selects the scope's namespaces by the label that each has."""
    values = sorted(set(scope.namespaces))
    return {"matchExpressions": [{"key": NAMESPACE_NAME, "operator": "In", "values": values}]}


def object_selector(scope: PolicyScope) -> dict[str, Any]:
    """Selects the pods, or more than those where `sets_left_over` is not empty. Never those that opted out."""
    match: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    if scope.common_label is not None:
        match = dict((scope.common_label,))
    elif scope.profile_label:
        expressions.append({"key": PROFILE_LABEL, "operator": "Exists"})
    else:
        for key, values in sorted(_common(scope).items()):
            if len(values) == 1:
                match[key] = values[0]
            else:
                expressions.append({"key": key, "operator": "In", "values": values})
    expressions.append({"key": OPT_OUT_LABEL, "operator": "NotIn", "values": ["false"]})
    return {**({"matchLabels": match} if match else {}), "matchExpressions": expressions}


def sets_left_over(scope: PolicyScope) -> tuple[tuple[str, Labels], ...]:
    """The label sets that the selectors do not say exactly: a condition must. Empty where they do."""
    if scope.common_label is not None or scope.profile_label:
        return ()
    labels = {wanted for _, wanted in scope.label_sets}
    everywhere = {namespace for namespace, _ in scope.label_sets} == set(scope.namespaces)
    return () if len(labels) == 1 and everywhere else tuple(sorted(set(scope.label_sets)))


def _common(scope: PolicyScope) -> dict[str, list[str]]:
    """The keys that all label sets have, each with its values."""
    sets = [dict(labels) for _, labels in scope.label_sets]
    keys = set(sets[0]).intersection(*sets[1:]) if sets else set()
    return {key: sorted({one[key] for one in sets}) for key in keys}
