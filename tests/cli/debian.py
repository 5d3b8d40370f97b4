"""Programs that tests talk to and that need not be installed: unpacked from Debian's packages, once a session."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest


def unpacked(folder: Path, *packages: str) -> Path:
    """The root of the unpacked packages. Skips the test where there are none to be had; in CI that is a failure."""
    own = ["apt-get", "-o", "APT::Sandbox::User=root"]
    (folder / "lists" / "partial").mkdir(parents=True)
    fresh = [*own, "-o", f"Dir::State::Lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'apt'}"]
    steps = [[*own, "download", *packages]], [[*fresh, "update"], [*fresh, "download", *packages]]
    said = ""
    for commands in steps:  # the machine's list of packages first; where it is old or empty, one of our own
        done = [_run(command, folder) for command in commands]
        said = "".join(text for _, text in done)
        if all(good for good, _ in done):
            for package in folder.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", str(package), str(folder / "root")], check=True)
            return folder / "root"
    reason = f"no Debian packages {', '.join(packages)} to be had: {said[-500:]}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _run(command: list[str], folder: Path) -> tuple[bool, str]:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return False, f"there is no {command[0]}"
    return done.returncode == 0, done.stderr
