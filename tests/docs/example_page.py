"""`docs/example-output.md`: what `make example` prints, so that it cannot grow old."""

from __future__ import annotations

import os
import subprocess

from tests.screenshots.terminal import EXECUTABLE

_PAGE = """\
# A whole report

What `make example`, and `kubectl ddfargate doctor --example`, print of the broken cluster that comes with the tool.
It was recorded on the [playground](tutorial.md), which `make playground` starts. The exit code is 1.

```
{report}```
"""


def example_page() -> str:
    """The page with today's output."""
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", "KUBECONFIG": os.devnull}
    for name in ("FORCE_COLOR", "NO_COLOR"):
        env.pop(name, None)
    command = [str(EXECUTABLE), "doctor", "--example"]
    run = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=False)
    if run.returncode != 1:
        raise RuntimeError(f"doctor --example: exit code {run.returncode}\n{run.stderr}")
    return _PAGE.format(report=run.stdout)
