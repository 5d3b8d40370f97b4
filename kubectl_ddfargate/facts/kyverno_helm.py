"""The values of Kyverno's chart that come to the same as a change of its ConfigMap, as a text of YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from kubectl_ddfargate.facts.kyverno_filters import Filter, filters
from kubectl_ddfargate.facts.kyverno_selectors import NAME_LABEL, read_selectors, takes_list
from kubectl_ddfargate.model.kube.meta import LabelExpression, LabelSelector

_FILTERED = ("kube-system", "kube-public", "kube-node-lease")
"""The namespaces that the chart's own `resourceFilters` leave out."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
_SPECIAL = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def helm_values(
    data: Mapping[str, str],
    after: Mapping[str, str],
    gone: Iterable[Filter],
    *,
    namespace: str,
    version: str | None,
) -> str:
    """The values. What the chart adds by itself (Kyverno's own namespace) is left out of them."""
    lines = ["config:"]
    if "webhooks" in after:
        lines += _webhooks(after["webhooks"], namespace, version)
    taken = list(gone)
    if taken:
        lines += _filters(data, taken)
    for key in ("excludeGroups", "excludeUsernames"):
        if key in after:
            words = [word.strip() for word in after[key].split(",") if word.strip()]
            lines.append(f"  {key}: {_flow(words)}")
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _webhooks(text: str, namespace: str, version: str | None) -> list[str]:
    selector = read_selectors(text, version=version).namespace_selector or LabelSelector()
    own = LabelExpression(key=NAME_LABEL, operator="NotIn", values=[namespace])
    kept = [one for one in selector.match_expressions or () if one != own]
    first = "    - namespaceSelector:" if takes_list(version) else "    namespaceSelector:"
    deep = " " * (8 if takes_list(version) else 6)
    lines = ["  webhooks:", first]
    if selector.match_labels:
        pairs = ", ".join(f"{_word(key)}: {_word(value)}" for key, value in selector.match_labels.items())
        lines.append(f"{deep}matchLabels: {{{pairs}}}")
    if not kept:
        # an empty map would do nothing: Helm merges maps, and puts the chart's default back
        return [*lines, f"{deep}matchExpressions: []"]
    lines.append(f"{deep}matchExpressions:")
    for one in kept:
        values = f", values: {_flow(one.values)}" if one.values else ""
        lines.append(f"{deep}- {{key: {_word(one.key)}, operator: {_word(one.operator)}{values}}}")
    return lines


def _filters(data: Mapping[str, str], gone: list[Filter]) -> list[str]:
    present = {one.namespace for one in filters(data.get("resourceFilters", ""))}
    # A list of values replaces the former one: what is excluded from it today has to stay in it.
    named = {one.namespace for one in gone if one.of_one_namespace}
    places = sorted(named | (set(_FILTERED) - present if present else set()))
    lines = [f"  resourceFiltersExcludeNamespaces: {_flow(places)}"] if named else []
    others = [one.text for one in gone if not one.of_one_namespace]
    if others:
        lines.append(f"  resourceFiltersExclude: {_flow(others)}")
    added = sorted(named - set(_FILTERED))
    if added:
        lines.append(f"  # and take {', '.join(added)} out of resourceFiltersInclude and …IncludeNamespaces")
    return lines


def _flow(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_word, words))}]"


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _SPECIAL else json.dumps(text)
