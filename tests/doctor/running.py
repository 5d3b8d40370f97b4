"""Runs the tool as a user does: as a process of its own, with a kubeconfig."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Run:
    """What one run gave."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """stdout as the JSON document that it must be."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    def findings(self, *severities: str) -> dict[str, list[str]]:
        """Id → names of the subjects, of the findings of these severities."""
        found: dict[str, list[str]] = {}
        for finding in self.report["findings"]:
            if finding["severity"] in severities:
                names = [subject["name"] for subject in finding["subjects"]]
                found.setdefault(finding["id"], []).extend(names)
        return found

    def status(self, id_: str) -> str:
        """The status of one check."""
        status: str = next(check["status"] for check in self.report["checks"] if check["id"] == id_)
        return status


def ddfargate(
    *words: str,
    kubeconfig: Path | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60,
    folder: Path | None = None,
) -> Run:
    """One run of the tool, not on a terminal."""
    environment = {name: value for name, value in os.environ.items() if name not in ("KUBECONFIG", "NO_COLOR")}
    environment["HOME"] = "/nonexistent"
    if kubeconfig is not None:
        environment["KUBECONFIG"] = str(kubeconfig)
    environment.update(env or {})
    done = subprocess.run(
        [sys.executable, "-m", "kubectl_ddfargate", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=folder,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Run(done.returncode, done.stdout, done.stderr)
