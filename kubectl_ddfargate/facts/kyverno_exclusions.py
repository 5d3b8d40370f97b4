"""What Kyverno itself leaves out, whatever its policies say; and the smallest change that lets a namespace in.

Two layers of its ConfigMap exclude kube-system in every stock installation; a third one looks at who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injectors import namespace_labels
from kubectl_ddfargate.facts.kyverno import installed, kyverno, kyverno_config
from kubectl_ddfargate.facts.kyverno_filters import Filter, filters, wildcard, without
from kubectl_ddfargate.facts.kyverno_gains import Gain, gains_effect
from kubectl_ddfargate.facts.kyverno_helm import helm_values
from kubectl_ddfargate.facts.kyverno_selectors import (
    NAME_LABEL,
    let_through,
    read_selectors,
    shut_out_by,
    uses_labels,
)
from kubectl_ddfargate.model.kinds import KYVERNO_CONFIG
from kubectl_ddfargate.model.objects import MANAGED_BY, ObjectRef

__all__ = ["ExclusionFix", "Gain", "Hidden", "exclusion_fix", "gains_effect", "hidden"]

_CONTROLLER = "replicaset-controller"
_GROUPS = ("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated")
"""The groups of every controller of the controller manager: it is they who create pods."""


class Hidden(msgspec.Struct, frozen=True):
    """Why Kyverno does not see the new pods of a namespace. One of the three suffices."""

    namespace: str
    filters: tuple[str, ...] = ()
    """Entries of `resourceFilters`."""
    selectors: tuple[str, ...] = ()
    """Parts of the selectors in `webhooks`."""
    requesters: tuple[str, ...] = ()
    """Entries of `excludeGroups` and `excludeUsernames` that name the controller that creates the pods."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """All of them, with the key that each stands in."""
        return (
            *(f"resourceFilters: {entry}" for entry in self.filters),
            *(f"webhooks: {part}" for part in self.selectors),
            *self.requesters,
        )


class ExclusionFix(msgspec.Struct, frozen=True):
    """The smallest change of Kyverno's ConfigMap that shows it the pods of some namespaces."""

    ref: ObjectRef
    namespaces: tuple[str, ...]
    before: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The changed keys as they are; `after` as they would be."""
    after: Mapping[str, str] = msgspec.field(default_factory=dict)
    helm: bool = False
    """Helm owns the ConfigMap, and writes it anew at the next upgrade."""
    release: str = ""
    helm_values: str = ""
    """The values of Kyverno's chart that come to the same, as YAML."""
    also: tuple[str, ...] = ()
    """Entries that go although they hide more than these namespaces."""
    unsolved: tuple[str, ...] = ()
    """What the ConfigMap alone cannot cure: it goes by labels of the namespace or of its pods."""


@fact
def hidden(
    index: Index,
    namespace: str,
    kind: str = "Pod",
    *,
    name: str = "",
    controller: str = _CONTROLLER,
) -> Hidden | None:
    """Why Kyverno does not see new pods of a namespace; None where it does, or where there is no Kyverno.

    `name`: of a pod that its controller names itself (StatefulSets). `controller`: who creates it.
    Raises NotReadError where Kyverno's ConfigMap, or labels that it goes by, may not be read.
    """
    config = kyverno_config(index) if installed(index) else None
    if config is None:
        return None
    data = config.data or {}
    found = Hidden(
        namespace,
        tuple(one.text for one in _hiding(data, namespace, kind=kind, name=name)),
        _shut_out(index, data, namespace),
        tuple(f"{key}: {entry}" for key, entries in _excluding(data, controller).items() for entry in entries),
    )
    return found if found.reasons else None


def exclusion_fix(index: Index, namespaces: Iterable[str]) -> ExclusionFix | None:
    """The change that shows Kyverno the pods of these namespaces; None where none is needed.

    Raises NotReadError as `hidden` does.
    """
    wanted = tuple(sorted({one for one in namespaces if hidden(index, one) is not None}))
    config = kyverno_config(index) if wanted else None
    if config is None:
        return None
    data = dict(config.data or {})
    gone = list(dict.fromkeys(one for place in wanted for one in _hiding(data, place)))
    after = {"resourceFilters": without(data.get("resourceFilters", ""), gone)} if gone else {}
    unsolved: dict[str, None] = {}
    version = _version(index)
    text = data.get("webhooks")
    for place in wanted:
        if text:
            edited = let_through(text, _labels(index, data, place), version=version)
            text = edited.text
            unsolved.update({f"webhooks: {part} (namespace {place})": None for part in edited.stays})
    if text != data.get("webhooks"):
        after["webhooks"] = text or ""
    for key, entries in _excluding(data, _CONTROLLER).items():
        after[key] = _without_words(data[key], entries)
    before = {key: data[key] for key in after}
    labels = config.labels
    return ExclusionFix(
        ref=ObjectRef(KYVERNO_CONFIG.api_version, KYVERNO_CONFIG.kind, config.namespace, config.name),
        namespaces=wanted,
        before=before,
        after=after,
        helm=labels.get(MANAGED_BY) == "Helm",
        release=labels.get("app.kubernetes.io/instance", ""),
        helm_values=helm_values(data, after, gone, namespace=config.namespace, version=version),
        also=(
            *(one.text for one in gone if not one.of_one_namespace),
            *(f"{key}: {one}" for key, entries in _excluding(data, _CONTROLLER).items() for one in entries),
        ),
        unsolved=tuple(unsolved),
    )


def _hiding(data: Mapping[str, str], namespace: str, *, kind: str = "Pod", name: str = "") -> list[Filter]:
    return [one for one in filters(data.get("resourceFilters", "")) if one.takes(namespace, kind=kind, name=name)]


def _shut_out(index: Index, data: Mapping[str, str], namespace: str) -> tuple[str, ...]:
    found = read_selectors(data.get("webhooks"), version=_version(index))
    return shut_out_by(found.namespace_selector, _labels(index, data, namespace))


def _labels(index: Index, data: Mapping[str, str], namespace: str) -> Mapping[str, str]:
    """The namespace's labels, which are read only where more than its name decides."""
    found = read_selectors(data.get("webhooks"), version=_version(index))
    if uses_labels(found.namespace_selector):
        return namespace_labels(index, namespace)
    return {NAME_LABEL: namespace}


def _version(index: Index) -> str | None:
    engine = kyverno(index)
    return engine.version if engine is not None else None


def _excluding(data: Mapping[str, str], controller: str) -> dict[str, list[str]]:
    """The entries by which requests of this controller are left out. An entry with `!` lets them in again."""
    names = {
        "excludeGroups": _GROUPS,
        "excludeUsernames": (f"system:serviceaccount:kube-system:{controller}",),
    }
    words = {key: _words(data.get(key, "")) for key in names}
    taken = {
        key: [word for word in words[key] if any(wildcard(word.lstrip("!").strip(), one) for one in names[key])]
        for key in names
    }
    if any(word.startswith("!") for entries in taken.values() for word in entries):
        return {}
    return {key: entries for key, entries in taken.items() if entries}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip().lstrip("!").strip()]


def _without_words(text: str, gone: Iterable[str]) -> str:
    leaving = set(gone)
    kept = [word for word in text.split(",") if word.strip() not in leaving]
    return ",".join(kept)
