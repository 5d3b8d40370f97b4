"""Kyverno's ClusterPolicy, for engines that know no MutatingPolicy yet.

Conditions are JMESPath: what may be absent stands with `||`, since Kyverno errs on a missing key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubectl_ddfargate.manifests.agent_marks import (
    AGENT_IMAGE,
    CLUSTER_AGENT_IMAGE,
    DATADOG_IMAGE,
    NAMES,
    VARIABLES,
)
from kubectl_ddfargate.manifests.block_text import block
from kubectl_ddfargate.manifests.conditions import takes_jobs
from kubectl_ddfargate.manifests.container import AUTO_EXIT, parts_of
from kubectl_ddfargate.manifests.metadata import owned_metadata
from kubectl_ddfargate.manifests.scope_labels import check_scope, object_selector, sets_left_over
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, POLICY, Design, PolicyScope
from kubectl_ddfargate.model.objects import Desired

_AUTOGEN = "pod-policies.kyverno.io/autogen-controllers"
_CONTAINERS = "{{ length(request.object.spec.containers || `[]`) }}"
_KEEPS_RUNNING = "(restartPolicy || '') == 'Always'"
_OWNING_JOBS = "{{ length((request.object.metadata.ownerReferences || `[]`)[?kind == 'Job']) }}"


def objects(design: Design) -> tuple[Desired, ...]:
    """The policy. Raises ValueError where its scope would take all pods."""
    check_scope(design.scope)
    metadata = owned_metadata(POLICY)
    # Deployments are left alone: a change of their templates would be a rollout, and drift for who owns them
    metadata["annotations"] = {_AUTOGEN: "none"}
    manifest = {
        "apiVersion": design.policy_api_version,
        "kind": "ClusterPolicy",
        "metadata": metadata,
        "spec": {
            "admission": True,
            "background": False,
            # `Fail` was seen to keep pods of other namespaces from starting while Kyverno is down. These two fields
            # have successors under `webhookConfiguration`, which older versions do not know and none wants beside
            # them; all that carry out a ClusterPolicy obey these.
            "failurePolicy": "Ignore",
            "webhookTimeoutSeconds": 5,
            "rules": _rules(design),
        },
    }
    return (Desired(manifest, "injects the agent into new pods, by Kyverno", "cluster_policy"),)


def _rules(design: Design) -> list[dict[str, Any]]:
    others = _rule("add-agent", design, of_jobs=False)
    # two rules that never meet: a patch cannot hold a condition
    return [others, _rule("add-agent-to-jobs", design, of_jobs=True)] if takes_jobs(design) else [others]


def _rule(name: str, design: Design, *, of_jobs: bool) -> dict[str, Any]:
    some = {"key": _CONTAINERS, "operator": "GreaterThan", "value": 0, "message": "it has a container"}
    conditions = [some, _no_agent_yet()]
    conditions.append(_none(_agents_in("initContainers", _KEEPS_RUNNING), "no agent among the init containers"))
    conditions.append(
        {
            "key": _OWNING_JOBS,
            "operator": "GreaterThan" if of_jobs else "Equals",
            "value": 0,
            "message": "made by a Job" if of_jobs else "made by no Job",
        }
    )
    exclude = [_resources(namespace, _matching(dict(labels))) for namespace, labels in _excluded(design.scope)]
    return {
        "name": name,
        "match": {"any": _matches(design.scope)},
        **({"exclude": {"any": exclude}} if exclude else {}),
        "preconditions": {"all": conditions},
        "mutate": {"patchesJson6902": _patches(design, auto_exit=of_jobs)},
    }


def _matches(scope: PolicyScope) -> list[dict[str, Any]]:
    """One entry where the selectors say it all, else one for each label set."""
    if not (left_over := sets_left_over(scope)):
        return [_resources(sorted(set(scope.namespaces)), object_selector(scope), operations=True)]
    opted_out = [{"key": OPT_OUT_LABEL, "operator": "NotIn", "values": ["false"]}]
    return [
        _resources(namespace, {"matchLabels": dict(labels), "matchExpressions": opted_out}, operations=True)
        for namespace, labels in left_over
    ]


def _excluded(scope: PolicyScope) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return sorted(set(scope.excluded))


def _matching(labels: Mapping[str, str]) -> dict[str, Any]:
    return {"matchLabels": dict(labels)} if labels else {}


def _resources(
    namespaces: str | list[str], selector: Mapping[str, Any], *, operations: bool = False
) -> dict[str, Any]:
    return {
        "resources": {
            "kinds": ["Pod"],
            # Kyverno's default is UPDATE too, and containers cannot be added to a pod that is there
            **({"operations": ["CREATE"]} if operations else {}),
            "namespaces": [namespaces] if isinstance(namespaces, str) else namespaces,
            **({"selector": dict(selector)} if selector else {}),
        }
    }


def _no_agent_yet() -> dict[str, Any]:
    """What leaves pods alone that have an agent among their containers: a precondition of each of our rules."""
    return _none(_agents_in("containers"), "no agent yet")


def _none(found: str, message: str) -> dict[str, Any]:
    return {"key": f"{{{{ length({found}) }}}}", "operator": "Equals", "value": 0, "message": message}


def _agents_in(group: str, *more: str) -> str:
    """JMESPath for the agents among the containers: what `conditions.no_agent_yet` says in CEL."""
    named = " || ".join(f"name == '{name}'" for name in NAMES)
    image = "(image || '')"
    by_image = f"regex_match('{AGENT_IMAGE}', {image}) && regex_match('{DATADOG_IMAGE}', {image})"
    variables = " || ".join(f"name == '{name}'" for name in VARIABLES)
    is_agent = f"{named} || ({by_image}) || length((env || `[]`)[?{variables}]) > `0`"
    conditions = [*more, f"!regex_match('{CLUSTER_AGENT_IMAGE}', {image})", f"({is_agent})"]
    return f"(request.object.spec.{group} || `[]`)[?{' && '.join(conditions)}]"


def _patches(design: Design, *, auto_exit: bool) -> str:
    parts = parts_of(design.agent)
    container = parts.container
    if auto_exit:
        container = {**container, "env": [*container["env"], AUTO_EXIT]}
    added: list[tuple[str, Any]] = [
        # Kyverno makes a list that is not there
        *(("/spec/volumes/-", one) for one in parts.volumes),
        *(("/spec/initContainers/-", one) for one in parts.init_containers),
        ("/spec/shareProcessNamespace", True),
        ("/spec/containers/-", container),
    ]
    return block([{"op": "add", "path": path, "value": value} for path, value in added]) + "\n"
