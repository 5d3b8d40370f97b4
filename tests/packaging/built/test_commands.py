"""Every command of the program without Python, called by the real kubectl through a link, as krew makes it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from kubectl_ddfargate.cli.main import COMMANDS
from kubectl_ddfargate.render.formats import FORMATS
from tests.cluster.cluster import Cluster
from tests.packaging.building.places import VERSION
from tests.packaging.building.smoke import smoke
from tests.packaging.built.conftest import Plugin
from tests.probe.running import PYTHON, answer

OFFLINE = {
    "checks": (0, "DDF101"),
    "explain": (0, "Symptom"),
    "completion": (0, "_KUBECTL_DDFARGATE_COMPLETE"),
    "options": (0, "--kubeconfig"),
    "probe": (0, PYTHON),
    "version": (0, VERSION),
}
WORDS = {"explain": ("DDF101",), "completion": ("bash",), "probe": ("--show-script",)}
ON_A_CLUSTER = {
    # what it answers on the story's second stage, where names cannot be resolved
    "doctor": (("doctor",), 1, "DDF101"),
    "diff": (("diff", "--injector", "admission-policy", "--replace-existing"), 1, "datadog-cluster-agent-fixed"),
    # its webhook is of nobody that is known, so the plan is blocked
    "install": (("install", "--injector", "admission-policy", "--dry-run=server"), 1, "nothing was written"),
    "uninstall": (("uninstall", "--dry-run=server", "--yes"), 0, ""),
    "render": (("render", "--discover", "--injector", "admission-policy", "-o", "yaml"), 0, "kind: Service"),
    "restart": (("restart", "--dry-run=server", "--yes"), 0, ""),
    "snapshot": (("snapshot", "-o", "saved.gz"), 0, ""),
}  # fmt: skip


def test_no_command_is_forgotten() -> None:
    assert {*OFFLINE, *ON_A_CLUSTER} == {*COMMANDS}


def test_what_the_workflow_of_releases_tries(archive: Path) -> None:
    smoke(archive)


@pytest.mark.parametrize("command", COMMANDS)
def test_help(plugin: Plugin, command: str) -> None:
    run = plugin(command, "--help")
    assert (run.code, run.err) == (0, "")
    assert f"kubectl ddfargate {command}" in run.out


@pytest.mark.parametrize("command", OFFLINE)
def test_a_command_without_a_cluster(plugin: Plugin, command: str) -> None:
    code, said = OFFLINE[command]
    run = plugin(command, *WORDS.get(command, ()))
    assert run.code == code, run.err
    assert said in run.out


@pytest.mark.parametrize("command", ON_A_CLUSTER)
def test_a_command_on_a_cluster(plugin: Plugin, second_stage: Cluster, command: str) -> None:
    words, code, said = ON_A_CLUSTER[command]
    run = plugin(*words, kubeconfig=second_stage.kubeconfig)
    assert run.code == code, run.out + run.err
    assert said in run.out + run.err
    assert "Traceback" not in run.err
    assert "internal error" not in run.err


@pytest.mark.parametrize("output", FORMATS)
def test_the_example_in_each_format(plugin: Plugin, output: str) -> None:
    run = plugin("doctor", "--example", "-o", output)
    assert run.code == 1, run.err
    assert "coredns" in run.out
    if output == "json":
        json.loads(run.out)
    if output == "yaml":
        yaml.safe_load(run.out)


def test_a_snapshot_is_written_and_read_again(plugin: Plugin, second_stage: Cluster) -> None:
    assert plugin("snapshot", "-o", "again.gz", kubeconfig=second_stage.kubeconfig).code == 0
    run = plugin("doctor", "--from", "again.gz")
    assert run.code == 1, run.err
    assert "DDF101" in run.out


def test_probe_runs_its_script_in_a_container(plugin: Plugin, second_stage: Cluster) -> None:
    second_stage.set_exec("kube-system", "coredns-", "datadog-agent", PYTHON, stdout=answer("resolve", "dns"))
    run = plugin("probe", "deployment/coredns", "-n", "kube-system", "--yes", kubeconfig=second_stage.kubeconfig)
    assert run.code == 1, run.err
    assert "DDF802" in run.out


def test_a_settings_file_is_held_to_its_schema(plugin: Plugin, second_stage: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "ddfargate.yaml"
    file.write_text("apiVersion: ddfargate/v1alpha1\nkind: Install\ninjecter: kyverno\n", encoding="utf-8")
    run = plugin("install", "-f", str(file), "--yes", "--dry-run=server", kubeconfig=second_stage.kubeconfig)
    assert run.code == 2
    assert "injecter" in run.err
    assert "injector" in run.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("doctor", "--nosuch"), "--nosuch"),
        (("doctr",), 'did you mean "doctor"'),
        (("doctor",), "kubeconfig"),
        (("doctor", "--from", "nosuch.gz"), "nosuch.gz"),
        (("explain", "DDF999"), "DDF999"),
        (("doctor", "--server", "https://127.0.0.1:1", "--request-timeout", "2s"), "127.0.0.1:1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_fails_says_why_and_what_next(plugin: Plugin, words: tuple[str, ...], says: str) -> None:
    run = plugin(*words)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("error: ")
    assert says in run.err
    assert "  next: " in run.err
    assert "Traceback" not in run.err


def test_on_a_terminal_it_shows_colour(plugin: Plugin) -> None:
    ours, theirs = pty.openpty()
    environment = {"PATH": str(plugin.path), "HOME": str(plugin.home), "LANG": "C.UTF-8", "TERM": "xterm"}
    with subprocess.Popen(
        [plugin.path / "kubectl", "ddfargate", "explain", "nosuch"], stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment,
    ) as process:  # fmt: skip
        os.close(theirs)
        text = b""
        with suppress(OSError):  # EIO: nobody writes any more
            while chunk := os.read(ours, 4096):
                text += chunk
        os.close(ours)
    assert process.returncode == 2
    assert b"\x1b[" in text
