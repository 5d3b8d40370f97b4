"""The commands that doctor prints, run as they stand: afterwards the finding is gone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.commands.doctor import DoctorOptions, diagnose_live
from kubectl_ddfargate.model.connection import ConnectionFlags
from kubectl_ddfargate.model.report import Finding
from tests.checks.case import CASES, Case, load
from tests.cluster.agent import DNS_URL
from tests.cluster.cluster import Cluster

CURED = (
    "DDF204/fires",
    "DDF213/fires",
    "DDF310/fires",
    "DDF310/fires-statefulset",
    "DDF401/fires",
    "DDF401/fires-next-pods",
    "DDF402/fires",
    "DDF402/fires-no-token",
    "DDF404/fires",
    "DDF404/fires-literal",
    "DDF405/fires-no-secret",
    "DDF405/fires-last-applied",
    "DDF405/fires-template",
    "DDF406/fires",
    "DDF408/fires",
    "DDF408/fires-optional",
    "DDF501/fires",
    "DDF501/fires-one-right",
    "DDF502/fires",
    "DDF502/fires-service-account",
    "DDF503/fires-literal",
    "DDF504/fires",
    "DDF504/fires-config-map",
    "DDF505/fires-yes",
    "DDF507/fires-explorer",
)
"""Cases whose finding a command cures, without a person's decision."""

IN_TEMPLATES_BY_NAME: dict[str, Any] = {
    "reference": {"injector": "template", "fixed_address": None, "sidecar": {"url": DNS_URL}}
}
COPIED_FROM_HELM: dict[str, Any] = {
    "reference": {"installed_by": "helm"},
    "steps": [{"delete": "Secret/datadog-secret -n shop"}],
}


@pytest.mark.parametrize("name", CURED)
def test_a_cases_commands_cure_it(name: str, cluster: Cluster) -> None:
    cure(load(CASES / f"{name}.yaml"), cluster)


def test_a_fixed_service_and_its_url_in_the_templates(cluster: Cluster) -> None:
    cure(Case(CASES / "DDF101" / "fires.yaml", IN_TEMPLATES_BY_NAME), cluster)


def test_a_secret_copied_from_those_of_the_chart(cluster: Cluster) -> None:
    cure(Case(CASES / "DDF401" / "fires.yaml", COPIED_FROM_HELM), cluster)


def test_no_command_makes_pods_wait_for_a_secret_that_could_not_be_read(cluster: Cluster) -> None:
    case = load(CASES / "DDF405" / "fires-secrets-unread.yaml")
    (finding,) = findings(case.build(cluster), case.check)
    assert finding.fix.patch is not None
    assert all(" describe secret " in command for command in finding.fix.commands), finding.fix.commands


def cure(case: Case, cluster: Cluster) -> None:
    """Run the commands of the case's finding, and wait until it is gone."""
    kubeconfig = case.build(cluster)
    found = findings(kubeconfig, case.check)
    assert found
    for command in (command for finding in found for command in finding.fix.commands):
        ran = subprocess.run(
            ["bash", "-c", f"set -o pipefail\n{command}"],
            check=False,
            env=environment(cluster),
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}{ran.stderr}"
    cluster.wait_for(lambda: not findings(kubeconfig, case.check), what=f"{case.check} is gone")


def findings(kubeconfig: Path, id_: str) -> list[Finding]:
    """What one check finds now."""
    report = diagnose_live(ConnectionFlags(kubeconfig=str(kubeconfig)), DoctorOptions(checks=(id_,)))
    (result,) = report.checks
    assert result.status != "unknown", result.reason
    return [finding for finding in report.findings if finding.suppressed_by is None]


def environment(cluster: Cluster) -> dict[str, str]:
    """A shell's, with the cluster's own kubectl first."""
    path = f"{Path(cluster.plane.binaries.kubectl).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "PATH": path}
