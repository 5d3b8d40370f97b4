"""What agents on Fargate must be told (503, 505)."""

from __future__ import annotations

from kubectl_ddfargate.checks.references import set_references
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import set_variable
from kubectl_ddfargate.checks.subjects import each_agent
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.variables import Variable, is_true, text_of, variable
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, PODS, SECRETS
from kubectl_ddfargate.model.report import Category, Evidence, Severity

NEEDS = (PODS, CONFIG_MAPS, SECRETS)
NO_AGENT = "no agent on Fargate"


def own_setting(index: Index, group: AgentGroup, name: str) -> Variable | None:
    """One variable of a group's agents."""
    return variable(index, group.namespace, group.container, name)


def seen_of(group: AgentGroup, name: str, found: Variable | None, expected: str) -> tuple[Evidence, ...]:
    """What a variable is, beside what it should be."""
    path = found.path if found else f"spec.containers[{group.container.name}].env[{name}]"
    observed = "not set" if found is None else (found.value or found.field or _unread(found))
    return (Evidence(object=group.ref.address, path=path, observed=observed, expected=expected),)


def _unread(found: Variable) -> str:
    return "empty" if found.value == "" else f"from a {found.source}"


@check(
    "DDF503",
    "Agents know their node",
    trouble="Agents do not know their node",
    severity=Severity.ERROR,
    category=Category.SETTINGS,
    over=each_agent,
    needs=NEEDS,
    nothing=NO_AGENT,
)
def node_name(index: Index, group: AgentGroup) -> Problem | None:
    """`DD_KUBERNETES_KUBELET_NODENAME` is missing, or does not come from `spec.nodeName`.

    Symptom: `kubernetes_kubelet_nodename is not defined`; the agent has no host and asks no kubelet.
    Why: on Fargate the agent asks its node's kubelet through the API server, by the node's name.
    Verified: the variable and its `fieldRef`.
    Fix: `kubectl ddfargate install`. By hand: set it by the downward API.
    Sources: DataDog/datadog-agent pkg/util/fargate/detection.go
    """
    name = "DD_KUBERNETES_KUBELET_NODENAME"
    found = own_setting(index, group, name)
    if found is not None and found.field == "spec.nodeName":
        return None
    reference = {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}
    return Problem(
        message=f"{name} does not come from spec.nodeName",
        evidence=seen_of(group, name, found, "valueFrom.fieldRef spec.nodeName"),
        fix=set_references(index, group, {name: reference}),
    )


@check(
    "DDF505",
    "Agents know that they run on Fargate",
    trouble="Agents do not know that they run on Fargate",
    severity=Severity.ERROR,
    category=Category.SETTINGS,
    over=each_agent,
    needs=NEEDS,
    nothing=NO_AGENT,
)
def fargate_mode(index: Index, group: AgentGroup) -> Problem | None:
    """`DD_EKS_FARGATE` is not true.

    Symptom: the agent looks for a container runtime and a local kubelet that are not there.
    Why: the agent's Fargate mode is switched on by this variable only.
    Verified: the variable, by the agent's own reading of truth values.
    Fix: `kubectl ddfargate install`. By hand: set it to `true`.
    Sources: DataDog/datadog-agent pkg/util/fargate/detection.go
    """
    name = "DD_EKS_FARGATE"
    found = own_setting(index, group, name)
    if is_true(text_of(found)):
        return None
    return Problem(
        message=f"{name} is not true",
        evidence=seen_of(group, name, found, "true"),
        fix=set_variable(index, group, name, "true"),
    )
