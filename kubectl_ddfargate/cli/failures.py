"""Every way in which a command can fail, told the same way: what is wrong, and what to do next."""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import dataclass

import click

from kubectl_ddfargate.cli.color import wants_color
from kubectl_ddfargate.cli.stdout import write_document
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.render.control import without_control

API_VERSION = "ddfargate/v1alpha1"


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
        return Failure(message=_sentence(error.format_message()), hint=f"{path} --help")
    if isinstance(error, click.ClickException):
        return Failure(message=_sentence(error.format_message()))
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return Failure(message="interrupted", exit_code=ExitCode.INTERRUPTED)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return Failure(message=f"{place}{error.strerror}")
    return Failure(
        message=f"internal error: {type(error).__name__} in {_place(error)}",
        hint="this is a bug of ours: run it again with -v 8 and report what it prints",
    )


def tell(failure: Failure, *, output: str | None) -> None:
    """Print the failure: on stderr for people, and as a document on stdout where one was asked for."""
    if output is not None:
        write_document(document(failure, output))
    if failure.exit_code == ExitCode.INTERRUPTED:
        return
    color = wants_color(sys.stderr)
    head = click.style("error:", fg="red", bold=True)
    click.echo(f"{head} {without_control(failure.message)}", err=True, color=color)
    if failure.hint:
        click.echo(f"  next: {without_control(failure.hint)}", err=True, color=color)


def document(failure: Failure, output: str) -> str:
    """The failure as `kind: Error`."""
    content = {
        "apiVersion": API_VERSION,
        "kind": "Error",
        "message": failure.message,
        "hint": failure.hint,
        "exitCode": int(failure.exit_code),
    }
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


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name} (line {frames[-1].lineno})" if frames else "an unknown place"


def _sentence(message: str) -> str:
    """click's wording in ours: no capital, no full stop."""
    text = message.rstrip(".")
    return text[:1].lower() + text[1:]
