"""How a command's help looks: as kubectl's, what it does first, then examples, flags by matter, and exit codes."""

from __future__ import annotations

import inspect

import click

from kubectl_ddfargate.cli.program import PLUGIN

USUAL = ("--kubeconfig", "--context")
"""The connection flags that each help shows; the rest is on the page of `options`."""


def command_help(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the help of one command."""
    from kubectl_ddfargate.cli.help_groups import CONNECTION, grouped, long_name
    from kubectl_ddfargate.cli.help_pages import COMMON_CODES, PAGES, WORDS

    page = PAGES.get(command.name or "")
    program = ctx.find_root().info_name or PLUGIN
    write_purpose(command, formatter)
    if page is not None:
        write_examples(page.examples, program, formatter)
    options = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    connected = False
    for title, found in grouped(options):
        connected = connected or title == CONNECTION
        shown = [one for one in found if title != CONNECTION or long_name(one) in USUAL]
        records = [record for one in shown if (record := one.get_help_record(ctx)) is not None]
        with formatter.section(title):
            formatter.write_dl(records)
            if title == CONNECTION:
                formatter.write_text(f"\b\nAll of kubectl's connection flags: {program} options")
    if page is not None:
        with formatter.section("Exit code"):
            codes = [*page.codes, *(COMMON_CODES if connected else ())]
            formatter.write_dl(sorted(codes, key=lambda one: int(one[0])))
    pieces = " ".join([WORDS.get(command.name or "", ""), "[flags]"]).strip()
    write_usage(f"{ctx.command_path} {pieces}", formatter)
    formatter.write_paragraph()
    formatter.write_text(f"More: docs/cli.md#{command.name}")


def write_purpose(command: click.Command, formatter: click.HelpFormatter) -> None:
    """Write what a command is for: the text of its function."""
    formatter.write_text(inspect.cleandoc(command.help or ""))


def write_examples(examples: str, program: str, formatter: click.HelpFormatter) -> None:
    """Write them as they stand: each under its comment."""
    with formatter.section("Examples"):
        for line in examples.replace(PLUGIN, program).splitlines():
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n" if line else "\n")


def write_usage(line: str, formatter: click.HelpFormatter) -> None:
    """Write how the command is typed."""
    with formatter.section("Usage"):
        formatter.write_text(f"\b\n{line}")
