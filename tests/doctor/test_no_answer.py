"""Where no answer can be had: one clear error, exit 2, no traceback, and still a valid document on stdout."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import yaml

from tests.cluster import canary
from tests.cluster.cluster import Cluster
from tests.doctor.running import Run, ddfargate


def changed(cluster: Cluster, tmp_path: Path, *, user: dict[str, object] | None = None, server: str = "") -> Path:
    """The admin's kubeconfig with another user or server."""
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    if user is not None:
        config["users"][0]["user"] = user
    if server:
        config["clusters"][0]["cluster"]["server"] = server
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(config))
    return path


def assert_one_clear_error(run: Run, *words: str) -> None:
    """What every failure must look like."""
    assert run.code == 2
    assert "Traceback" not in run.err
    assert "Traceback" not in run.out
    # What a credential plugin says for itself stands before it, as with kubectl.
    assert [line.startswith("error: ") for line in run.err.splitlines()].count(True) == 1
    for word in words:
        assert word in run.err
    assert "next: " in run.err


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_server_that_is_stopped(cluster: Cluster, tmp_path: Path) -> None:
    server = f"https://127.0.0.1:{free_port()}"
    run = ddfargate("doctor", kubeconfig=changed(cluster, tmp_path, server=server))
    assert_one_clear_error(run, server, "refused")


def test_a_context_that_does_not_exist(cluster: Cluster) -> None:
    run = ddfargate("doctor", "--context", "ddfargate-tset", kubeconfig=cluster.kubeconfig)
    assert_one_clear_error(run, '"ddfargate-tset" does not exist', 'did you mean "ddfargate-test"')


def test_a_client_certificate_that_has_expired(cluster: Cluster, tmp_path: Path) -> None:
    pair = cluster.plane.authority.client("late", days=-1)
    user: dict[str, object] = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
    run = ddfargate("doctor", kubeconfig=changed(cluster, tmp_path, user=user))
    assert_one_clear_error(run, "expired")


def test_a_credential_plugin_that_fails(cluster: Cluster, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.write_text("#!/bin/sh\necho 'token has expired and refresh failed' >&2\nexit 254\n")
    plugin.chmod(0o755)
    execution = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": str(plugin),
        "interactiveMode": "Never",
    }
    run = ddfargate("doctor", kubeconfig=changed(cluster, tmp_path, user={"exec": execution}))
    assert_one_clear_error(run, "plugin", "254", "token has expired and refresh failed")


def test_a_token_that_is_wrong(cluster: Cluster, tmp_path: Path) -> None:
    run = ddfargate("doctor", kubeconfig=changed(cluster, tmp_path, user={"token": canary.OTHER_TOKEN}))
    assert_one_clear_error(run, "does not accept")
    assert canary.OTHER_TOKEN not in run.err


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_stdout_is_a_document_all_the_same(output: str) -> None:
    run = ddfargate("doctor", "-o", output, kubeconfig="/nonexistent/config")
    document = json.loads(run.out) if output == "json" else yaml.safe_load(run.out)
    assert document["kind"] == "Error"
    assert document["exitCode"] == run.code == 2


def test_a_snapshot_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "snapshot.gz"
    file.write_text("no gzip")
    assert_one_clear_error(ddfargate("doctor", "--from", str(file)), str(file))
    assert_one_clear_error(ddfargate("doctor", "--from", str(tmp_path / "absent")), "absent")


def test_a_snapshot_is_written_whole_or_not_at_all(cluster: Cluster, tmp_path: Path) -> None:
    run = ddfargate("snapshot", "-o", str(tmp_path / "no" / "such" / "folder.gz"), kubeconfig=cluster.kubeconfig)
    assert_one_clear_error(run, "cannot write")
    assert list(tmp_path.iterdir()) == []
