"""`options`: the flags that commands have in common, as `kubectl options`."""

from __future__ import annotations

import click

from kubectl_ddfargate.cli.connection import connection_flags
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand


@click.command("options", cls=KubectlCommand)
@click.pass_context
def options(ctx: click.Context) -> None:
    """List kubectl's flags, which every command takes that asks a cluster.

    \b
    They stand after the plugin's name:     kubectl ddfargate doctor -n shop
    Before it, kubectl itself refuses them: kubectl -n shop ddfargate doctor
    """
    from kubectl_ddfargate.cli.stdout import write_text

    formatter = ctx.make_formatter()
    formatter.write_text("The following flags can be passed to any command that asks a cluster, after its name:")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_dl([record for option in _flags() if (record := option.get_help_record(ctx)) is not None])
    write_text(formatter.getvalue())


def _flags() -> list[click.Option]:
    @connection_flags
    def nothing() -> None:
        """Only for its flags."""

    declared: list[click.Option] = getattr(nothing, "__click_params__", [])
    return list(reversed(declared))
