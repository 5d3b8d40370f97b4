"""The names of workloads that a user wrote."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import BY_KIND
from kubectl_ddfargate.model.nearest_name import nearest_path
from kubectl_ddfargate.model.settings import TargetSettings

_KINDS = {
    "deployment": "Deployment",
    "deploy": "Deployment",
    "statefulset": "StatefulSet",
    "sts": "StatefulSet",
    "daemonset": "DaemonSet",
    "ds": "DaemonSet",
    "replicaset": "ReplicaSet",
    "rs": "ReplicaSet",
    "job": "Job",
    "cronjob": "CronJob",
    "cj": "CronJob",
    "pod": "Pod",
    "po": "Pod",
}


def parse_target(text: str) -> TargetSettings:
    """Read `NAMESPACE/KIND/NAME`; the kind as kubectl takes it. Raises ValueError where it is none."""
    parts = text.split("/")
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"{text!r} is no target: NAMESPACE/KIND/NAME is wanted, as kube-system/deployment/coredns")
    return TargetSettings(namespace=parts[0], kind=parts[1], name=parts[2])


def full_kind(kind: str) -> str:
    """`Deployment` for `deploy`, `deployments.apps` and the like; an unknown kind as it stands."""
    word = kind.lower().partition(".")[0]
    return _KINDS.get(word) or _KINDS.get(word.removesuffix("s")) or kind


def ref_named(target: TargetSettings) -> WorkloadRef:
    """The reference that a name means."""
    kind = full_kind(target.kind)
    known = BY_KIND.get(kind)
    return WorkloadRef(target.namespace, kind, target.name, known.api_version if known else "v1")


def written(ref: WorkloadRef) -> str:
    """`kube-system/deployment/coredns`, as `--target` takes it."""
    return f"{ref.namespace}/{ref.kind.lower()}/{ref.name}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean shop/deployment/web?`, or nothing where no known name is near."""
    *place, last = name.split("/")
    if place:
        place[-1] = full_kind(place[-1]).lower()
    near = nearest_path("/".join((*place, last)), known)
    return f"; did you mean {near}?" if near else ""
