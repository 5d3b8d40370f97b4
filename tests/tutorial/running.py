"""Runs the command blocks of a page one after the other in one bash, as a reader would in one terminal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_MARK = "\x1e"
LONGEST = 300
"""Seconds for the whole page."""


def run_blocks(blocks: Sequence[str], *, folder: Path, env: Mapping[str, str]) -> list[tuple[str, int]]:
    """What each block printed, on stdout and stderr, and the exit code of its last command."""
    script = "".join(f"{block.rstrip()}\nprintf '{_MARK}%s{_MARK}' $?\n" for block in blocks)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=folder,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    parts = done.stdout.split(_MARK)
    return [(output, int(code)) for output, code in zip(parts[::2], parts[1::2], strict=False)]
