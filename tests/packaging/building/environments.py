"""The Python environments of a build: one with the tools, one with nothing but what a user gets.

The second one goes into the archive and the bill of materials. PyInstaller lies in a folder beside it, because it
takes whatever its Python can import, and a library that only a developer has would get into the bundle.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .places import ROOT, source_date_epoch

_FOLDER = ROOT / "build" / "package"
_PIP = ("-m", "pip", "--disable-pip-version-check")


def tools() -> Path:
    """The Python with what the extra `package` names; made when it is missing or the extra has changed."""
    return _python(_tools())


def bundler() -> Path:
    """The folder with PyInstaller and what it needs, for PYTHONPATH."""
    return _tools() / "bundler"


def _tools() -> Path:
    wanted = _requirements()
    digest = hashlib.sha256(" ".join((sys.version, *wanted)).encode()).hexdigest()[:12]
    folder = _FOLDER / f"tools-{digest}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder])
        install: list[str | Path] = [_python(folder), *_PIP, "install", "--quiet"]
        bundling = [line for line in wanted if line.startswith("pyinstaller")]
        run([*install, *(line for line in wanted if line not in bundling)])
        run([*install, "--target", folder / "bundler", *bundling])
        (folder / "complete").touch()
    return folder


def _requirements() -> tuple[str, ...]:
    """The lines of the extra `package` in setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = parser["options.extras_require"]["package"].splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def runtime(wheel: Path) -> Path:
    """The Python of a new environment that holds this wheel, what it needs, and no pip."""
    folder = _FOLDER / "runtime"
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", folder])
    python = _python(folder)
    # Of these no source package may be built: what it compiles would not be the same on the next machine.
    run([tools(), *_PIP, "--python", python, "install", "--quiet", "--no-compile", "--only-binary", ":all:", wheel])
    run([tools(), *_PIP, "--python", python, "check"])
    return python


def runtime_python() -> Path:
    """The Python of the environment that `runtime` made last."""
    return _python(_FOLDER / "runtime")


def run(command: Sequence[str | Path], *, folder: Path = ROOT, **environment: str) -> str:
    """Its stdout. What it said is printed, and the build ends, where it fails."""
    settled = {"SOURCE_DATE_EPOCH": str(source_date_epoch()), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **settled, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shown = " ".join(str(word) for word in command)
        sys.exit(f"{shown}\nfailed with exit code {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def site_packages(python: Path) -> Path:
    """Where its libraries are."""
    found = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(run([python, "-c", found]).strip())


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
