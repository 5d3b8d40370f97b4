"""`version`: what to write into a bug report."""

from __future__ import annotations

import json
import platform

import click

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand

_LIBRARIES = ("click", "msgspec", "urllib3")


@click.command("version", cls=KubectlCommand)
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="Format.")
def version(*, output: str) -> None:
    """Print the version of this tool and of what it is built on. Asks no cluster."""
    from importlib.metadata import version as installed

    from kubectl_ddfargate import __version__
    from kubectl_ddfargate.cli.stdout import write_document, write_text

    libraries = {name: installed(name) for name in _LIBRARIES}
    if output == "json":
        content = {
            "version": __version__,
            "python": platform.python_version(),
            "platform": f"{platform.system().lower()}/{platform.machine()}",
            "libraries": libraries,
        }
        write_document(json.dumps(content, indent=2) + "\n")
        return
    built = ", ".join(f"{name} {number}" for name, number in libraries.items())
    write_text(f"kubectl-ddfargate {__version__} (Python {platform.python_version()}; {built})\n")
