"""The settings of an installation and the manner of writing, as options shared by commands."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kubectl_ddfargate.cli.known_names import targets
from kubectl_ddfargate.cli.switch_options import switch, taken
from kubectl_ddfargate.cli.write_flags import FLAGS, gathered
from kubectl_ddfargate.commands.settings_table import GIVEN, Form, Setting

Function = Callable[..., Any]

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:  # generic only in newer versions of click
    _Choice = click.Choice


class Words(_Choice):
    """Words for the help and completion. Whether one of them was typed is told by `load_given`, as of a file's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """The word as it was typed."""
        return str(value)


def install_settings(function: Function | None = None, *, leave_out: Collection[str] = ()) -> Function:
    """Give a command the settings; it gets one frozen `given`. `@install_settings(leave_out=("--target",))`."""
    known = {setting.flag for setting in GIVEN}
    assert known.issuperset(leave_out), leave_out
    chosen = [setting for setting in GIVEN if setting.flag not in leave_out]

    def decorate(command: Function) -> Function:
        @functools.wraps(command)
        def wrapper(*args: Any, filename: Path | None, **kwargs: Any) -> Any:
            from kubectl_ddfargate.commands.settings import load_given

            flags = {setting.flag: _value(setting, kwargs) for setting in chosen}
            return command(*args, given=load_given(filename, flags, os.environ), **kwargs)

        decorated: Function = wrapper
        for setting in reversed(chosen):
            decorated = _option(setting)(decorated)
        return _FILENAME(decorated)

    return decorate if function is None else decorate(function)


def write_options(function: Function | None = None, *, leave_out: Collection[str] = ()) -> Function:
    """Give a command the manner of writing; it gets one frozen `options`. `@write_options(leave_out=("--yes",))`.

    What is left out has its default.
    """
    assert set(FLAGS).issuperset(leave_out), leave_out
    chosen = [name for name in FLAGS if name not in leave_out]

    def decorate(command: Function) -> Function:
        @functools.wraps(command)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return command(*args, options=gathered(chosen, kwargs), **kwargs)

        decorated: Function = wrapper
        for name in reversed(chosen):
            decorated = FLAGS[name](decorated)
        return decorated

    return decorate if function is None else decorate(function)


_FILENAME = click.option(
    "-f",
    "--filename",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="File with the settings (kind: Install); - is stdin. Flags and DDFARGATE_* variables win over it.",
)


def _parameter(setting: Setting) -> str:
    return "set_" + setting.flag.removeprefix("--").replace("-", "_")


def _option(setting: Setting) -> Callable[[Function], Function]:
    if setting.form is Form.SWITCH:
        return switch(setting.flag, _parameter(setting), help=setting.help, negative=setting.negative)
    names = [name for name in (setting.short, setting.flag, _parameter(setting)) if name]
    if setting.form is Form.CHOICE:
        return click.option(*names, type=Words(list(setting.choices)), default=None, help=setting.help)
    many = setting.form in (Form.LIST, Form.VARIABLES)
    return click.option(
        *names,
        multiple=many,
        default=None,
        metavar=setting.metavar,
        help=setting.help,
        shell_complete=targets if setting.flag == "--target" else None,
    )


def _value(setting: Setting, values: dict[str, Any]) -> object:
    if setting.form is Form.SWITCH:
        return taken(values, setting.flag, _parameter(setting))
    value: object = values.pop(_parameter(setting))
    return value
