"""What `version` asks a cluster. What may not be read becomes a note, and the other answers stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from kubectl_ddfargate.cluster import Gateway
from kubectl_ddfargate.errors import DdfargateError, NotFoundError
from kubectl_ddfargate.model.kinds import Kind
from kubectl_ddfargate.model.kube.meta import Object, Record

R = TypeVar("R", bound=Object)


class _Resource(Record, frozen=True):
    name: str = ""


class _Resources(Record, frozen=True):
    resources: list[_Resource] | None = None


def served(gateway: Gateway, kinds: Iterable[Kind], notes: list[str]) -> tuple[str, ...]:
    """Those of the kinds that are served, with the newest version: `MutatingPolicy policies.kyverno.io/v1`."""
    found = []
    for kind in kinds:
        for version in (kind.version, *kind.older):
            group = f"{kind.group}/{version}"
            try:
                listed = gateway.get(f"/apis/{group}", _Resources).resources or ()
            except NotFoundError:
                continue
            except DdfargateError as error:
                notes.append(error.message)
                continue
            if any(one.name == kind.plural for one in listed):
                found.append(f"{kind.kind} {group}")
                break
    return tuple(found)


def listed(gateway: Gateway, kind: Kind, record: type[R], labels: str, notes: list[str]) -> list[R] | None:
    """All objects of a kind with these labels; None where they may not be read."""
    try:
        return gateway.list(kind.path(), record, label_selector=labels)
    except DdfargateError as error:
        notes.append(error.message)
        return None


def named(gateway: Gateway, kind: Kind, record: type[R], name: str, notes: list[str]) -> list[R] | None:
    """One object of the cluster, or none; None where it may not be read."""
    try:
        return [gateway.get(kind.path(name=name), record)]
    except NotFoundError:
        return []
    except DdfargateError as error:
        notes.append(error.message)
        return None
