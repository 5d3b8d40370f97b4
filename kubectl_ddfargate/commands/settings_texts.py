"""From the text of a flag or a variable to values at their paths in the file. Shows no text in an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kubectl_ddfargate.commands.settings_problems import meant, shown
from kubectl_ddfargate.commands.settings_table import Form, Setting

_TRUE = frozenset({"1", "t", "true", "y", "yes", "on"})
_FALSE = frozenset({"0", "f", "false", "n", "no", "off"})
_STORES = {"secretstore": "SecretStore", "clustersecretstore": "ClusterSecretStore"}
# Values may have commas too (`DD_TAGS=a:b,c:d`): only one before the next name counts.
_BETWEEN_VARIABLES = re.compile(r",(?=[A-Za-z_][A-Za-z0-9_.-]*=)")


def from_flag(setting: Setting, value: object) -> dict[str, Any]:
    """Path → value. Raises ValueError with what is wrong."""
    if isinstance(value, (bool, int)):
        return dict.fromkeys(setting.paths, value)
    if isinstance(value, (tuple, list)):
        return _many(setting, [str(one) for one in value])
    return _one(setting, str(value))


def from_variable(setting: Setting, text: str) -> dict[str, Any]:
    """Path → value. Raises ValueError with what is wrong."""
    if setting.form is Form.VARIABLES:
        return _many(setting, _BETWEEN_VARIABLES.split(text))
    if setting.form is Form.LIST:
        return _many(setting, [text])
    return _one(setting, text.strip())


def _one(setting: Setting, text: str) -> dict[str, Any]:
    read = _READ.get(setting.form, _text)
    return read(setting, text)


def _many(setting: Setting, texts: Iterable[str]) -> dict[str, Any]:
    if setting.form is Form.VARIABLES:
        return {setting.paths[0]: dict(_variable(text) for text in texts)}
    words = [word.strip() for text in texts for word in text.split(",")]
    if not all(words):
        raise ValueError("an empty name stands there")
    return {setting.paths[0]: list(dict.fromkeys(words))}


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        # Not shown: it may be a key that was pasted alone.
        raise ValueError("KEY=VALUE is wanted")
    return name.strip(), value


def _text(setting: Setting, text: str) -> dict[str, Any]:
    return dict.fromkeys(setting.paths, text)


def _choice(setting: Setting, text: str) -> dict[str, Any]:
    if text not in setting.choices:
        raise ValueError(f"{shown(text)} is not {' or '.join(setting.choices)}{meant(text, setting.choices)}")
    return dict.fromkeys(setting.paths, text)


def _whole(setting: Setting, text: str) -> dict[str, Any]:
    if re.fullmatch(r"[0-9]{1,9}", text) is None:
        raise ValueError(f"a whole number is wanted, not {shown(text)}")
    return dict.fromkeys(setting.paths, int(text))


def _switch(setting: Setting, text: str) -> dict[str, Any]:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"true or false is wanted, not {shown(text)}")
    return dict.fromkeys(setting.paths, word in _TRUE)


def _namespaced(setting: Setting, text: str) -> dict[str, Any]:
    namespace, slash, name = text.partition("/")
    if not slash or not namespace or not name or "/" in name:
        raise ValueError(f"NAMESPACE/NAME is wanted, not {shown(text)}")
    return dict(zip(setting.paths, (namespace, name), strict=True))


def _store(setting: Setting, text: str) -> dict[str, Any]:
    kind, _, name = text.rpartition("/")
    found = _STORES.get(kind.lower()) if kind else "ClusterSecretStore"
    if found is None:
        raise ValueError(f"{shown(kind)} is no kind of store{meant(kind, _STORES.values())}")
    return dict(zip(setting.paths, (found, name), strict=True))


_READ: Mapping[Form, Callable[[Setting, str], dict[str, Any]]] = {
    Form.CHOICE: _choice,
    Form.WHOLE: _whole,
    Form.SWITCH: _switch,
    Form.NAMESPACED: _namespaced,
    Form.STORE: _store,
}
