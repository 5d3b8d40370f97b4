"""Which Secrets and ConfigMaps a pod refers to, and what a kubelet says when one is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

# kind, namespace, name -> the object, or None
Lookup = Callable[[str, str, str], Mapping[str, Any] | None]

_KEY_REFERENCES = {"secretKeyRef": "Secret", "configMapKeyRef": "ConfigMap"}
_WHOLE_REFERENCES = {"secretRef": "Secret", "configMapRef": "ConfigMap"}


def missing_for_env(container: Mapping[str, Any], namespace: str, lookup: Lookup) -> str | None:
    """The kubelet's message for the first reference of the environment that cannot be followed."""
    for kind, reference in _env_references(container):
        if reference.get("optional"):
            continue
        found = lookup(kind, namespace, reference["name"])
        if found is None:
            return f'{kind.lower()} "{reference["name"]}" not found'
        key = reference.get("key")
        if key and key not in {**found.get("data", {}), **found.get("binaryData", {})}:
            return f"couldn't find key {key} in {kind} {namespace}/{reference['name']}"
    return None


def _env_references(container: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for source in container.get("envFrom", ()):
        yield from ((kind, source[field]) for field, kind in _WHOLE_REFERENCES.items() if field in source)
    for entry in container.get("env", ()):
        source = entry.get("valueFrom", {})
        yield from ((kind, source[field]) for field, kind in _KEY_REFERENCES.items() if field in source)


def missing_for_volumes(spec: Mapping[str, Any], namespace: str, lookup: Lookup) -> str | None:
    """The kubelet's message for the first volume that cannot be mounted."""
    for volume in spec.get("volumes", ()):
        for field, kind, key in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
            source = volume.get(field)
            if not source or source.get("optional") or lookup(kind, namespace, source[key]):
                continue
            name = volume["name"]
            return f'MountVolume.SetUp failed for volume "{name}" : {kind.lower()} "{source[key]}" not found'
    return None
