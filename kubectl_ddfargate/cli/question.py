"""The question before something is written or run."""

from __future__ import annotations

import click

_YES, _NO = ("y", "yes"), ("", "n", "no")


def agreed(question: str, *, err: bool = False) -> bool:
    """Whether the answer is `y` or `yes`. What is neither that nor a no is asked again once, and then is a no.

    `err`: ask on stderr. Raises click.Abort on Ctrl-C and where the input ends.
    """
    for again in (True, False):
        answer = click.prompt(f"{question} [y/N]", default="", show_default=False, err=err).strip().lower()
        if answer in (*_YES, *_NO):
            return answer in _YES
        if again:
            click.echo("answer y or n", err=err)
    return False
