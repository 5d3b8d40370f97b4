"""A fresh Debian in a folder, without Python: made once per user by debootstrap, in the user's cache folder.

Nothing is installed on this machine, and no mirror stands here: it is the one that this machine's apt uses.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.binaries.programs import cache_folder
from tests.cluster.binaries.toolchain import BuildImpossibleError

_APT = Path("/etc/apt")
_OPTIONS = ("--variant=minbase",)
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Source:
    """A Debian archive as apt knows it."""

    mirror: str
    suite: str
    keyring: Path


def debian_root() -> Path:
    """The folder of the fresh system; about 150 MB. Raises BuildImpossibleError where none can be made."""
    if os.geteuid() != 0:
        raise BuildImpossibleError("a Debian in a folder is made and entered by root")
    for program in ("unshare", "chroot", "dpkg-deb", "apt-get"):
        if shutil.which(program) is None:
            raise BuildImpossibleError(f"there is no {program} here")
    source = apt_source()
    digest = hashlib.sha256(" ".join((source.suite, *_OPTIONS)).encode()).hexdigest()[:16]
    folder = cache_folder() / f"debian-root-{digest}"
    if not folder.exists():
        cache_folder().mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="debian-root-", dir=cache_folder()))
        try:
            _bootstrap(source, scratch)
            (scratch / "root").rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def apt_source() -> Source:
    """The first archive with a suite of Debian's own name. Raises BuildImpossibleError where apt has none."""
    for file in sorted(
        (*_APT.glob("sources.list.d/*.sources"), *_APT.glob("sources.list"), *_APT.glob("sources.list.d/*.list"))
    ):
        text = file.read_text(encoding="utf-8", errors="replace")
        found = _of_stanza(text) if file.suffix == ".sources" else _of_line(text)
        if found:
            return found
    raise BuildImpossibleError("apt knows no archive of Debian on this machine")


def _of_stanza(text: str) -> Source | None:
    """https://manpages.debian.org/sources.list: the deb822 form."""
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"(?m)^(\w[\w-]*):[ \t]*(.*)$", stanza))
        suites = fields.get("Suites", "").split()
        if "deb" in fields.get("Types", "").split() and "main" in fields.get("Components", "").split() and suites:
            keyring = fields.get("Signed-By", "")
            return Source(
                fields["URIs"].split()[0], suites[0], Path(keyring) if keyring.startswith("/") else _KEYRING
            )
    return None


def _of_line(text: str) -> Source | None:
    found = re.search(r"(?m)^deb\s+(?:\[.*?\]\s+)?(\S+)\s+([a-z]+)\s+(?:\S+\s+)*?main\b", text)
    return Source(found[1], found[2], _KEYRING) if found else None


def _bootstrap(source: Source, scratch: Path) -> None:
    program, environment = _debootstrap(scratch)
    (scratch / "root").mkdir()
    command = [program, *_OPTIONS, f"--keyring={source.keyring}", source.suite, scratch / "root", source.mirror]
    _run([str(word) for word in command], scratch, environment)


def _debootstrap(scratch: Path) -> tuple[Path, dict[str, str]]:
    """The machine's own, or one that is unpacked from Debian's package."""
    on_path = shutil.which("debootstrap", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if on_path:
        return Path(on_path), {}
    # apt's sandbox user may not write here; and the machine's lists of packages may be old or empty.
    lists = scratch / "lists"
    (lists / "partial").mkdir(parents=True)
    apt = ["apt-get", "-o", "APT::Sandbox::User=root", "-o", f"Dir::State::Lists={lists}"]
    apt += ["-o", f"Dir::Cache={scratch / 'apt'}"]
    _run([*apt, "update"], scratch)
    _run([*apt, "download", "debootstrap"], scratch)
    tool = scratch / "debootstrap"
    _run(["dpkg-deb", "-x", str(next(scratch.glob("debootstrap_*.deb"))), str(tool)], scratch)
    return tool / "usr/sbin/debootstrap", {"DEBOOTSTRAP_DIR": str(tool / "usr/share/debootstrap")}


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        log = folder / "root/debootstrap/debootstrap.log"
        more = log.read_text(encoding="utf-8", errors="replace") if log.exists() else done.stderr
        raise BuildImpossibleError(f"{Path(command[0]).name} failed:\n{more.strip()[-2000:]}")
