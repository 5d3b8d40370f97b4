"""Policies of other hands that put an agent into pods of given workloads; and those that are ours.

A policy is said to inject where its text adds an agent to such pods. A webhook's doing is written nowhere: it is
named only where the server's dry-run shows an agent that nothing else explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kubectl_ddfargate.facts.agents import MARKING_VARIABLES, NAMES, NATIVE_NAME, agents_in, is_agent
from kubectl_ddfargate.facts.index import Index, NotProvedError, NotReadError, fact
from kubectl_ddfargate.facts.injection import spec_today
from kubectl_ddfargate.facts.injectors import PossibleInjector, possible_injectors
from kubectl_ddfargate.facts.kyverno import policies, policy_api_version
from kubectl_ddfargate.facts.kyverno_exclusions import hidden
from kubectl_ddfargate.facts.kyverno_injectors import CEL, CLASSIC, KyvernoInjector, kyverno_injectors
from kubectl_ddfargate.facts.workloads import WorkloadRef, template_of
from kubectl_ddfargate.model.kinds import BINDINGS, CLUSTER_POLICIES, MUTATING_POLICIES, POLICIES, WEBHOOKS, Kind
from kubectl_ddfargate.model.kube.meta import Object
from kubectl_ddfargate.model.objects import ObjectRef
from kubectl_ddfargate.model.ours import labelled

_REPLACEABLE = (CLUSTER_POLICIES, MUTATING_POLICIES)
_OF_ONE_NAMESPACE = "it is a policy of one namespace: delete it by hand"
_OF_DATADOG = "switch Datadog's own injection off where the cluster agent's settings stand"
_UNKNOWN = "what a webhook adds is written nowhere, and who runs it is not known"


class ForeignPolicy(msgspec.Struct, frozen=True):
    """A policy or webhook that is not ours and injects an agent."""

    ref: ObjectRef
    workloads: tuple[WorkloadRef, ...]
    """Those of the given ones that it injects into."""
    replaceable: bool
    why: str = ""
    """Why it cannot be replaced."""
    bindings: tuple[str, ...] = ()
    """The bindings that put a MutatingAdmissionPolicy into force."""
    containers: tuple[str, ...] = ()
    """The names of the agents' containers, as far as they are known."""
    of_datadog: bool = False
    """It is the webhook of Datadog's cluster agent."""


def foreign_injectors(
    index: Index, workloads: Iterable[WorkloadRef], *, include_hidden: bool = False
) -> tuple[ForeignPolicy, ...]:
    """What injects agents into new pods of these workloads today, and is not ours.

    `include_hidden`: also policies that do nothing today, because Kyverno itself leaves the namespace out.
    Raises NotReadError where policies, webhooks or the workloads may not be read.
    """
    found: dict[ObjectRef, ForeignPolicy] = {}
    for ref in sorted(set(workloads)):
        for one in _into(index, ref, include_hidden=include_hidden):
            before = found.get(one.ref)
            found[one.ref] = one if before is None else _joined(before, one)
    return tuple(found.values())


@fact
def own_policies(index: Index) -> tuple[ObjectRef, ...]:
    """The policies that this tool made, of all kinds. Raises NotReadError where they may not be read."""
    native = [_ref_native(policy) for policy in index.all(POLICIES) if _is_ours(policy)]
    return tuple(
        native
        + [
            _ref(index, kind, policy)
            for kind in (*CEL, *CLASSIC)
            for policy in policies(index, kind)
            if _is_ours(policy)
        ]
    )


@fact
def own_bindings(index: Index) -> tuple[ObjectRef, ...]:
    """The bindings that this tool made. Raises NotReadError where they may not be read."""
    ours = [binding for binding in index.all(BINDINGS) if _is_ours(binding)]
    return tuple(ObjectRef(BINDINGS.api_version, BINDINGS.kind, "", binding.name) for binding in ours)


def _into(index: Index, ref: WorkloadRef, *, include_hidden: bool) -> Iterator[ForeignPolicy]:
    explained: set[str] = set()
    looking = possible_injectors(index, ref)
    native = {policy.name: policy for policy in index.all(POLICIES)}
    for injector in looking:
        policy = native.get(injector.name) if injector.kind == POLICIES.kind else None
        names = agents_by_name(injector.names)
        explained |= set(injector.names)
        if policy is not None and names is not None and not _is_ours(policy):
            bound = tuple(one.name for one in index.all(BINDINGS) if one.spec.policy_name == policy.name)
            yield ForeignPolicy(_ref_native(policy), (ref,), replaceable=True, bindings=bound, containers=names)
    unseen = not include_hidden and _unseen(index, ref)
    for one in kyverno_injectors(index, ref):
        if unseen:
            continue
        explained |= set(one.names)
        names = _agents_of(one)
        if names is not None and not _is_ours(one.policy):
            can = one.kind in _REPLACEABLE
            why = "" if can else _OF_ONE_NAMESPACE
            yield ForeignPolicy(
                _ref(index, one.kind, one.policy), (ref,), replaceable=can, why=why, containers=names
            )
    yield from _webhooks(index, ref, looking, explained)


def _webhooks(
    index: Index, ref: WorkloadRef, looking: Sequence[PossibleInjector], explained: set[str]
) -> Iterator[ForeignPolicy]:
    """Those that must have added the agents which no policy's text explains."""
    template = template_of(index, ref)
    own = {one.name for one in template.spec.all_containers()} if template is not None else set()
    try:
        added = {one.name for one in agents_in(spec_today(index, ref))} - own - explained
    except NotProvedError:
        return
    configurations = [one.name for one in looking if one.kind == WEBHOOKS.kind]
    datadogs = [name for name in configurations if "datadog" in name]
    for container in sorted(added):
        by_datadog = container == NATIVE_NAME and datadogs
        for name in datadogs if by_datadog else [one for one in configurations if one not in datadogs]:
            yield ForeignPolicy(
                ObjectRef(WEBHOOKS.api_version, WEBHOOKS.kind, "", name),
                (ref,),
                replaceable=False,
                why=_OF_DATADOG if by_datadog else _UNKNOWN,
                containers=(container,),
                of_datadog=bool(by_datadog),
            )


def _unseen(index: Index, ref: WorkloadRef) -> bool:
    """Whether Kyverno leaves the workload's namespace out for certain."""
    named = f"{ref.name}-0" if ref.kind == "StatefulSet" else ""
    try:
        return hidden(index, ref.namespace, name=named, controller=_controller(ref)) is not None
    except NotReadError:
        return False


def _controller(ref: WorkloadRef) -> str:
    """Who creates its pods, as the controller manager's own accounts are called."""
    owner = {"Deployment": "ReplicaSet", "CronJob": "Job"}.get(ref.kind, ref.kind)
    return f"{owner.lower()}-controller"


def _agents_of(one: KyvernoInjector) -> tuple[str, ...] | None:
    if one.kind in CEL:
        return agents_by_name(one.names)
    return tuple(dict.fromkeys(container.name for container in one.containers if is_agent(container))) or None


def agents_by_name(names: Sequence[str]) -> tuple[str, ...] | None:
    """The agents in a text of which only names are known; None where there are none.

    An agent is known by its own name beside variables for it, or by a variable that only agents have.
    """
    called = tuple(name for name in dict.fromkeys(names) if name in NAMES)
    if not MARKING_VARIABLES.isdisjoint(names) or (called and any(name.startswith("DD_") for name in names)):
        return called
    return None


def _joined(one: ForeignPolicy, other: ForeignPolicy) -> ForeignPolicy:
    return ForeignPolicy(
        ref=one.ref,
        workloads=tuple(dict.fromkeys((*one.workloads, *other.workloads))),
        replaceable=one.replaceable,
        why=one.why,
        bindings=one.bindings,
        containers=tuple(dict.fromkeys((*one.containers, *other.containers))),
        of_datadog=one.of_datadog,
    )


def _is_ours(item: Object) -> bool:
    return labelled(item.labels)


def _ref_native(policy: Object) -> ObjectRef:
    return ObjectRef(POLICIES.api_version, POLICIES.kind, "", policy.name)


def _ref(index: Index, kind: Kind, policy: Object) -> ObjectRef:
    return ObjectRef(policy_api_version(index, kind) or kind.api_version, kind.kind, policy.namespace, policy.name)
