"""Asks the server, by dry-run, what a new pod of a workload would be today. Nothing is created.

The pod sent is the one that the workload's controller would send next: see `next_pod`. The whole template serves
this alone: it is what a list gave (`templates`), or is read by name, and stands in no Snapshot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.label_trials import try_without_each
from kubectl_ddfargate.cluster.collect.next_pod import has_template, pod_of, spec_of
from kubectl_ddfargate.cluster.collect.reading import SOFT, Reading
from kubectl_ddfargate.cluster.collect.side_by_side import Run
from kubectl_ddfargate.cluster.dry_runs import Trials, may_not_try
from kubectl_ddfargate.errors import DdfargateError, NotFoundError
from kubectl_ddfargate.facts.agents import has_agent, pods_without_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model import prove_limits
from kubectl_ddfargate.model.kinds import BY_KIND, PODS
from kubectl_ddfargate.model.secret_words import clean_message
from kubectl_ddfargate.model.snapshot import Proof

Beside = Callable[[Run], None]


def prove(
    reading: Reading,
    index: Index,
    *,
    everything: bool = False,
    only: WorkloadRef | None = None,
    limit: int = prove_limits.USUAL,
    known: Sequence[Proof] = (),
    beside: Beside | None = None,
) -> list[Proof]:
    """One dry-run for each distinct template, as the controller where the caller may act as it.

    Those of workloads that have a pod without an agent come first, where there are more than the limit.
    `everything`: of all workloads, those without a template too. `only`: of this one, likewise.
    `known`: those that were made before; they are among the answer. `beside`: see `prove_these`.
    """
    everything = everything or only is not None
    wanted = [one for one in provable(index, everything=everything) if only is None or _is(one.ref, only)]
    limit = prove_limits.MOST if everything else limit
    if index.snapshot.proof_wanted is False:
        return [_proof(workload.ref, "off", "proof is switched off (--no-prove)") for workload in wanted]
    wanted, total = _different_first(index, wanted), len(wanted)
    proved = {(one.namespace, one.kind, one.name) for one in known}
    wanted = [one for one in wanted if (one.ref.namespace, one.ref.kind, one.ref.name) not in proved]
    left = max(limit - len(known), 0)
    proofs = [_proof(w.ref, "limited", _limited(limit, of=total)) for w in wanted[left:]]
    made = prove_these(reading, wanted[:left], beside)
    if only is not None:
        made = [_with_deciding_labels(reading, index, workload, made) for workload in wanted[:left]]
    proofs += [*known, *made]
    return sorted(proofs, key=lambda proof: (proof.namespace, proof.kind, proof.name))


def _limited(limit: int, *, of: int) -> str:
    # Where all are wanted, no flag raises it: most of the commands that want that have none.
    how = " (--prove-limit)" if limit < prove_limits.MOST else ""
    return f"only {limit} of {of} workloads are proved in one run{how}"


def prove_these(reading: Reading, workloads: Sequence[Workload], beside: Beside | None = None) -> list[Proof]:
    """One dry-run for each distinct template of these, side by side.

    `beside` is called when all are under way, and has read at the same time what hangs on none of them.
    """
    trials = Trials(reading.gateway)
    proofs: list[Proof] = []
    shapes: dict[str, list[tuple[WorkloadRef, dict[str, Any]]]] = {}

    def read(workload: Workload) -> None:
        try:
            shape, pod = _read(reading, workload)
        except SOFT as error:
            proofs.append(_not_answered(workload.ref, error))
        else:
            shapes.setdefault(shape, []).append((workload.ref, pod))

    def ask(alike: list[tuple[WorkloadRef, dict[str, Any]]]) -> None:
        # Threads read in any order; which of them is sent does not change from run to run.
        alike.sort(key=lambda item: item[0])
        answer = _dry_run(trials, *alike[0])
        proofs.extend(
            msgspec.structs.replace(answer, kind=ref.kind, namespace=ref.namespace, name=ref.name)
            for ref, _ in alike
        )

    with reading.in_parallel() as run:
        for workload in workloads:
            run(read, workload)
    with reading.in_parallel() as run, reading.trying() as try_:
        for alike in shapes.values():
            try_(ask, alike)
        if beside is not None:
            beside(run)
    return proofs


def _with_deciding_labels(reading: Reading, index: Index, workload: Workload, made: Sequence[Proof]) -> Proof:
    """The proof of one workload with the labels without which no agent would come: a dry-run for each label."""
    ref = workload.ref
    (proof,) = (one for one in made if (one.namespace, one.kind, one.name) == (ref.namespace, ref.kind, ref.name))
    template = template_of(index, ref)
    if proof.spec is None or not has_agent(proof.spec) or template is None or has_agent(template.spec):
        return proof
    try:
        _, pod = _read(reading, workload)
    except SOFT:
        return proof
    tried = try_without_each(reading, ref.kind, pod, template.metadata.labels or {})
    return msgspec.structs.replace(proof, deciding_labels=tried.deciding, unknown_labels=tried.unknown)


def provable(index: Index, *, everything: bool) -> Iterator[Workload]:
    """The workloads that can be proved. `everything`: those whose template is not read, too."""
    try:
        workloads = fargate_workloads(index)
    except NotReadError:
        return
    for workload in workloads:
        try:
            template = template_of(index, workload.ref)
        except NotReadError:
            continue
        if everything or template is not None:
            yield workload


def _is(ref: WorkloadRef, named: WorkloadRef) -> bool:
    """Whether a workload is the one that was named; who names it need not know its API version."""
    return (ref.namespace, ref.kind, ref.name) == (named.namespace, named.kind, named.name)


def _different_first(index: Index, workloads: list[Workload]) -> list[Workload]:
    """Ordered so that the limit cuts off what looks like another that is proved, and what has its agents."""
    turns: dict[bytes, int] = {}
    order = []
    for workload in workloads:
        look = msgspec.msgpack.encode((workload.ref.namespace, template_of(index, workload.ref)))
        turns[look] = turn = turns.get(look, 0) + 1
        order.append((turn, not pods_without_agent(workload), workload.ref, workload))
    return [workload for *_, workload in sorted(order, key=lambda item: item[:3])]


def _read(reading: Reading, workload: Workload) -> tuple[str, dict[str, Any]]:
    """The shape of what new pods are made from, and the next pod. What has one shape gets one answer."""
    ref = workload.ref
    kind = BY_KIND.get(ref.kind)
    if kind is None or not has_template(ref.kind):
        # Nobody but the pod itself tells what its owner sends.
        path = PODS.path(ref.namespace, workload.pods[0].name)
        source = json.loads(bytes(reading.gateway.get(path, msgspec.Raw)))
        return f"{ref.address} {ref.api_version}", pod_of(source, workload)
    text = reading.templates.get(ref.kind, ref.namespace, ref.name)
    if text is None:
        text = bytes(reading.gateway.get(kind.path(ref.namespace, ref.name), msgspec.Raw))
    source = json.loads(text)
    spec = spec_of(source)
    shape = json.dumps(
        (ref.namespace, ref.kind, spec["template"], spec.get("volumeClaimTemplates")), sort_keys=True
    )
    return hashlib.sha256(shape.encode()).hexdigest(), pod_of(source, workload)


def _dry_run(trials: Trials, ref: WorkloadRef, pod: dict[str, Any]) -> Proof:
    try:
        made = trials.send(ref.kind, pod)
    except SOFT as error:
        return _not_answered(ref, error)
    return msgspec.structs.replace(_proof(ref, "answered", None), spec=made.spec)


def _not_answered(ref: WorkloadRef, error: DdfargateError) -> Proof:
    if isinstance(error, NotFoundError):
        return _proof(ref, "refused", "the workload was deleted meanwhile")
    if may_not_try(error):
        return _proof(ref, "forbidden", f"you lack create pods -n {ref.namespace}, which a dry-run needs")
    return _proof(ref, "refused", clean_message(error.message))


def _proof(ref: WorkloadRef, outcome: str, message: str | None) -> Proof:
    return Proof(kind=ref.kind, namespace=ref.namespace, name=ref.name, outcome=outcome, message=message)
