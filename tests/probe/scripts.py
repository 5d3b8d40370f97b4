"""Runs here what the probe sends into containers, and reads what it prints."""

from __future__ import annotations

import os
import subprocess

from tests.cluster import canary

Steps = dict[str, tuple[str, str]]
"""Step → result and code."""


def tried(script: list[str], env: dict[str, str]) -> Steps:
    """What a script finds with these variables alone. No secret value stands in its output."""
    done = subprocess.run(
        script, env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    assert canary.found_in(done.stdout.encode()) == []
    rows = [line.split("|", 4) for line in done.stdout.splitlines()]
    assert all(row[0] == "DDF" and len(row) == 5 for row in rows)
    return {row[1]: (row[2], row[3]) for row in rows}
