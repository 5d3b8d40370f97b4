"""The order of reading: what exists, then what it hangs on, then what new pods would be, then what those need.

What waits for no answer is under way at the same time.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime, timezone
from functools import partial

import msgspec

from kubectl_ddfargate.cluster.collect import access, deciding, proving
from kubectl_ddfargate.cluster.collect.agent_needs import AgentNeeds
from kubectl_ddfargate.cluster.collect.discovery import served_groups
from kubectl_ddfargate.cluster.collect.existing import (
    begin_others,
    begin_pods,
    begin_what_is_served,
    read_what_pods_hang_on,
)
from kubectl_ddfargate.cluster.collect.for_install import begin_for_install, begin_taken_addresses, read_copies
from kubectl_ddfargate.cluster.collect.kyverno import read_kyverno_config
from kubectl_ddfargate.cluster.collect.reading import Progress, Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.cluster.collect.wanted import Wanted
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.paging import OddObject
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.snapshot import DECODE, Scope, ServerVersion, Snapshot, Unread

__all__ = ["Collecting", "Wanted", "collect"]


def collect(gateway: Gateway, wanted: Wanted, progress: Progress | None = None) -> Snapshot:
    """Read a cluster. Refusals are noted in the Snapshot; raises where the server cannot be asked at all."""
    with Collecting(gateway, wanted, progress) as collecting:
        return collecting.whole()


class Collecting:
    """A reading that may stop where enough is known. A context manager.

    `decisive` leaves out the dry-runs on which no plan hangs; `whole` makes up for them, and reads nothing twice.
    """

    def __init__(self, gateway: Gateway, wanted: Wanted, progress: Progress | None = None) -> None:
        # Alone and first: a plugin that fails is told once, not by all threads.
        gateway.log_in()
        self._reading = Reading(gateway, progress)
        self._wanted = wanted
        self._needs = AgentNeeds(self._reading)
        self._roles = access.Roles(self._reading)
        self._decisive: Snapshot | None = None

    def decisive(self) -> Snapshot:
        """All objects, and the proofs on which a plan may hang (`deciding`)."""
        reading, snapshot = self._reading, self._existing()
        index = Index(snapshot)
        found = deciding.decisive(index)
        proofs = proving.prove_these(reading, found.before, partial(self._begin_needs, index))
        with reading.in_parallel() as run:
            sample = run(deciding.prove_sample, reading, found)
            snapshot = self._with_needs(msgspec.structs.replace(snapshot, proofs=proofs))
        self._decisive = msgspec.structs.replace(snapshot, proofs=[*proofs, *sample.result()])
        return self._decisive

    def whole(self) -> Snapshot:
        """All objects, and all proofs that are wanted."""
        begun, wanted = self._decisive, self._wanted
        snapshot = begun or self._existing()
        index = Index(snapshot)
        proofs = proving.prove(
            self._reading,
            index,
            everything=wanted.prove_all,
            only=wanted.prove_only,
            limit=wanted.prove_limit,
            known=snapshot.proofs,
            beside=partial(self._begin_needs, index) if begun is None else None,
        )
        snapshot = msgspec.structs.replace(snapshot, proofs=proofs)
        return snapshot if begun is not None else self._with_needs(snapshot)

    def __enter__(self) -> Collecting:
        return self

    def __exit__(self, *_: object) -> None:
        self._reading.close()

    def _existing(self) -> Snapshot:
        reading, wanted, gateway = self._reading, self._wanted, self._reading.gateway
        with reading.in_parallel() as run:
            first = begin_pods(run, reading, wanted.namespace, wanted.selector)
            version = run(gateway.get, "/version", ServerVersion)
            groups = run(served_groups, reading)
            first.append(begin_others(run, reading))
            if wanted.for_install is not None:
                begin_for_install(run, reading)
            snapshot = _snapshot(reading, wanted, version.result(), groups.result())
            begin_what_is_served(run, reading, snapshot)
            if wanted.for_install is not None:
                begin_taken_addresses(run, reading, snapshot)
            for part in first:
                part.result()
            read_what_pods_hang_on(reading, snapshot, set(wanted.for_install or ()))
        read_kyverno_config(reading, snapshot)
        return snapshot

    def _begin_needs(self, index: Index, run: Run) -> None:
        """What is known to be wanted before any dry-run."""
        self._needs.begin(run, index)
        self._roles.begin(run, index)

    def _with_needs(self, snapshot: Snapshot) -> Snapshot:
        """The same, with what agents need, those of running pods and those that a dry-run shows."""
        reading, wanted = self._reading, self._wanted
        index = Index(snapshot)
        with reading.in_parallel() as run:
            self._needs.read(run, index)
            if wanted.for_install is not None:
                read_copies(run, reading, index, wanted.for_install, self._needs.secrets)
            answers = access.review(reading, index, self._roles)
        words = None
        if wanted.logs:
            from kubectl_ddfargate.cluster.collect.logs import read_logs

            words = read_logs(reading, index)
        for items in reading.objects.values():
            # Threads answer in any order; a report and a file do not.
            items.sort(key=lambda item: (item.namespace, item.name))
        for odd in _not_decoded(reading.gateway.odd_objects):
            reading.lacks(odd)
        return msgspec.structs.replace(snapshot, access=answers, agent_words=words)


def _not_decoded(objects: Iterable[OddObject]) -> list[Unread]:
    """What could not be understood, each once: the lists of two selections may hold the same object."""
    found: list[Unread] = []
    seen: set[Unread] = set()
    for one in objects:
        plural, namespace = one.path.rsplit("/", 1)[-1], one.namespace or None
        unread = Unread(resource=plural, verb=DECODE, namespace=namespace, name=one.name, reason=one.reason)
        if not one.name or unread not in seen:  # nothing tells whether two without a name are the same
            found.append(unread)
        seen.add(unread)
    return found


def _snapshot(
    reading: Reading, wanted: Wanted, version: ServerVersion, groups: dict[str, list[str]] | None
) -> Snapshot:
    """The frame, which fills while reading goes on."""
    gateway = reading.gateway
    flags = wanted.kubectl_flags
    if gateway.context and "--context" not in flags:
        flags = f"--context {shlex.quote(gateway.context)} {flags}".rstrip()
    return Snapshot(
        tool_version=wanted.tool_version,
        taken_at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        context=gateway.context,
        server=gateway.server,
        server_version=version,
        scope=Scope(namespace=wanted.namespace, selector=wanted.selector),
        kubectl_flags=flags,
        proof_wanted=wanted.prove,
        service_cidr=wanted.service_cidr,
        groups=groups,
        objects=reading.objects,
        unread=reading.unread,
        missing=reading.missing,
    )
