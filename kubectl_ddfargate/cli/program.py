"""How the program is called, so that usage texts can be typed as they stand."""

from __future__ import annotations

import sys
from pathlib import Path

PLUGIN = "kubectl ddfargate"
EXECUTABLE = "kubectl-ddfargate"
HELPER = "kubectl_complete-ddfargate"
"""What kubectl's completion asks."""
ON_REQUEST = "__complete"
"""The first word with which the plugin answers in the helper's place."""
COMPLETION_VARIABLE = "_KUBECTL_DDFARGATE_COMPLETE"


def program_name(argv0: str | None = None) -> str:
    """`kubectl ddfargate`, unless it was started as a Python module."""
    name = Path(argv0 if argv0 is not None else sys.argv[0]).name
    return "python -m kubectl_ddfargate" if name == "__main__.py" else PLUGIN
