"""`completion`: TAB for `kubectl ddfargate`, and the scripts for those who type `kubectl-ddfargate`."""

from __future__ import annotations

from pathlib import Path

import click

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, EXECUTABLE

_INSTALL = "install"


@click.command("completion", cls=KubectlCommand)
@click.argument("what", type=click.Choice([_INSTALL, "bash", "zsh", "fish", "powershell"]), metavar="install|SHELL")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="With install: write into this folder, which must be on PATH. Default: where the plugin is.",
)
@click.pass_context
def completion(ctx: click.Context, *, what: str, to: Path | None) -> None:
    """Let TAB complete commands, flags, contexts, namespaces, workloads and checks.

    For "kubectl ddfargate" kubectl's own completion asks a program called kubectl_complete-ddfargate. Pip puts it
    beside the plugin; krew links one file only, and "install" writes the other. SHELL is bash, zsh, fish or
    powershell: prints the script for "kubectl-ddfargate", typed with a hyphen. In bash, kubectl's own completion
    needs the package bash-completion.
    """
    from kubectl_ddfargate.cli.stdout import write_text

    if what == _INSTALL:
        from kubectl_ddfargate.cli.completion_install import install_helper

        write_text(install_helper(to))
        return
    if to is not None:
        ctx.fail("--to goes with install")
    from kubectl_ddfargate.cli.completion_shells import shell_class
    from kubectl_ddfargate.cli.main import root

    write_text(shell_class(what)(root, {}, EXECUTABLE, COMPLETION_VARIABLE).source() + "\n")
