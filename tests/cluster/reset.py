"""Brings the cluster back to how it was after its start, but for what an engine that stays needs.

Every object that was not there at the start is deleted by itself; emptied namespaces are finalized at once
instead of by a controller. What a test changes in an object that was there from the start is put back for
namespaces only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from .api import Api, Manifest
from .sweep import Found, Sweep
from .waiting import wait_for

# First what could refuse or change the deletions, and what would make new pods.
FIRST = frozenset(
    {
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
        "mutatingadmissionpolicybindings",
        "mutatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingadmissionpolicies",
        "cronjobs",
        "jobs",
        "deployments",
        "daemonsets",
        "statefulsets",
        "replicasets",
    }
)
"""By the API's names, which are the store's too."""
_MADE_BY_CONTROLLERS = {"pods", "replicasets", "jobs", "controllerrevisions", "endpointslices", "events", "nodes"}
# Rounds after which a finalizer is taken to be one that nobody serves.
PATIENT_ROUNDS = 4
ENOUGH_EMPTY_ROUNDS = 2
_MACHINERY = {"kube-controller-manager", "kube-apiserver"}

Owns = Callable[[Found], bool]


class Baseline:
    """What the cluster held at its start, and the way back to it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._sweep = Sweep(api)
        self._sweep.learn()
        self._namespaces = {entry["metadata"]["name"]: entry for entry in api.items("Namespace")}
        self._empty_rounds = 0
        self._kept: Collection[Owns] = ()
        self._uids: set[str] = set()
        self._uids = {one.uid for one in self._leftovers()}

    def restore(self, keep: Collection[Owns] = ()) -> None:
        """Delete all that came since and that none of `keep` claims, and wait until it is gone."""
        self._kept = keep
        self._sweep.learn()
        self._empty(self._leftovers())
        for name, namespace in self._namespaces.items():
            self._put_back(name, namespace)

    def _empty(self, leftovers: Collection[Found]) -> None:
        if not leftovers:
            return
        # Later looks go to these kinds alone: most of the sixty kinds are never touched by a test.
        kinds = {one.plural for one in leftovers} | _MADE_BY_CONTROLLERS
        self._empty_rounds = 0
        rounds = iter(range(10_000))
        wait_for(
            lambda: self._round(kinds, number=next(rounds)),
            what="the cluster is empty again",
            # Half a second, but for the many kinds of an engine that was taken away.
            deadline=60,
            detail=lambda: "\n".join(one.path for one in self._leftovers()),
        )

    def _round(self, kinds: Collection[str], *, number: int) -> bool:
        leftovers = self._leftovers(kinds)
        for wave in _waves(leftovers):
            self._sweep.delete(wave, by_force=number >= PATIENT_ROUNDS)
        namespaces = [one for one in leftovers if one.plural == "namespaces"]
        if namespaces:
            full = {one.namespace for one in self._leftovers(kinds)}
            for namespace in namespaces:
                if namespace.name not in full:
                    self._sweep.finalize(namespace)
        # Twice in a row: a controller that has not yet seen a deletion makes one more pod.
        self._empty_rounds = 0 if leftovers else self._empty_rounds + 1
        return self._empty_rounds == ENOUGH_EMPTY_ROUNDS

    def _leftovers(self, kinds: Collection[str] | None = None) -> list[Found]:
        return [one for one in self._came_since(kinds) if not any(owns(one) for owns in self._kept)]

    def _came_since(self, kinds: Collection[str] | None = None) -> list[Found]:
        present = self._sweep.find(only=kinds)
        return [one for one in present if one.uid not in self._uids and not self._is_machinery(one)]

    def _is_machinery(self, one: Found) -> bool:
        """True for what controllers keep for themselves in kube-system, some of it made late."""
        kept = one.plural in {"serviceaccounts", "configmaps"} and one.namespace in self._namespaces
        return kept and one.managers <= _MACHINERY

    def _put_back(self, name: str, before: Manifest) -> None:
        now = self._api.get("Namespace", name)
        wanted, present = ({**before["metadata"]}, now["metadata"] if now else {})
        if all(present.get(field) == wanted.get(field) for field in ("labels", "annotations")):
            return
        change = {"op": "replace", "path": "/metadata/labels", "value": wanted["labels"]}
        self._api.patch("Namespace", name, None, {"metadata": {"annotations": None}})
        self._api.patch("Namespace", name, None, [change], form="json")


def _waves(leftovers: Iterable[Found]) -> list[list[Found]]:
    """What is deleted first, then the rest, then namespaces (they refuse new objects while they end)."""
    waves: list[list[Found]] = [[], [], []]
    for one in leftovers:
        waves[0 if one.plural in FIRST else 2 if one.plural == "namespaces" else 1].append(one)
    return waves
