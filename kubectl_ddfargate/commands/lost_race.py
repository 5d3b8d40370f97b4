"""An address that somebody else took between the plan and the write.

The server's dry-run does not tell that an address is taken (seen on 1.36), so only the write itself finds out.
"""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.cluster.collect.reading import SOFT
from kubectl_ddfargate.commands.preparing import Prepared
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.kinds import SERVICES


def lost_race(prepared: Prepared, error: ApiError) -> str | None:
    """What to tell where the fixed address was lost to another Service; None for any other refusal.

    Who holds the address is read from the Services; the error's text tells nothing reliable.
    """
    fixed = prepared.design.fixed_service if prepared.design else None
    if fixed is None or not fixed.owned or not fixed.automatic or error.status not in (409, 422):
        return None
    wanted = ipaddress.ip_address(fixed.address)
    try:
        services = prepared.objects.gateway.list(SERVICES.path(), SERVICES.record)
    except SOFT:
        return None
    for service in services:
        if any(ipaddress.ip_address(one) == wanted for one in service.addresses()):  # type: ignore[attr-defined]
            if (service.namespace, service.name) == (fixed.namespace, fixed.name):
                return None
            return f"{fixed.address} was taken meanwhile by service {service.namespace}/{service.name}"
    return None
