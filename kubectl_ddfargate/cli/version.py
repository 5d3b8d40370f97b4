"""`version`: this tool, the server, what injects, and what of it is supported. What to write into a bug report."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from kubectl_ddfargate.cli.connection import carried, connection_flags, names_given, refuse_namespace
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import verbosity_option
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.versions import ClusterVersions
    from kubectl_ddfargate.model.version import Component, Version

_LIBRARIES = ("click", "msgspec", "urllib3")


@click.command("version", cls=KubectlCommand)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True, help="Format."
)
@click.option("--client", is_flag=True, help="Only this tool; no cluster is asked.")
@verbosity_option
@connection_flags(narrows=False)
@click.pass_context
def version(ctx: click.Context, *, output: str, client: bool, connection: ConnectionFlags) -> None:
    """Print the versions of this tool, of the server, and of what injects agents, and what is supported.

    Where no cluster answers it prints what it knows without one, with a note.
    """
    from kubectl_ddfargate.cli.stdout import write_document, write_text

    refuse_namespace(connection, "a version is the whole cluster's")
    if client and (given := names_given(connection)):
        ctx.fail(f"--client asks no cluster, so {', '.join(given)} cannot be used with it")
    found = None if client else _asked(connection)
    document = _document(found)
    if output == "text":
        from kubectl_ddfargate.cli.color import terminal_width

        write_text("".join(f"{line}\n" for line in _lines(document, terminal_width())))
        return
    from kubectl_ddfargate.render import as_json, as_yaml
    from kubectl_ddfargate.render.presentation import Presentation

    write_document((as_yaml if output == "yaml" else as_json).render(document, Presentation()))


def _asked(connection: ConnectionFlags) -> ClusterVersions:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.versions import cluster_versions

    with Messages() as messages:
        messages.progress("asking the cluster")
        return cluster_versions(connection, warn=messages.warn, kubectl_flags=carried(connection))


def _document(found: ClusterVersions | None) -> Version:
    """The answer. Of the cluster's part there is nothing where none was asked."""
    from importlib.metadata import version as installed

    from kubectl_ddfargate import __version__
    from kubectl_ddfargate.commands.versions import SUPPORTED, ClusterVersions
    from kubectl_ddfargate.model.report import API_VERSION
    from kubectl_ddfargate.model.snapshot import FORMAT
    from kubectl_ddfargate.model.version import Client, Schemas, Version

    found = found or ClusterVersions()
    return Version(
        client=Client(
            version=__version__,
            python=platform.python_version(),
            platform=f"{platform.system().lower()}/{platform.machine()}",
            libraries={name: installed(name) for name in _LIBRARIES},
        ),
        schemas=Schemas(documents=API_VERSION, settings=API_VERSION, snapshot=FORMAT),
        supported=SUPPORTED,
        context=found.context,
        server=found.server,
        components=found.components,
        migrations=found.migrations,
        notes=found.notes,
    )


def _lines(document: Version, width: int | None) -> Iterator[str]:
    from textwrap import indent

    from tabulate import tabulate

    from kubectl_ddfargate.render.text.layout import Layout

    layout = Layout(width)
    client = document.client
    built = ", ".join(f"{name} {number}" for name, number in client.libraries.items())
    rows = [
        ("client", client.version, f"{client.platform}; Python {client.python}"),
        ("built on", "", built),
        ("schemas", document.schemas.documents, f"snapshot format {document.schemas.snapshot}"),
    ]
    if document.server is not None:
        where = f"context {document.context}" if document.context else ""
        rows += [_row(document.server, where), *(_row(one, "") for one in document.components)]
    yield from layout.columns(rows)
    yield "supported"
    yield indent(tabulate(document.supported.items(), tablefmt="plain", disable_numparse=True), "  ")
    for one in document.migrations:
        yield from layout.prose(f"{'needed' if one.needed else 'possible'}: {one.policy} becomes {one.to}", 0)
        yield from layout.prose(one.why, 2)
        yield f"  {one.command}"
    for note in document.notes:
        yield from layout.prose(f"note: {note}", 0)


def _row(one: Component, where: str) -> tuple[str, str, str]:
    told = [
        where or (f"-n {one.namespace}" if one.namespace else ""),
        ", ".join(one.serves),
        {True: "supported", False: "NOT SUPPORTED", None: "not known whether supported"}[one.supported]
        if one.serves or one.version
        else "",
        one.note or "",
    ]
    return one.name, one.version or "", "; ".join(text for text in told if text)
