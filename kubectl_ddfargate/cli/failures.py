"""Every way in which a command can fail, told the same way: what is wrong, and what to do next."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass

import click

from kubectl_ddfargate.cli.color import on_terminal, wants_color
from kubectl_ddfargate.cli.stdout import OutputError, forget, write_document
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.render.control import without_control

_ERROR = "error:"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What is told about an error."""

    message: str
    hint: str | None = None
    exit_code: int = ExitCode.NO_ANSWER


def failure_of(error: BaseException, program: str) -> Failure:
    """Translate whatever ended the command. Texts of unexpected errors are not shown: they may hold anything."""
    if isinstance(error, DdfargateError):
        return Failure(message=error.message, hint=error.hint, exit_code=error.exit_code)
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else program
        if isinstance(error, click.NoSuchOption):
            return Failure(message=_unknown_flag(error), hint=f"{path} --help")
        return Failure(message=_sentence(error.format_message()), hint=f"{path} --help")
    if isinstance(error, click.ClickException):
        return Failure(message=_sentence(error.format_message()))
    if isinstance(error, (KeyboardInterrupt, click.Abort)) or _broke_a_lock(error):
        return Failure(message="interrupted", exit_code=ExitCode.INTERRUPTED)
    if isinstance(error, OSError) and error.strerror:
        place = error.filename or ("stdout" if _is_of_click(error) else "")
        return Failure(message=f"{place}: {error.strerror}" if place else error.strerror)
    return Failure(
        message=f"internal error: {type(error).__name__} in {_place(error)}",
        hint="this is a bug of ours: run it again with -v 8 and report what it prints",
    )


def _broke_a_lock(error: BaseException) -> bool:
    """Ctrl-C while a thread waited for others: Python may then fail to release a lock that it does not hold."""
    return isinstance(error, RuntimeError) and isinstance(error.__context__, KeyboardInterrupt)


def tell(failure: Failure, *, output: str | None) -> None:
    """Print the failure: on stderr for people, and as a document on stdout where one was asked for.

    Where it cannot be printed either, the exit code alone tells it.
    """
    lines = [] if failure.exit_code == ExitCode.INTERRUPTED else _lines(failure)
    if output is not None:
        try:
            write_document(document(failure, output))
        except OutputError as error:
            lines += _lines(Failure(message=error.message, hint=error.hint))
    try:
        for line in lines:
            click.echo(line, err=True, color=wants_color(sys.stderr))
    except OSError:
        forget(sys.stderr)


def _lines(failure: Failure) -> list[str]:
    told = on_terminal(without_control(f"{_ERROR} {failure.message}"), sys.stderr)
    lines = [click.style(_ERROR, fg="red", bold=True) + told.removeprefix(_ERROR)]
    if failure.hint:
        lines.append(on_terminal(without_control(f"  next: {failure.hint}"), sys.stderr))
    return lines


def document(failure: Failure, output: str) -> str:
    """The failure as `kind: Error`."""
    import msgspec

    from kubectl_ddfargate.model.failure import Error

    content = msgspec.to_builtins(
        Error(message=failure.message, hint=failure.hint, exit_code=int(failure.exit_code))
    )
    if output == "yaml":
        import yaml

        text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1_000_000)
        return text
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def print_frames(error: BaseException) -> None:
    """Where the error came from: files, lines and types. Not its text, which may hold a credential."""
    seen: BaseException | None = error
    while seen is not None:
        sys.stderr.write(f"{type(seen).__module__}.{type(seen).__qualname__}\n")
        sys.stderr.write("".join(traceback.format_tb(seen.__traceback__)))
        seen = seen.__cause__ or seen.__context__


def _unknown_flag(error: click.NoSuchOption) -> str:
    """As kubectl says it, with the flag that may be meant."""
    from kubectl_ddfargate.cli.closest import did_you_mean

    known = [
        name
        for param in (error.ctx.command.get_params(error.ctx) if error.ctx else ())
        if isinstance(param, click.Option) and not param.hidden
        for name in (*param.opts, *param.secondary_opts)
        if name.startswith("--")
    ]
    typed = {name.removeprefix("--"): name for name in known}
    near = did_you_mean(error.option_name.lstrip("-"), typed)
    return f'unknown flag "{error.option_name}"{near.replace(chr(34), chr(34) + "--", 1)}'


def _is_of_click(error: OSError) -> bool:
    """Whether click failed to print: a help, a version."""
    return any(frame.name == "echo" for frame in traceback.extract_tb(error.__traceback__))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name} (line {frames[-1].lineno})" if frames else "an unknown place"


def _sentence(message: str) -> str:
    """click's wording in ours: no capital, no full stop."""
    text = message.rstrip(".")
    return text[:1].lower() + text[1:]
