"""Writes the folder of `render -o`. Takes nothing away that it did not write, and leaves no half of a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from kubectl_ddfargate.errors import DdfargateError, UsageError

MARK = "made by kubectl ddfargate render"
"""Stands in the first line of our kustomization."""
_BESIDE = ("helm-values.yaml", "coredns-addon.json")
"""What is written beside the resources for other tools."""


class FolderError(DdfargateError):
    """The folder cannot be written."""


def write_folder(files: Mapping[str, str], path: Path, *, overwrite: bool, kustomization: str) -> None:
    """Write all files, and take away what a former run wrote and this one does not.

    All of them are written beside their places before the first is put there, the kustomization last: at every
    moment it names whole files that are there. Raises UsageError where the folder holds something and no
    kustomization of ours, unless `overwrite`, and FolderError where it cannot be written.
    """
    try:
        former = _former(path, kustomization)
        if former is None and not overwrite:
            raise UsageError(
                f"{path} holds other files and no kustomization of this tool",
                hint="choose another folder, or write into this one with --overwrite",
            )
        path.mkdir(parents=True, exist_ok=True)
        _put(files, path, last=kustomization)
        for name in sorted(set(former or ()) - set(files)):
            (path / name).unlink(missing_ok=True)
    except OSError as error:
        raise FolderError(
            f"cannot write {path}: {error.strerror or error}", hint="choose another place with -o DIR"
        ) from error


def _former(path: Path, kustomization: str) -> tuple[str, ...] | None:
    """The files of a former run; None where the folder holds something else."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return ()
    file = path / kustomization
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if MARK not in text.partition("\n")[0]:
        return None
    return (*_listed(text), *_BESIDE, *(one.name for one in path.glob("*.patch.yaml")))


def _listed(text: str) -> Iterator[str]:
    """The resources that lie in the folder itself."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return
    listed = document.get("resources") if isinstance(document, dict) else None
    for name in listed if isinstance(listed, list) else ():
        if isinstance(name, str) and Path(name).name == name:
            yield name


def _put(files: Mapping[str, str], path: Path, *, last: str) -> None:
    staged: dict[str, Path] = {}
    try:
        for name in (*(name for name in files if name != last), last):
            handle, place = tempfile.mkstemp(prefix=f".{name}.", dir=path)
            staged[name] = Path(place)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(files[name])
            staged[name].chmod(0o666 & ~_umask())
        for name in tuple(staged):
            staged[name].replace(path / name)
            del staged[name]
    finally:
        for left in staged.values():
            left.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
