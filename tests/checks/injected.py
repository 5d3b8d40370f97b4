"""Workloads whose pods have agents by admission, and the policy of ours that puts them there, as records alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES
from kubectl_ddfargate.model.kube.pods import PodSpec
from kubectl_ddfargate.model.snapshot import Proof
from tests.resolve.clusters import AGENT, Manifest, designed, merged, settled, snapshot, workload

USUAL = {"cpu": "200m", "memory": "256Mi"}
"""What an agent asks for by default."""


def pods(
    name: str, app: Mapping[str, str], asked: Mapping[str, str], limits: Mapping[str, str] | None = None
) -> Any:
    """A workload whose application asks for this, and its pods, with an agent by admission."""
    own = {"name": "app", "image": "app:1", "resources": {"requests": dict(app)}}
    agent = {**AGENT, "resources": {"requests": dict(asked), "limits": dict(asked if limits is None else limits)}}
    found = workload(name, "shop", labels={"app": name}, containers=[own])
    for pod in found["pods"]:
        pod["spec"] = {**pod["spec"], "containers": [own, agent]}
    return found


def in_template(found: Any) -> Any:
    """The same, where the template holds the agent."""
    found["deployments"][0]["spec"]["template"]["spec"] = {"containers": found["pods"][0]["spec"]["containers"]}
    return found


def proof(name: str, found: Any) -> Proof:
    """A dry-run that says: a pod made today would be as this workload's is."""
    spec = msgspec.convert(found["pods"][0]["spec"], PodSpec)
    return Proof(kind="Deployment", namespace="shop", name=name, outcome="answered", spec=spec)


def policy(parts: list[Mapping[str, list[Manifest]]]) -> Mapping[str, list[Manifest]]:
    """What is installed for these workloads, with applications of which none is too large for its plan."""
    app = [{"name": "app", "image": "app:1"}]
    small = {
        plural: [{**one, "spec": _with_containers(one["spec"], app)} for one in items]
        if plural in ("deployments", "pods")
        else items
        for plural, items in merged(*parts[2:]).items()
    }
    objects = desired_objects(designed(settled(snapshot(*parts[:2], small))))
    return {
        kind.key: [dict(one.manifest) for one in objects if one.manifest["kind"] == kind.kind]
        for kind in (POLICIES, BINDINGS)
    }


def _with_containers(spec: Manifest, containers: list[Manifest]) -> Manifest:
    if "template" in spec:
        template = {**spec["template"], "spec": {"containers": containers}}
        return {**spec, "template": template}
    return {**spec, "containers": containers}
