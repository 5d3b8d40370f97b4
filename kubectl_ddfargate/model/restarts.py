"""What `restart` would do, for its reader and for `-o json`."""

from __future__ import annotations

from kubectl_ddfargate.model.report import API_VERSION, Part


class PlannedRestart(Part, frozen=True, kw_only=True):
    """A workload whose pods are outdated."""

    namespace: str
    kind: str
    name: str
    pods: int
    """How many of its pods are outdated."""
    why: str
    by_hand: str = ""
    """What the user must do, where no rollout replaces the pods."""

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`."""
        return f"{self.kind.lower()}/{self.name} -n {self.namespace}"


class NotJudged(Part, frozen=True, kw_only=True):
    """A workload of which it is not known whether its pods are outdated."""

    namespace: str
    kind: str
    name: str
    reason: str

    @property
    def address(self) -> str:
        """`deployment/coredns -n kube-system`."""
        return f"{self.kind.lower()}/{self.name} -n {self.namespace}"


class RestartPlan(Part, frozen=True, kw_only=True):
    """All of them, in the order in which they are restarted."""

    api_version: str = API_VERSION
    kind: str = "RestartPlan"
    context: str | None
    server: str
    looked_at: int
    """How many workloads on Fargate were looked at."""
    restarts: tuple[PlannedRestart, ...] = ()
    by_hand: tuple[PlannedRestart, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
