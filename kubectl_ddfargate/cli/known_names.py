"""What completes contexts, namespaces, workloads and files. Silent where there is nothing to be had."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kubectl_ddfargate.model.connection import ConnectionFlags

Completer = Callable[[click.Context, click.Parameter, str], list[Any]]


def of_kubeconfig(section: str) -> Completer:
    """The names of `contexts`, `clusters` or `users`, without a request."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
        from kubectl_ddfargate.commands.names import kubeconfig_names
        from kubectl_ddfargate.errors import DdfargateError

        try:
            found = kubeconfig_names(_flags(ctx).kubeconfig, section)
        except DdfargateError:
            return []
        return _beginning(incomplete, found)

    return complete


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
    """Left to the shell."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def namespaces(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
    """All namespaces."""
    return _beginning(incomplete, _asked(ctx, "namespaces"))


def targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
    """`NAMESPACE/KIND/NAME` of what runs on Fargate."""
    return _beginning(incomplete, _asked(ctx, "workloads"))


def workloads(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """`KIND/NAME` of what runs on Fargate, in the namespace of -n; without it of all, each with its -n as help."""
    from click.shell_completion import CompletionItem

    done = ctx.params.get(param.name or "") or ()
    kind, slash, name = incomplete.partition("/")
    wanted = f"{_full(kind)}/{name}" if slash else incomplete.lower()
    flags = _flags(ctx)
    items: dict[str, list[str]] = {}
    for one in _asked(ctx, "workloads"):
        namespace, _, workload = one.partition("/")
        if workload.startswith(wanted) and flags.namespace in (None, "", namespace):
            shown = f"{kind}/{workload.partition('/')[2]}" if slash else workload
            items.setdefault(shown, []).append(namespace)
    return [
        CompletionItem(shown, help=None if flags.namespace else " or ".join(f"-n {one}" for one in where))
        for shown, where in items.items()
        if shown not in done
    ]


def _full(kind: str) -> str:
    from kubectl_ddfargate.resolve.named_target import full_kind

    return full_kind(kind).lower()


def _beginning(incomplete: str, names: Iterable[str]) -> list[Any]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _flags(ctx: click.Context) -> ConnectionFlags:
    from kubectl_ddfargate.cli.connection import connection_of

    return connection_of(ctx.params)


def _asked(ctx: click.Context, question: str) -> list[str]:
    from dataclasses import replace

    from kubectl_ddfargate.cli.asking_names import names

    flags = replace(_flags(ctx), namespace=None, disable_compression=False, match_server_version=False)

    def ask() -> list[str]:
        from kubectl_ddfargate.commands.names import cluster_names

        return cluster_names(flags, question)

    return names(ask, memory_of(flags, question))


def memory_of(flags: ConnectionFlags, question: str) -> Path | None:
    """The file that remembers the answer to this question, of this cluster and this caller.

    Which cluster that is hangs on the kubeconfig: a changed file (another current context) is another question.
    None where a credential was typed: not even a hash of it is written anywhere.
    """
    from dataclasses import astuple
    from hashlib import sha256

    if flags.token or flags.password:
        return None
    home = os.environ.get("HOME", "")
    usual = os.environ.get("KUBECONFIG") or os.path.join(home, ".kube", "config")  # noqa: PTH118
    paths = [Path(one) for one in (flags.kubeconfig or usual).split(os.pathsep)]
    seen = [(str(path.absolute()), stat.st_mtime_ns, stat.st_size) for path in paths if (stat := _stat(path))]
    digest = sha256(repr((question, astuple(flags), seen)).encode()).hexdigest()[:32]
    cache = flags.cache_dir or os.environ.get("KUBECACHEDIR") or Path(home, ".kube", "cache")
    return Path(cache, "ddfargate", f"{digest}.json")


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
