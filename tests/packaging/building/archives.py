"""Writes files into an archive that depends on nothing but them: no owner, no time of now, no order of the disk."""

from __future__ import annotations

import gzip
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_FOLDER_MODE, _PROGRAM_MODE, _FILE_MODE = 0o755, 0o755, 0o644
_ZIP_BEGINS = 315532800
"""1980-01-01, the first day that a zip file can name."""


def write_tar(folder: Path, target: Path, *, epoch: int, top: str = "") -> None:
    """All that is in `folder`, below `top`, as tar.gz. There may be no links to folders."""
    with target.open("wb") as file:
        _write_tar(folder, file, epoch, top)


def write_zip(folder: Path, target: Path, *, epoch: int) -> None:
    """All that is in `folder` as zip."""
    date = time.gmtime(max(epoch, _ZIP_BEGINS))[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _entries(folder):
            if path.is_dir():
                continue
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _mode(path) << 16
            archive.writestr(entry, path.read_bytes())


def _write_tar(folder: Path, file: BinaryIO, epoch: int, top: str) -> None:
    # The file's name and the time would stand in gzip's head.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, path in _entries(folder):
            entry = tarfile.TarInfo(f"{top}/{name}" if top else name)
            entry.mtime, entry.mode = epoch, _mode(path)
            if path.is_dir():
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
                continue
            entry.size = path.stat().st_size
            with path.open("rb") as content:
                archive.addfile(entry, content)


def _entries(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
        yield path.relative_to(folder).as_posix(), path


def _mode(path: Path) -> int:
    if path.is_dir():
        return _FOLDER_MODE
    return _PROGRAM_MODE if path.stat().st_mode & 0o100 else _FILE_MODE
