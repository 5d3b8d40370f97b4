"""Reads the containers that a patch adds to a pod out of the patch. Nothing else of the patch is kept.

The patch is somebody's text, not a checked object: numbers stand where texts belong, keys carry anchors
(`+(image)`), values are templates. What does not look like a container is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kubectl_ddfargate.model.kube.containers import Container, EnvSource, EnvVar, FieldRef, KeyRef, ValueFrom

_ANCHOR = re.compile(r"(?P<sign>[+<^=X]?)\((?P<key>[^()]*)\)")
_PLACE = re.compile(r"/spec/(containers|initContainers)(/(-|\d+))?")


def merge_patch_containers(patch: Any) -> Iterator[Container]:
    """Those of a strategic merge patch. A container under a condition (`(name): x*`) is one that is there."""
    spec = _plain(patch).get("spec")
    for group in ("containers", "initContainers"):
        entries = _plain(spec).get(group)
        for entry in entries if isinstance(entries, list) else ():
            container = None if _is_condition(entry) else _container(entry)
            if container is not None:
                yield container


def json_patch_containers(operations: Any) -> Iterator[Container]:
    """Those of the `add` operations of a JSON patch."""
    for operation in operations if isinstance(operations, list) else ():
        if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace"):
            continue
        place = _PLACE.fullmatch(str(operation.get("path")))
        if place is None:
            continue
        value = operation.get("value")
        whole = place[2] is None
        for entry in (value if isinstance(value, list) else ()) if whole else (value,):
            container = _container(entry)
            if container is not None:
                yield container


def _container(entry: Any) -> Container | None:
    found = _plain(entry)
    name = found.get("name")
    if not isinstance(name, str):
        return None
    env, sources = found.get("env"), found.get("envFrom")
    return Container(
        name=name,
        image=_text(found.get("image")),
        env=[one for item in env if (one := _variable(item))] if isinstance(env, list) else None,
        env_from=[_source(item) for item in sources] if isinstance(sources, list) else None,
        restart_policy=_text(found.get("restartPolicy")),
    )


def _variable(entry: Any) -> EnvVar | None:
    found = _plain(entry)
    name, value, source = found.get("name"), found.get("value"), _plain(found.get("valueFrom"))
    if not isinstance(name, str):
        return None
    if value is not None and not isinstance(value, str):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    field = _plain(source.get("fieldRef"))
    return EnvVar(
        name=name,
        value=value,
        value_from=ValueFrom(
            secret_key_ref=_key(source.get("secretKeyRef")),
            config_map_key_ref=_key(source.get("configMapKeyRef")),
            field_ref=FieldRef(field_path=_text(field.get("fieldPath"))) if field else None,
        )
        if source
        else None,
    )


def _source(entry: Any) -> EnvSource:
    found = _plain(entry)
    return EnvSource(secret_ref=_key(found.get("secretRef")), config_map_ref=_key(found.get("configMapRef")))


def _key(entry: Any) -> KeyRef | None:
    found = _plain(entry)
    return KeyRef(name=_text(found.get("name")), key=_text(found.get("key"))) if found else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_condition(entry: Any) -> bool:
    """Whether a list's entry looks for a container by name in place of adding one."""
    found = (_ANCHOR.fullmatch(str(key)) for key in entry) if isinstance(entry, dict) else ()
    return any(one is not None and one["key"] == "name" and one["sign"] in ("", "<") for one in found)


def _plain(node: Any) -> dict[str, Any]:
    """A map with the anchors taken off its keys; empty for what is no map."""
    if not isinstance(node, dict):
        return {}
    return {_without_anchor(str(key)): value for key, value in node.items()}


def _without_anchor(key: str) -> str:
    found = _ANCHOR.fullmatch(key)
    return found["key"] if found else key
