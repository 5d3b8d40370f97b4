"""What was built, unpacked and installed.

These tests are collected only where the variable BUILT names the folder that `make dist archive` filled: a build
takes a minute. `.ci/run` builds, and calls them so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.story import story
from tests.packaging.building import krew_manifest
from tests.packaging.building.places import PROGRAM, this_platform

collect_ignore_glob = [] if os.environ.get("BUILT") else ["test_*.py"]


@dataclass(frozen=True)
class Run:
    """What a process said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Plugin:
    """The unpacked program, behind a link in a folder with kubectl and nothing else: as krew leaves it."""

    path: Path
    """The only folder of PATH."""
    home: Path

    def __call__(self, *words: str, kubeconfig: Path | None = None, stdin: str = "", **environment: str) -> Run:
        """`kubectl ddfargate WORDS…`, by the real kubectl."""
        return self.started(
            self.path / "kubectl", "ddfargate", *words, kubeconfig=kubeconfig, stdin=stdin, **environment
        )

    def started(
        self, program: Path, *words: str, kubeconfig: Path | None = None, stdin: str = "", **environment: str
    ) -> Run:
        """One of the programs in `path`, with no variable of this process."""
        settled = {"PATH": str(self.path), "HOME": str(self.home), "LANG": "C.UTF-8"}
        if kubeconfig:
            settled["KUBECONFIG"] = str(kubeconfig)
        done = subprocess.run(
            [program, *words], env={**settled, **environment}, input=stdin, capture_output=True, encoding="utf-8",
            check=False, cwd=self.home, timeout=300,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with what was built."""
    folder = Path(os.environ["BUILT"]).resolve()
    assert (folder / this_platform().archive).exists(), f"{folder} holds no archive of this platform: make archive"
    return folder


@pytest.fixture(scope="session")
def archive(built: Path) -> Path:
    """This platform's archive."""
    return built / this_platform().archive


@pytest.fixture(scope="session")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in it. By tar, as somebody without krew would."""
    folder = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "--extract", "--gzip", "--file", archive, "--directory", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def manifest(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """krew's manifest of it, generated as `make krew` does it."""
    target = tmp_path_factory.mktemp("manifest") / krew_manifest.NAME
    made = krew_manifest.manifest(built, repository="https://example.com/owner/kubectl-ddfargate")
    target.write_text(krew_manifest.text(made), encoding="utf-8")
    return target


@pytest.fixture(scope="session")
def plugin(unpacked: Path, kubectl: Path, tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """`kubectl ddfargate`, where there is no Python."""
    path = tmp_path_factory.mktemp("path")
    (path / PROGRAM).symlink_to(unpacked / PROGRAM)
    (path / "kubectl").symlink_to(kubectl)
    return Plugin(path, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def second_stage(running_cluster: Cluster) -> Cluster:
    """The story's second stage, once for the tests of a module that only read."""
    running_cluster.reset()
    story(running_cluster, stage=2, covers=("coredns", "karpenter"))
    return running_cluster


@pytest.fixture
def built_anew(tmp_path: Path) -> Callable[[str, float], Path]:
    """Builds once more, as if it were that time: `built_anew("distributions", epoch)`, in a folder of its own."""

    def build(module: str, epoch: float) -> Path:
        command = [sys.executable, "-m", f"tests.packaging.building.{module}", str(tmp_path)]
        settled = {**os.environ, "SOURCE_DATE_EPOCH": str(int(epoch))}
        subprocess.run(command, check=True, capture_output=True, env=settled)
        return tmp_path

    return build
