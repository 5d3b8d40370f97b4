"""What a dry-run pod must and must not show. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from kubectl_ddfargate.facts.agents import agents_in
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.manifests.container import parts_of
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, Design, PolicyScope
from kubectl_ddfargate.model.kube.pods import Container, Pod


def wrong_with(made: Pod, sent: Mapping[str, Any], design: Design) -> str:
    """Why this pod does not prove the design; empty where it does."""
    found = list(agents_in(made.spec))
    if not found:
        return "a new pod gets no agent"
    if len(found) > 1:
        return f"a new pod gets {len(found)} agents: {', '.join(one.name for one in found)}"
    url = _url(found[0])
    if url != design.agent.url:
        return f"the agent of a new pod has {URL_VARIABLE} {url or 'unset'}, not {design.agent.url}"
    stale = "" if design.injector == "datadog" else _stale(found[0], design)
    if stale:
        return f"a new pod gets an agent of an older policy: {stale}"
    first = (made.spec.containers or [Container()])[0].name
    wanted = sent["spec"]["containers"][0]["name"]
    if first != wanted:
        return f"the first container of a new pod is {first}, not {wanted}"
    return ""


def _stale(agent: Container, design: Design) -> str:
    """In what the agent is not the one that the policy makes now; what webhooks add to it does not count."""
    wanted = msgspec.convert(parts_of(design.agent).container, Container)
    if agent.image != wanted.image:
        return f"image {agent.image}, not {wanted.image}"
    has = {entry.name: entry for entry in agent.env or ()}
    names = [entry.name for entry in wanted.env or () if has.get(entry.name) != entry]
    if names:
        return f"env {', '.join(names)}"
    has_amounts = _amounts(agent)
    # a LimitRange may add what the policy leaves open
    return "" if all(has_amounts.get(key) == amount for key, amount in _amounts(wanted).items()) else "resources"


def _amounts(container: Container) -> dict[tuple[str, str], Decimal]:
    resources = container.resources
    parts = {"requests": resources.requests, "limits": resources.limits} if resources else {}
    return {
        (part, name): parse_quantity(value)
        for part, amounts in parts.items()
        for name, value in (amounts or {}).items()
    }


def negative(pod: Mapping[str, Any], scope: PolicyScope) -> dict[str, Any]:
    """The same pod without the labels that the policy selects by, and with the one that opts out."""
    metadata = pod["metadata"]
    selected = set(_selected(scope, metadata["namespace"]))
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key not in selected}
    return {**pod, "metadata": {**metadata, "labels": {**labels, OPT_OUT_LABEL: "false"}}}


def injected_by_us(made: Pod, sent: Mapping[str, Any], design: Design) -> bool:
    """Whether the pod got an agent with our URL that was not in it when it was sent."""
    spec = sent["spec"]
    own = {one["name"] for group in ("containers", "initContainers") for one in spec.get(group) or ()}
    return any(one.name not in own and _url(one) == design.agent.url for one in agents_in(made.spec))


def _selected(scope: PolicyScope, namespace: str) -> Iterator[str]:
    if scope.common_label is not None:
        yield scope.common_label[0]
    for place, labels in scope.label_sets:
        if place == namespace:
            yield from (key for key, _ in labels)


def _url(container: Container) -> str | None:
    return next((entry.value for entry in container.env or () if entry.name == URL_VARIABLE), None)
