"""`version`: this tool, the server, what injects, and what of it is supported. What to write into a bug report."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.connection import connection_flags, names_given, refuse_namespace
from kubectl_ddfargate.cli.kubectl_style import KubectlCommand
from kubectl_ddfargate.cli.watching import verbosity_option
from kubectl_ddfargate.model.connection import ConnectionFlags

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.versions import ClusterVersions, Component

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
        write_text("".join(f"{line}\n" for line in _lines(document, found)))
    else:
        write_document(_written(document, output))


def _asked(connection: ConnectionFlags) -> ClusterVersions:
    from kubectl_ddfargate.cli.messages import Messages
    from kubectl_ddfargate.commands.versions import cluster_versions

    with Messages() as messages:
        messages.progress("asking the cluster")
        return cluster_versions(connection, warn=messages.warn)


def _document(found: ClusterVersions | None) -> dict[str, Any]:
    """The answer as `kind: Version`; without the cluster's part where none was asked."""
    from importlib.metadata import version as installed

    from kubectl_ddfargate import __version__
    from kubectl_ddfargate.cli.failures import API_VERSION
    from kubectl_ddfargate.commands.versions import SUPPORTED
    from kubectl_ddfargate.model.snapshot import FORMAT

    document: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "Version",
        "client": {
            "version": __version__,
            "python": platform.python_version(),
            "platform": f"{platform.system().lower()}/{platform.machine()}",
            "libraries": {name: installed(name) for name in _LIBRARIES},
        },
        "schemas": {"documents": API_VERSION, "settings": API_VERSION, "snapshot": FORMAT},
        "supported": SUPPORTED,
    }
    if found is not None:
        document |= {
            "context": found.context,
            "server": _part(found.server) if found.server else None,
            "components": [_part(one) for one in found.components],
            "notes": list(found.notes),
        }
    return document


def _part(one: Component) -> dict[str, Any]:
    return {
        "name": one.name,
        "version": one.version,
        "namespace": one.namespace,
        "serves": list(one.serves),
        "supported": one.supported,
        "note": one.note,
    }


def _lines(document: dict[str, Any], found: ClusterVersions | None) -> Iterator[str]:
    from textwrap import indent

    from tabulate import tabulate

    client, schemas = document["client"], document["schemas"]
    built = ", ".join(f"{name} {number}" for name, number in client["libraries"].items())
    rows = [
        ("client", client["version"], f"{client['platform']}; Python {client['python']}"),
        ("built on", "", built),
        ("schemas", schemas["documents"], f"snapshot format {schemas['snapshot']}"),
    ]
    if found is not None and found.server is not None:
        where = f"context {found.context}" if found.context else ""
        rows += [_row(found.server, where), *(_row(one, "") for one in found.components)]
    yield tabulate(rows, tablefmt="plain", disable_numparse=True)
    yield "supported"
    yield indent(tabulate(document["supported"].items(), tablefmt="plain", disable_numparse=True), "  ")
    for note in found.notes if found is not None else ():
        yield f"note: {note}"


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


def _written(document: dict[str, Any], output: str) -> str:
    if output == "yaml":
        import yaml

        text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000_000)
        return text
    import json

    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
