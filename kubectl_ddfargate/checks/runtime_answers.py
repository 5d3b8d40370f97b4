"""What the agents say of those who answer them: the cluster agent, the kubelet, Datadog (804 to 806)."""

from __future__ import annotations

from kubectl_ddfargate.checks.literals import reference_for
from kubectl_ddfargate.checks.references import set_references
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.runtime import NOT_ASKED, each_asked_agent, look, told, unless_explained
from kubectl_ddfargate.checks.runtime_cause import KUBELET, TOKEN, known_cause
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS
from kubectl_ddfargate.facts.agent_log import LET_IN, Says
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.heard import heard
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.secret_facts import TOKEN_VARIABLE
from kubectl_ddfargate.facts.variables import variable
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, PODS, SECRETS
from kubectl_ddfargate.model.report import Category, Fix, Severity


@check(
    "DDF804",
    "The cluster agent takes the agents' token",
    trouble="The cluster agent does not let the agents in",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=ROUTE_NEEDS,
    nothing=NOT_ASKED,
)
def token_is_taken(index: Index, group: AgentGroup) -> Problem | None:
    """The cluster agent was reached and answered 401 (no token came) or 403 (another came), or the agent has none.

    Symptom: `"https://…:5005/version" is unavailable: 403 Forbidden`, `authentication token length must be greater
        than 32`, or `empty cluster_agent.auth_token and cannot find …`.
    Why: the token of the pod is not the cluster agent's, or the container has none. Variables from Secrets are read
        at the start of the container, so a Secret that was made right since needs new pods. Where the API shows the
        cause, DDF403, DDF404, DDF406 or DDF408 names it, and this check leaves it to them.
    Verified: the agent's own log of the last 15 minutes, or a probe that shows the container's own token.
    Fix: make new pods, which read the Secret anew. Where a probe meets a token that differs in the Secret itself,
        it prints what makes it the cluster agent's first. A container that names no token is given one.
    Sources: DataDog/datadog-agent pkg/api/security/security.go, pkg/api/util, pkg/util/clusteragent/clusteragent.go
    """
    found = heard(index, group, *LET_IN)
    if not found:
        return None
    says = found[0].says
    unless_explained(index, group, says)
    expected = "the token of the cluster agent, as it was when the pod started"
    cause = known_cause(index, group, found, TOKEN)
    if cause is not None:
        return told(found, f"{_NOT_LET_IN[says]}: {cause.message}", cause.fix, expected, cause.evidence)
    if says is not Says.TOKEN_REFUSED and variable(index, group.namespace, group.container, TOKEN_VARIABLE) is None:
        fix = set_references(index, group, {TOKEN_VARIABLE: reference_for(TOKEN_VARIABLE)})
    else:
        fix = Fix(commands=restart(index, group.ref) or (look(index, group, found),))
    return told(found, _NOT_LET_IN[says], fix, expected)


_NOT_LET_IN = {
    Says.TOKEN_REFUSED: "the cluster agent was reached and refuses the agent's token",
    Says.TOKEN_SHORT: "the agent's token is too short: it does not even ask the cluster agent",
    Says.NO_TOKEN: "the agent has no token to show to the cluster agent",
}


@check(
    "DDF805",
    "The kubelet answers the agents",
    trouble="The kubelet refuses the agents",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=(PODS, CONFIG_MAPS, SECRETS),
    nothing=NOT_ASKED,
)
def kubelet_answers(index: Index, group: AgentGroup) -> Problem | None:
    """The agent says that the kubelet, which it asks through the API server, refuses it.

    Symptom: `unexpected status code 403 on https://…/api/v1/nodes/…/proxy/pods`; no container metrics, no pod tags.
    Why: the ServiceAccount lacks `nodes/proxy` and its companions, no token is mounted, or the node's name is
        missing. Where the API shows it, DDF501, DDF502 or DDF503 names the cause, and this check leaves it to them.
    Verified: the agent's own log of the last 15 minutes, or a probe from inside its container.
    Fix: a probe prints what cures the cause that the API shows. Else ask the server as the pod's ServiceAccount,
        which the command does, and make new pods.
    Sources: DataDog/datadog-agent pkg/util/kubernetes/kubelet/kubelet_client.go;
        DataDog/integrations-core eks_fargate/README.md
    """
    found = heard(index, group, Says.KUBELET_REFUSES)
    if not found:
        return None
    unless_explained(index, group, Says.KUBELET_REFUSES)
    message, expected = (
        "the agent says that the kubelet refuses it",
        "an answer of the kubelet through the API server",
    )
    cause = known_cause(index, group, found, KUBELET)
    if cause is not None:
        return told(found, f"{message}: {cause.message}", cause.fix, expected, cause.evidence)
    account = f"system:serviceaccount:{group.namespace}:{group.service_account}"
    ask = kubectl(index, "auth", "can-i", "get", "nodes/proxy", f"--as={account}")
    return told(found, message, Fix(commands=(ask, *restart(index, group.ref))), expected)


@check(
    "DDF806",
    "Datadog takes what the agents send",
    trouble="Agents say that Datadog does not take what they send",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=(PODS,),
    nothing=NOT_ASKED,
)
def intake_answers(index: Index, group: AgentGroup) -> Problem | None:
    """The agent says that Datadog's intake cannot be reached, or refuses its API key.

    Symptom: `API Key invalid, dropping transaction for https://…`, or `error while sending transaction,
        rescheduling it: …` again and again; nothing arrives in Datadog.
    Why: the key is of another organisation or site, or was revoked; or the subnet has no way out (NAT, PrivateLink,
        a proxy). The intake is named by `DD_SITE`.
    Verified: the agent's own log of the last 15 minutes; once or twice that a payload is sent again is no trouble.
        A probe does not try the intake.
    Fix: compare the key and the site with Datadog's; the commands show where both come from.
    Sources: DataDog/datadog-agent comp/forwarder/defaultforwarder/transaction/transaction.go, forwarder_health.go
    """
    found = heard(index, group, Says.KEY_REFUSED, Says.INTAKE_UNREACHED)
    if not found:
        return None
    refused = any(one.says is Says.KEY_REFUSED for one in found)
    what = "refuses the API key" if refused else "cannot be reached"
    describe = kubectl(index, "describe", "pod", found[0].pod.name, "-n", group.namespace)
    return told(
        found,
        f"the agent says that Datadog's intake {what}",
        Fix(commands=(describe, look(index, group, found))),
        "payloads that are taken",
    )
