"""`python -m tests.packaging.building.archive`: this platform's archive, its checksum and bill of materials.

Needs the wheel in `dist/`.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from .archives import write_tar, write_zip
from .one_folder import build_folder
from .places import DIST, PROGRAM, source_date_epoch, this_platform
from .sbom import write_sbom


def build_archive(target: Path) -> Path:
    """The archive for the platform that this runs on. `ARCHIVE.sha256` and a CycloneDX SBOM lie beside it."""
    wheels = sorted(target.glob("*.whl"))
    if len(wheels) != 1:
        sys.exit(f"one wheel is wanted in {target}, and there are {len(wheels)}: make dist")
    platform = this_platform()
    archive = target / platform.archive
    with tempfile.TemporaryDirectory() as scratch:
        folder = build_folder(wheels[0], Path(scratch))
        if platform.os == "windows":
            write_zip(folder, archive, epoch=source_date_epoch())
        else:
            write_tar(folder, archive, epoch=source_date_epoch())
    write_sbom(target / f"{PROGRAM}-{platform.os}-{platform.arch}.cdx.json")
    line = f"{sha256(archive)}  {archive.name}\n"
    (target / f"{archive.name}.sha256").write_text(line, encoding="utf-8", newline="\n")
    return archive


def sha256(path: Path) -> str:
    """As 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    print(build_archive(DIST))
