"""The table of commands. Imports click and nothing that is slow: a test holds that."""

from __future__ import annotations

import click

from kubectl_ddfargate.cli.lazy import Entry
from kubectl_ddfargate.cli.root_group import RootGroup

COMMANDS = {
    "doctor": Entry("kubectl_ddfargate.cli.doctor:doctor", "Diagnose the cluster. Changes nothing."),
    "diff": Entry("kubectl_ddfargate.cli.diff:diff", "Show what install would change."),
    "install": Entry("kubectl_ddfargate.cli.install:install", "Install the cure: plan, confirm, apply, prove."),
    "uninstall": Entry("kubectl_ddfargate.cli.uninstall:uninstall", "Take away what install made."),
    "render": Entry("kubectl_ddfargate.cli.render:render", "Print the manifests, for GitOps."),
    "restart": Entry("kubectl_ddfargate.cli.restart:restart", "Roll the workloads whose pods are outdated."),
    "probe": Entry("kubectl_ddfargate.cli.probe:probe", "Try the agents' way from inside their containers."),
    "snapshot": Entry("kubectl_ddfargate.cli.snapshot:snapshot", "Save what doctor reads into one file."),
    "explain": Entry("kubectl_ddfargate.cli.explain:explain", "Explain one check: symptom, cause, cure."),
    "checks": Entry("kubectl_ddfargate.cli.checks:checks", "List the checks of doctor."),
    "completion": Entry("kubectl_ddfargate.cli.completion:completion", "Let TAB complete: install, or a script."),
    "options": Entry("kubectl_ddfargate.cli.options:options", "List the flags that commands have in common."),
    "version": Entry("kubectl_ddfargate.cli.version:version", "Print versions, and what is supported."),
}  # fmt: skip
SECTIONS = {
    "See what is wrong": ("doctor", "explain", "checks", "probe", "snapshot"),
    "Cure it": ("diff", "install", "restart", "uninstall", "render"),
    "More": ("completion", "options", "version"),
}
"""Of the help."""


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if value and not ctx.resilient_parsing:
        from kubectl_ddfargate import __version__

        click.echo(f"kubectl-ddfargate {__version__}")
        ctx.exit()


@click.group(
    cls=RootGroup,
    table=COMMANDS,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print the version and exit.",
)  # fmt: skip
@click.pass_context
def root(ctx: click.Context) -> None:
    """Find what keeps the Datadog agent from working on EKS Fargate, and cure it.

    Start with "doctor": it reads the cluster, changes nothing, and says what to do.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
