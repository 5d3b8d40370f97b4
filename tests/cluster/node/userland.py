"""What the real agent's image has besides the agent, and a probe may use: bash, and a Python of its own.

Both are this machine's, with the libraries that they load; a C library is among them, so they fit each other.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

EMBEDDED = PurePosixPath("/opt/datadog-agent/embedded")
PATH = f"/opt/datadog-agent/bin/agent:{EMBEDDED}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Nobody imports them there, and they are most of it.
_LEFT_OUT = {
    "test",
    "tests",
    "site-packages",
    "idlelib",
    "ensurepip",
    "tkinter",
    "lib2to3",
    "turtledemo",
    "pydoc_data",
}


def userland() -> Iterator[tuple[str, Path]]:
    """Each file: its place in the image, and where it is here."""
    bash = Path(shutil.which("bash") or "/bin/bash").resolve()
    python = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}").resolve()
    library = Path(sysconfig.get_path("stdlib"))
    modules = list(_files(library))
    programs = [bash, python, *(path for path in modules if path.suffix == ".so")]
    yield "/usr/bin/bash", bash
    yield str(EMBEDDED / "bin" / "python3"), python
    for path in modules:
        yield str(EMBEDDED / "lib" / library.name / path.relative_to(library)), path
    for path in _libraries(programs):
        yield str(path), path.resolve()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        # The folder config-… holds the whole interpreter a second time, to be linked with.
        if path.name in _LEFT_OUT or path.name.startswith(("config-", "_tkinter")):
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.suffix in {".py", ".pyc", ".so"} and ".opt-" not in path.name:
            yield path


def _libraries(programs: Iterable[Path]) -> list[Path]:
    """All that the loader would load for them, by the paths at which it looks."""
    answer = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False)
    words = {word for line in answer.stdout.splitlines() for word in line.split() if word.startswith("/")}
    # A line that ends with a colon names the program itself.
    return sorted(Path(word) for word in words if not word.endswith(":"))
