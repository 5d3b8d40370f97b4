"""Secrets and ConfigMaps, read by name. Only marks of Secret values are ever kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.redaction import SecretMark, mark_base64, readable


class Secret(Object, frozen=True):
    """A Secret: its keys, and a mark for each value."""

    type: str | None = None
    data: dict[str, str] | None = None
    keys: dict[str, SecretMark] | None = None

    def __post_init__(self) -> None:
        """Turn values into marks before anybody can see them."""
        if self.data is not None:
            marks = {key: mark_base64(value) for key, value in self.data.items()}
            msgspec.structs.force_setattr(self, "keys", marks)
            msgspec.structs.force_setattr(self, "data", None)


class ConfigMap(Object, frozen=True):
    """A ConfigMap: its keys, and the values of those that are variables a check reads."""

    data: dict[str, str] | None = None
    keys: list[str] | None = None

    def __post_init__(self) -> None:
        """Drop what no check reads: people keep credentials in ConfigMaps too."""
        if self.data is not None and self.keys is None:
            msgspec.structs.force_setattr(self, "keys", sorted(self.data))
            kept = {key: readable(key, value) for key, value in self.data.items()}
            safe = {key: value for key, value in kept.items() if value is not None}
            msgspec.structs.force_setattr(self, "data", safe)


class WholeConfigMap(Object, frozen=True):
    """A ConfigMap as the server gives it. Nobody keeps it: see `as_variables`."""

    data: dict[str, str] | None = None

    def as_variables(self, names: Callable[[str], Iterable[str]]) -> ConfigMap:
        """What is kept of it, where each key is read as the variables that take it."""
        kept: dict[str, str] = {}
        for key, value in (self.data or {}).items():
            texts = [readable(name, value) for name in (key, *names(key))]
            text = next((text for text in texts if text is not None), None)
            if text is not None:
                kept[key] = text
        return ConfigMap(metadata=self.metadata, data=kept, keys=sorted(self.data or {}))
