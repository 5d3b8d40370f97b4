"""`checks`: the list of what doctor looks at."""

from __future__ import annotations

import click

from kubectl_ddfargate.cli.kubectl_style import KubectlCommand


@click.command("checks", cls=KubectlCommand)
@click.option(
    "-o", "--output", type=click.Choice(["text", "json", "name"]), default="text", help="Format of the list."
)
def checks(*, output: str) -> None:
    """List the checks of doctor, in the order in which they are reported."""
    from kubectl_ddfargate.checks import CHECKS
    from kubectl_ddfargate.cli.color import terminal_width
    from kubectl_ddfargate.cli.stdout import write_document, write_text
    from kubectl_ddfargate.model.check_list import CheckItem, CheckList
    from kubectl_ddfargate.render import as_json
    from kubectl_ddfargate.render.presentation import Presentation
    from kubectl_ddfargate.render.text.layout import Layout

    if output == "name":
        write_text("".join(f"{check.id}\n" for check in CHECKS))
    elif output == "json":
        items = tuple(
            CheckItem(
                id=check.id,
                title=check.title,
                severity=check.severity,
                category=check.category,
                needs=tuple(kind.resource for kind in check.needs),
                since=check.since,
            )
            for check in CHECKS
        )
        write_document(as_json.render(CheckList(items=items), Presentation()))
    else:
        rows = [("ID", "SEVERITY", "CATEGORY", "TITLE")] + [
            (check.id, check.severity.value, check.category.value, check.title) for check in CHECKS
        ]
        write_text("".join(f"{line}\n" for line in Layout(terminal_width()).columns(rows)))
