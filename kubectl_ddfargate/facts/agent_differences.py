"""In what the agents of a pod differ from those that it would get today."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.per_spec import per_spec
from kubectl_ddfargate.model.kube.pods import Container, PodSpec


@per_spec
def differences(live: PodSpec, today: PodSpec) -> tuple[str, ...]:
    """In what the agents of two specs differ, in words. Empty where they are alike (DDF318).

    Values of variables are compared as far as they are kept, and never told.
    """
    mine, theirs = {c.name: c for c in agents_in(live)}, {c.name: c for c in agents_in(today)}
    found = [f"container {name} goes" for name in mine if name not in theirs]
    found += [f"container {name} comes" for name in theirs if name not in mine]
    for name in sorted(mine.keys() & theirs.keys()):
        found += _changes(mine[name], theirs[name])
    return tuple(found)


def _changes(mine: Container, theirs: Container) -> Iterator[str]:
    if mine.image != theirs.image:
        yield f"image {mine.image} → {theirs.image}"
    before, after = ({one.name: one for one in c.env or ()} for c in (mine, theirs))
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if names:
        yield f"env {', '.join(names)}"
    if (mine.env_from or []) != (theirs.env_from or []):
        yield "envFrom"
    if _amounts(mine) != _amounts(theirs):
        yield "resources"


def _amounts(container: Container) -> tuple[dict[str, str], dict[str, str]]:
    """Requests and limits as the server completes them: a limit is copied into a request that is not there."""
    resources = container.resources
    limits = {name: str(value) for name, value in ((resources.limits if resources else None) or {}).items()}
    requests = {name: str(value) for name, value in ((resources.requests if resources else None) or {}).items()}
    return limits | requests, limits
