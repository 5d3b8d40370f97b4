"""Settings that agents and the cluster agent must agree on (504, 506, 507)."""

from __future__ import annotations

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, set_variable
from kubectl_ddfargate.checks.settings import NEEDS, NO_AGENT, own_setting, seen_of
from kubectl_ddfargate.checks.subjects import each_agent
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import setting
from kubectl_ddfargate.facts.cluster_name import is_cluster_name
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route import agent_of
from kubectl_ddfargate.facts.variables import is_true, text_of
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, NAMESPACES, SERVICES
from kubectl_ddfargate.model.report import Category, Fix, Severity

WITH_CLUSTER_AGENT = (*NEEDS, DEPLOYMENTS, SERVICES, NAMESPACES)
DEFAULT_SITE = "datadoghq.com"


@check(
    "DDF504",
    "Agents and cluster agent agree on the cluster's name",
    trouble="Agents lack the cluster's name, or have another",
    severity=Severity.ERROR,
    category=Category.SETTINGS,
    over=each_agent,
    needs=WITH_CLUSTER_AGENT,
    nothing=NO_AGENT,
)
def cluster_name(index: Index, group: AgentGroup) -> Problem | None:
    """`DD_CLUSTER_NAME` is missing, not valid, or other than the cluster agent's.

    Symptom: `orchestrator check is configured but the cluster name is empty`; pods without their cluster, or under
        another.
    Why: on EKS Fargate the name cannot be discovered.
    Verified: the variable, Datadog's rule for names (parts of up to 40 lower-case letters, digits and hyphens,
        joined by dots, 80 in all), and the cluster agent's own.
    Fix: `kubectl ddfargate install`. By hand: set the same name in both places.
    Sources: https://docs.datadoghq.com/containers/kubernetes/configuration/; DataDog/datadog-agent
        pkg/util/kubernetes/clustername
    """
    name = "DD_CLUSTER_NAME"
    found = own_setting(index, group, name)
    value = text_of(found)
    agent = agent_of(index, group)
    theirs = text_of(setting(index, agent, name)) if agent else ""
    valid = is_cluster_name(value)
    if valid and theirs in ("", value):
        return None
    if not value:
        message = f"{name} is not set"
    elif not valid:
        message = f"{name} is not a valid cluster name: {value}"
    else:
        message = f"{name} is {value}, the cluster agent's is {theirs}"
    fix = set_variable(index, group, name, theirs or "<the name of your cluster>")
    if not theirs:
        look = kubectl(index, "config", "view", "--minify", "-o", "jsonpath={.clusters[*].name}")
        fix = Fix(commands=(look, *fix.commands), patch=fix.patch)
    return Problem(
        message=message,
        evidence=seen_of(group, name, found, theirs or "a valid cluster name"),
        fix=fix,
    )


@check(
    "DDF506",
    "Agents and cluster agent send to the same site",
    trouble="Agents send to another site than the cluster agent",
    severity=Severity.WARNING,
    category=Category.SETTINGS,
    over=each_agent,
    needs=WITH_CLUSTER_AGENT,
    nothing=NO_AGENT,
)
def site(index: Index, group: AgentGroup) -> Problem | None:
    """The site differs from the cluster agent's.

    Symptom: the pods are missing in the place where the cluster is seen, or the key is refused.
    Why: each site is an account of its own. Without the variable it is `datadoghq.com`.
    Verified: `DD_SITE` in both places.
    Fix: `kubectl ddfargate install`. By hand: set the cluster agent's site.
    Sources: https://docs.datadoghq.com/getting_started/site/
    """
    agent = agent_of(index, group)
    if agent is None or agent.container is None:
        return None
    name = "DD_SITE"
    found = own_setting(index, group, name)
    value = text_of(found, DEFAULT_SITE)
    theirs = text_of(setting(index, agent, name), DEFAULT_SITE)
    if value == theirs:
        return None
    return Problem(
        message=f"{name} is {value}, the cluster agent's is {theirs}",
        evidence=seen_of(group, name, found, theirs),
        fix=set_variable(index, group, name, theirs),
    )


@check(
    "DDF507",
    "Agents and cluster agent are set to work together",
    trouble="Agents and cluster agent are not set to work together",
    severity=Severity.WARNING,
    category=Category.SETTINGS,
    over=each_agent,
    needs=WITH_CLUSTER_AGENT,
    nothing=NO_AGENT,
)
def work_together(index: Index, group: AgentGroup) -> Problem | None:
    """The sidecar does not use the cluster agent, or the orchestrator explorer is on in one place only.

    Symptom: pods show without their cluster, or not among the Kubernetes resources.
    Why: `DD_CLUSTER_AGENT_ENABLED` is off unless it is set to true. The explorer needs both sides.
    Verified: `DD_CLUSTER_AGENT_ENABLED`, and `DD_ORCHESTRATOR_EXPLORER_ENABLED` in both places (on where not set).
    Fix: set both to `true`, or the explorer to what the cluster agent has.
    Sources: DataDog/datadog-agent pkg/config/setup; https://docs.datadoghq.com/integrations/eks_fargate/
    """
    name = "DD_CLUSTER_AGENT_ENABLED"
    found = own_setting(index, group, name)
    if not is_true(text_of(found, "false")):
        return Problem(
            message=f"{name} is not true: the agent does without a cluster agent",
            evidence=seen_of(group, name, found, "true"),
            fix=set_variable(index, group, name, "true"),
        )
    return _explorer(index, group)


def _explorer(index: Index, group: AgentGroup) -> Problem | None:
    agent = agent_of(index, group)
    if agent is None or agent.container is None:
        return None
    name = "DD_ORCHESTRATOR_EXPLORER_ENABLED"
    found = own_setting(index, group, name)
    value, theirs = text_of(found, "true"), text_of(setting(index, agent, name), "true")
    if is_true(value) == is_true(theirs):
        return None
    return Problem(
        message=f"the orchestrator explorer is {_on(value)} in the sidecar and {_on(theirs)} in the cluster agent",
        evidence=seen_of(group, name, found, theirs),
        fix=set_variable(index, group, name, theirs),
    )


def _on(value: str) -> str:
    return "on" if is_true(value) else "off"
