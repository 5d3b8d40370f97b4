"""An address that somebody else took between the plan and the write.

The server's dry-run does not tell that an address is taken (seen on 1.36), so only the write itself finds out.
"""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.cluster.collect.reading import METADATA_ONLY, SOFT
from kubectl_ddfargate.commands.preparing import Prepared
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.kinds import IP_ADDRESSES, SERVICES


def lost_race(prepared: Prepared, error: ApiError) -> str | None:
    """What to tell where the fixed address was lost to another object; None for any other refusal.

    Who holds the address is read from the Services, then from the IPAddress objects; the error's text tells nothing
    reliable. Without the right to the latter it is None: the next plan would not know either, and pick the same.
    """
    fixed = prepared.design.fixed_service if prepared.design else None
    if fixed is None or not fixed.owned or not fixed.automatic or error.status not in (409, 422):
        return None
    gateway, wanted = prepared.objects.gateway, ipaddress.ip_address(fixed.address)
    try:
        services = gateway.list(SERVICES.path(), SERVICES.record)
    except SOFT:
        return None
    for service in services:
        if any(ipaddress.ip_address(one) == wanted for one in service.addresses()):  # type: ignore[attr-defined]
            if (service.namespace, service.name) == (fixed.namespace, fixed.name):
                return None
            return f"{fixed.address} was taken meanwhile by service {service.namespace}/{service.name}"
    try:
        given = gateway.list(IP_ADDRESSES.path(), IP_ADDRESSES.record, accept=METADATA_ONLY)
    except SOFT:
        return None
    if any(ipaddress.ip_address(one.name) == wanted for one in given):
        return f"{fixed.address} was taken meanwhile: ipaddress/{fixed.address} is there, and no Service has it"
    return None
