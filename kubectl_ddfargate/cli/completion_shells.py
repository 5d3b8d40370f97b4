"""The shells that ask `kubectl-ddfargate` itself, by a variable, as click does it. PowerShell is ours."""

from __future__ import annotations

import os
import re

from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, EXECUTABLE

_SCRIPT = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.ToString()
    $typed = [Math]::Min($line.Length, $cursorPosition - $commandAst.Extent.StartOffset)
    $Env:COMP_WORDS = $line.Substring(0, $typed)
    $Env:COMP_WORD = $wordToComplete
    $Env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_WORD, Env:%(complete_var)s
    }
}"""
_WORD = re.compile(r"""'((?:[^']|'')*)'?|"([^"]*)"?|(\S+)""")


class PowerShellComplete(ShellComplete):
    """PowerShell 5.1 and later: its native argument completers. Files are left to nobody: it has no such answer."""

    name = "powershell"
    source_template = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """The line up to the cursor, split as PowerShell splits it, and the word that is typed."""
        words = [
            single.replace("''", "'") or double or plain
            for single, double, plain in _WORD.findall(os.environ.get("COMP_WORDS", ""))
        ]
        incomplete = os.environ.get("COMP_WORD", "").strip("'\"")
        done = words[1:]
        return (done[:-1] if incomplete and done else done), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """The value, and its help after a tab."""
        return f"{_quoted(item.value)}\t{item.help}" if item.help else _quoted(item.value)

    def complete(self) -> str:
        """One line a candidate."""
        items = self.get_completions(*self.get_completion_args())
        return "\n".join(self.format_completion(item) for item in items if item.type == "plain")


def shell_class(name: str) -> type[ShellComplete]:
    """What completes for this shell; one that is not known raises LookupError."""
    found = PowerShellComplete if name == PowerShellComplete.name else get_completion_class(name)
    if found is None:
        raise LookupError(name)
    return found


def answer_shell(instruction: str) -> int:
    """Answer what a script asks by the variable. Silent on every error: it would stand in the user's line."""
    import click

    from kubectl_ddfargate.cli.main import root

    name, _, act = instruction.partition("_")
    try:
        shell = shell_class(name)(root, {}, EXECUTABLE, COMPLETION_VARIABLE)
        click.echo(shell.source() if act == "source" else shell.complete())
    except Exception:  # noqa: BLE001
        return 1
    return 0


def _quoted(value: str) -> str:
    """For PowerShell's command line: a comma makes a list there, and some signs begin something else."""
    if re.fullmatch(r"[\w./:=-]*", value):
        return value
    return "'" + value.replace("'", "''") + "'"
