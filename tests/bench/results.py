"""The file of results: written after each stage, so that a run that is broken off leaves what it has."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.cluster.binaries.programs import KUBERNETES_VERSION

FOLDER = Path(__file__).parent / "results"
FULL, SHORT = FOLDER / "full.json", FOLDER / "short.json"
FORMAT = 1
Document = dict[str, Any]


class Results:
    """What one run measured."""

    def __init__(self, target: Path, *, full: bool) -> None:
        """`target` is written when all is done; until then what there is stands beside it, as `….part`."""
        self._target = target
        self._part = target.with_suffix(".json.part")
        self.document: Document = {
            "format": FORMAT,
            "full": full,
            "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
            "machine": machine(),
            "versions": versions(),
            "sizes": [],
            "left_out": [],
        }

    def put(self, name: str, found: object) -> None:
        """Keep the result of a stage."""
        self.document[name] = found
        self.save()

    def leave_out(self, what: str, why: str) -> None:
        """Keep that something was not measured."""
        self.document["left_out"].append({"what": what, "why": why})
        self.save()

    def save(self) -> None:
        """Write what there is."""
        write(self._part, self.document)

    def finish(self) -> Path:
        """Put the whole in its place."""
        write(self._target, self.document)
        self._part.unlink(missing_ok=True)
        return self._target


def write(path: Path, document: Document) -> None:
    """Write a file of results, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(path)


def newest() -> Path | None:
    """The file that the page is made from: that of `make bench-full` where there is one."""
    return next((path for path in (FULL, SHORT) if path.exists()), None)


def read(path: Path) -> Document:
    """A file of results."""
    document: Document = json.loads(path.read_text(encoding="utf-8"))
    return document


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    model = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", _text("/proc/meminfo"), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "memory_gib": round(int(memory[1]) / 1024**2) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Of everything that was measured."""
    found = {"kubectl and kube-apiserver": KUBERNETES_VERSION, "Python": platform.python_version()}
    for package in ("kubectl-ddfargate", "msgspec", "urllib3", "click"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    curl = shutil.which("curl")
    if curl:
        answer = subprocess.run([curl, "--version"], capture_output=True, text=True, check=False).stdout
        found["curl"] = answer.split()[1] if len(answer.split()) > 1 else "unknown"
    return found


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
