"""`kubectl_complete-ddfargate`: what kubectl's own completion asks for the arguments of a plugin.

The protocol is cobra's: one candidate a line with its help after a tab, then `:` and what the shell may add.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, EXECUTABLE

NO_FILES = 4
FILES = 0


def candidates(words: Sequence[str]) -> str:
    """The answer for the words after `kubectl ddfargate`; the last one is being typed."""
    from click.shell_completion import ShellComplete

    from kubectl_ddfargate.cli.main import root

    *done, word = words or [""]
    items = ShellComplete(root, {}, EXECUTABLE, COMPLETION_VARIABLE).get_completions(list(done), word)
    lines = [f"{item.value}\t{item.help}" if item.help else item.value for item in items if item.type == "plain"]
    directive = FILES if any(item.type in ("file", "dir") for item in items) else NO_FILES
    return "".join(f"{line}\n" for line in [*lines, f":{directive}"])


def complete() -> None:
    """Answer kubectl."""
    sys.stdout.write(candidates(sys.argv[1:]))
