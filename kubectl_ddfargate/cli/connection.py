"""kubectl's connection flags, in one table: declared from it, gathered by it, and printed again from it."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from kubectl_ddfargate.cli.known_names import Completer, files, namespaces, of_kubeconfig
from kubectl_ddfargate.model.connection import ConnectionFlags

Function = Callable[..., Any]


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
    completer: Completer | None = None

    @property
    def field(self) -> str:
        """The attribute of ConnectionFlags."""
        word = self.name.removeprefix("--").replace("-", "_")
        return "as_" if word == "as" else word


FLAGS = (
    Flag("--kubeconfig", "Path to the kubeconfig file.", completer=files),
    Flag("--context", "The kubeconfig context to use.", completer=of_kubeconfig("contexts")),
    Flag("--cluster", "The kubeconfig cluster to use.", completer=of_kubeconfig("clusters")),
    Flag("--user", "The kubeconfig user to use.", completer=of_kubeconfig("users")),
    Flag("--namespace", "Only this namespace. Without it: all.", short="-n", carried=False, completer=namespaces),
    Flag("--server", "Address and port of the API server.", short="-s"),
    Flag("--token", "Bearer token.", secret=True),
    Flag("--username", "User name for basic authentication."),
    Flag("--password", "Password for basic authentication.", secret=True),
    Flag("--certificate-authority", "File with the certificate of the authority.", completer=files),
    Flag("--client-certificate", "File with the client's certificate.", completer=files),
    Flag("--client-key", "File with the client's key.", completer=files),
    Flag("--insecure-skip-tls-verify", "Do not check the server's certificate.", switch=True),
    Flag("--tls-server-name", "Name to look for in the server's certificate."),
    Flag("--as", "User to impersonate."),
    Flag("--as-group", "Group to impersonate; may be repeated.", many=True),
    Flag("--as-uid", "UID to impersonate."),
    Flag("--as-user-extra", "Extra key=value to impersonate; may be repeated.", many=True),
    Flag("--request-timeout", "How long one request may take: 5s, 2m; 0 is our default.", carried=False),
    Flag("--disable-compression", "Do not ask for compressed answers.", switch=True, carried=False),
    Flag("--cache-dir", "Where completion keeps names. Default: as kubectl.", carried=False, completer=files),
    Flag("--match-server-version", "Accepted as kubectl does.", switch=True, carried=False),
    Flag("--kuberc", "The kuberc file, for its policy on credential plugins.", completer=files),
)


_PREFIX = "kube_"
"""Of their names among a command's values."""


class ConnectionOption(click.Option):
    """An option that the help lists among kubectl's."""


def connection_flags(function: Function | None = None, *, narrows: bool = True) -> Function:
    """Give a command all connection flags; it gets one frozen `connection` instead of twenty arguments.

    `narrows=False`: -n means nothing to it. It is read, so that it can be refused with a reason, and not shown.
    """

    def decorate(command: Function) -> Function:
        @functools.wraps(command)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            connection = connection_of(kwargs)
            rest = {name: value for name, value in kwargs.items() if not name.startswith(_PREFIX)}
            return command(*args, connection=connection, **rest)

        decorated: Function = wrapper
        for flag in reversed(FLAGS):
            decorated = _option(flag, hidden=flag.field == "namespace" and not narrows)(decorated)
        return decorated

    return decorate if function is None else decorate(function)


def connection_of(values: Mapping[str, Any]) -> ConnectionFlags:
    """What was given of the flags, of a command's values as click has them."""
    given = {flag.field: values.get(_PREFIX + flag.field) for flag in FLAGS}
    return ConnectionFlags(**{name: value for name, value in given.items() if value is not None})


def _option(flag: Flag, *, hidden: bool) -> Callable[[Function], Function]:
    names = [name for name in (flag.short, flag.name, _PREFIX + flag.field) if name]
    return click.option(
        *names,
        cls=ConnectionOption,
        help=flag.help,
        is_flag=flag.switch,
        multiple=flag.many,
        default=False if flag.switch else None,
        metavar=None if flag.switch else "TEXT",
        hidden=hidden,
        shell_complete=flag.completer,
    )


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
    """For commands with `narrows=False`, whose matter is the whole cluster: `-n` would promise too much."""
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
