"""Which pods the rules of a ClusterPolicy take, as far as their text tells. What is not certain counts as taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from kubectl_ddfargate.facts.kyverno_filters import kind_of, wildcard
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.model.kube.kyverno import KyvernoRule, MatchBlock, ResourceDescription, ResourceFilter
from kubectl_ddfargate.model.kube.meta import LabelSelector

Holds = Callable[[ResourceFilter], bool]


class NewPod(msgspec.Struct, frozen=True):
    """What is known of a new pod. `labels` None: any pod of the namespace."""

    namespace: str
    namespace_labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    labels: Mapping[str, str] | None = None
    names: tuple[str, ...] = ()
    """Names of its kind; empty where none is known."""


def takes(rule: KyvernoRule, pod: NewPod) -> bool:
    """Whether a rule may take it."""
    matched = rule.match is not None and _block(rule.match, lambda one: _may(one, pod))
    return matched and not (rule.exclude is not None and _block(rule.exclude, lambda one: _certain(one, pod)))


def _block(block: MatchBlock, holds: Holds) -> bool:
    if block.any:
        return any(map(holds, block.any))
    if block.all:
        return all(map(holds, block.all))
    return block.resources is not None and holds(block)


def _may(one: ResourceFilter, pod: NewPod) -> bool:
    """Whether a filter of `match` may take the pod."""
    found = one.resources or ResourceDescription()
    if found.operations and "CREATE" not in found.operations:
        return False
    if found.kinds and not _has_pod(found.kinds) and pod.labels is not None:
        return False
    if found.namespaces and not _any(found.namespaces, pod.namespace):
        return False
    if not selects(found.namespace_selector, pod.namespace_labels):
        return False
    if pod.labels is not None and not _selects(found.selector, pod.labels):
        return False
    patterns = _names(found)
    return not (patterns and pod.names and not any(_any(patterns, name) for name in pod.names))


def _certain(one: ResourceFilter, pod: NewPod) -> bool:
    """Whether a filter of `exclude` takes the pod for certain."""
    found = one.resources
    if found is None or one.by_requester or found.annotations is not None:
        return False
    if found.operations and "CREATE" not in found.operations:
        return False
    if pod.labels is None:
        # not one pod but all: only what leaves out the whole namespace
        narrow = found.selector or _names(found) or (found.kinds and "*" not in found.kinds)
        return bool(found.namespaces) and not narrow and _any(found.namespaces or (), pod.namespace)
    by_name = _names(found)
    return (
        (not found.kinds or _has_pod(found.kinds))
        and (not found.namespaces or _any(found.namespaces, pod.namespace))
        and selects(found.namespace_selector, pod.namespace_labels)
        and _selects(found.selector, pod.labels)
        and (not by_name or (bool(pod.names) and all(_any(by_name, name) for name in pod.names)))
    )


def _has_pod(kinds: Iterable[str]) -> bool:
    parts = map(kind_of, kinds)
    return any(
        wildcard(group, "") and wildcard(version, "v1") and wildcard(kind, "Pod") and sub in ("", "*")
        for group, version, kind, sub in parts
    )


def _names(found: ResourceDescription) -> list[str]:
    return [*([found.name] if found.name else ()), *(found.names or ())]


def _any(patterns: Sequence[str], text: str) -> bool:
    return any(wildcard(pattern, text) for pattern in patterns)


def _selects(selector: LabelSelector | None, labels: Mapping[str, str]) -> bool:
    """Kyverno's selectors of objects take wildcards in `matchLabels`."""
    if selector is None:
        return True
    for key, value in (selector.match_labels or {}).items():
        if not any(wildcard(key, own) and wildcard(value, labels[own]) for own in labels):
            return False
    return selects(LabelSelector(match_expressions=selector.match_expressions), labels)
