"""What a dry-run pod must and must not show. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from kubectl_ddfargate.facts.agents import NATIVE_NAME, agents_in
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.manifests.container import parts_of
from kubectl_ddfargate.manifests.datadog import goes_by_label
from kubectl_ddfargate.model.design import CONTAINER, OPT_OUT_LABEL, Design
from kubectl_ddfargate.model.kube.datadog import SIDECAR_LABEL
from kubectl_ddfargate.model.kube.pods import Container, Pod

BESIDE = "ddfargate/beside-the-old-policy"
"""Annotation of a pod that is only tried: a native policy that is being replaced leaves it alone."""


def beside(pod: Mapping[str, Any]) -> dict[str, Any]:
    """The same pod with that mark."""
    metadata = pod["metadata"]
    return {**pod, "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), BESIDE: "true"}}}


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


def has_more(made: Pod, design: Design) -> bool:
    """Whether the agent requests a resource that the policy leaves open: by a LimitRange, or by an older policy."""
    agent = next(iter(agents_in(made.spec)), None)
    requests = (agent.resources.requests if agent is not None and agent.resources else None) or {}
    return design.injector != "datadog" and any(
        name in requests and name not in design.agent.requests for name in ("cpu", "memory")
    )


def _amounts(container: Container) -> dict[tuple[str, str], Decimal]:
    resources = container.resources
    parts = {"requests": resources.requests, "limits": resources.limits} if resources else {}
    return {
        (part, name): parse_quantity(value)
        for part, amounts in parts.items()
        for name, value in (amounts or {}).items()
    }


def negative(pod: Mapping[str, Any], design: Design) -> dict[str, Any]:
    """The same pod without the labels that the policy selects by.

    Only where it selects by none that is ours to leave out (Fargate sets its profile's itself), with the label that
    opts out: else a policy that takes every pod but those that opted out would pass.
    """
    metadata = pod["metadata"]
    labels = dict(metadata.get("labels") or {})
    selected = set(_selected(design, metadata["namespace"]))
    kept = {key: value for key, value in labels.items() if key not in selected}
    if not selected:
        kept[OPT_OUT_LABEL] = "false"
    return {**pod, "metadata": {**metadata, "labels": kept}}


def injected_by_us(made: Pod, sent: Mapping[str, Any], design: Design) -> bool:
    """Whether the pod got an agent as our injector calls it, with our URL, that was not in it when it was sent.

    The URL alone would not do: a policy that is being replaced may have it too.
    """
    spec = sent["spec"]
    own = {one["name"] for group in ("containers", "initContainers") for one in spec.get(group) or ()}
    name = NATIVE_NAME if design.injector == "datadog" else CONTAINER
    return name not in own and any(
        one.name == name and _url(one) == design.agent.url for one in agents_in(made.spec)
    )


def _selected(design: Design, namespace: str) -> Iterator[str]:
    """The keys of the labels by which the policy knows pods of a namespace, in the order in which it asks."""
    scope = design.scope
    if design.injector == "datadog" and goes_by_label(design):
        yield SIDECAR_LABEL[0]
    elif scope.common_label is not None:
        yield scope.common_label[0]
    elif not scope.profile_label:
        for place, labels in scope.label_sets:
            if place == namespace:
                yield from (key for key, _ in labels)


def _url(container: Container) -> str | None:
    return next((entry.value for entry in container.env or () if entry.name == URL_VARIABLE), None)
