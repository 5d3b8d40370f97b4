"""Datadog's own injection of sidecars: who settles it, whether it is on, and for which pods."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.facts.cluster_agent import OPERATOR_NAME_LABEL, ClusterAgent, cluster_agent
from kubectl_ddfargate.facts.index import Index, fact
from kubectl_ddfargate.facts.injectors import labels_as_sent, namespace_labels
from kubectl_ddfargate.facts.selectors import selects
from kubectl_ddfargate.facts.workloads import WorkloadRef
from kubectl_ddfargate.model.kinds import DATADOG_AGENTS
from kubectl_ddfargate.model.kube.containers import EnvVar
from kubectl_ddfargate.model.kube.datadog import SIDECAR_LABEL, DatadogAgent, SidecarSelector

LABEL, PROVIDER = SIDECAR_LABEL
_PREFIX = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_"
_URL = "DD_CLUSTER_AGENT_URL"


class DatadogInjection(msgspec.Struct, frozen=True):
    """The settings of Datadog's own injection, and who holds them."""

    installed_by: str
    """`operator` or `helm`."""
    namespace: str
    name: str
    """The DatadogAgent, or the Helm release."""
    enabled: bool = False
    """Whether Datadog injects sidecars today."""
    provider: str | None = None
    by_selectors: bool = False
    """By selectors of its own; otherwise by the label `agent.datadoghq.com/sidecar` on pods."""
    url: str | None = None
    """The cluster agent's URL in its profile. Not known for Helm, whose profile is a text of JSON."""
    profiles: int | None = None
    """How many profiles there are; None where that is not known."""
    variables: tuple[str, ...] = ()
    """The names of the variables that the profile sets."""
    selectors: tuple[SidecarSelector, ...] | None = None
    """Its own selectors; None where they are not known."""
    wanted: bool = False
    """Whether the injection is switched on, whatever else keeps it from working."""
    controller: bool = True
    """Whether the admission controller that it is a part of is on."""

    @property
    def by_label(self) -> bool:
        """Whether it is on and goes by the label on pods."""
        return self.enabled and not self.by_selectors

    def faults(self) -> tuple[tuple[str, str, str], ...]:
        """What keeps it from doing anything: path, observed, expected (agent_sidecar.go of the cluster agent)."""
        found = []
        if not self.controller:
            found.append(("../enabled", "the admission controller is off", "on"))
        if self.provider != PROVIDER:
            found.append(("provider", f"provider {self.provider or 'not set'}", PROVIDER))
        if self.selectors is not None and len(self.selectors) > 1:
            found.append(("selectors", f"{len(self.selectors)} selectors", "one at most"))
        if self.profiles is not None and self.profiles > 1:
            found.append(("profiles", f"{self.profiles} profiles", "one at most"))
        return tuple(found)


@fact
def datadog_agents(index: Index) -> tuple[DatadogAgent, ...]:
    """All DatadogAgents. Raises NotReadError where they may not be read."""
    return tuple(index.all(DATADOG_AGENTS)) if index.snapshot.served(DATADOG_AGENTS) else ()


def datadog_injection(index: Index, agent: ClusterAgent | None = None) -> DatadogInjection | None:
    """Of this cluster agent (otherwise the cluster's); None where neither the Operator nor Helm installed it.

    Raises NotReadError where that cannot be told.
    """
    agent = agent or cluster_agent(index)
    if agent is None:
        return None
    named = agent.labels.get(OPERATOR_NAME_LABEL)
    if named:
        found = (one for one in datadog_agents(index) if (one.namespace, one.name) == (agent.namespace, named))
        custom = next(found, None)
        return _of_operator(custom) if custom else DatadogInjection("operator", agent.namespace, named)
    labels = agent.deployment.labels if agent.deployment is not None else {}
    release = labels.get("app.kubernetes.io/instance")
    if labels.get("app.kubernetes.io/managed-by") != "Helm" or not release:
        return None
    return _of_helm(agent, release)


def _of_operator(agent: DatadogAgent) -> DatadogInjection:
    controller = agent.spec.features.admission_controller if agent.spec.features else None
    injection = agent.injection
    if injection is None:
        return DatadogInjection("operator", agent.namespace, agent.name, profiles=0)
    env = [entry for profile in injection.profiles or () for entry in profile.env or ()]
    return DatadogInjection(
        "operator",
        agent.namespace,
        agent.name,
        # the Operator's own default of the admission controller is on, that of the injection is off
        enabled=bool(injection.enabled) and (controller is None or controller.enabled is not False),
        provider=injection.provider,
        by_selectors=bool(injection.selectors),
        url=next((entry.value for entry in env if entry.name == _URL), None),
        profiles=len(injection.profiles or ()),
        variables=tuple(entry.name for entry in env),
        selectors=tuple(injection.selectors or ()),
        wanted=bool(injection.enabled),
        controller=controller is None or controller.enabled is not False,
    )


def _of_helm(agent: ClusterAgent, release: str) -> DatadogInjection:
    env: dict[str, EnvVar] = {e.name: e for e in (agent.container.env if agent.container else None) or ()}
    switch, provider = env.get(f"{_PREFIX}ENABLED"), env.get(f"{_PREFIX}PROVIDER")
    return DatadogInjection(
        "helm",
        agent.namespace,
        release,
        enabled=switch is not None and (switch.value or "").lower() == "true",
        wanted=switch is not None and (switch.value or "").lower() == "true",
        provider=provider.value if provider else None,
        by_selectors=f"{_PREFIX}SELECTORS" in env,
        profiles=None if f"{_PREFIX}PROFILES" in env else 0,
    )


def takes_by_datadog(index: Index, found: DatadogInjection, ref: WorkloadRef) -> bool:
    """Whether Datadog's own injection is meant for a workload's new pods. Raises NotReadError.

    By the label of its template, or by the one selector of its own. Selectors that Helm gave are not read: then it
    is taken to be meant where the label is there.
    """
    space = namespace_labels(index, ref.namespace)
    for labels in labels_as_sent(index, ref):
        if not found.selectors:
            if labels.get(LABEL) == PROVIDER:
                return True
        elif any(
            selects(one.object_selector, labels) and selects(one.namespace_selector, space)
            for one in found.selectors
        ):
            return True
    return False
