"""A recorded Snapshot without what differs each time: names that the server makes up, addresses, and UIDs.

Two Snapshots of the same cluster, built twice, are then equal but for their times (`timeless`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from kubectl_ddfargate.model.kube.network import Service
from kubectl_ddfargate.model.snapshot import Snapshot, decode_snapshot
from tests.cluster.agent import FIXED_ADDRESS

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_TOKEN_VOLUME = re.compile(r"kube-api-access-[a-z0-9]{5}")
_UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ZONE = r'"topology\.kubernetes\.io/(?:region|zone)":"[^"]*"'
_ZONES = re.compile(rf"{_ZONE},|,{_ZONE}")
"""Put on a pod a moment after it is bound."""
_HASHED = re.compile(r"-[a-z0-9]{6,10}$")


COMMON = "batch"
"""What most cases call the workload that they add."""


def canonical(snapshot: Snapshot, called: str = COMMON) -> Snapshot:
    """The same, with names and addresses that follow from what the objects are.

    `called`: what the workload COMMON is called here, so that those of several cases can stand side by side.
    """
    text = msgspec.json.encode(snapshot).decode()
    text = _TOKEN_VOLUME.sub("kube-api-access", text)
    text = _ZONES.sub("", text)
    text = _UID.sub("00000000-0000-0000-0000-000000000000", text)
    renamed = dict(_renamed(snapshot))
    if renamed:
        words = "|".join(re.escape(word) for word in sorted(renamed, key=len, reverse=True))
        text = re.sub(rf"(?<![\w.-])({words})(?![\w-]|\.\d)", lambda match: renamed[match[1]], text)
    text = re.sub(rf'"{COMMON}(?=["-])', f'"{called}', text)
    return decode_snapshot(text.encode())


def timeless(part: Any) -> str:
    """A part of a Snapshot as a text to compare. Managers of a pod come in the order in which they wrote."""
    plain = msgspec.to_builtins(part)
    metadata = plain.get("metadata")
    if isinstance(metadata, dict) and "managedFields" in metadata:
        metadata["managedFields"].sort(key=repr)
    return _TIME.sub("TIME", msgspec.json.encode(plain, order="sorted").decode())


def workload_name(pod: Any) -> str:
    """The name of what owns a pod, without the hash of a ReplicaSet."""
    owner = pod.metadata.owner()
    if owner is None:
        return str(pod.name)
    return _HASHED.sub("", owner.name) if owner.kind == "ReplicaSet" else str(owner.name)


def _renamed(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """What stands in the Snapshot, and what is put in its place."""
    pods: dict[tuple[str, str], list[Any]] = {}
    for key in ("pods", "cluster-agent-pods"):
        for pod in snapshot.objects.get(key, ()):
            pods.setdefault((pod.namespace, workload_name(pod)), []).append(pod)
    for (namespace, workload), group in pods.items():
        unique = {pod.name: pod for pod in group}.values()
        for number, pod in enumerate(sorted(unique, key=lambda pod: _TIME.sub("", timeless(pod.spec)) + pod.name)):
            made = f"{workload}-{number}"
            address = _address("10.9", namespace, made)
            if pod.metadata.generate_name:
                yield pod.name, made
            if pod.status and pod.status.pod_ip:
                yield pod.status.pod_ip, address
            if pod.node:
                yield pod.node, f"fargate-ip-{address.replace('.', '-')}.eu-central-1.compute.internal"
    services: Sequence[Any] = snapshot.objects.get("services", ())
    for service in services:
        given = service.spec.cluster_ip if isinstance(service, Service) else None
        if given and given not in ("None", FIXED_ADDRESS) and not given.endswith((".0.1", ".0.10")):
            yield given, _address("172.20", service.namespace, service.name)
    for part in snapshot.objects.get("endpointslices", ()):
        yield part.name, f"{part.labels.get('kubernetes.io/service-name', 'of-none')}-slice"


def _address(first: str, *words: str) -> str:
    number = zlib.crc32("/".join(words).encode())
    return f"{first}.{100 + number % 100}.{number // 100 % 250 + 2}"
