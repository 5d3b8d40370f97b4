"""What krew demands of an archive, and what a plugin's folder holds after it was unpacked by a manifest."""

from __future__ import annotations

import fnmatch
import hashlib
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from tests.packaging.krew_rules import LICENSE_NAMES


def archive_faults(platform: Mapping[str, Any], archive: Path) -> list[str]:
    """What keeps krew from installing this archive by this entry of a manifest; nothing where it can."""
    return list(_faults(platform, archive))


def _faults(platform: Mapping[str, Any], archive: Path) -> Iterator[str]:
    if hashlib.sha256(archive.read_bytes()).hexdigest() != platform["sha256"]:
        yield "the archive has another sha256"
    files, odd = _members(archive)
    for name in odd:
        yield f"{name} is neither a file nor a folder"
    for name in files:
        if name.startswith("/") or ".." in PurePosixPath(name).parts:
            yield f"{name} leads out of the archive"
    installed: list[str] = []
    for operation in platform.get("files") or [{"from": "*", "to": "."}]:
        found = [name for name in files if _taken(name, operation["from"])]
        if not found:
            yield f"nothing in the archive matches {operation['from']}"
        installed.extend(found)
    if not any(PurePosixPath(name).name.lower() in LICENSE_NAMES for name in installed):
        yield "no license file is installed"
    if platform["bin"] not in installed:
        yield f"{platform['bin']} is not installed"
    elif not files[platform["bin"]] & 0o100 and not platform["bin"].endswith(".exe"):
        yield f"{platform['bin']} is not executable"


def _taken(name: str, pattern: str) -> bool:
    """A pattern takes a file, or a folder with all that is in it."""
    return any(
        fnmatch.fnmatchcase(one, pattern) for one in (name, *map(str, PurePosixPath(name).parents)) if one != "."
    )


def _members(archive: Path) -> tuple[dict[str, int], list[str]]:
    """The files with their modes, and the names of what krew cannot unpack."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            return {one.filename: one.external_attr >> 16 for one in packed.infolist() if not one.is_dir()}, []
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    files = {one.name: one.mode for one in members if one.isreg()}
    return files, [one.name for one in members if not (one.isreg() or one.isdir())]
