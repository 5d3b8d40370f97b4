"""The part of a live object that we applied, as `managedFields` says: what an apply must say to keep it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.model.objects import Manifest, ref_of
from kubectl_ddfargate.model.ours import our_fields

_KEY, _VALUE, _FIELD = "k:", "v:", "f:"
"""How `fieldsV1` names an entry of a list, a member of a set, a field (structured-merge-diff, fieldpath)."""


def own_part(live: Mapping[str, Any]) -> Manifest:
    """Only our fields, with the object's name. Without fields of ours: the name alone, which gives all up."""
    ref = ref_of(live)
    found: dict[str, Any] = {}
    for fields in our_fields(live):
        found = _taken(live, fields)
    named = {"name": ref.name, **({"namespace": ref.namespace} if ref.namespace else {})}
    metadata = {**(found.get("metadata") or {}), **named}
    return {**found, "apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata}


def _taken(value: Any, fields: Mapping[str, Any]) -> Any:
    parts = {key: part for key, part in fields.items() if key != "."}
    if not parts:
        return value
    if isinstance(value, Mapping):
        wanted = {key.removeprefix(_FIELD): part for key, part in parts.items() if key.startswith(_FIELD)}
        return {key: _taken(value[key], part) for key, part in wanted.items() if key in value}
    if isinstance(value, list):
        return [kept for one in value for kept in _entry(one, parts)]
    return value


def _entry(one: Any, parts: Mapping[str, Any]) -> list[Any]:
    """The entry of a list, where it is among what is ours: as a list of one, else of none."""
    for key, part in parts.items():
        if key.startswith(_VALUE) and json.loads(key.removeprefix(_VALUE)) == one:
            return [one]
        if key.startswith(_KEY) and isinstance(one, Mapping):
            named = json.loads(key.removeprefix(_KEY))
            if all(one.get(name) == value for name, value in named.items()):
                return [{**named, **_taken(one, part)}]
    return []
