"""The workloads of a large cluster, as data: how many there are, what each looks like, who runs where.

Derived from the reference workloads of the test cluster (`tests/cluster/manifests`), and none clones another:
labels, annotations, variables, volumes, probes, containers and faults differ by the workload's number. The number
alone decides, so two runs have the same cluster.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.cluster.agent import DNS_URL, agent
from tests.cluster.api import Manifest
from tests.cluster.reference import COMMON_LABEL, TARGETS, load

ON_FARGATE = 0.3
"""Share of the pods."""
TEAM = "team"
"""The label of namespaces that workloads of the benchmark live in."""
_REGION = "eu-central-1"
_WORDS = ("orders", "billing", "search", "ledger", "mailer", "gateway", "catalog", "profile", "risk", "feed")


@dataclass(frozen=True)
class Size:
    """How large a cluster is. Half of the workloads run on Fargate."""

    pods: int
    workloads: int
    """On Fargate; as many run on nodes."""
    namespaces: int

    @property
    def fargate_pods(self) -> int:
        """Pods on Fargate."""
        return round(self.pods * ON_FARGATE)


def size_of(pods: int) -> Size:
    """The usual size of a cluster: 5, 10 or 30 pods a workload on Fargate, of which there are at most 1,000."""
    each = 5 if pods <= 1_000 else 10 if pods <= 10_000 else 30
    workloads = min(1_000, max(len(TARGETS), round(pods * ON_FARGATE) // each))
    return Size(pods=pods, workloads=workloads, namespaces=max(4, min(100, workloads // 3)))


@dataclass(frozen=True)
class Workload:
    """One Deployment with its pods."""

    number: int
    on_fargate: bool
    replicas: int
    namespace: str
    name: str

    @property
    def fault(self) -> str:
        """What is wrong with a tenth of those on Fargate: `dns`, `no agent`, or nothing."""
        if not self.on_fargate or self.number < len(TARGETS):
            return ""
        return {7: "dns", 13: "no agent"}.get(self.number % 20, "")


def workloads_between(before: Size | None, after: Size) -> Iterator[Workload]:
    """The workloads that make a cluster of the size `before` one of the size `after`."""
    nothing = Size(0, 0, 0)
    before = before or nothing
    numbers = range(before.workloads, after.workloads)
    fargate = _spread(after.fargate_pods - before.fargate_pods, len(numbers))
    others = (after.pods - after.fargate_pods) - (before.pods - before.fargate_pods)
    for number, replicas in zip(numbers, fargate, strict=True):
        yield Workload(number, True, replicas, *_place(number, after, on_fargate=True))
    for number, replicas in zip(numbers, _spread(others, len(numbers)), strict=True):
        yield Workload(number, False, replicas, *_place(number, after, on_fargate=False))


def _spread(pods: int, workloads: int) -> list[int]:
    each, rest = divmod(pods, workloads)
    return [each + (number < rest) for number in range(workloads)]


def _place(number: int, size: Size, *, on_fargate: bool) -> tuple[str, str]:
    """Namespace and name."""
    if on_fargate and number < len(TARGETS):
        return TARGETS[number].namespace, TARGETS[number].name
    word = _WORDS[number % len(_WORDS)]
    return f"team-{number % size.namespaces:03}", f"{word}-{'f' if on_fargate else 'n'}{number:04}"


def deployment_of(workload: Workload) -> Manifest:
    """The Deployment, as a person or a chart would apply it."""
    dice = random.Random(f"{workload.number} {workload.on_fargate}")
    manifest = copy.deepcopy(_reference(workload.number))
    if workload.on_fargate and workload.number < len(TARGETS):
        manifest["spec"]["replicas"] = workload.replicas
        return manifest
    labels = {
        "app.kubernetes.io/name": workload.name,
        "app.kubernetes.io/instance": workload.name,
        "app.kubernetes.io/version": f"{dice.randint(1, 9)}.{dice.randint(0, 30)}.{dice.randint(0, 9)}",
        "app.kubernetes.io/part-of": dice.choice(_WORDS),
        "tags.datadoghq.com/service": workload.name,
        "tags.datadoghq.com/env": dice.choice(("prod", "staging")),
    }
    selector = {key: labels[key] for key in ("app.kubernetes.io/name", "app.kubernetes.io/instance")}
    template = manifest["spec"]["template"]
    pods_labels = {**labels, **(COMMON_LABEL if workload.on_fargate and workload.fault != "no agent" else {})}
    template["metadata"] = {"labels": pods_labels, "annotations": _annotations(dice)}
    _change_spec(template["spec"], workload, dice)
    manifest["metadata"] = {"name": workload.name, "namespace": workload.namespace, "labels": labels}
    manifest["spec"]["replicas"] = workload.replicas
    manifest["spec"]["selector"] = {"matchLabels": selector}
    return manifest


def manager_of(workload: Workload) -> str:
    """Who applied the Deployment."""
    if workload.on_fargate and workload.number < len(TARGETS):
        return TARGETS[workload.number].manager
    return ("helm", "argocd-controller", "kubectl")[workload.number % 3]


def sidecar_of(workload: Workload) -> Manifest | None:
    """The agent that its pods have; None where they have none."""
    if not workload.on_fargate or workload.fault == "no agent":
        return None
    return agent(url=DNS_URL) if workload.fault == "dns" else agent()


def _reference(number: int) -> Manifest:
    return _deployment(TARGETS[number % len(TARGETS)].name)


@cache
def _deployment(name: str) -> Manifest:
    """Read once: 2,000 workloads are made from four."""
    return next(one for one in load(name) if one["kind"] == "Deployment")


def _annotations(dice: random.Random) -> dict[str, str]:
    annotations = {
        "checksum/config": f"{dice.getrandbits(256):064x}",
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(dice.randint(8000, 9999)),
    }
    if dice.random() < 0.4:
        annotations["kubectl.kubernetes.io/restartedAt"] = f"2026-0{dice.randint(1, 9)}-11T08:00:00Z"
    if dice.random() < 0.3:
        rules = [{"source": name, "service": name, "log_processing_rules": []} for name in dice.sample(_WORDS, 3)]
        annotations["ad.datadoghq.com/tags"] = str(rules).replace("'", '"')
    return annotations


def _change_spec(spec: dict[str, Any], workload: Workload, dice: random.Random) -> None:
    spec["serviceAccountName"] = workload.name
    spec.pop("priorityClassName", None)
    spec["dnsPolicy"] = "Default" if workload.fault == "dns" else "ClusterFirst"
    main = spec["containers"][0]
    main["name"] = workload.name.rpartition("-")[0]
    main["image"] = f"111122223333.dkr.ecr.{_REGION}.amazonaws.com/{workload.name}:{dice.getrandbits(64):016x}"
    main["env"] = _variables(workload, dice)
    main["livenessProbe"] = {"httpGet": {"path": "/live", "port": dice.randint(8000, 9000)}, "periodSeconds": 20}
    main["readinessProbe"] = {"httpGet": {"path": "/ready", "port": dice.randint(8000, 9000)}, "timeoutSeconds": 3}
    memory = f"{dice.choice((256, 512, 1024))}Mi"
    main["resources"] = {"requests": {"cpu": dice.choice(("100m", "250m")), "memory": memory}}
    _add_volumes(spec, main, workload, dice)
    if dice.random() < 0.35:
        command = [
            "/bin/sh",
            "-ec",
            f"/migrate --target {workload.name} --steps {dice.randint(1, 90)} --lock-timeout 30s",
        ]
        volume = {"name": "tmp", "mountPath": "/tmp"}
        first = {"name": "migrate", "image": main["image"], "command": command, "env": main["env"][:3]}
        spec["initContainers"] = [{**first, "volumeMounts": [volume]}]
    if not workload.on_fargate and dice.random() < 0.5:
        spec["containers"].append(_proxy(workload, dice))


def _variables(workload: Workload, dice: random.Random) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(dice.randint(4, 12)):
        name = f"{dice.choice(_WORDS).upper()}_{dice.choice(('URL', 'TIMEOUT', 'QUEUE', 'TOPIC', 'MODE'))}_{number}"
        kind = dice.random()
        if kind < 0.15:
            key = {"name": f"{workload.name}-settings", "key": f"setting-{number}"}
            found.append({"name": name, "valueFrom": {"configMapKeyRef": key}})
        elif kind < 0.25:
            key = {"name": f"{workload.name}-credentials", "key": f"key-{number}"}
            found.append({"name": name, "valueFrom": {"secretKeyRef": key}})
        else:
            host = f"{dice.choice(_WORDS)}.{workload.namespace}.svc.cluster.local:{dice.randint(1000, 9999)}"
            found.append({"name": name, "value": f"http://{host}/v{dice.randint(1, 4)}?pool={dice.randint(1, 64)}"})
    field = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}
    return [*found, {"name": "POD_IP", "valueFrom": field}]


def _add_volumes(spec: dict[str, Any], main: dict[str, Any], workload: Workload, dice: random.Random) -> None:
    volumes: list[dict[str, Any]] = [
        {"name": "tmp", "emptyDir": {}},
        {"name": "settings", "configMap": {"name": f"{workload.name}-settings", "optional": True}},
    ]
    if dice.random() < 0.5:
        source = {"secret": {"name": f"{workload.name}-credentials", "optional": True}}
        volumes.append({"name": "credentials", "projected": {"sources": [source]}})
    spec["volumes"] = volumes
    main["volumeMounts"] = [{"name": one["name"], "mountPath": f"/var/run/{one['name']}"} for one in volumes]


def _proxy(workload: Workload, dice: random.Random) -> dict[str, Any]:
    """A mesh's sidecar, which makes pods on nodes as large as they are in real clusters."""
    arguments = ["proxy", "sidecar", "--domain", f"{workload.namespace}.svc.cluster.local", "--log-level=warning"]
    env = [{"name": f"ISTIO_META_{word.upper()}", "value": f"{dice.getrandbits(96):024x}"} for word in _WORDS[:4]]
    return {
        "name": "istio-proxy",
        "image": f"docker.io/istio/proxyv2:1.2{dice.randint(4, 8)}.1",
        "args": arguments,
        "env": env,
        "ports": [{"name": "http-envoy-prom", "containerPort": 15090, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz/ready", "port": 15021}, "failureThreshold": 4},
    }


def namespaces_of(workloads: Sequence[Workload]) -> list[str]:
    """The namespaces that workloads live in, each once, in order of appearance."""
    return list(dict.fromkeys(one.namespace for one in workloads))
