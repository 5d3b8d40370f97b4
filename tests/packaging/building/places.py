"""Where things are built from and to, and what they are called."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kubectl_ddfargate import __version__

ROOT = Path(__file__).resolve().parents[3]
DIST = ROOT / "dist"
PROGRAM = "kubectl-ddfargate"
VERSION = __version__

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Platform:
    """An operating system and an architecture, named as Go, and so krew, names them."""

    os: str
    arch: str

    @property
    def archive(self) -> str:
        """The file name of its archive: zip for Windows, as people there expect, else tar.gz."""
        return f"{PROGRAM}-{self.os}-{self.arch}.{'zip' if self.os == 'windows' else 'tar.gz'}"

    @property
    def program(self) -> str:
        """The program's file in the archive."""
        return f"{PROGRAM}.exe" if self.os == "windows" else PROGRAM


def this_platform() -> Platform:
    """The platform that runs this: PyInstaller builds for no other."""
    system = {"linux": "linux", "darwin": "darwin", "win32": "windows"}[sys.platform]
    return Platform(system, _ARCHITECTURES[platform.machine().lower()])


def source_date_epoch() -> int:
    """Seconds since 1970 that stand in the place of now: SOURCE_DATE_EPOCH, else the time of the commit.

    Source: https://reproducible-builds.org/specs/source-date-epoch/.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    committed = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(committed, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
