"""How the program is called, so that usage texts can be typed as they stand."""

from __future__ import annotations

import sys
from pathlib import Path

PLUGIN = "kubectl ddfargate"
EXECUTABLE = "kubectl-ddfargate"
COMPLETION_VARIABLE = "_KUBECTL_DDFARGATE_COMPLETE"


def program_name(argv0: str | None = None) -> str:
    """`kubectl ddfargate`, unless it was started as a Python module."""
    name = Path(argv0 if argv0 is not None else sys.argv[0]).name
    return "python -m kubectl_ddfargate" if name == "__main__.py" else PLUGIN
