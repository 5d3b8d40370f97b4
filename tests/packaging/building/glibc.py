"""`python -m tests.packaging.building.glibc FOLDER [--at-most 2.28]`: the oldest glibc that a bundle runs on."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

Version = tuple[int, int]
_ELF = b"\x7fELF"
_SYMBOL_VERSION = re.compile(rb"\0GLIBC_(\d+)\.(\d+)")
"""As it stands in a program's table of strings (.gnu.version_r names it from there)."""


def oldest_glibc(folder: Path) -> tuple[Version, str]:
    """What the most demanding file of the bundle asks for, and that file's name."""
    return max(needed(path) for path in folder.rglob("*") if path.is_file() and _is_elf(path))


def needed(path: Path) -> tuple[Version, str]:
    """The newest version of glibc's symbols that a program or library names; 0.0 without any."""
    found = _SYMBOL_VERSION.findall(path.read_bytes())
    return max(((int(major), int(minor)) for major, minor in found), default=(0, 0)), path.name


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ELF


def main() -> None:
    """Print it; fail where it is newer than what was promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-most", metavar="MAJOR.MINOR")
    given = parser.parse_args()
    version, name = oldest_glibc(given.folder)
    print(f"runs on glibc {version[0]}.{version[1]} and later (because of {name})")
    if given.at_most and version > tuple(int(part) for part in given.at_most.split(".")):
        parser.exit(1, f"glibc {given.at_most} was promised: build on an older system\n")


if __name__ == "__main__":
    main()
