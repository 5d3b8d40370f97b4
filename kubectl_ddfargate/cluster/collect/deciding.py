"""Which dry-runs decide whether a plan has anything to do: most workloads need none for that."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.cluster.collect.proving import provable, prove_these
from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.facts.agents import has_agent
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.model import prove_limits
from kubectl_ddfargate.model.design import CONTAINER
from kubectl_ddfargate.model.kinds import WEBHOOKS
from kubectl_ddfargate.model.snapshot import Proof


class Decisive(msgspec.Struct, frozen=True):
    """The workloads on whose dry-runs a plan may hang where nothing is to be changed."""

    before: tuple[Workload, ...]
    """Those that a webhook of somebody else may inject into, as its doing is written nowhere, and those without an
    agent: what the agents that come need is read after their dry-runs."""
    sample: tuple[Workload, ...]
    """One at most, which shows what a policy of ours gives to all."""
    others: tuple[Workload, ...]


def decisive(index: Index) -> Decisive:
    """Which they are."""
    before: list[Workload] = []
    others: list[Workload] = []
    for one in provable(index, everything=True):
        (before if _hangs_on_proof(index, one) else others).append(one)
    sample = tuple(one for one in others if _has_our_container(one))[:1]
    return Decisive(tuple(before[: prove_limits.MOST]), sample, tuple(others))


def prove_sample(reading: Reading, found: Decisive) -> list[Proof]:
    """Its dry-run; where that is not answered, those of all others too."""
    proofs = prove_these(reading, found.sample)
    if any(one.outcome != "answered" for one in proofs):
        others = found.others[: prove_limits.MOST]
        proofs += prove_these(reading, [one for one in others if one not in found.sample])
    return proofs


def _hangs_on_proof(index: Index, workload: Workload) -> bool:
    try:
        looking = possible_injectors(index, workload.ref)
    except NotReadError:
        return True
    has_one = any(has_agent(pod.spec) for pod in workload.pods)
    return not has_one or any(one.kind == WEBHOOKS.kind for one in looking)


def _has_our_container(workload: Workload) -> bool:
    return any(one.name == CONTAINER for pod in workload.pods for one in pod.spec.all_containers())
