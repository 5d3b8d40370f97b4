"""What one setting is: where it stands in the file, and how its flag and its variable are written.

Loaded by `--help` and completion, so it imports nothing that is slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PREFIX = "DDFARGATE_"


class Form(Enum):
    """How a flag or a variable is written."""

    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole number"
    SWITCH = "true or false"
    LIST = "list"
    """A flag is repeated; a variable has commas."""
    VARIABLES = "KEY=VALUE"
    """Likewise."""
    NAMESPACED = "NAMESPACE/NAME"
    STORE = "[KIND/]NAME"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting."""

    paths: tuple[str, ...]
    """Where its value stands in the file, dotted: `clusterAgent.ip`. Several where one flag sets several keys."""
    help: str
    flag: str = ""
    """Empty: it can be given in the file only."""
    form: Form = Form.TEXT
    choices: tuple[str, ...] = ()
    metavar: str = "TEXT"
    short: str = ""
    negative: bool = False
    """There is a `--no-…` too."""

    @property
    def variable(self) -> str:
        """The environment variable: `DDFARGATE_CLUSTER_AGENT_IP`; empty where there is no flag."""
        return PREFIX + self.flag.removeprefix("--").replace("-", "_").upper() if self.flag else ""
