"""`render`: the manifests for GitOps, as a stream or as a kustomize folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.connection import connection_flags, names_given, refuse_namespace
from kubectl_ddfargate.cli.install_options import install_settings
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import trace_option, verbosity_option
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.model.design import Design
    from kubectl_ddfargate.model.settings import Given


_STREAMS = ("yaml", "json")


class _Output(click.Path):
    """A format, as kubectl's -o, or a folder. A folder called `yaml` is written as `./yaml`."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value in _STREAMS else super().convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        words = [CompletionItem(one) for one in _STREAMS if one.startswith(incomplete)]
        return [*words, *super().shell_complete(ctx, param, incomplete)]


@click.command("render", cls=KubectlCommand)
@click.option("-o", "--output", type=_Output(), default="yaml", show_default=True, metavar="yaml|json|DIR",
              help="Print the manifests, or write a kustomize folder. A folder called yaml: ./yaml.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="With -o DIR: write into a folder that holds other files too.")
@click.option("--discover", is_flag=True, help="Ask the cluster for what is not given. Reads only.")
@install_settings
@trace_option
@verbosity_option
@connection_flags(narrows=False)
def render(
    *,
    output: Path | str,
    overwrite: bool,
    discover: bool,
    given: Given,
    trace: Path | None,
    connection: ConnectionFlags,
) -> None:
    """Print the manifests that install would apply, for GitOps. Asks no cluster, but with --discover.

    All values come from flags, DDFARGATE_* variables and the file; what lacks is listed at once. No Secret is
    among the manifests: those that must exist are named, with their keys.
    """
    refuse_namespace(connection, "use --target NAMESPACE/KIND/NAME")
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.cli.stdout import write_document
    from kubectl_ddfargate.commands.render_folder import MARK, write_folder
    from kubectl_ddfargate.errors import UsageError
    from kubectl_ddfargate.manifests.kustomize import KUSTOMIZATION, remarks
    from kubectl_ddfargate.render.manifests import render_files, render_list, render_stream

    if overwrite and not isinstance(output, Path):
        raise UsageError("--overwrite is for -o DIR", hint="leave it out, or name a folder")
    if not discover and (others := names_given(connection)):
        raise UsageError(f"{', '.join(others)}: no cluster is asked", hint="add --discover, or leave it out")
    design = _discovered(given, connection, trace) if discover else _from_settings(given)
    if isinstance(output, Path):
        files = render_files(design, mark=MARK)
        write_folder(files, output, overwrite=overwrite, kustomization=KUSTOMIZATION)
        write_document("".join(f"{output / name}\n" for name in files))
    else:
        write_document(render_list(design) if output == "json" else render_stream(design))
    with Messages() as messages:
        for remark in remarks(design):
            messages.warn(remark)


def _from_settings(given: Given) -> Design:
    from kubectl_ddfargate.commands.render import design_from_settings

    return design_from_settings(given)


def _discovered(given: Given, connection: ConnectionFlags, trace: Path | None) -> Design:
    from kubectl_ddfargate.cli.connection import carried
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.render_live import design_from_cluster

    with Messages() as messages:
        return design_from_cluster(
            connection,
            given,
            trace=trace,
            kubectl_flags=carried(connection),
            progress=messages.progress,
            warn=messages.warn,
        )
