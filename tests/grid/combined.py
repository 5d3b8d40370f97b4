"""Several recorded faults in one Snapshot: what each changes in the healthy cluster, put onto it together."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.model.kinds import BINDINGS, KYVERNO_CONFIG, KYVERNO_POLICIES, POLICIES, WEBHOOKS
from kubectl_ddfargate.model.snapshot import Snapshot
from tests.checks.case import Case
from tests.grid.canonical import COMMON, canonical, timeless, workload_name
from tests.grid.recorded import first_cases, healthy, recorded

Key = tuple[Hashable, ...]
Parts = Mapping[Key, list[Any]]
"""What a Snapshot consists of, the pods of one workload together."""

_OWNED = ("pods", "cluster-agent-pods")


@cache
def base() -> Snapshot:
    """The healthy cluster, canonical."""
    return canonical(healthy())


def parts(snapshot: Snapshot) -> Parts:
    """The parts of a canonical Snapshot, by what they are."""
    found: dict[Key, list[Any]] = {}
    for kind, items in snapshot.objects.items():
        for item in items:
            name = workload_name(item) if kind in _OWNED else item.name
            found.setdefault(("object", kind, item.namespace, name), []).append(item)
    for answer in snapshot.access:
        found.setdefault(("access", answer.namespace, answer.service_account), []).append(answer)
    for proof in snapshot.proofs:
        found[("proof", proof.kind, proof.namespace, proof.name)] = [proof]
    for missing in snapshot.missing:
        found[("missing", missing.resource, missing.namespace, missing.name)] = [missing]
    if snapshot.agent_words is not None:
        found[("words",)] = [snapshot.agent_words]
    return found


def called(check: str) -> str:
    """What the workload that most cases add is called in the case of this check."""
    return f"{COMMON}{check[3:]}"


@cache
def changed(check: str) -> Mapping[Key, list[Any]]:
    """What the first case of a check changes in the healthy cluster. An empty list: it is taken away."""
    before, after = parts(base()), parts(canonical(recorded(check), called(check)))
    return {
        key: after.get(key, [])
        for key in {*before, *after}
        if sorted(map(timeless, before.get(key, []))) != sorted(map(timeless, after.get(key, [])))
    }


def together(checks: Iterable[str]) -> Snapshot:
    """The healthy cluster with what the cases of these checks change. They must change different things."""
    wanted = dict(parts(base()))
    groups = dict(base().groups or {})
    for check in checks:
        wanted |= changed(check)
        groups |= {
            key: sorted({*groups.get(key, ()), *more}) for key, more in (recorded(check).groups or {}).items()
        }
    objects: dict[str, list[Any]] = {kind: [] for kind in base().objects}
    for key, items in wanted.items():
        if key[0] == "object":
            objects.setdefault(str(key[1]), []).extend(items)
    for found in objects.values():
        found.sort(key=lambda item: (item.namespace, item.name))
    rest = {name: [one for key, items in wanted.items() if key[0] == name for one in items] for name in _LISTS}
    words = wanted.get(("words",))
    return msgspec.structs.replace(
        base(),
        objects=objects,
        groups=groups,
        access=rest["access"],
        proofs=rest["proof"],
        missing=rest["missing"],
        agent_words=words[0] if words else None,
    )


_LISTS = ("access", "proof", "missing")


@cache
def composable() -> tuple[str, ...]:
    """Checks whose first case starts from the plain reference and is looked at as a whole, with all rights."""
    return tuple(check for check, case in first_cases().items() if _is_plain(case) and changed(check))


def _is_plain(case: Case) -> bool:
    content = case.content
    options = {name for name in content.get("doctor") or {} if name != "logs"}
    return not (content.get("reference") or options or "as" in content or "pretend" in content)


def disjoint(checks: Iterable[str]) -> bool:
    """Whether no two of the cases change the same thing, or one what the recorded answers of another rest on.

    A pod that has no agent in its case might get one by a policy of the other: only the real server tells.
    """
    chosen = list(checks)
    seen: set[Key] = set()
    for check in chosen:
        keys = set(changed(check))
        if seen & keys:
            return False
        seen |= keys
    return not any(injects(one) and _adds_bare_pods(other) for one in chosen for other in chosen if one != other)


@cache
def injects(check: str) -> bool:
    """Whether its case changes what is called when pods are made."""
    return bool({key[1] for key in changed(check) if key[0] == "object"} & _INJECTORS)


@cache
def _adds_bare_pods(check: str) -> bool:
    specs = [
        item.spec
        for key, items in changed(check).items()
        if key[0] == "proof" or key[:2] == ("object", "pods")
        for item in items
        if item.spec is not None
    ]
    return not all(map(has_agent, specs))


_INJECTORS = {kind.key for kind in (WEBHOOKS, POLICIES, BINDINGS, *KYVERNO_POLICIES, KYVERNO_CONFIG)}


def triples(seed: str, number: int) -> list[tuple[str, ...]]:
    """So many different triples of cases, the same for the same seed."""
    chance = random.Random(seed)
    found: dict[tuple[str, ...], None] = {}
    while len(found) < number:
        chosen = tuple(sorted(chance.sample(composable(), 3)))
        if disjoint(chosen):
            found[chosen] = None
    return list(found)
