"""The settings that were given: flags before variables before the file, with where each came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kubectl_ddfargate.commands.settings_checks import check
from kubectl_ddfargate.commands.settings_file import read_file
from kubectl_ddfargate.commands.settings_problems import meant, problem
from kubectl_ddfargate.commands.settings_table import GIVEN, PREFIX, SETTINGS, Setting
from kubectl_ddfargate.commands.settings_texts import from_flag, from_variable
from kubectl_ddfargate.model.settings import Given, InstallSettings

_MERGED = "agent.env"
"""Each variable is a setting of its own; of all else the strongest source counts alone."""
_STORE = "secrets.store"
_KUBERNETES = (f"{PREFIX}SERVICE_HOST", f"{PREFIX}SERVICE_PORT", f"{PREFIX}PORT")
"""The kubelet sets these, and more that begin so, beside a Service named ddfargate."""


class _Value(msgspec.Struct, frozen=True):
    path: str
    value: Any
    source: str
    place: str
    """How an error begins."""


def load_given(path: Path | None, flags: Mapping[str, object], environ: Mapping[str, str]) -> Given:
    """What was given by flags (`--site` → value), `DDFARGATE_*` variables and the file; `-` is stdin.

    A flag that is None or an empty tuple was not given, neither was an empty variable. Raises UsageError that
    begins with the flag, the variable, or the file and the path.
    """
    _refuse_misspelt(environ)
    tree: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for found in (*_from_file(path), *_from_variables(environ), *_from_flags(flags)):
        check(found.path, found.value, found.place)
        _put(tree, sources, found)
    if _STORE + ".name" in sources:
        sources[_STORE] = sources[_STORE + ".name"]
    return Given(msgspec.convert(tree, InstallSettings), sources)


def _from_file(path: Path | None) -> Iterator[_Value]:
    if path is None:
        return
    name, document = read_file(path)
    for setting in SETTINGS:
        for one in setting.paths:
            value = _at(document, one)
            if value is not None:
                yield _Value(one, value, name, f"{name}: {one}")


def _from_variables(environ: Mapping[str, str]) -> Iterator[_Value]:
    for setting in GIVEN:
        text = environ.get(setting.variable, "")
        if text:
            yield from _values(setting, text, from_variable, setting.variable)


def _from_flags(flags: Mapping[str, object]) -> Iterator[_Value]:
    for setting in GIVEN:
        value = flags.get(setting.flag)
        if value is not None and value != ():
            source = f"--no-{setting.flag[2:]}" if setting.negative and value is False else setting.flag
            yield from _values(setting, value, from_flag, source)


def _values(
    setting: Setting, value: Any, read: Callable[[Setting, Any], dict[str, Any]], source: str
) -> Iterator[_Value]:
    try:
        found = read(setting, value)
    except ValueError as error:
        raise problem(source, str(error)) from None
    for path, one in found.items():
        yield _Value(path, one, source, source)


def _put(tree: dict[str, Any], sources: dict[str, str], found: _Value) -> None:
    *sections, key = found.path.split(".")
    here = tree
    for section in sections:
        here = here.setdefault(section, {})
    if found.path == _MERGED and key in here:
        here[key] = {**here[key], **found.value}
        sources[found.path] = f"{found.source}, {sources[found.path]}"
    else:
        here[key] = found.value
        sources[found.path] = found.source


def _at(document: dict[str, Any], path: str) -> Any:
    here: Any = document
    for key in path.split("."):
        here = here.get(key) if isinstance(here, dict) else None
    return here


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A variable that is nearly one of ours would be passed over in silence."""
    known = [setting.variable for setting in GIVEN]
    words = [name.removeprefix(PREFIX) for name in known]
    for name in environ:
        if not name.startswith(PREFIX) or name in known or name.startswith(_KUBERNETES):
            continue
        # Without what all of them begin with, else each would be near.
        if meant(name.removeprefix(PREFIX), words, likeness=0.7):
            raise problem(name, f"there is no such setting{meant(name, known)}")
