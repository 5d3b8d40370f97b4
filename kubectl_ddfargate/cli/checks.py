"""`checks`: the list of what doctor looks at."""

from __future__ import annotations

import json

import click

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand


@click.command("checks", cls=KubectlCommand)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json", "name"]), default="text", help="Format of the list."
)
def checks(*, output: str) -> None:
    """List the checks of doctor, in the order in which they are reported."""
    from tabulate import tabulate

    from kubectl_ddfargate.checks import CHECKS
    from kubectl_ddfargate.cli.failures import API_VERSION
    from kubectl_ddfargate.cli.stdout import write_document, write_text

    if output == "name":
        write_text("".join(f"{check.id}\n" for check in CHECKS))
    elif output == "json":
        items = [
            {
                "id": check.id,
                "title": check.title,
                "severity": check.severity.value,
                "category": check.category.value,
                "needs": [kind.resource for kind in check.needs],
                "since": check.since,
            }
            for check in CHECKS
        ]
        content = {"apiVersion": API_VERSION, "kind": "CheckList", "items": items}
        write_document(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    else:
        rows = [("ID", "SEVERITY", "CATEGORY", "TITLE")] + [
            (check.id, check.severity.value, check.category.value, check.title) for check in CHECKS
        ]
        write_text(tabulate(rows, tablefmt="plain", disable_numparse=True) + "\n")
