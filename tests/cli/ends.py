"""Each command as a line that does something, for the tests of how commands end."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from kubectl_ddfargate.cli.main import COMMANDS

SETTINGS = """\
apiVersion: ddfargate/v1alpha1
kind: Install
injector: kyverno
kyvernoKind: MutatingPolicy
clusterName: prod-eu
site: datadoghq.eu
clusterAgent:
  namespace: datadog
  ip: 172.20.0.53
  selector: {agent.datadoghq.com/component: cluster-agent}
agent: {image: "gcr.io/datadoghq/agent:7.81.1"}
targets:
  - {namespace: kube-system, kind: deployment, name: coredns, labels: {k8s-app: kube-dns}, serviceAccount: coredns}
"""
"""All that `render` needs without a cluster; `start` gives it by stdin."""
ASKS: Mapping[str, tuple[str, ...]] = {
    "doctor": ("doctor",),
    "diff": ("diff",),
    "install": ("install", "--yes"),
    "uninstall": ("uninstall", "--yes"),
    "render": ("render", "--discover"),
    "restart": ("restart", "--yes"),
    "probe": ("probe", "--yes"),
    "snapshot": ("snapshot", "-o", "saved"),
    "version": ("version",),
}
"""Those that ask a cluster."""
OFFLINE: Mapping[str, tuple[str, ...]] = {
    "doctor": ("doctor", "--example"),
    "render": ("render", "-f", "-"),
    "probe": ("probe", "--show-script"),
    "explain": ("explain", "DDF101"),
    "checks": ("checks",),
    "completion": ("completion", "zsh"),
    "options": ("options",),
    "version": ("version", "--client"),
}
"""Those that can do without."""
assert {*ASKS, *OFFLINE} == set(COMMANDS)


def start(
    *words: str,
    folder: Path,
    stdout: int | IO[bytes] = subprocess.PIPE,
    largest: int | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """The command as a process in `folder`, without a kubeconfig but what `env` names.

    `largest`: bytes that a file may have, as on a disk that is full beyond them.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest or 0, largest or 0))

    given, giving = os.pipe()
    os.write(giving, SETTINGS.encode())
    os.close(giving)
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("KUBE", "DDFARGATE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "kubectl_ddfargate", *words],
        stdin=given,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={**usual, "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "*", **(env or {})},
        preexec_fn=limit if largest is not None else None,  # noqa: PLW1509  no thread runs here
    )
    os.close(given)
    return process


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr, which holds no traceback."""
    out, err = process.communicate(timeout=120)
    text = err.decode()
    assert "Traceback" not in text, text
    assert "Exception ignored" not in text, text
    return process.returncode, (out or b"").decode(), text
