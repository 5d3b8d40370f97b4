"""Flags by matter, for the help and docs/cli.md. A flag means the same, and is in the same group, everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from kubectl_ddfargate.cli.connection import FLAGS

_SCOPE = (
    *("--target", "--all-namespaces", "--namespace", "--selector", "--pods"),
    *("--prove", "--prove-limit", "--logs"),
)
_INPUT = ("--from", "--example", "--discover")
_OUTPUT = (
    *("--output", "--show", "--color", "--check", "--skip-check", "--fail-on", "--allow-unknown", "--price-file"),
    *("--print-rbac", "--show-script", "--overwrite", "--client", "--to"),
)
_CHANGES = (
    *("--fix", "--yes", "--dry-run", "--wait", "--no-wait", "--timeout", "--restart", "--settle"),
    *("--force-conflicts", "--replace-existing", "--fix-kyverno-exclusions"),
)
_TROUBLE = ("--trace-requests", "--v", "--help")

SETTINGS, CONNECTION = "Settings", "Connection"
GROUPS = (
    ("Scope", _SCOPE),
    ("Input", _INPUT),
    ("Output", _OUTPUT),
    (SETTINGS, ("--filename",)),
    ("Changes and waiting", _CHANGES),
    ("Troubleshooting", _TROUBLE),
    (CONNECTION, tuple(flag.name for flag in FLAGS if flag.name not in _SCOPE)),
)
"""Titles and long names, in the order of the help. What stands in none is a setting of an installation."""


def grouped(options: Iterable[click.Option]) -> Iterator[tuple[str, Sequence[click.Option]]]:
    """The options of a command that are shown, group by group; within a group in their order there."""
    options = [one for one in options if not one.hidden]
    place = {name: (title, number) for title, names in GROUPS for number, name in enumerate(names)}
    for title, _ in GROUPS:
        found = [one for one in options if place.get(long_name(one), (SETTINGS, 1))[0] == title]
        if found:
            yield title, sorted(found, key=lambda one: place.get(long_name(one), (SETTINGS, 1))[1])


def long_name(option: click.Option) -> str:
    """`--namespace` of `-n`, `--namespace`."""
    return next((name for name in option.opts if name.startswith("--")), option.opts[0])
