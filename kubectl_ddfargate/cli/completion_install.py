"""`completion install`: the program that kubectl asks, beside the plugin. krew links one file only."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

from kubectl_ddfargate.cli.program import EXECUTABLE, HELPER, ON_REQUEST, PLUGIN
from kubectl_ddfargate.errors import DdfargateError, UsageError

_MARK = f"written by: {PLUGIN} completion install"
_OF_PIP = "kubectl_ddfargate.cli.kubectl_complete"
"""Stands in the program of this name that pip installs."""
_LOAD = """\
kubectl's own completion must be loaded:
  in bash: source <(kubectl completion bash), and the package bash-completion
  in zsh:  source <(kubectl completion zsh)"""


class HelperError(DdfargateError):
    """The program cannot be written."""


def install_helper(to: Path | None) -> str:
    """Write it, whole or not at all; what to say about it. Raises UsageError and HelperError."""
    plugin = _plugin()
    folder = to or plugin.parent
    place = folder / (f"{HELPER}.cmd" if os.name == "nt" else HELPER)
    there = _what_is_there(place)
    if there == "pip's":
        return f"{place} is there already: pip installed it\n{_LOAD}\n"
    if there == "other":
        raise UsageError(
            f"{place} is there and not ours; nothing was written",
            hint=f"take it away, or choose another folder on PATH: {PLUGIN} completion install --to DIR",
        )
    _write(place, _script(plugin, folder))
    lines = [f"{place} {'written anew' if there else 'written'}"]
    if not _on_path(folder):
        lines.append(f"kubectl finds it only where {folder} is on PATH, and it is not")
    return "\n".join([*lines, _LOAD]) + "\n"


def _plugin() -> Path:
    """The plugin as kubectl finds it: the link that krew made, not what it leads to, which has a version."""
    started = Path(sys.argv[0])
    named = started if started.stem == EXECUTABLE and started.exists() else None
    found = shutil.which(EXECUTABLE)
    if named is None and found is None:
        raise UsageError(
            f"there is no {EXECUTABLE} on PATH", hint=f"start it as {PLUGIN}, with {EXECUTABLE} in a folder of PATH"
        )
    return Path(os.path.abspath(named or str(found)))  # noqa: PTH100  resolve() would follow the link


def _what_is_there(place: Path) -> str:
    """Nothing, `ours`, `pip's` or `other`."""
    try:
        text = place.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise _refused(place, error) from error
    return "ours" if _MARK in text else "pip's" if _OF_PIP in text else "other"


def _script(plugin: Path, folder: Path) -> str:
    beside = (folder / plugin.name).exists()
    if os.name == "nt":
        called = f"%~dp0{plugin.name}" if beside else str(plugin)
        return f'@echo off\r\nrem {_MARK}\r\n"{called}" {ON_REQUEST} %*\r\n'
    called = f'"$(dirname "$0")/{plugin.name}"' if beside else shlex.quote(str(plugin))
    return f'#!/bin/sh\n# {_MARK}\nexec {called} {ON_REQUEST} "$@"\n'


def _write(place: Path, script: str) -> None:
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(script)
            Path(name).chmod(0o755)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _refused(place, error) from error


def _refused(place: Path, error: OSError) -> HelperError:
    return HelperError(
        f"cannot write {place}: {error.strerror or error}",
        hint=f"choose a folder of yours that is on PATH: {PLUGIN} completion install --to ~/.local/bin",
    )


def _on_path(folder: Path) -> bool:
    wanted = folder.resolve()
    return any(Path(one).resolve() == wanted for one in os.environ.get("PATH", "").split(os.pathsep) if one)
