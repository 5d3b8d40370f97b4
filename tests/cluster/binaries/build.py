"""Builds etcd, kube-apiserver, kube-controller-manager and kubectl, and says where they lie.

The first build takes about eight minutes on two cores; later calls only look. What is built stands
under the user's cache folder, by a hash of the module files, so an old checkout finds its own version.
May not be imported by `kubectl_ddfargate`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .toolchain import BuildImpossibleError, find_go

MODULES = Path(__file__).parent
KUBERNETES_VERSION = "v1.36.3"
# Without these the server calls itself v0.0.0-master, and everything that judges versions errs.
_VERSION_PACKAGE = "k8s.io/component-base/version"
_MAJOR, _MINOR = KUBERNETES_VERSION.removeprefix("v").split(".")[:2]
LDFLAGS = " ".join(
    (
        "-s -w",
        f"-X {_VERSION_PACKAGE}.gitVersion={KUBERNETES_VERSION}",
        f"-X {_VERSION_PACKAGE}.gitMajor={_MAJOR}",
        f"-X {_VERSION_PACKAGE}.gitMinor={_MINOR}",
    )
)
# -trimpath: the programs hold no folder names of the machine that built them.
BUILD_FLAGS = ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", LDFLAGS)

Progress = Callable[[str], None]


class BuildFailedError(RuntimeError):
    """Go and the sources are here, but they do not build: always a failure, never a skip."""


@dataclass(frozen=True)
class Program:
    """One program: its name, the module folder that pins it, and its Go package."""

    name: str
    module: str
    package: str


PROGRAMS = (
    Program("etcd", "etcd", "go.etcd.io/etcd/server/v3"),
    Program("kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    Program("kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    Program("kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
)


@dataclass(frozen=True)
class Binaries:
    """Where the four programs lie."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kubectl: Path


def cache_folder() -> Path:
    """The folder in the user's cache that belongs to the test cluster."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ddfargate-testcluster"


def say(line: str) -> None:
    """The default progress: one line on stderr, at once."""
    print(f"testcluster: {line}", file=sys.stderr, flush=True)


def binaries(progress: Progress = say) -> Binaries:
    """The four programs, built when they are missing; `KUBEBUILDER_ASSETS` goes first.

    Raises BuildImpossibleError without Go or network, BuildFailedError when the build breaks.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    found = {program.name: _existing(program, assets) for program in PROGRAMS}
    missing = [program for program in PROGRAMS if found[program.name] is None]
    if missing:
        with _lock(cache_folder()):
            # Another builder may have finished while this one waited for the lock.
            _build([program for program in missing if not _built(program).exists()], progress)
    place = {program.name: found[program.name] or _built(program) for program in PROGRAMS}
    return Binaries(
        etcd=place["etcd"],
        kube_apiserver=place["kube-apiserver"],
        kube_controller_manager=place["kube-controller-manager"],
        kubectl=place["kubectl"],
    )


def _existing(program: Program, assets: str | None) -> Path | None:
    if assets and (given := Path(assets) / program.name).exists():
        return given
    return _built(program) if _built(program).exists() else None


def _built(program: Program) -> Path:
    return cache_folder() / _hash(program.module) / "bin" / program.name


def _hash(module: str) -> str:
    digest = hashlib.sha256(f"{sys.platform} {os.uname().machine} {LDFLAGS}".encode())
    for name in ("go.mod", "go.sum", "tools.go"):
        digest.update((MODULES / module / name).read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(programs: list[Program], progress: Progress) -> None:
    if not programs:
        return
    go = find_go(cache_folder(), progress)
    # No cgo: then no C compiler is needed, and the result does not depend on the machine's libraries.
    environment = {**os.environ, "GOTOOLCHAIN": "auto", "CGO_ENABLED": "0", "GOWORK": "off"}
    for program in programs:
        _fetch(go, program, environment, progress)
    for program in programs:
        progress(f"building {program.name} (cold: up to five minutes)")
        _compile(go, program, environment)
        progress(f"built {_built(program)}")


def _fetch(go: Path, program: Program, environment: Mapping[str, str], progress: Progress) -> None:
    progress(f"fetching the sources of {program.name}")
    answer = subprocess.run(
        [go, "list", "-mod=readonly", "-deps", program.package],
        cwd=MODULES / program.module,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise BuildImpossibleError(f"no sources for {program.name}:\n{answer.stderr.strip()[-2000:]}")


def _compile(go: Path, program: Program, environment: Mapping[str, str]) -> None:
    target = _built(program)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Built aside and moved in one step, so that an interrupted build never leaves half a program.
    scratch = Path(tempfile.mkdtemp(prefix="build-", dir=cache_folder()))
    try:
        half = scratch / program.name
        answer = subprocess.run(
            [go, "build", *BUILD_FLAGS, "-o", half, program.package],
            cwd=MODULES / program.module,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise BuildFailedError(f"{program.name} does not build:\n{answer.stderr.strip()[-4000:]}")
        half.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    print(binaries())
