"""`kubectl_complete-ddfargate`: what kubectl's own completion asks for the arguments of a plugin.

The protocol is cobra's: one candidate a line with its help after a tab, then `:` and what the shell may add.
The same is asked of the plugin itself by `kubectl-ddfargate __complete WORDS…`, where krew installed it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, EXECUTABLE

NO_FILES = 4
FILES = 0


def candidates(words: Sequence[str]) -> str:
    """The answer for the words after `kubectl ddfargate`; the last one is being typed. None where nothing fits."""
    from click.shell_completion import ShellComplete

    from kubectl_ddfargate.cli.main import root

    words = list(words) or [""]
    if words[0].startswith("-"):
        from kubectl_ddfargate.cli.leading_flags import completed_behind

        words = completed_behind(words)
    *done, word = words
    try:
        items = ShellComplete(root, {}, EXECUTABLE, COMPLETION_VARIABLE).get_completions(done, word)
    except Exception:  # noqa: BLE001  whatever it is, it would stand in the line that somebody types
        items = []
    lines = [f"{item.value}\t{item.help}" if item.help else item.value for item in items if item.type == "plain"]
    directive = FILES if any(item.type in ("file", "dir") for item in items) else NO_FILES
    return "".join(f"{line}\n" for line in [*lines, f":{directive}"])


def complete(words: Sequence[str] | None = None) -> None:
    """Answer kubectl."""
    text = candidates(sys.argv[1:] if words is None else words)
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except (OSError, AttributeError):  # nobody listens any more
        sys.stdout = None
