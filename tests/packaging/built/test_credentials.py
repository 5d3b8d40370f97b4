"""TLS and credential plugins of the program without Python: its libraries are its own, and reach nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.cluster import Cluster
from tests.packaging.built.conftest import Plugin


@pytest.fixture
def kubeconfig(second_stage: Cluster, tmp_path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(second_stage.kubeconfig.read_text())
    return content


def saved(content: dict[str, Any], folder: Path) -> Path:
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    return path


def with_plugin(content: dict[str, Any], folder: Path, script: str) -> Path:
    """The kubeconfig with a credential plugin in the place of the token; `script` is run before it answers."""
    program = folder / "give-token"
    token = content["users"][0]["user"]["token"]
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}
    }  # fmt: skip
    program.write_text(f"#!/bin/sh\n{script}\necho '{json.dumps(answer)}'\n")
    program.chmod(0o755)
    content["users"][0]["user"] = {
        "exec": {
            "command": str(program), "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"
        }
    }  # fmt: skip
    return saved(content, folder)


def test_a_client_certificate_and_the_clusters_authority(plugin: Plugin, second_stage: Cluster) -> None:
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}]
    run = plugin("doctor", "--no-prove", kubeconfig=second_stage.user("reader", rules=rules, namespace=None))
    assert run.code == 1, run.err
    assert "DDF101" in run.out


def test_another_authority_is_refused(plugin: Plugin, kubeconfig: dict[str, Any], tmp_path: Path) -> None:
    cluster = kubeconfig["clusters"][0]["cluster"]
    cluster.pop("certificate-authority-data", None)
    cluster.pop("certificate-authority", None)
    run = plugin("doctor", kubeconfig=saved(kubeconfig, tmp_path))
    assert run.code == 2
    assert "certificate" in run.err
    assert "Traceback" not in run.err


def test_a_credential_plugin_is_asked(plugin: Plugin, kubeconfig: dict[str, Any], tmp_path: Path) -> None:
    run = plugin("doctor", kubeconfig=with_plugin(kubeconfig, tmp_path, ""))
    assert run.code == 1, run.err
    assert "DDF101" in run.out


@pytest.mark.parametrize("before", [None, "/opt/of-the-user"])
def test_a_credential_plugin_loads_its_own_libraries(
    plugin: Plugin, kubeconfig: dict[str, Any], tmp_path: Path, before: str | None
) -> None:
    """The bootloader's LD_LIBRARY_PATH would give the plugin our libssl in the place of its own."""
    seen = tmp_path / "seen"
    path = with_plugin(
        kubeconfig, tmp_path, f'echo "${{LD_LIBRARY_PATH-unset}} ${{LD_LIBRARY_PATH_ORIG-unset}}" > {seen}'
    )
    given = {"LD_LIBRARY_PATH": before} if before else {}
    assert plugin("doctor", kubeconfig=path, **given).code == 1
    assert seen.read_text() == f"{before or 'unset'} unset\n"


def test_a_credential_plugin_that_fails(plugin: Plugin, kubeconfig: dict[str, Any], tmp_path: Path) -> None:
    run = plugin("doctor", kubeconfig=with_plugin(kubeconfig, tmp_path, "echo 'token has expired' >&2; exit 254"))
    assert run.code == 2
    assert "give-token" in run.err
    assert "254" in run.err
    assert "Traceback" not in run.err
