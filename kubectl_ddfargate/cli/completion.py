"""`completion`: the script that a shell sources."""

from __future__ import annotations

import click

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.program import COMPLETION_VARIABLE, EXECUTABLE


@click.command("completion", cls=KubectlCommand)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(*, shell: str) -> None:
    """Print the completion script for kubectl-ddfargate.

    \b
    bash:  source <(kubectl ddfargate completion bash)
    zsh:   source <(kubectl ddfargate completion zsh)
    fish:  kubectl ddfargate completion fish | source

    For "kubectl ddfargate" itself kubectl's own completion asks the program
    kubectl_complete-ddfargate, which is installed beside this one.
    """
    from click.shell_completion import get_completion_class

    from kubectl_ddfargate.cli.main import root
    from kubectl_ddfargate.cli.stdout import write_text

    kind = get_completion_class(shell)
    assert kind is not None
    write_text(kind(root, {}, EXECUTABLE, COMPLETION_VARIABLE).source() + "\n")
