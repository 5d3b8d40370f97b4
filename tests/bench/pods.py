"""The pods of a workload, as its ReplicaSet, admission and the kubelet leave them. Pure functions."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.bench.workloads import Workload, sidecar_of
from tests.cluster.api import Manifest
from tests.cluster.fargate import nodes
from tests.cluster.fargate.admission import PRIORITY_CLASS, PROFILE_LABEL, SCHEDULER
from tests.cluster.fargate.capacity import provisioned
from tests.cluster.fargate.kubelet import Addresses, report
from tests.cluster.fargate.pods import LOGGING_DISABLED

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True)
class PodToBe:
    """What is created, and what its kubelet says of it then."""

    manifest: Manifest
    status: Manifest


def profile_of(namespace: str) -> str:
    """The Fargate profile of a namespace."""
    return f"fp-{namespace}"


def template_hash(workload: Workload) -> str:
    """The value of `pod-template-hash`."""
    return "".join(random.Random(workload.name).choices(_LETTERS, k=10))


def replica_set_of(deployment: Manifest, workload: Workload) -> Manifest:
    """The ReplicaSet of the Deployment's template. `deployment` is as the server keeps it, with its uid."""
    metadata, spec = deployment["metadata"], deployment["spec"]
    mark = {"pod-template-hash": template_hash(workload)}
    template = copy.deepcopy(spec["template"])
    template["metadata"]["labels"] |= mark
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{metadata['name']}-{template_hash(workload)}",
            "namespace": metadata["namespace"],
            "labels": template["metadata"]["labels"],
            "annotations": {"deployment.kubernetes.io/revision": "1"},
            "ownerReferences": [_owner("apps/v1", "Deployment", metadata)],
        },
        "spec": {
            "replicas": workload.replicas,
            "selector": {"matchLabels": {**spec["selector"]["matchLabels"], **mark}},
            "template": template,
        },
    }


def pods_of(replica_set: Manifest, workload: Workload) -> Iterator[PodToBe]:
    """All pods. `replica_set` is as the server keeps it, with its uid; its template has the server's defaults."""
    dice = random.Random(replica_set["metadata"]["name"])
    metadata, spec = _template(replica_set, workload)
    status: Manifest = {}
    suffixes = _different(dice)
    for number, suffix in enumerate(islice(suffixes, workload.replicas)):
        address = _address(workload, number)
        node = nodes.fargate_node_name(address) if workload.on_fargate else _node(dice)
        manifest = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {**metadata, "name": f"{replica_set['metadata']['name']}-{suffix}"},
            "spec": {**spec, "nodeName": node},
        }
        host = address if workload.on_fargate else nodes.EC2_ADDRESS
        if not status:
            status = report(_without_variables(manifest), Addresses(pod=address, host=host), lambda *_: {}).status
        own = {"podIP": address, "podIPs": [{"ip": address}], "hostIP": host, "hostIPs": [{"ip": host}]}
        yield PodToBe(manifest, {**status, **own})


def _different(dice: random.Random) -> Iterator[str]:
    """Endings of names, none twice: of a thousand workloads with 70 pods each, one in six runs had a pair."""
    seen: set[str] = set()
    while True:
        suffix = "".join(dice.choices(_LETTERS, k=5))
        if suffix not in seen:
            seen.add(suffix)
            yield suffix


def _template(replica_set: Manifest, workload: Workload) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata without a name, and spec without a node, of every pod."""
    name, namespace = replica_set["metadata"]["name"], replica_set["metadata"]["namespace"]
    template = copy.deepcopy(replica_set["spec"]["template"])
    spec = template["spec"]
    metadata = {
        "generateName": f"{name}-",
        "namespace": namespace,
        "labels": template["metadata"]["labels"],
        "annotations": template["metadata"].get("annotations", {}),
        "ownerReferences": [_owner("apps/v1", "ReplicaSet", replica_set["metadata"])],
    }
    container = sidecar_of(workload)
    if container is not None:
        spec["containers"].append(container)
        spec["shareProcessNamespace"] = True
    if workload.on_fargate:
        metadata["labels"][PROFILE_LABEL] = profile_of(namespace)
        size = provisioned(spec) or ""
        metadata["annotations"] |= {"CapacityProvisioned": size, "Logging": LOGGING_DISABLED}
        spec |= {"schedulerName": SCHEDULER, "priorityClassName": PRIORITY_CLASS}
    return metadata, spec


def _owner(version: str, kind: str, metadata: Manifest) -> Manifest:
    return {
        "apiVersion": version,
        "kind": kind,
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _without_variables(pod: Manifest) -> Manifest:
    """The same for the kubelet's eye: no pod of the benchmark waits for a Secret."""
    containers = [{**one, "env": []} for one in pod["spec"]["containers"]]
    return {**pod, "spec": {**pod["spec"], "containers": containers, "volumes": []}}


def _address(workload: Workload, number: int) -> str:
    """One of 10.0.0.0/8 for each pod: 256 for each workload, from 10.16.0.0 on."""
    place = (workload.number * 2 + workload.on_fargate) * 256 + number
    return f"10.{16 + place // 65536}.{place // 256 % 256}.{place % 256}"


def _node(dice: random.Random) -> str:
    return f"ip-10-0-{dice.randint(0, 15)}-{dice.randint(1, 254)}.{nodes.REGION}.compute.internal"
