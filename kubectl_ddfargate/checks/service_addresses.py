"""The addresses of the Services before the cluster agent (214, 215)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, use_fixed_url
from kubectl_ddfargate.checks.services import NO_SERVICE
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, UsedService, each_used_service, object_subject, users_of
from kubectl_ddfargate.facts.addresses import is_fixed_for, is_pinned
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.fixed_address import suggested_address
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.service_range import band_of
from kubectl_ddfargate.model.kinds import (
    SERVICE_CIDRS,
    SERVICES,
)
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity


def _fixed_in_known_range(index: Index) -> Iterator[UsedService]:
    for used in each_used_service(index):
        addresses = map(ipaddress.ip_address, used.service.addresses())
        if is_fixed_for(used.agent, used.service) and any(band_of(index, address) for address in addresses):
            yield used


@check(
    "DDF214",
    "Fixed addresses lie in the static band",
    trouble="A fixed address lies outside the static band",
    severity=Severity.WARNING,
    category=Category.ROUTE,
    over=_fixed_in_known_range,
    needs=(*ROUTE_NEEDS, SERVICE_CIDRS),
    nothing="no fixed Service whose service range is known (--service-cidr tells it)",
)
def in_static_band(index: Index, used: UsedService) -> Problem | None:
    """A fixed address lies where the server also picks addresses by chance.

    Symptom: none, until the Service is made again and its address was given away meanwhile.
    Why: the first part of the service range is left for addresses that are asked for, the rest is given out.
    Verified: the ServiceCIDR objects (or `--service-cidr`) and the rule of KEP-3070.
    Fix: at the next change, choose an address of the static band. An address cannot be changed in place.
    Sources: https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
    """
    for text in used.service.addresses():
        address = ipaddress.ip_address(text)
        band = band_of(index, address)
        if band is None or address in band:
            continue
        better = suggested_address(index)
        expected = f"in {band}" + (f", for example {better}, which is free" if better else "")
        name, namespace = used.service.name, used.service.namespace
        seen = Evidence(
            object=f"service/{name} -n {namespace}", path="spec.clusterIP", observed=text, expected=expected
        )
        return Problem(
            message=f"the fixed address {text} lies outside the static band {band}",
            evidence=(seen,),
            fix=Fix(commands=(kubectl(index, "get", "service", name, "-n", namespace, "-o", "yaml"),)),
        )
    return None


@check(
    "DDF215",
    "URLs use addresses that stay",
    trouble="A URL uses an address that nobody pinned",
    severity=Severity.WARNING,
    category=Category.ROUTE,
    over=each_used_service,
    needs=ROUTE_NEEDS,
    nothing=NO_SERVICE,
)
def address_stays(index: Index, used: UsedService) -> Problem | None:
    """A URL holds the address of a Service whose address nobody pinned.

    Symptom: none, until the Service is made again: then every sidecar points at nothing.
    Why: neither the Operator nor the chart sets the address of its Service, so the server picks one each time.
    Verified: whether `spec.clusterIP` stands in a managedFields entry or in last-applied.
    Fix: `kubectl ddfargate install`. By hand: point the URL at a second Service that asks for its address.
    Sources: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """
    by_address = [group for group in used.users if _uses_address(index, group, used)]
    if not by_address or is_pinned(used.service):
        return None
    address = used.service.addresses()[0]
    name, namespace = used.service.name, used.service.namespace
    seen = Evidence(
        object=f"service/{name} -n {namespace}",
        path="spec.clusterIP",
        observed=f"{address}, which the server picked",
        expected="an address that a manifest asks for",
    )
    url, fix = use_fixed_url(index, *by_address)
    return Problem(
        message=f"the address {address} in the URL changes when service/{name} is made again; use {url}",
        evidence=(seen,),
        fix=fix,
        subjects=(object_subject(used.service, SERVICES), *users_of(tuple(by_address))),
    )


def _uses_address(index: Index, group: AgentGroup, used: UsedService) -> bool:
    found = route(index, group)
    return found.url is not None and found.url.address is not None and used.service is found.service
