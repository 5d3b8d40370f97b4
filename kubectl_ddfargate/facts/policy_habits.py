"""What a policy that adds an agent does beside: whom it can block, when it acts, whether it grows other rules."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.facts.agent_policies import AgentPolicy
from kubectl_ddfargate.facts.agents import is_agent
from kubectl_ddfargate.facts.dns import is_cluster_dns
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.kyverno import kyverno
from kubectl_ddfargate.model.kube.kyverno import CelPolicy, ClusterPolicy, KyvernoRule, MatchBlock, ResourceFilter

_UPDATE = {"*", "UPDATE"}


def delicate(index: Index, workload: Workload) -> bool:
    """Whether the cluster hangs on a workload: its DNS, what makes its nodes, or the policy engine itself."""
    engine = kyverno(index)
    return (
        is_cluster_dns(workload)
        or "karpenter" in workload.ref.name
        or (engine is not None and workload.ref.namespace == engine.namespace)
    )


def acts_on_update(policy: AgentPolicy) -> tuple[str, ...]:
    """The places of the operations by which a policy acts on updates of pods, too, as JSON pointers.

    Kyverno's rules without operations act on CREATE and UPDATE (pkg/controllers/webhook, defaultOperations): then
    nothing stands there yet.
    """
    if isinstance(policy.policy, ClusterPolicy):
        return tuple(
            f"/spec/rules/{number}/match/{place}resources/operations"
            for number, rule in enumerate(policy.policy.spec.rules or ())
            if _adds_agent(rule)
            for place, one in _placed(rule.match)
            if _updates(one)
        )
    constraints = policy.policy.spec.match_constraints
    return tuple(
        f"/spec/matchConstraints/resourceRules/{number}/operations"
        for number, found in enumerate((constraints.resource_rules if constraints else None) or ())
        if not _UPDATE.isdisjoint(found.operations or ())
    )


def rewrites_templates(policy: AgentPolicy) -> bool:
    """Whether Kyverno makes rules for controllers out of a policy's rules for pods.

    When it does: kyverno/kyverno pkg/autogen/v1/autogen.go for rules, pkg/cel/autogen/support.go for CEL.
    """
    if isinstance(policy.policy, ClusterPolicy):
        annotations = policy.policy.metadata.annotations
        if annotations is not None and annotations.autogen is not None:
            return annotations.autogen.strip() not in ("none", "")
        rules = [rule for rule in policy.policy.spec.rules or () if _adds_agent(rule)]
        return bool(rules) and not any(_stops_autogen(one) for rule in rules for one in _both(rule))
    if not isinstance(policy.policy, CelPolicy):
        return False
    autogen = policy.policy.spec.autogen
    given = autogen.pod_controllers.controllers if autogen and autogen.pod_controllers else None
    if given is not None:
        return bool(given)
    constraints = policy.policy.spec.match_constraints
    return constraints is None or constraints.object_selector is None


def _adds_agent(rule: KyvernoRule) -> bool:
    return rule.mutate is not None and any(is_agent(one) for one in rule.mutate.added())


def _filters(block: MatchBlock | None) -> Iterator[ResourceFilter]:
    yield from (one for _, one in _placed(block))


def _placed(block: MatchBlock | None) -> Iterator[tuple[str, ResourceFilter]]:
    """The filters of a block, each with its place in it: `any/0/`, or nothing for the block itself."""
    if block is None:
        return
    if block.any or block.all:
        for name, filters in (("any", block.any), ("all", block.all)):
            yield from ((f"{name}/{number}/", one) for number, one in enumerate(filters or ()))
    elif block.resources is not None:
        yield "", block


def _both(rule: KyvernoRule) -> Iterator[ResourceFilter]:
    yield from _filters(rule.match)
    yield from _filters(rule.exclude)


def _updates(one: ResourceFilter) -> bool:
    operations = one.resources.operations if one.resources else None
    return not operations or "UPDATE" in operations


def _stops_autogen(one: ResourceFilter) -> bool:
    found = one.resources
    if found is None:
        return False
    kinds = found.kinds or []
    mixed = bool(kinds) and any(kind.rpartition("/")[2] != "Pod" for kind in kinds)
    return bool(found.name or found.names or found.selector or found.annotations or mixed)
