"""Lets every Python of a test run keep its bytecode, as the Python of a user does.

Where the environment forbids bytecode beside the sources, each run of the tool would compile all of its modules
anew: twice the CPU, and no figure of a benchmark would be a user's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / ".pytest_cache" / "bytecode"


def keep_bytecode(environment: MutableMapping[str, str] = os.environ) -> None:
    """From now on, in this process and in those started with `environment`; apart from the sources if need be."""
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment["PYTHONPYCACHEPREFIX"] = str(_FOLDER)
    if sys.dont_write_bytecode:
        sys.pycache_prefix = str(_FOLDER)
        sys.dont_write_bytecode = False
