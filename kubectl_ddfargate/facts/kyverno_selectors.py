"""`webhooks` of Kyverno's ConfigMap: the selectors that Kyverno puts on all of its resource webhooks."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from kubectl_ddfargate.facts.json_places import Place, places, with_item, without_items
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.model.kube.meta import LabelExpression, LabelSelector

NAME_LABEL = "kubernetes.io/metadata.name"
_FIRST_WITH_OBJECT = (1, 13)
"""Until then the value was a list, of which the first counts; since then it is one object."""


class WebhookSelectors(msgspec.Struct, frozen=True, rename="camel"):
    """What Kyverno reads in the value."""

    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None


class Edited(msgspec.Struct, frozen=True):
    """A value that lets a namespace through, as far as the value alone can."""

    text: str
    stays: tuple[str, ...] = ()
    """The parts that still shut the namespace out: they go by labels other than its name."""


def read_selectors(text: str | None, *, version: str | None = None) -> WebhookSelectors:
    """The selectors in force. What Kyverno cannot read shuts nothing out: it then takes empty ones."""
    if not text:
        return WebhookSelectors()
    try:
        if takes_list(version):
            return next(iter(msgspec.json.decode(text, type=list[WebhookSelectors])), WebhookSelectors())
        return msgspec.json.decode(text, type=WebhookSelectors)
    except msgspec.DecodeError:
        return WebhookSelectors()


def takes_list(version: str | None) -> bool:
    """Whether this Kyverno wants a list. One of unknown version is thought to be new."""
    known = re.match(r"v?(\d+)\.(\d+)", version or "")
    return known is not None and (int(known[1]), int(known[2])) < _FIRST_WITH_OBJECT


def shut_out_by(selector: LabelSelector | None, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The parts of a selector that do not take these labels, as Kubernetes writes them."""
    found = selector or LabelSelector()
    by_label = [f"{key}={value}" for key, value in (found.match_labels or {}).items() if labels.get(key) != value]
    return (*by_label, *(shown(one) for one in _rejecting(found, labels)))


def uses_labels(selector: LabelSelector | None) -> bool:
    """Whether more than the namespace's name decides."""
    found = selector or LabelSelector()
    keys = {*(found.match_labels or {}), *(one.key for one in found.match_expressions or ())}
    return bool(keys - {NAME_LABEL})


def let_through(text: str, labels: Mapping[str, str], *, version: str | None = None) -> Edited:
    """The value with the namespace's name taken out of what shuts it out; the rest stays byte for byte."""
    namespace = labels[NAME_LABEL]
    path: tuple[str | int, ...] = (0,) if takes_list(version) else ()
    while True:
        selector = read_selectors(text, version=version).namespace_selector or LabelSelector()
        for number, one in enumerate(selector.match_expressions or ()):
            values = places(text).at(*path, "namespaceSelector", "matchExpressions")
            if one.key == NAME_LABEL and not _takes(one, labels) and one.operator in ("In", "NotIn") and values:
                text = _edited(text, values, number, one, namespace)
                break
        else:
            return Edited(text, shut_out_by(selector, labels))


def shown(one: LabelExpression) -> str:
    """`kubernetes.io/metadata.name NotIn [kube-system]`."""
    values = f" [{', '.join(one.values or ())}]" if one.values else ""
    return f"{one.key} {one.operator}{values}"


def _edited(text: str, expressions: Place, number: int, one: LabelExpression, namespace: str) -> str:
    values = expressions.items[number].at("values")
    if one.operator == "In" and values is not None:
        return with_item(text, values, namespace)
    gone = [place for place, value in enumerate(one.values or ()) if value == namespace]
    if values is None or len(gone) == len(one.values or ()):
        return without_items(text, expressions, [number])
    return without_items(text, values, gone)


def _rejecting(selector: LabelSelector, labels: Mapping[str, str]) -> list[LabelExpression]:
    return [one for one in selector.match_expressions or () if not _takes(one, labels)]


def _takes(one: LabelExpression, labels: Mapping[str, str]) -> bool:
    return selects(LabelSelector(match_expressions=[one]), labels)
