"""Runs what doctor prints, as it stands, and looks whether the finding is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from kubectl_ddfargate.commands.doctor import DoctorOptions, diagnose_live
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.report import Finding
from tests.checks.case import Case
from tests.cluster.cluster import Cluster


def cure(case: Case, cluster: Cluster) -> None:
    """Run the commands of the case's finding, and wait until it is gone."""
    kubeconfig = case.build(cluster)
    found = findings(kubeconfig, case.check)
    assert found
    assert not any(finding.fix.patch for finding in found if not finding.fix.commands), "there is more to do"
    apply_fixes(found, cluster)
    cluster.wait_for(lambda: not findings(kubeconfig, case.check), what=f"{case.check} is gone")


def findings(kubeconfig: Path, id_: str) -> list[Finding]:
    """What one check finds now."""
    report = diagnose_live(ConnectionFlags(kubeconfig=str(kubeconfig)), DoctorOptions(checks=(id_,)))
    (result,) = report.checks
    assert result.status != "unknown", result.reason
    return [finding for finding in report.findings if finding.suppressed_by is None]


def apply_fixes(found: Iterable[Finding], cluster: Cluster) -> None:
    """Paste all commands into a shell, one after the other."""
    for command in (command for finding in found for command in finding.fix.commands):
        paste(command, cluster)


def paste(command: str, cluster: Cluster) -> str:
    """Run a command line as a person would who pastes it into a shell; what it prints."""
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail\n{command}"],
        check=False,
        env=_environment(cluster),
        cwd=cluster.plane.folder,  # the file of a policy that is replaced goes there
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def _environment(cluster: Cluster) -> dict[str, str]:
    """A shell's, with the cluster's own kubectl first, and the plugin."""
    folders = (
        str(Path(cluster.plane.binaries.kubectl).parent),
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    )
    path = os.pathsep.join(folders)
    # An editor that fails at once: what must be edited is no cure that can be pasted.
    return {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "PATH": path, "KUBE_EDITOR": "false"}
