"""kubectl's connection flags, in one table: declared from it, gathered by it, and printed again from it."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from kubectl_ddfargate.model.connection import ConnectionFlags


@dataclass(frozen=True)
class Flag:
    """One of kubectl's flags."""

    name: str
    help: str
    short: str = ""
    switch: bool = False
    many: bool = False
    secret: bool = False
    """Its value is never printed."""
    carried: bool = True
    """Whether a printed command needs it to reach the same server as the same caller."""

    @property
    def field(self) -> str:
        """The attribute of ConnectionFlags."""
        word = self.name.removeprefix("--").replace("-", "_")
        return "as_" if word == "as" else word


FLAGS = (
    Flag("--kubeconfig", "Path to the kubeconfig file."),
    Flag("--context", "The kubeconfig context to use."),
    Flag("--cluster", "The kubeconfig cluster to use."),
    Flag("--user", "The kubeconfig user to use."),
    Flag("--namespace", "Only this namespace. Without it: all.", short="-n", carried=False),
    Flag("--server", "Address and port of the API server.", short="-s"),
    Flag("--token", "Bearer token.", secret=True),
    Flag("--username", "User name for basic authentication."),
    Flag("--password", "Password for basic authentication.", secret=True),
    Flag("--certificate-authority", "File with the certificate of the authority."),
    Flag("--client-certificate", "File with the client's certificate."),
    Flag("--client-key", "File with the client's key."),
    Flag("--insecure-skip-tls-verify", "Do not check the server's certificate.", switch=True),
    Flag("--tls-server-name", "Name to look for in the server's certificate."),
    Flag("--as", "User to impersonate."),
    Flag("--as-group", "Group to impersonate; may be repeated.", many=True),
    Flag("--as-uid", "UID to impersonate."),
    Flag("--as-user-extra", "Extra key=value to impersonate; may be repeated.", many=True),
    Flag("--request-timeout", "How long one request may take: 5s, 2m; 0 is our default.", carried=False),
    Flag("--disable-compression", "Do not ask for compressed answers.", switch=True, carried=False),
    Flag("--cache-dir", "Accepted as kubectl does; nothing is cached.", carried=False),
    Flag("--match-server-version", "Accepted as kubectl does.", switch=True, carried=False),
    Flag("--kuberc", "The kuberc file, for its policy on credential plugins."),
)


class ConnectionOption(click.Option):
    """An option that the help lists among kubectl's."""


def connection_flags(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all connection flags; it gets one frozen `connection` instead of twenty arguments."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        values = {flag.field: kwargs.pop(f"kube_{flag.field}") for flag in FLAGS}
        if values["request_timeout"] is None:
            del values["request_timeout"]
        return function(*args, connection=ConnectionFlags(**values), **kwargs)

    decorated: Callable[..., Any] = wrapper
    for flag in reversed(FLAGS):
        names = [name for name in (flag.short, flag.name, f"kube_{flag.field}") if name]
        decorated = click.option(
            *names,
            cls=ConnectionOption,
            help=flag.help,
            is_flag=flag.switch,
            multiple=flag.many,
            default=False if flag.switch else None,
            metavar=None if flag.switch else "TEXT",
        )(decorated)
    return decorated


def carried(connection: ConnectionFlags) -> str:
    """The flags that a printed command needs to reach the same server as the same caller, quoted for a shell.

    A credential is not among them: the command asks the shell for a variable, and fails clearly without it.
    """
    words: list[str] = []
    for flag in FLAGS:
        value = getattr(connection, flag.field)
        if not value or not flag.carried:
            continue
        if flag.switch:
            words.append(flag.name)
        elif flag.secret:
            words.append(f'{flag.name} "${{{flag.field.upper()}:?}}"')
        else:
            values = value if flag.many else (value,)
            words += [f"{flag.name} {shlex.quote(one)}" for one in values]
    return " ".join(words)


def refuse_namespace(connection: ConnectionFlags, instead: str) -> None:
    """For commands whose matter is the whole cluster: `-n` would promise what they do not keep."""
    if connection.namespace:
        raise click.UsageError(f"-n cannot narrow this command; {instead}")


def names_given(connection: ConnectionFlags) -> list[str]:
    """Which connection flags stand on the command line, the namespace left out: it is a scope as well."""
    default = ConnectionFlags()
    return [
        flag.name
        for flag in FLAGS
        if flag.field != "namespace" and getattr(connection, flag.field) != getattr(default, flag.field)
    ]
