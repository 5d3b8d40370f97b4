"""The JSON Schema of a settings file, from the structs that it is read into and the table of settings."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from kubectl_ddfargate.commands.settings_table import SETTINGS
from kubectl_ddfargate.model import settings
from kubectl_ddfargate.model.settings import InstallSettings
from tests.docs.schema import field_texts

_TOP = "InstallSettings"
_SEVERAL_KEYS = ("ClusterAgentSettings", "ResourceSettings", "StoreSettings")
_ALWAYS = ("apiVersion", "kind")


def settings_schema() -> dict[str, Any]:
    """Draft 2020-12. Unknown keys are refused, as the reader refuses them."""
    _, parts = msgspec.json.schema_components([InstallSettings], ref_template="#/$defs/{name}")
    for setting in SETTINGS:
        for path in setting.paths:
            _field(parts, path)["description"] = setting.help.replace("; may be repeated", "")
    for (name, key), text in field_texts(settings).items():
        if name not in parts:
            continue
        # The table's text wins, but for a flag that sets several keys: it is of neither alone.
        several = name in _SEVERAL_KEYS
        field = parts[name]["properties"][key]
        field["description"] = text if several else field.get("description", text)
    port = parts["ClusterAgentSettings"]["properties"]["port"]
    port["anyOf"][0].update(minimum=1, maximum=65535)
    for part in parts.values():
        required = part.get("required", [])
        part["properties"] = {
            key: field if key in required else _or_empty(field) for key, field in part["properties"].items()
        }
    top = parts.pop(_TOP)
    for key in _ALWAYS:
        top["properties"][key] = {"const": getattr(InstallSettings(), _attribute(key))}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of kubectl ddfargate install",
        "description": "Everything but apiVersion and kind is optional.",
        "type": "object",
        "properties": top["properties"],
        "required": list(_ALWAYS),
        "additionalProperties": False,
        "$defs": dict(sorted(parts.items())),
    }


def settings_schema_text() -> str:
    """The file in the package's data."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


def _field(parts: dict[str, Any], path: str) -> dict[str, Any]:
    """The property at a dotted path."""
    part: dict[str, Any] = parts[_TOP]
    field: dict[str, Any] = {}
    for key in path.split("."):
        field = part["properties"][key]
        refs = [one["$ref"] for one in (field, *field.get("anyOf", ())) if "$ref" in one]
        part = parts[refs[0].rpartition("/")[2]] if refs else {}
    return field


def _or_empty(field: dict[str, Any]) -> dict[str, Any]:
    """The property, or nothing: a key whose lines are all comments. The default `null` needs no word."""
    kept = {key: value for key, value in field.items() if not (key == "default" and not value)}
    if "$ref" in kept:
        kept["anyOf"] = [{"$ref": kept.pop("$ref")}, {"type": "null"}]
    elif "anyOf" in kept:
        kept["anyOf"] = sorted(kept["anyOf"], key=lambda one: one == {"type": "null"})
    elif "enum" in kept:
        kept["enum"] = [word for word in kept["enum"] if word is not None] + [None]
    elif "type" in kept:
        kept["type"] = [kept["type"], "null"]
    return kept


def _attribute(key: str) -> str:
    return next(one.name for one in msgspec.structs.fields(InstallSettings) if one.encode_name == key)
