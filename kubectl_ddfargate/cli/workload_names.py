"""TYPE/NAME on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubectl_ddfargate.errors import UsageError


def workload(text: str) -> str:
    """The text, where it is TYPE/NAME. Raises UsageError where it is not."""
    if text.count("/") != 1 or not all(text.split("/")):
        raise UsageError(f"{text} is no workload", hint="write TYPE/NAME: deployment/coredns -n kube-system")
    return text


def targets_of(workloads: Iterable[str], namespace: str | None) -> Iterator[str]:
    """TYPE/NAME as NAMESPACE/KIND/NAME. Raises UsageError for what is none, and where -n is missing."""
    for one in map(workload, workloads):
        if not namespace:
            raise UsageError(f"in which namespace is {one}?", hint=f"say it: {one} -n NAMESPACE")
        yield f"{namespace}/{one}"
