"""What kubectl's own completion asks of the plugin, on the real cluster and where none answers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kubectl_ddfargate.cli.known_names import memory_of
from kubectl_ddfargate.cli.kubectl_complete import candidates
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster.story import story
from tests.cluster.waiting import wait_for

pytestmark = pytest.mark.computes

PROGRAMS = Path(sys.executable).parent


def values(text: str) -> list[str]:
    """The candidates of an answer, without their help."""
    return [line.partition("\t")[0] for line in text.splitlines() if not line.startswith(":")]


def started(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`kubectl_complete-ddfargate` as kubectl starts it."""
    return subprocess.run(
        [str(PROGRAMS / "kubectl_complete-ddfargate"), *words],
        capture_output=True, text=True, check=False, env={**os.environ, **env}, timeout=60,
    )  # fmt: skip


def asked(kubectl: Path, *words: str, **env: str) -> tuple[list[str], str]:
    """The real kubectl's answer to its shell scripts: candidates, and the directive."""
    done = subprocess.run(
        [str(kubectl), "__complete", "ddfargate", *words],
        capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", **env},
    )  # fmt: skip
    return values(done.stdout), done.stdout.splitlines()[-1]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def kubeconfig_of(server: socket.socket, path: Path) -> dict[str, str]:
    """The environment of somebody whose cluster is that server; what is remembered goes to `path`, too."""
    address = f"http://127.0.0.1:{server.getsockname()[1]}"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": address}}],
        "contexts": [{"name": "c", "context": {"cluster": "c"}}, {"name": "prod-eu", "context": {"cluster": "c"}}],
    }
    file = path / "config"
    file.write_text(json.dumps(config), encoding="utf-8")
    return {"KUBECONFIG": str(file), "KUBECACHEDIR": str(path / "cache"), "NO_PROXY": "*"}


def remembering(cluster: Cluster, path: Path) -> dict[str, str]:
    """The environment of the cluster's admin; what is remembered goes to `path`."""
    return {"KUBECONFIG": str(cluster.kubeconfig), "KUBECACHEDIR": str(path)}


def test_contexts_come_from_the_kubeconfig_without_a_request(tmp_path: Path, silent: socket.socket) -> None:
    env = kubeconfig_of(silent, tmp_path)
    assert started("doctor", "--context", "p", **env).stdout == "prod-eu\n:4\n"
    assert started("doctor", "--cluster", "", **env).stdout == "c\n:4\n"
    silent.setblocking(False)
    with pytest.raises(BlockingIOError):
        silent.accept()


@pytest.mark.parametrize("words", [("doctor", "-n", ""), ("doctor", ""), ("install", "--target", "")])
def test_a_server_that_never_answers_does_not_hold_anybody_up(
    words: tuple[str, ...], tmp_path: Path, silent: socket.socket
) -> None:
    """It ends while the request still waits: the process that asks goes on behind, and nobody waits for that."""
    done = started(*words, **kubeconfig_of(silent, tmp_path))
    assert (done.stdout, done.stderr, done.returncode) == (":4\n", "", 0)
    silent.settimeout(30)
    connection, _ = silent.accept()
    connection.settimeout(30)
    assert connection.recv(1 << 16).startswith(b"GET ")
    connection.setblocking(False)
    with pytest.raises(BlockingIOError):  # an end of file, had it given up
        connection.recv(1)
    connection.close()


class Slow(BaseHTTPRequestHandler):
    """A server that answers once it is let: with one namespace, as the API server gives it when asked for names."""

    may_answer = threading.Event()

    def do_GET(self) -> None:
        """Wait, then answer."""
        self.may_answer.wait(60)
        listed = {"kind": "PartialObjectMetadataList", "items": [{"metadata": {"name": "shop"}}]}
        body = json.dumps(listed).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_what_came_too_late_is_there_at_the_next_tab(tmp_path: Path) -> None:
    """As with a credential plugin, which alone may take a second."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        env = kubeconfig_of(server.socket, tmp_path)
        assert started("doctor", "-n", "s", **env).stdout == ":4\n"
        Slow.may_answer.set()
        wait_for(lambda: list(tmp_path.glob("cache/ddfargate/*.json")), what="the late answer is kept")
        server.shutdown()
    assert started("doctor", "-n", "s", **env).stdout == "shop\n:4\n"
    (kept,) = tmp_path.glob("cache/ddfargate/*.json")
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("broken", ["{", "kind: Pod", "contexts: 3"])
def test_a_broken_kubeconfig_says_nothing(broken: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(broken, encoding="utf-8")
    for words in (("doctor", "--context", ""), ("doctor", "-n", ""), ("restart", "")):
        done = started(*words, KUBECONFIG=str(tmp_path / "config"), KUBECACHEDIR=str(tmp_path))
        assert (done.stdout, done.stderr) == (":4\n", ""), words


@pytest.mark.parametrize("words", [["nosuch", ""], ["doctor", "--nosuch", ""], ["doctor", "--logs=maybe", "-"]])
def test_a_line_that_is_wrong_already_says_nothing(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv("KUBECACHEDIR", str(tmp_path))
    assert candidates(words).endswith(":4\n")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-n", "shop", "unin"], ["uninstall"]),
        (["--context=c", "doctor", "--fail-on", "w"], ["warning"]),
        (["--insecure-skip-tls-verify", "-n", "shop", "explain", "DDF101"], ["DDF101"]),
        (["--context", "pr"], ["prod-eu"]),
        (["--context=pr"], ["prod-eu"]),
        (["--versi"], ["--version"]),
    ],
)
def test_flags_before_the_command(
    words: list[str], expected: list[str], tmp_path: Path, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in kubeconfig_of(silent, tmp_path).items():
        monkeypatch.setenv(name, value)
    assert values(candidates(words)) == expected


@pytest.mark.parametrize("command", ["install", "uninstall", "diff", "render", "version"])
def test_a_flag_that_would_be_refused_is_not_offered(command: str) -> None:
    assert "--namespace" not in values(candidates([command, "--n"]))
    assert "--namespace" in values(candidates(["doctor", "--n"]))


@pytest.mark.parametrize(
    "words",
    [["doctor", "--kubeconfig", ""], ["install", "-f", ""], ["render", "-o", "x"], ["doctor", "--from", "a"]],
)
def test_files_are_left_to_the_shell(words: list[str]) -> None:
    assert candidates(words) == ":0\n"


def test_the_real_kubectl_asks_us(kubectl: Path, tmp_path: Path, silent: socket.socket) -> None:
    env = kubeconfig_of(silent, tmp_path)
    assert asked(kubectl, "unin", **env) == (["uninstall"], ":4")
    assert asked(kubectl, "doctor", "--context", "prod", **env) == (["prod-eu"], ":4")
    assert asked(kubectl, "doctor", "--context=prod", **env) == (["prod-eu"], ":4")
    assert asked(kubectl, "explain", "DDF101", **env) == (["DDF101"], ":4")
    assert asked(kubectl, "doctor", "--from", "", **env) == ([], ":0")


def test_namespaces_and_workloads_of_the_cluster(cluster: Cluster, kubectl: Path, tmp_path: Path) -> None:
    story(cluster, stage=2, credentials="secret")
    env = remembering(cluster, tmp_path)

    def completed(*words: str) -> list[str] | None:
        """What comes in the end: a server that is slow today is remembered for the next TAB."""
        return asked(kubectl, *words, **env)[0] or None

    def come(*words: str) -> list[str]:
        return wait_for(
            lambda: completed(*words), what=f"candidates for {words}", detail=lambda: started(*words, **env)
        )

    assert come("doctor", "-n", "kube-s") == ["kube-system"]
    assert come("doctor", "-n", "kube-system", "deployment/c") == ["deployment/coredns"]
    assert come("restart", "-n", "kube-system", "deploy/c") == ["deploy/coredns"]
    assert come("probe", "deployment/co") == ["deployment/coredns"]
    assert come("install", "--target", "kube-system/deployment/c") == ["kube-system/deployment/coredns"]
    assert asked(kubectl, "doctor", "-n", "shop", "deployment/coredns", **env)[0] == []


@pytest.mark.parametrize("flags", [ConnectionFlags(token="t"), ConnectionFlags(password="p")])
def test_no_name_is_remembered_where_a_credential_was_typed(flags: ConnectionFlags) -> None:
    assert memory_of(flags, "namespaces") is None
    assert memory_of(ConnectionFlags(), "namespaces") is not None
