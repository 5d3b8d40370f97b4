"""Collects the license texts of all that is in the bundle beside our own code: what a redistributor owes.

A library without a text that can be found ends the build on Linux. On macOS and Windows Python brings its libraries
itself, and its own license file covers them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_BOOTLOADER = "pyinstaller"
"""Its bootloader is the program's first part. Its license makes an exception for that, and it is said here."""


def write_licenses(folder: Path, packages: Path, *, bundler: Path) -> None:
    """Fill `licenses` in the bundle's folder: a folder for Python, each library of it, and each shared library."""
    target = folder / "licenses"
    for found in sorted(distributions(path=[str(packages)]), key=lambda one: one.name.lower()):
        if found.name != "kubectl-ddfargate":
            _keep(_texts(found), target / found.name.lower(), found.name)
    [bootloader] = distributions(name=_BOOTLOADER, path=[str(bundler)])
    _keep(_texts(bootloader), target / _BOOTLOADER, _BOOTLOADER)
    _keep(_python_texts() or _owner(_libpython(folder))[1], target / "python", "Python")
    for library in sorted(_foreign(folder)):
        owner, texts = _owner(library)
        _keep(texts, target / owner, library.name)


def _keep(texts: Iterable[Path], target: Path, needed_by: str) -> None:
    """Copy the texts. Without one the build ends."""
    kept = 0
    for text in texts:
        target.mkdir(parents=True, exist_ok=True)
        name = text.name if text.suffix else f"{text.name}.txt"
        shutil.copyfile(text, target / name)
        kept += 1
    if not kept:
        sys.exit(f"no license text of {needed_by} was found: the bundle may not be given away without it")


def _texts(found: Distribution) -> Iterator[Path]:
    for file in found.files or ():
        if ".dist-info" in str(file) and _TEXT.match(file.name):
            yield Path(str(found.locate_file(file)))


def _python_texts() -> list[Path]:
    """Where Python's own installation has it; distributions of Linux keep it elsewhere."""
    places = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix))
    found = (place / name for place in places for name in ("LICENSE.txt", "LICENSE"))
    return [text for text in found if text.is_file()][:1]


def _libpython(folder: Path) -> Path:
    return next((folder / "_internal").glob("libpython*"), folder)


def _foreign(folder: Path) -> Iterator[Path]:
    """The shared libraries of the system that PyInstaller took: not Python's, not those of its packages."""
    if sys.platform != "linux":
        return
    for path in (folder / "_internal").glob("*.so*"):
        if not path.name.startswith("libpython"):
            yield path


def _owner(library: Path) -> tuple[str, list[Path]]:
    """The system's package that it came from, and its license texts."""
    for place in _places(library.name):
        if shutil.which("dpkg-query"):
            answer = _asked("dpkg-query", "--search", str(place))
            package = answer.split(":")[0]
            text = Path("/usr/share/doc", package, "copyright")
            if package and text.exists():
                return package, [text]
        elif shutil.which("rpm"):
            package = _asked("rpm", "--query", "--file", "--queryformat", "%{NAME}", str(place))
            return package, [Path(line) for line in _asked("rpm", "--query", "--licensefiles", package).split()]
    return library.name, []


def _places(name: str) -> Iterator[Path]:
    """Where the system has it. Debian's list knows /usr/lib and /lib apart, whatever links to what."""
    answer = _asked("ldconfig", "-p") or _asked("/sbin/ldconfig", "-p")
    for line in answer.splitlines():
        if line.strip().startswith(f"{name} ") and "=>" in line:
            found = Path(line.split("=>")[1].strip())
            yield from dict.fromkeys(
                (found, found.resolve(), Path("/usr" + str(found)), Path(str(found).removeprefix("/usr")))
            )


def _asked(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return ""
