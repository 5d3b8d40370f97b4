"""By what the agents are injected: as asked for, as it is done already, or the best that the cluster has."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.model.kube.datadog import WEBHOOK
from kubectl_ddfargate.resolve.desk import Desk
from kubectl_ddfargate.resolve.engines import DATADOG, DATADOG_VERSION, NATIVE, Engines, PolicyKind, Present

AUTO = "auto"
_KYVERNO = frozenset({"MutatingPolicy", "NamespacedMutatingPolicy", "ClusterPolicy", "Policy"})
_SUCCESSORS = frozenset({"admission-policy", "kyverno"})
"""What `auto` lets take the place of a policy of ours. Datadog's own injection is a change of an object that is
not ours: only who asks for it gets it."""
_OF_KIND = {NATIVE: "admission-policy", DATADOG: "datadog", **dict.fromkeys(_KYVERNO, "kyverno")}
_NO_NATIVE = "this server does not serve MutatingAdmissionPolicy v1 (Kubernetes 1.36 and later do)"
_NATIVE_SERVED = "the server serves MutatingAdmissionPolicy v1: nothing to start first, nothing that can be down"
_INSTALL = (
    "install Kyverno (https://kyverno.io/docs/installation) or the Datadog Operator, or go to Kubernetes 1.36"
)


class Choice(msgspec.Struct, frozen=True):
    """The injector, the policies that it is made of, and why it is this one."""

    injector: str
    policy: PolicyKind
    why: str


def settle_injector(desk: Desk, engines: Engines) -> Choice | None:
    """The injector; None, with a note, where the one that was asked for, or any at all, is not possible."""
    asked = desk.settings.injector or AUTO
    if asked == AUTO and desk.settings.kyverno_kind not in (None, AUTO):
        choice = _possible(desk, engines, "kyverno", f"{desk.settings.kyverno_kind} was asked for")
    elif asked == AUTO:
        choice = _chosen(desk, engines)
    else:
        why = f"asked for by {desk.given.source('injector', '--injector')}"
        choice = _possible(desk, engines, asked, why)
    if choice is not None:
        desk.settle("injector", choice.injector, choice.why)
        if engines.datadog_unread and choice.injector != "datadog":
            desk.inform(
                f"cannot {engines.datadog_unread}; the injector {choice.injector} does not need it, "
                "and whether Datadog's own injection is set up there is not known"
            )
    return choice


def _chosen(desk: Desk, engines: Engines) -> Choice | None:
    """By what is there already, else by what has least to go wrong."""
    gone = ""
    for present in sorted(engines.present, key=lambda one: not one.ours):
        injector = _injector_of(present)
        if injector is None:
            continue
        lack = _lacking(desk, engines, injector)
        if present.ours and lack and _lasts(engines, injector) and _successor(desk, engines, injector):
            gone = gone or f"our {present.kind}/{present.name} does nothing: {lack}; "
        elif present.ours:
            # Ours stays what it is: a cluster does not change its injector because another one became possible.
            return _possible(desk, engines, injector, f"our {present.kind}/{present.name} is there already")
        elif not lack and (injector in _SUCCESSORS or not gone):
            why = f"{gone}{present.kind}/{present.name} injects already"
            return _possible(desk, engines, injector, why)
    if engines.native is not None:
        return _possible(desk, engines, "admission-policy", f"{gone}{_NATIVE_SERVED}")
    lacks = [_NO_NATIVE]
    for injector in ("kyverno", "datadog"):
        lack = _lacking(desk, engines, injector)
        if not lack:
            return _possible(desk, engines, injector, f"{gone}{_found(engines, injector)}, and {_NO_NATIVE}")
        lacks.append(lack)
    desk.block(f"nothing in this cluster can inject: {'; '.join(lacks)}", next_step=_INSTALL)
    return None


def _lasts(engines: Engines, injector: str) -> bool:
    """Whether an injector goes on to lack that. A pod of Kyverno comes back; what was refused may be allowed."""
    if injector != "kyverno":
        return injector == "admission-policy"  # by discovery: this server serves none
    engine = engines.kyverno
    return engine is None or engine.gone or not engine.trouble


def _successor(desk: Desk, engines: Engines, injector: str) -> bool:
    """Whether a policy of another kind can take the place of this injector's."""
    return any(not _lacking(desk, engines, one) for one in _SUCCESSORS - {injector})


def _possible(desk: Desk, engines: Engines, injector: str, why: str) -> Choice | None:
    lack = _lacking(desk, engines, injector)
    if lack:
        desk.block(
            f"the injector {injector} ({why}) is not possible: {lack}", next_step=_other(desk, engines, injector)
        )
        return None
    if injector == "admission-policy" and engines.native is not None:
        return Choice(injector, PolicyKind(NATIVE, engines.native), why)
    if injector == "datadog":
        return Choice(injector, PolicyKind(DATADOG, DATADOG_VERSION), why)
    kinds = _kyverno_kinds(desk, engines)
    # ClusterPolicies are on their way out: only where there is nothing newer, or where one was asked for
    return Choice(injector, kinds[0], f"{why}; {kinds[0].kind} {kinds[0].api_version.rpartition('/')[2]}")


def _lacking(desk: Desk, engines: Engines, injector: str) -> str:
    """What keeps an injector from being possible; empty where nothing does."""
    if injector == "admission-policy":
        return "" if engines.native is not None else _NO_NATIVE
    if injector == "datadog":
        if engines.datadog_unread:
            return f"cannot {engines.datadog_unread}"
        return (
            "" if engines.datadog is not None else "the cluster agent is of neither the Datadog Operator nor Helm"
        )
    engine = engines.kyverno
    if engine is None:
        return "Kyverno is not installed"
    if engine.trouble:
        return f"Kyverno in namespace {engine.namespace} does not answer: {engine.trouble}"
    if not _kyverno_kinds(desk, engines):
        wanted = desk.settings.kyverno_kind
        known = ", ".join(f"{one.kind} {one.api_version}" for one in engine.kinds) or "none that this tool writes"
        named = wanted if wanted not in (None, AUTO) else "a policy of a known kind"
        return f"this Kyverno does not carry out {named} (it does: {known})"
    return ""


def _kyverno_kinds(desk: Desk, engines: Engines) -> tuple[PolicyKind, ...]:
    wanted = desk.settings.kyverno_kind
    kinds = engines.kyverno.kinds if engines.kyverno is not None else ()
    return tuple(one for one in kinds if wanted in (None, AUTO, one.kind))


def _found(engines: Engines, injector: str) -> str:
    if injector == "kyverno" and engines.kyverno is not None:
        return f"Kyverno answers in namespace {engines.kyverno.namespace}"
    owner = engines.datadog
    by = "the Datadog Operator" if owner is not None and owner.installed_by == "operator" else "Datadog's chart"
    return f"{by} is there, and no Kyverno answers"


def _other(desk: Desk, engines: Engines, injector: str) -> str:
    others = [one for one in ("admission-policy", "kyverno", "datadog") if one != injector]
    possible = [one for one in others if not _lacking(desk, engines, one)]
    if injector == "kyverno" and engines.kyverno is not None and engines.kyverno.trouble:
        start = "bring Kyverno up again"
    elif injector == "kyverno" and engines.kyverno is not None:
        start = "choose another --kyverno-kind"
    else:
        start = "install what lacks"
    return f"{start}, or use --injector {' or '.join(possible)}" if possible else start


def _injector_of(present: Present) -> str | None:
    if present.name == WEBHOOK:
        return "datadog"
    return _OF_KIND.get(present.kind)
