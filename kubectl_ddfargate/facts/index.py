"""Look-up over a Snapshot that never takes "could not be read" for "is not there"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from kubectl_ddfargate.model.kinds import BY_KEY, PODS, Kind
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.snapshot import DECODE, Proof, Snapshot, Unread

P = ParamSpec("P")
R = TypeVar("R")


class NotReadError(Exception):
    """The answer needs something that could not be read."""

    def __init__(self, unread: Unread) -> None:
        super().__init__(describe(unread))
        self.unread = unread

    def again(self) -> NotReadError:
        """The same, never raised yet: one that was raised keeps the frames of all who asked."""
        return NotReadError(self.unread)


class NotProvedError(Exception):
    """The answer needs a dry-run that was not made, or that gave no answer.

    `by_choice` is true where the caller did not ask for proof or may not create pods; false where the dry-run
    itself failed.
    """

    def __init__(self, reason: str, *, by_choice: bool) -> None:
        super().__init__(reason)
        self.by_choice = by_choice

    def again(self) -> NotProvedError:
        """As of NotReadError."""
        return NotProvedError(str(self), by_choice=self.by_choice)


def describe(unread: Unread) -> str:
    """What right is lacking, in kubectl's words."""
    kind = BY_KEY.get(unread.resource)
    resource = kind.resource if kind else unread.resource
    where = f" -n {unread.namespace}" if unread.namespace else ""
    named = f"/{unread.name}" if unread.name else ""
    return f"{unread.verb} {resource}{named}{where} ({unread.reason})"


class Index:
    """A Snapshot with its look-up tables, and a memory for facts already worked out."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.memory: dict[object, tuple[Any, NotReadError | NotProvedError | None]] = {}
        self.consulted: set[str] = set()
        """The plurals that were looked at: a test compares them with what a check declares."""
        self.relied_on: set[str] = set()
        """Those without which there is no answer, for the same test."""
        self._by_name: dict[str, dict[tuple[str, str], Object]] = {}
        self._unread: dict[str, list[Unread]] = {}
        for entry in snapshot.unread:
            self._unread.setdefault(entry.key or entry.resource, []).append(entry)
        self._missing = {(entry.resource, entry.namespace, entry.name) for entry in snapshot.missing}
        self._proofs = {(proof.kind, proof.namespace, proof.name): proof for proof in snapshot.proofs}

    def all(self, kind: Kind, namespace: str | None = None) -> list[Any]:
        """All objects of a kind that were read. Raises NotReadError where some may be missing."""
        self.relied_on.add(kind.plural)
        for entry in self._unread.get(kind.key, ()):
            # One pod that cannot be decoded must not hide the others; it is reported by itself.
            if entry.name is None or (entry.verb == DECODE and kind is not PODS):
                self._refuse(entry, namespace)
        return self.seen(kind, namespace)

    def seen(self, kind: Kind, namespace: str | None = None) -> list[Any]:
        """What was read of a kind, complete or not."""
        self.consulted.add(kind.plural)
        objects: Iterable[Object] = self.snapshot.objects.get(kind.key, ())
        return [item for item in objects if namespace is None or item.namespace == namespace]

    def get(self, kind: Kind, namespace: str, name: str) -> Any | None:
        """One object, None where it does not exist. Raises NotReadError where that is not known."""
        self.consulted.add(kind.plural)
        self.relied_on.add(kind.plural)
        table = self._by_name.get(kind.key)
        if table is None:
            objects = self.snapshot.objects.get(kind.key, ())
            table = self._by_name[kind.key] = {(item.namespace, item.name): item for item in objects}
        found = table.get((namespace, name))
        if found is not None or (kind.plural, namespace, name) in self._missing:
            return found
        for entry in self._unread.get(kind.key, ()):
            if entry.name in (None, name):
                self._refuse(entry, namespace)
        return None

    @staticmethod
    def _refuse(entry: Unread, namespace: str | None) -> None:
        """Raise where this refusal concerns a namespace (None: all of them)."""
        if namespace is None or entry.namespace == namespace:
            raise NotReadError(entry)
        if entry.namespace is None and namespace not in (entry.read_in or ()):
            raise NotReadError(entry)

    def proof(self, kind: str, namespace: str, name: str) -> Proof | None:
        """The dry-run of one workload's template, if there was one."""
        return self._proofs.get((kind, namespace, name))


def fact(function: Callable[Concatenate[Index, P], R]) -> Callable[Concatenate[Index, P], R]:
    """Work a fact out once per Index, failures included. Records are told apart by identity."""

    @wraps(function)
    def remembered(index: Index, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args, *kwargs.items()) if kwargs else (function, args)
        known: tuple[Any, NotReadError | NotProvedError | None] | None = index.memory.get(key)
        if known is None:
            try:
                value, error_seen = function(index, *args, **kwargs), None
            except (NotReadError, NotProvedError) as error:
                index.memory[key] = (None, error.again())
                raise
            index.memory[key] = (value, None)
            return value
        value, error_seen = known
        if error_seen is not None:
            raise error_seen.again()
        result: R = value
        return result

    return remembered
