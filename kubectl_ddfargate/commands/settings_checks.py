"""What each setting may be, wherever it was given. Whether it fits the cluster is told later, by `resolve`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from kubectl_ddfargate.commands.settings_credentials import refuse_credential, refuse_key
from kubectl_ddfargate.commands.settings_decisions import suppressions
from kubectl_ddfargate.commands.settings_problems import problem, shown
from kubectl_ddfargate.commands.settings_targets import target
from kubectl_ddfargate.facts.cluster_name import RULE, is_cluster_name
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.model.settings import NONE
from kubectl_ddfargate.resolve.label_selector import parse_label, parse_selector

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""A name of one part (RFC 1123): a namespace, a Service."""
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def check(path: str, value: Any, place: str) -> None:
    """Raise UsageError that begins with `place` where this value cannot be that setting."""
    if path == "agent.env":
        for name, text in value.items():
            if _VARIABLE.fullmatch(name) is None:
                raise problem(place, f"{shown(name)} cannot be the name of a variable")
            refuse_credential(place, name, text)
        return
    if path in ("secrets.store.apiKey", "secrets.store.token"):
        refuse_key(place, value)
    rule = _RULES.get(path)
    try:
        if value == "":
            raise ValueError("it is empty")  # noqa: TRY301
        if rule is not None:
            rule(value)
    except ValueError as error:
        raise problem(place, str(error)) from None


def _cluster_name(value: str) -> None:
    if not is_cluster_name(value):
        raise ValueError(f"{shown(value)} is no name that Datadog takes: {RULE}")


def _site(value: str) -> None:
    if _HOST.fullmatch(value) is None:
        raise ValueError(f"{shown(value)} is no site: a host alone is wanted, as datadoghq.eu")


def _address(value: str) -> None:
    if value == "auto":
        return
    try:
        if "%" in value:
            raise ValueError  # noqa: TRY301 (an address of one node only)
        ipaddress.ip_address(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is neither auto nor an IP address") from None


def _port(value: int) -> None:
    if not 1 <= value <= 65535:
        raise ValueError(f"{value} is no port: 1 to 65535 is wanted")


def _quantity(value: str) -> None:
    try:
        positive = parse_quantity(value) > 0
    except ValueError:
        positive = False
    if not positive:
        raise ValueError(f"{shown(value)} is no amount: write it as Kubernetes does, 200m or 256Mi")


def _cpu(value: str) -> None:
    if value == NONE:
        return
    try:
        _quantity(value)
    except ValueError as error:
        raise ValueError(f"{error}, or {NONE} for no request and no limit") from None


def _range(value: str) -> None:
    try:
        for part in value.split(","):
            ipaddress.ip_network(part.strip())
    except ValueError:
        raise ValueError(f"{shown(value)} is no address range: write it as 172.20.0.0/16") from None


def _named(form: re.Pattern[str], what: str) -> Callable[[str], None]:
    def rule(value: str) -> None:
        if form.fullmatch(value) is None:
            raise ValueError(f"{shown(value)} cannot be the name of a {what}")

    return rule


def _image(value: str) -> None:
    if re.search(r"\s|://", value):
        raise ValueError(f"{shown(value)} is no image")


def _selector(value: str) -> None:
    try:
        parse_selector(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is no label selector: write it as app=web,tier!=db") from None


def _pod_label(value: str) -> None:
    try:
        parse_label(value)
    except ValueError:
        raise ValueError(f"{shown(value)} is no label: key=value is wanted") from None


def _labels(value: Mapping[str, str]) -> None:
    if not value:
        raise ValueError("no label stands there: a Service without labels leads nowhere")


def _targets(value: list[Any]) -> None:
    if not value:
        raise ValueError("no workload is named: leave it out for all")
    for one in value:
        target(one)


_RULES: Mapping[str, Callable[[Any], None]] = {
    "agent.image": _image,
    "agent.limits.cpu": _cpu,
    "agent.limits.memory": _quantity,
    "agent.requests.cpu": _cpu,
    "agent.requests.memory": _quantity,
    "clusterAgent.ip": _address,
    "clusterAgent.name": _named(_NAME, "Deployment"),
    "clusterAgent.namespace": _named(LABEL, "namespace"),
    "clusterAgent.port": _port,
    "clusterAgent.selector": _labels,
    "clusterAgent.serviceName": _named(LABEL, "Service"),
    "clusterName": _cluster_name,
    "podLabel": _pod_label,
    "secrets.store.name": _named(_NAME, "store"),
    "selector": _selector,
    "serviceCidr": _range,
    "site": _site,
    "suppress": suppressions,
    "targets": _targets,
}
