"""`doctor --fix`: what it is given, what it leaves alone, and that a report names the tool's own cure first."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubectl_ddfargate.model.report import Finding, Fix, Severity
from kubectl_ddfargate.render.presentation import Presentation
from kubectl_ddfargate.render.text.findings import own_cure
from tests.cluster.agent import agent
from tests.cluster.cluster import Cluster
from tests.cluster.reference import healthy_reference
from tests.doctor.running import Run, ddfargate
from tests.install.reference import bare, install, uninstall

POLICY = "ddfargate-agent-sidecar"


def fix(cluster: Cluster, *words: str, folder: Path) -> Run:
    """`doctor --fix --yes`, with little patience for DNS to settle."""
    return ddfargate(
        "doctor",
        "--fix",
        "--yes",
        "--settle",
        "1s",
        *words,
        kubeconfig=cluster.kubeconfig,
        timeout=300,
        folder=folder,
    )


def line_of(text: str, words: str) -> int:
    """The number of the first line with these words."""
    return next(number for number, line in enumerate(text.splitlines()) if words in line)


def test_what_the_cure_may_need_is_given_as_to_install(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    cluster.injector_policy("by-hand", container=agent(), labels={"k8s-app": "kube-dns"})

    stopped = fix(cluster, folder=tmp_path)
    assert stopped.code == 1, stopped.out + stopped.err
    assert "--replace-existing" in stopped.out

    shown = fix(cluster, "--replace-existing", "--dry-run", folder=tmp_path)
    assert shown.code == 0, shown.out + shown.err
    assert "by-hand" in shown.out
    assert cluster.get("MutatingAdmissionPolicy", POLICY) is None
    assert cluster.get("MutatingAdmissionPolicy", "by-hand") is not None


@pytest.mark.parametrize(
    "flags", [("--logs",), ("--no-prove",), ("--prove-limit", "5"), ("-n", "shop"), ("-o", "json"), ("--example",)]
)
def test_what_it_would_overlook_is_refused_by_name(flags: tuple[str, ...]) -> None:
    run = ddfargate("doctor", "--fix", *flags)
    assert run.code == 2
    names = {"-n": "--namespace", "-o": "--output", "--no-prove": "--prove/--no-prove"}
    assert names.get(flags[0], flags[0]) in run.err
    assert "install --target" in run.err


def test_a_file_of_settings_counts(cluster: Cluster, tmp_path: Path) -> None:
    bare(cluster)
    (tmp_path / "f.yaml").write_text(
        "apiVersion: ddfargate/v1alpha1\nkind: Install\nclusterAgent: {ip: 172.20.0.77}\n", encoding="utf-8"
    )
    run = fix(cluster, "-f", "f.yaml", "--dry-run", folder=tmp_path)
    assert "172.20.0.77" in run.out


def test_the_tools_own_cure_stands_before_that_by_hand(cluster: Cluster) -> None:
    healthy_reference(cluster, injector=None)
    cluster.workload(
        "batch", "shop", labels={"app": "batch"}, containers=[{"name": "batch", "image": "x"}, agent()]
    )

    text = ddfargate("doctor", kubeconfig=cluster.kubeconfig).out
    own = line_of(text, "fix       python -m kubectl_ddfargate install --context ")
    assert line_of(text, "DDF319") < own < line_of(text, "or by hand: the same with --show all")
    assert line_of(text, "next: python -m kubectl_ddfargate install --context ") > own


def test_after_an_uninstall_nothing_is_green_that_is_gone(cluster: Cluster) -> None:
    bare(cluster)
    run = install(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    run = uninstall(cluster)
    assert run.code == 0, run.out + run.err
    running = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert sorted(running.findings("error", "warning")["DDF318"]) == [
        "coredns",
        "karpenter",
        "metrics-server",
        "web",
    ]
    assert "DDF301" not in running.findings("error")

    run = uninstall(cluster, "--restart")
    assert run.code == 0, run.out + run.err
    gone = ddfargate("doctor", "-o", "json", kubeconfig=cluster.kubeconfig)
    assert sorted(gone.findings("error")["DDF301"]) == ["coredns", "karpenter", "metrics-server", "web"]
    assert "DDF318" not in gone.findings("error", "warning")
    assert gone.code == 1


@pytest.mark.parametrize(
    ("fix_of", "live", "severity", "command"),
    [
        (Fix(by_install=True), True, Severity.ERROR, "install"),
        (Fix(by_install=True, replace_existing=True), True, Severity.ERROR, "install --replace-existing"),
        (Fix(by_restart=True), True, Severity.WARNING, "restart"),
        (Fix(by_install=True), True, Severity.INFO, ""),
        (Fix(by_install=True), False, Severity.ERROR, ""),
        (Fix(commands=("kubectl get pods",)), True, Severity.ERROR, ""),
    ],
)
def test_which_command_of_the_tool_cures_a_finding(
    fix_of: Fix, live: bool, severity: Severity, command: str
) -> None:
    finding = Finding(id="DDF310", severity=severity, title="", message="", subjects=(), fix=fix_of)
    how = Presentation(saved="" if live else "--from prod.snapshot.gz", connection="--context prod-eu")
    assert own_cure(finding, how) == (f"{how.program} {command} --context prod-eu" if command else "")
