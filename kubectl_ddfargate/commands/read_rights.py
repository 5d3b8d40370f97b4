"""What doctor must be allowed to read, from what its checks need; and what a dry-run asks for beside it.

The one place that turns the kinds of `model.kinds` into verbs: `--print-rbac`, `explain` and `docs/` are made from
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kubectl_ddfargate.checks import CHECKS, Check
from kubectl_ddfargate.cluster.collect.next_pod import has_template
from kubectl_ddfargate.cluster.dry_runs import CONTROLLERS, HOME
from kubectl_ddfargate.facts.kubelet_rights import REVIEWS
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, JOBS, KINDS, KYVERNO_CONFIG, PODS, REPLICA_SETS, SECRETS
from kubectl_ddfargate.model.kube.agent_words import LOGS

Rights = dict[str, set[str]]
"""Verbs by resource, as kubectl spells it: `deployments.apps`."""

BY_NAME = (SECRETS, CONFIG_MAPS, KYVERNO_CONFIG)
"""Read by the names that agents and engines use, never listed by doctor."""
TO_WORKLOADS = (PODS, REPLICA_SETS, JOBS)
"""What leads from a pod to the workload that a report names: every check rests on it."""

READER, PROVER = "ddfargate-doctor", "ddfargate-doctor-proof"
VERBS = ("get", "list", "create", "patch", "delete", "impersonate")
"""In the order in which they are printed."""

_RBAC = "rbac.authorization.k8s.io"


def read_rights(checks: Sequence[Check], *, logs: bool = False) -> Rights:
    """The least that these checks need to have an answer; of all checks, what doctor reads: then nothing is unread.

    A template is got by name where it is sent as a dry-run; without that right, the dry-run fails instead of being
    skipped. A kind that the cluster does not serve needs no right.
    """
    found: Rights = {}
    whole = {check.id for check in checks} >= {check.id for check in CHECKS}
    needed = KINDS if whole else tuple(dict.fromkeys(kind for check in checks for kind in check.needs))
    for kind in (*TO_WORKLOADS, *needed):
        found.setdefault(kind.resource, set()).add("get" if kind in BY_NAME else "list")
    for kind in needed:
        # a pod that nothing owns is its own template, where it is asked for by TYPE/NAME
        if (whole and kind is PODS) or (not kind.selection and has_template(kind.kind)):
            found[kind.resource].add("get")
    if logs:
        found[LOGS] = {"get"}
    return found


def proof_rights() -> Rights:
    """What a dry-run of a workload's next pod asks for, and the server's own review of the agents' rights."""
    return {PODS.resource: {"create"}, f"{REVIEWS}.authorization.k8s.io": {"create"}}


def reader_role(checks: Sequence[Check], *, logs: bool = False) -> dict[str, Any]:
    """The smallest ClusterRole with which these checks have an answer."""
    return _role(READER, read_rights(checks, logs=logs))


def prover_roles() -> tuple[dict[str, Any], dict[str, Any]]:
    """What proof asks for: a ClusterRole, and a Role by which a dry-run counts as the controller's."""
    impersonate = {
        "apiGroups": [""],
        "resources": ["serviceaccounts"],
        "resourceNames": sorted(set(CONTROLLERS.values())),
        "verbs": ["impersonate"],
    }
    role = {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "Role",
        "metadata": {"name": PROVER, "namespace": HOME},
        "rules": [impersonate],
    }
    return _role(PROVER, proof_rights()), role


def told(rights: Mapping[str, set[str]]) -> list[str]:
    """`get, list pods`, sorted as RBAC is read: by group, then by resource."""
    return [f"{', '.join(in_order(rights[resource]))} {resource}" for resource in sorted(rights, key=by_group)]


def in_order(verbs: Iterable[str]) -> list[str]:
    """Verbs as they are usually written."""
    return sorted(verbs, key=VERBS.index)


def by_group(resource: str) -> tuple[str, str]:
    """A key to sort resources by: the core group first."""
    return resource.partition(".")[2], resource


def _role(name: str, rights: Mapping[str, set[str]]) -> dict[str, Any]:
    rules: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for resource in sorted(rights, key=by_group):
        plural, _, group = resource.partition(".")
        rules.setdefault((group, tuple(in_order(rights[resource]))), []).append(plural)
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": [
            {"apiGroups": [group], "resources": resources, "verbs": list(verbs)}
            for (group, verbs), resources in rules.items()
        ],
    }
