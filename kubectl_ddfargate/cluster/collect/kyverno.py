"""Reads Kyverno where there is one: its policies, the Deployment of its admission controller, and its ConfigMap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.cluster.decoders import decode_json
from kubectl_ddfargate.facts.kyverno import CONTROLLER_LABELS, DEFAULT_NAME, service_namespaces
from kubectl_ddfargate.model.kinds import (
    CLUSTER_POLICIES,
    KYVERNO_CONFIG,
    KYVERNO_CONTROLLERS,
    KYVERNO_POLICIES,
    NAMESPACE_POLICIES,
    WEBHOOKS,
    Kind,
)
from kubectl_ddfargate.model.kube.kyverno import ClusterPolicy
from kubectl_ddfargate.model.kube.kyverno_engine import KyvernoController
from kubectl_ddfargate.model.snapshot import DECODE, Snapshot, Unread


def read_kyverno(run: Run, reading: Reading, snapshot: Snapshot) -> None:
    """Its policies and its Deployment, side by side. Asks nothing where the cluster serves no kind of it."""
    served = [kind for kind in map(snapshot.as_served, KYVERNO_POLICIES) if kind is not None]
    for kind in served:
        written_in_yaml = kind in (CLUSTER_POLICIES, NAMESPACE_POLICIES)
        run(_list_policies if written_in_yaml else Reading.list, reading, kind)
    if served:
        run(reading.list, KYVERNO_CONTROLLERS, labels=CONTROLLER_LABELS)


def read_kyverno_config(reading: Reading, snapshot: Snapshot) -> None:
    """Its ConfigMap: named by the Deployment, else found by the name that everybody leaves it with."""
    if not any(map(snapshot.as_served, KYVERNO_POLICIES)):
        return
    named = set(_named_by_controllers(reading))
    places = service_namespaces(reading.objects.get(WEBHOOKS.key, ()))
    for namespace, name in sorted(named or {(place, DEFAULT_NAME) for place in places or (DEFAULT_NAME,)}):
        reading.get(KYVERNO_CONFIG, namespace, name)
    if not named and KYVERNO_CONFIG.key not in reading.objects:
        _look_for_config(reading)


def _named_by_controllers(reading: Reading) -> Iterator[tuple[str, str]]:
    for item in reading.objects.get(KYVERNO_CONTROLLERS.key, ()):
        if isinstance(item, KyvernoController) and item.container is not None:
            yield item.namespace, item.config_map or DEFAULT_NAME


def _look_for_config(reading: Reading) -> None:
    """The chart names it after the release: `<release>-kyverno`."""
    found = reading.listed(KYVERNO_CONFIG, KYVERNO_CONFIG.record, DEFAULT_NAME)
    reading.add(KYVERNO_CONFIG, [item for item in found or () if item.name.endswith(f"-{DEFAULT_NAME}")])


def _list_policies(reading: Reading, kind: Kind) -> None:
    """Policies with JSON patches, which stand in them as texts of YAML. The whole objects are kept nowhere."""
    whole: list[dict[str, Any]] | None = reading.listed(kind, dict[str, Any])
    for item in whole or ():
        for rule in _list(_map(item.get("spec")).get("rules")):
            _parse_patches(_map(rule).get("mutate"))
        try:
            reading.add(kind, [decode_json(msgspec.json.encode(item), ClusterPolicy)])
        except msgspec.ValidationError as error:
            metadata = _map(item.get("metadata"))
            reading.lacks(
                Unread(
                    resource=kind.plural,
                    verb=DECODE,
                    namespace=metadata.get("namespace"),
                    name=metadata.get("name"),
                    reason=str(error),
                )
            )


def _parse_patches(mutate: Any) -> None:
    """Put what a patch says in the place of its text."""
    mutate = _map(mutate)
    text = mutate.get("patchesJson6902")
    if isinstance(text, str):
        mutate["patchesJson6902"] = _yaml(text)
    for part in _list(mutate.get("foreach")):
        _parse_patches(part)


def _yaml(text: str) -> list[Any]:
    import yaml  # costs 15 ms, and only few policies need it

    try:
        return _list(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (both are safe)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []  # a text with templates in it: a dry-run settles what it does


def _map(node: Any) -> dict[str, Any]:
    return node if isinstance(node, dict) else {}


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []
