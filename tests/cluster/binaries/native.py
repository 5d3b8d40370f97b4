"""What of a node is not Go: `nft`, which kube-proxy calls, and the C library that runc is linked with.

Both are taken from the machine where they are installed, else unpacked from Debian's packages into the user's
cache folder; nothing is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .toolchain import BuildImpossibleError

_PACKAGES = (
    *("nftables", "libnftables1", "libnftnl11", "libmnl0", "libjansson4", "libxtables12"),
    *("libedit2", "libgmp10", "libbsd0", "libmd0", "libtinfo6", "libseccomp-dev"),
)
_BY_HAND = "install nftables, libseccomp-dev, pkg-config and a C compiler by hand"


def nft_folder(cache: Path) -> Path:
    """The folder of the program `nft`, for PATH. Raises BuildImpossibleError where there is none to be had."""
    on_path = shutil.which("nft", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return Path(on_path).parent if on_path else _unpacked(cache) / "bin"


def runc_environment(cache: Path) -> Mapping[str, str]:
    """The variables with which Go links runc and libseccomp. Raises as `nft_folder` does."""
    for program in ("cc", "pkg-config"):
        if shutil.which(program) is None:
            raise BuildImpossibleError(f"runc is partly written in C, and there is no {program}: {_BY_HAND}")
    if subprocess.run(["pkg-config", "--exists", "libseccomp"], check=False).returncode == 0:
        return {"CGO_ENABLED": "1"}
    root = _unpacked(cache)
    libraries = _libraries(root)
    return {
        "CGO_ENABLED": "1",
        "PKG_CONFIG_PATH": str(libraries / "pkgconfig"),
        "CGO_CFLAGS": f"-I{root / 'usr/include'}",
        # Only the static form of the library is whole there, and so it is linked.
        "CGO_LDFLAGS": f"-L{libraries}",
    }


def _unpacked(cache: Path) -> Path:
    digest = hashlib.sha256(" ".join(_PACKAGES).encode()).hexdigest()[:16]
    folder = cache / f"debian-{digest}"
    if not folder.exists():
        scratch = Path(tempfile.mkdtemp(prefix="debian-", dir=cache))
        try:
            _download(scratch)
            for package in scratch.glob("*.deb"):
                _run(["dpkg-deb", "-x", str(package), str(scratch)], scratch)
                package.unlink()
            _write_nft(scratch, folder)
            scratch.rename(folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _download(folder: Path) -> None:
    download = ["apt-get", *_as_root(), "download", *_PACKAGES]
    if subprocess.run(download, cwd=folder, capture_output=True, check=False).returncode == 0:
        return
    # The machine's list of packages is old or empty: one of our own, which goes with the scratch folder.
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True)
    own = ["apt-get", *_as_root(), "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={folder / 'apt'}"]
    _run([*own, "update"], folder)
    _run([*own, "download", *_PACKAGES], folder)
    shutil.rmtree(lists)


def _as_root() -> list[str]:
    # Else apt downloads as a user that may not read the folder, and says so each time.
    return ["-o", "APT::Sandbox::User=root"]


def _write_nft(root: Path, later: Path) -> None:
    (root / "bin").mkdir()
    program = root / "bin" / "nft"
    libraries = later / _libraries(root).relative_to(root)
    program.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={libraries} exec {later}/usr/sbin/nft "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def _libraries(root: Path) -> Path:
    return next((root / "usr/lib").glob("*-linux-gnu*"))


def _run(command: list[str], folder: Path) -> None:
    try:
        answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BuildImpossibleError(f"there is no {command[0]} here: {_BY_HAND}") from None
    if answer.returncode:
        raise BuildImpossibleError(f"{' '.join(command[:2])} failed ({_BY_HAND}):\n{answer.stderr.strip()[-2000:]}")
