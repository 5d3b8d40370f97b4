"""The group of all commands: its help, flags before the command's name, and what other tools call our commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from kubectl_ddfargate.cli.lazy import LazyGroup

_CALLED_ELSEWHERE = {
    "apply": "install", "check": "doctor", "delete": "uninstall", "diagnose": "doctor", "fix": "install",
    "get": "checks", "help": "--help", "lint": "doctor", "remove": "uninstall", "rollout": "restart",
    "status": "doctor", "template": "render", "trace": "doctor", "validate": "doctor",
}  # fmt: skip
"""Words of other tools, and which of our commands does that."""


class RootGroup(LazyGroup):
    """The commands, in named sections."""

    def __init__(self, *args: Any, sections: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As kubectl's own commands, take connection flags before the command's name too."""
        if args and args[0].startswith("-") and args[0] not in ("--help", "-h", "--version"):
            from kubectl_ddfargate.cli.leading_flags import behind_the_command

            args = behind_the_command(args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may be meant."""
        meant = _CALLED_ELSEWHERE.get(args[0]) if args else None
        if meant is not None:
            ctx.fail(f'unknown command "{args[0]}"; did you mean "{meant}"?')
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it is for, examples, commands by matter. Loads no command."""
        from kubectl_ddfargate.cli.help_layout import write_examples, write_purpose, write_usage
        from kubectl_ddfargate.cli.help_pages import ROOT_EXAMPLES

        write_purpose(self, formatter)
        write_examples(ROOT_EXAMPLES, ctx.command_path, formatter)
        for title, names in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.table[name].help) for name in names])
        write_usage(f"{ctx.command_path} COMMAND [flags]", formatter)
        formatter.write_paragraph()
        formatter.write_text(
            f"\b\nMore about a command: {ctx.command_path} COMMAND --help\n"
            f"Flags of all commands: {ctx.command_path} options\n"
            "Flags stand behind the plugin's name: kubectl ddfargate doctor -n shop\n"
            "Before it, kubectl itself refuses them: kubectl -n shop ddfargate doctor"
        )
