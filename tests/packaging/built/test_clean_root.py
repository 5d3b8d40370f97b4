"""A fresh Debian in a folder, where there is no Python: the unpacked archive diagnoses the test cluster.

Wants root; and the first time a few minutes, for debootstrap.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cluster.binaries.toolchain import BuildImpossibleError
from tests.cluster.cluster import Cluster
from tests.cluster.control_plane import ControlPlane
from tests.packaging.building.places import PROGRAM
from tests.packaging.debian_root import debian_root

_ENTER = """
set -eu
mount -t proc proc "$ROOT/proc"
mount -t tmpfs tmpfs "$ROOT/mnt"
mkdir "$ROOT/mnt/plugin" "$ROOT/mnt/path"
mount --bind "$PLUGIN" "$ROOT/mnt/plugin"
cp "$KUBECTL" "$ROOT/mnt/path/kubectl"
# Flattened: the files that it names are outside.
"$KUBECTL" config view --raw --flatten --kubeconfig "$KUBECONFIG_FILE" >"$ROOT/mnt/kubeconfig"
ln -s ../plugin/kubectl-ddfargate "$ROOT/mnt/path/kubectl-ddfargate"
exec chroot "$ROOT" /usr/bin/env -i PATH=/mnt/path:/usr/bin:/bin HOME=/mnt LANG=C.UTF-8 \\
    KUBECONFIG=/mnt/kubeconfig sh -c "$COMMAND"
"""
"""In a mount namespace of its own: what is mounted goes with the process, and the machine sees none of it."""


@pytest.fixture(scope="session")
def root() -> Path:
    try:
        return debian_root()
    except BuildImpossibleError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must try a system without Python: {error}", pytrace=False)
        pytest.skip(f"no fresh Debian can be made here: {error}")


def inside(
    root: Path, unpacked: Path, kubectl: Path, kubeconfig: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    """One command in the fresh system."""
    assert (unpacked / PROGRAM).exists()
    given = {
        "ROOT": root, "PLUGIN": unpacked, "KUBECTL": kubectl, "KUBECONFIG_FILE": kubeconfig,
        "COMMAND": shlex.join(words),
    }  # fmt: skip
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER],
        env={"PATH": os.environ["PATH"], **{name: str(value) for name, value in given.items()}},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_it_has_no_python(root: Path) -> None:
    assert [*root.glob("usr/bin/python*"), *root.glob("usr/lib/python*"), *root.glob("usr/lib/*/libpython*")] == []


def test_doctor_diagnoses_the_cluster(root: Path, unpacked: Path, kubectl: Path, second_stage: Cluster) -> None:
    there = (root, unpacked, kubectl, second_stage.kubeconfig)
    run = inside(*there, "kubectl", "ddfargate", "doctor")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "DDF101" in run.stdout
    assert "deployment/coredns" in run.stdout
    assert "Traceback" not in run.stderr


def test_a_certificate_of_nobody_is_refused_there_too(
    root: Path, unpacked: Path, kubectl: Path, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """The fresh system trusts nobody: it has no list of authorities."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text("apiVersion: v1\nkind: Config\n")
    there = (root, unpacked, kubectl, kubeconfig)
    run = inside(*there, "kubectl", "ddfargate", "doctor", "--server", control_plane.server, "--token", "x")
    assert run.returncode == 2, run.stdout + run.stderr
    assert run.stderr.startswith("error: ")
    assert "  next: " in run.stderr
    assert "Traceback" not in run.stderr


def test_nothing_stays(root: Path, unpacked: Path, kubectl: Path, second_stage: Cluster) -> None:
    before = Path("/proc/self/mounts").read_text()
    inside(root, unpacked, kubectl, second_stage.kubeconfig, "kubectl", "ddfargate", "version")
    assert Path("/proc/self/mounts").read_text() == before
    assert list((root / "mnt").iterdir()) == []
