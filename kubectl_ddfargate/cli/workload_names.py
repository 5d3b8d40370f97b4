"""TYPE/NAME on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubectl_ddfargate.errors import UsageError


def targets_of(workloads: Iterable[str], namespace: str | None) -> Iterator[str]:
    """TYPE/NAME as NAMESPACE/KIND/NAME. Raises UsageError for what is none, and where -n is missing."""
    for one in workloads:
        if one.count("/") != 1 or not all(one.split("/")):
            raise UsageError(f"{one} is no workload", hint="write TYPE/NAME: deployment/coredns -n kube-system")
        if not namespace:
            raise UsageError(f"in which namespace is {one}?", hint=f"say it: {one} -n NAMESPACE")
        yield f"{namespace}/{one}"
