"""What a reading is asked for."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model import prove_limits


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at, and how far to go."""

    namespace: str | None = None
    selector: str | None = None
    prove: bool | None = None
    """True: dry-runs are asked for. None: where the caller may. False: none."""
    prove_limit: int = prove_limits.USUAL
    """How many workloads are proved at most, where not all are."""
    prove_all: bool = False
    """Dry-runs of all workloads, also of those whose template is not read, and of more than doctor asks for."""
    prove_only: WorkloadRef | None = None
    """The one workload that is looked at: a dry-run of it, and of no other."""
    for_install: tuple[str, ...] | None = None
    """Read what an install needs too. Holds the namespaces of workloads that the user named."""
    logs: bool = False
    """Read what the agents log, too."""
    service_cidr: str | None = None
    kubectl_flags: str = ""
    tool_version: str = ""
