"""The flags that say how a command writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kubectl_ddfargate.cli.switch_options import switch, taken
from kubectl_ddfargate.errors import UsageError

if TYPE_CHECKING:
    from kubectl_ddfargate.commands.write_options import WriteOptions

Option = Callable[[Callable[..., Any]], Callable[..., Any]]

FLAGS: Mapping[str, Option] = {
    "--yes": click.option("-y", "--yes", "write_yes", is_flag=True, help="Do not ask."),
    "--dry-run": click.option(
        "--dry-run",
        "write_dry_run",
        type=click.Choice(["none", "client", "server"]),
        is_flag=False,
        flag_value="client",
        default="none",
        show_default=True,
        help="client, server: show the plan, with the server's own answers, and write nothing.",
    ),
    "--wait": switch(
        "--wait",
        "write_wait",
        negative=True,
        help="Wait until what was written is in force, and prove it. Default: true; --restart waits in any case.",
    ),
    "--timeout": click.option(
        "--timeout",
        "write_timeout",
        default="10m",
        show_default=True,
        metavar="DURATION",
        help="How long the waiting may take, and each workload's restart: 90s, 10m.",
    ),
    "--restart": click.option(
        "--restart",
        "write_restart",
        is_flag=True,
        help="Roll the workloads whose pods are outdated, one at a time.",
    ),
    "--settle": click.option(
        "--settle",
        "write_settle",
        default="20s",
        show_default=True,
        metavar="DURATION",
        help="On restarts: how long a new CoreDNS pod must have been Ready before an old one goes. "
        "Half of a shorter --timeout at most, unless it is given.",
    ),
    "--force-conflicts": click.option(
        "--force-conflicts", "write_force_conflicts", is_flag=True, help="Take fields that another manager owns."
    ),
    "--replace-existing": click.option(
        "--replace-existing",
        "write_replace_existing",
        is_flag=True,
        help="Replace a policy of somebody else that injects the same workloads.",
    ),
    "--fix-kyverno-exclusions": click.option(
        "--fix-kyverno-exclusions",
        "write_fix_kyverno_exclusions",
        is_flag=True,
        help="Change Kyverno's configuration where it hides the workloads.",
    ),
}
"""By name, in the order of the help."""


def gathered(names: Iterable[str], values: dict[str, Any]) -> WriteOptions:
    """Take these flags out of a command's values. Raises UsageError for a timeout that is none."""
    from kubectl_ddfargate.commands.write_options import DEFAULT_TIMEOUT, WriteOptions

    found: dict[str, Any] = {}
    for name in names:
        field = name.removeprefix("--").replace("-", "_")
        parameter = f"write_{field}"
        if name == "--wait":
            found[field] = taken(values, name, parameter) is not False
        elif name == "--timeout":
            found[field] = _seconds(name, values.pop(parameter))
        elif name == "--settle":
            found[field] = round(_duration(name, values.pop(parameter)))
        else:
            found[field] = values.pop(parameter)
    if "settle" in found and not _was_given("write_settle"):
        # of a time that was cut short the usual settling takes half at most: pods must come up in it, too
        found["settle"] = min(found["settle"], int(found.get("timeout", DEFAULT_TIMEOUT) // 2))
    return WriteOptions(**found)


def _was_given(parameter: str) -> bool:
    return click.get_current_context().get_parameter_source(parameter) is not ParameterSource.DEFAULT


def _seconds(name: str, text: str) -> float:
    seconds = _duration(name, text)
    if not seconds:
        raise UsageError(f"{name} 0 leaves no time at all", hint=f"for example {name} 10m")
    return seconds


def _duration(name: str, text: str) -> float:
    from kubectl_ddfargate.cluster.timeouts import parse_duration

    try:
        return parse_duration(text) or 0.0
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}", hint="seconds (90) or with a unit (10m)") from None
