"""Writes the folder of `render -o`. Takes nothing away that it did not write, and leaves no half of a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from kubectl_ddfargate.errors import DdfargateError, UsageError

MARK = "made by kubectl ddfargate render"
"""Stands in the first line of every YAML file of ours."""
_LIST = "# beside the resources: "
"""A line of the kustomization: files that it does not name itself."""


class FolderError(DdfargateError):
    """The folder cannot be written."""


def write_folder(files: Mapping[str, str], path: Path, *, overwrite: bool, kustomization: str) -> None:
    """Write all files, and take away what a former run wrote and this one does not.

    A former run's file is known by the kustomization, which lists it, and by the mark in its own first line: what
    a user has added to the list, or has put in the place of a file, stays. (JSON has no place for a mark.)

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
        _put(_marked(files, kustomization), path, last=kustomization)
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
    return tuple(name for name in (*_listed(text), *_beside(text)) if _is_ours(path / name))


def _is_ours(file: Path) -> bool:
    if not file.is_file():
        return False
    if file.suffix == ".json":
        return True
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\n") == f"# {MARK}"


def _marked(files: Mapping[str, str], kustomization: str) -> dict[str, str]:
    """The files with the mark, and the kustomization with the list of those that it does not name."""
    first = f"# {MARK}\n"
    found = {
        name: text if name.endswith(".json") else first + text.removeprefix(first) for name, text in files.items()
    }
    named = {*_listed(files[kustomization]), kustomization}
    if beside := sorted(set(files) - named):
        found[kustomization] = first + _LIST + " ".join(beside) + "\n" + found[kustomization].removeprefix(first)
    return found


def _beside(text: str) -> Iterator[str]:
    """The files of our list, which lie in the folder itself."""
    for line in text.splitlines():
        if line.startswith(_LIST):
            yield from (name for name in line.removeprefix(_LIST).split() if Path(name).name == name)


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
