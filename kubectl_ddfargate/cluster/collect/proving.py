"""Asks the server, by dry-run, what a new pod of a workload would be today. Nothing is created.

The pod sent is the one that the workload's controller would send: the real template, read for this one request
and kept nowhere; the labels, generated name and owner that the controller gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.collect.reading import Reading
from kubectl_ddfargate.cluster.secret_words import without_secrets
from kubectl_ddfargate.errors import ApiError, ForbiddenError, NotFoundError
from kubectl_ddfargate.facts.agents import pods_without_agent
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.kinds import BY_KIND, CRON_JOBS, PODS
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.snapshot import Proof

LIMIT = 50
"""Dry-runs at most. The rest is said to be unproved."""

HASH_LABEL = "pod-template-hash"


def prove(reading: Reading, index: Index) -> list[Proof]:
    """One dry-run for each distinct template of the workloads that have a pod without an agent."""
    wanted = list(_wanted(index))
    if index.snapshot.proof_wanted is False:
        return [_proof(workload.ref, "off", "proof is switched off (--no-prove)") for workload in wanted]
    shapes: dict[bytes, list[Workload]] = {}
    for workload in wanted:
        shapes.setdefault(_shape(index, workload), []).append(workload)
    proofs: list[Proof] = []
    chosen = list(shapes.values())

    def one(alike: list[Workload]) -> None:
        answer = _dry_run(reading, alike[0])
        proofs.extend(
            msgspec.structs.replace(answer, kind=w.ref.kind, namespace=w.ref.namespace, name=w.ref.name)
            for w in alike
        )

    with reading.in_parallel() as run:
        for alike in chosen[:LIMIT]:
            run(one, alike)
    for alike in chosen[LIMIT:]:
        proofs += [_proof(w.ref, "limited", f"only {LIMIT} templates are proved in one run") for w in alike]
    return sorted(proofs, key=lambda proof: (proof.namespace, proof.kind, proof.name))


def _wanted(index: Index) -> Iterator[Workload]:
    try:
        workloads = fargate_workloads(index)
    except NotReadError:
        return
    for workload in workloads:
        if pods_without_agent(workload) and _has_template(index, workload.ref):
            yield workload


def _has_template(index: Index, ref: WorkloadRef) -> bool:
    try:
        return template_of(index, ref) is not None
    except NotReadError:
        return False


def _shape(index: Index, workload: Workload) -> bytes:
    """What an injector can tell templates apart by. Workloads of one shape get one answer."""
    template = template_of(index, workload.ref)
    if template is None:
        raise ValueError("a workload without a template cannot be proved")
    spec = template.spec
    return msgspec.msgpack.encode(
        (
            workload.ref.namespace,
            sorted((template.metadata.labels or {}).items()),
            spec.service_account_name,
            spec.dns_policy,
            spec.dns_config,
            [container.name for container in spec.all_containers()],
            workload.ref.kind,
        )
    )


def _dry_run(reading: Reading, workload: Workload) -> Proof:
    ref = workload.ref
    kind = BY_KIND[ref.kind]
    try:
        raw = reading.gateway.get(kind.path(ref.namespace, ref.name), msgspec.Raw)
        pod = _pod_of(json.loads(bytes(raw)), workload)
        query = {"dryRun": "All", "fieldValidation": "Ignore"}
        made = reading.gateway.post(PODS.path(ref.namespace), pod, Pod, query=query, idempotent=True)
    except ForbiddenError as error:
        if 'cannot create resource "pods"' in error.message:
            return _proof(ref, "forbidden", f"you lack create pods -n {ref.namespace}, which a dry-run needs")
        return _proof(ref, "refused", without_secrets(error.message))
    except NotFoundError:
        return _proof(ref, "refused", "the workload was deleted meanwhile")
    except ApiError as error:
        return _proof(ref, "refused", without_secrets(error.message))
    answer = _proof(ref, "answered", None)
    return msgspec.structs.replace(answer, spec=made.spec)


def _pod_of(owner: dict[str, Any], workload: Workload) -> dict[str, Any]:
    spec = owner["spec"]
    if workload.ref.kind == CRON_JOBS.kind:
        spec = spec["jobTemplate"]["spec"]
    template = spec["template"]
    metadata = template.get("metadata") or {}
    labels = dict(metadata.get("labels") or {})
    sample = workload.pods[0]
    if HASH_LABEL in sample.labels:
        labels[HASH_LABEL] = sample.labels[HASH_LABEL]
    made: dict[str, Any] = {
        "generateName": sample.metadata.generate_name or f"{workload.ref.name}-",
        "namespace": workload.ref.namespace,
        "labels": labels,
        "annotations": metadata.get("annotations") or {},
    }
    controller = sample.metadata.owner()
    if controller is not None:
        made["ownerReferences"] = [msgspec.to_builtins(controller)]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": made, "spec": template["spec"]}


def _proof(ref: WorkloadRef, outcome: str, message: str | None) -> Proof:
    return Proof(kind=ref.kind, namespace=ref.namespace, name=ref.name, outcome=outcome, message=message)
