"""`minReadySeconds` that a run of ours which was killed left raised: which workloads, and how it is put back."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from kubectl_ddfargate.cluster import rollout, rollout_settle
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.rollout_progress import finished
from kubectl_ddfargate.errors import ApiError, DdfargateError, NotFoundError
from kubectl_ddfargate.facts.fargate import Workload
from kubectl_ddfargate.facts.outdated import Outdated
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, STATEFUL_SETS

_ROLLED = (DEPLOYMENTS.kind, STATEFUL_SETS.kind)


class Raised(msgspec.Struct, frozen=True, order=True):
    """A workload whose `minReadySeconds` is still what a killed run made it."""

    ref: WorkloadRef
    under_way: bool = False
    """Its rollout is not through yet: until then the value stays, as it keeps the good pods."""

    @property
    def told(self) -> str:
        """What is done about it, for people."""
        if self.under_way:
            return f"{self.ref.address}: once the rollout that a killed run began is through"
        return self.ref.address


def find_raised(
    gateway: Gateway, workloads: Iterable[Workload | WorkloadRef], outdated: Iterable[Outdated] = ()
) -> tuple[Raised, ...]:
    """Those among these workloads; what may not be read is not among them.

    Only the cluster's name service is rolled with the value raised, and that runs in kube-system: nothing else is
    asked for. Of the `outdated` no rollout is told as under way: their own restart takes it over, or their user.
    """
    refs = [one.ref if isinstance(one, Workload) else one for one in workloads]
    judged = {one.ref for one in outdated}
    asked = (ref for ref in sorted(refs) if ref.namespace == "kube-system" and ref.kind in _ROLLED)
    found = (one for ref in asked if (one := _raised(gateway, ref)) is not None)
    return tuple(one for one in found if not (one.under_way and one.ref in judged))


def put_back(gateway: Gateway, ref: WorkloadRef, tell: Callable[[str], None]) -> bool:
    """Put back what is left over. False, and told, where that could not be written."""
    try:
        if rollout.put_back_leftover(gateway, ref):
            tell(f"{ref.address}: minReadySeconds put back, a restart that was killed had left it raised")
    except NotFoundError:
        tell(f"{ref.address} is gone")
    except DdfargateError as error:
        tell(f"{ref.address}: minReadySeconds could not be put back: {error.message}")
        return False
    return True


def _raised(gateway: Gateway, ref: WorkloadRef) -> Raised | None:
    try:
        now = rollout.read(gateway, ref)
    except ApiError:
        return None
    return Raised(ref, not finished(ref.kind, now)) if rollout_settle.is_raised(now) else None
