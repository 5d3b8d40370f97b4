"""Builds the folder that runs without Python on the machine: the program, `_internal`, LICENSE and `licenses`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .environments import bundler, run, runtime, site_packages
from .licenses import write_licenses
from .places import PROGRAM, ROOT

_METADATA = ("click", "msgspec", "urllib3")
"""Whose version numbers `version` prints."""
_LEFT_OUT = (
    *("tkinter", "curses", "readline", "sqlite3", "unittest", "pydoc", "doctest", "lib2to3", "xmlrpc", "test"),
    *("setuptools", "pkg_resources", "pip", "kubernetes", "dbm", "bz2", "lzma", "_uuid"),
)
"""What libraries would use if they could, and the tool does not need."""


def build_folder(wheel: Path, scratch: Path) -> Path:
    """A new folder below `scratch` with the program of this platform. Nothing in it is a link."""
    python = runtime(wheel)
    packages = site_packages(python)
    command: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--onedir", "--console"]
    command += ["--name", PROGRAM, "--distpath", scratch / "made", "--workpath", scratch / "work"]
    command += ["--specpath", scratch, "--log-level", "WARN"]
    # Commands, checks and formats are loaded by name, which PyInstaller cannot see.
    command += ["--collect-submodules", "kubectl_ddfargate"]
    # Not --collect-data: it leaves out what ends in .py, and `probe` sends two such files into containers.
    data = packages / "kubectl_ddfargate" / "data"
    command += ["--add-data", f"{data}{os.pathsep}kubectl_ddfargate/data"]
    command += [word for name in _METADATA for word in ("--copy-metadata", name)]
    command += [word for name in _LEFT_OUT for word in ("--exclude-module", name)]
    if sys.platform == "linux":
        command.append("--strip")
    command.append(Path(__file__).with_name("entry.py"))
    run(command, folder=scratch, PYTHONPATH=str(bundler()))
    folder = scratch / PROGRAM
    # copytree follows the links that PyInstaller makes on macOS.
    shutil.copytree(scratch / "made" / PROGRAM, folder)
    shutil.copy2(ROOT / "LICENSE", folder)
    write_licenses(folder, packages, bundler=bundler())
    for path in folder.rglob("*"):
        if path.is_symlink():
            sys.exit(f"{os.fspath(path)} is a link: krew refuses archives with links")
    return folder
