"""Replaces a policy that somebody made by hand: it steps aside, is kept in a file, and goes.

While both stand, a pod must never get two agents, nor a merged one: a strategic merge of `value` onto our
`valueFrom` gives a pod that the server refuses. So the old policy first learns to leave pods alone that have our
container.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kubectl_ddfargate.commands.proof_of_pod import BESIDE
from kubectl_ddfargate.errors import DdfargateError, ExitCode
from kubectl_ddfargate.facts.agents import NATIVE_NAME
from kubectl_ddfargate.manifests.earlier_versions import leaves_agents_alone
from kubectl_ddfargate.model.design import CONTAINER
from kubectl_ddfargate.model.kinds import BINDINGS, POLICIES
from kubectl_ddfargate.model.ours import has_our_label

ASIDE = "ddfargate-steps-aside"
_NAMES = (CONTAINER, NATIVE_NAME)
_CEL = f"!has(object.spec.containers) || !object.spec.containers.exists(c, c.name in {list(_NAMES)})"
_NATIVE_CEL = f"({_CEL}) && !(has(object.metadata.annotations) && '{BESIDE}' in object.metadata.annotations)"
"""The API server calls native policies in no order (k8s.io/apiserver v0.36 policy_source.go: calculatePolicyData
goes over a map). Where the old one comes before ours, ours is seen only in a pod that the old one leaves alone."""
_JMESPATH = "{{ (request.object.spec.containers || `[]`)[].name }}"
_ASIDE_RULE = {"key": _JMESPATH, "operator": "AllNotIn", "value": list(_NAMES)}
_KEPT = ("name", "namespace", "labels", "annotations")
_SERVER_FIELDS = ("managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink")


def stepped_aside(live: Mapping[str, Any]) -> dict[str, Any] | None:
    """The merge patch that makes a policy skip pods with our container; None where it does so already."""
    if "spec" not in live or live["kind"] == BINDINGS.kind:
        return None
    if _leaves_agents_alone(live):
        return None
    if live["kind"] == "ClusterPolicy":
        rules = copy.deepcopy(live["spec"]["rules"])
        changed = [_rule_steps_aside(rule) for rule in rules if "mutate" in rule]
        return {"spec": {"rules": rules}} if any(changed) else None
    conditions = list(live["spec"].get("matchConditions") or ())
    if any(one.get("name") == ASIDE for one in conditions):
        return None
    expression = _NATIVE_CEL if live["kind"] == POLICIES.kind else _CEL
    return {"spec": {"matchConditions": [*conditions, {"name": ASIDE, "expression": expression}]}}


def _leaves_agents_alone(live: Mapping[str, Any]) -> bool:
    """Whether a Kyverno policy is ours, of whatever version, and so does that by itself: it is not touched then.

    While Kyverno 1.19 takes in a changed MutatingPolicy, a pod was seen to get nothing; and Kyverno 1.20 is to
    refuse changes of a ClusterPolicy.
    """
    return live["kind"] != POLICIES.kind and has_our_label(live) and leaves_agents_alone(live)


def as_before(live: Mapping[str, Any]) -> dict[str, Any]:
    """The policy without what an earlier run of ours put into it and did not bring to its end."""
    policy: dict[str, Any] = copy.deepcopy(dict(live))
    spec = policy["spec"]
    for rule in spec.get("rules") or ():
        before = rule.get("preconditions")
        if isinstance(before, dict) and _ASIDE_RULE in (before.get("all") or ()):
            kept = [one for one in before["all"] if one != _ASIDE_RULE]
            rule["preconditions"] = (
                {**before, "all": kept} if kept else {k: v for k, v in before.items() if k != "all"}
            )
            if not rule["preconditions"]:
                del rule["preconditions"]
    if "matchConditions" in spec:
        spec["matchConditions"] = [one for one in spec["matchConditions"] if one.get("name") != ASIDE]
        if not spec["matchConditions"]:
            del spec["matchConditions"]
    return policy


def _rule_steps_aside(rule: dict[str, Any]) -> bool:
    before = rule.get("preconditions") or {}
    if isinstance(before, list):  # the oldest form: all of them must hold
        before = {"all": before}
    if _ASIDE_RULE in (before.get("all") or ()):
        return False
    rule["preconditions"] = {**before, "all": [*(before.get("all") or ()), _ASIDE_RULE]}
    return True


def backup_path(folder: Path, name: str, taken: Collection[Path] = ()) -> Path:
    """Where a policy is kept: the first free of `NAME.backup.yaml`, `NAME.backup-2.yaml`, …"""
    path = folder / f"{name}.backup.yaml"
    number = 2
    while path.exists() or path in taken:
        path = folder / f"{name}.backup-{number}.yaml"
        number += 1
    return path


class NotSavedError(DdfargateError):
    """The file that a policy is to be kept in cannot be written."""

    exit_code = ExitCode.BAD


def save(manifest: Mapping[str, Any], path: Path) -> None:
    """Write a policy as it can be applied again. It may hold credentials in clear: only the owner may read it.

    Raises NotSavedError.
    """
    import yaml

    kept = {key: value for key, value in manifest.items() if key != "status"}
    kept["metadata"] = {key: value for key, value in kept["metadata"].items() if key not in _SERVER_FIELDS}
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yaml.safe_dump(kept, file, sort_keys=False, allow_unicode=True)
            file.flush()
            os.fsync(descriptor)  # soon it is the only copy
    except OSError as error:
        raise NotSavedError(
            f"{path} cannot be written: {error.strerror}; nothing was changed in the cluster",
            hint="run it again from a folder that you may write to",
        ) from error


def plain(live: Mapping[str, Any], *, without: Sequence[str] = ()) -> dict[str, Any]:
    """A live object as it could be applied or created; `without` these annotations."""
    metadata = {key: live["metadata"][key] for key in _KEPT if key in live["metadata"]}
    if without and "annotations" in metadata:
        metadata["annotations"] = {k: v for k, v in metadata["annotations"].items() if k not in without}
    rest = {key: value for key, value in live.items() if key not in ("status", "metadata")}
    return {**rest, "metadata": metadata}
