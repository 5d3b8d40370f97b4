"""What the agents say themselves of their way to the cluster agent, in their logs or when probed (801 to 803)."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, use_fixed_url
from kubectl_ddfargate.checks.runtime_cause import WAY, known_cause
from kubectl_ddfargate.checks.runtime_way import look_at_the_way, past_the_proxy, seen_of_the_way
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, each_agent
from kubectl_ddfargate.facts.agent_log import LET_IN, Says
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.explained import explanation
from kubectl_ddfargate.facts.heard import Heard, heard, troubled_without_cause, was_asked, was_probed
from kubectl_ddfargate.facts.index import Index, NotProvedError
from kubectl_ddfargate.model.kinds import NETWORK_POLICIES, NODE_PLUGINS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NOT_ASKED = "agents were not asked: add --logs, or run kubectl ddfargate probe"


def each_asked_agent(index: Index) -> tuple[AgentGroup, ...]:
    """Every agent on Fargate, where agents were asked at all."""
    return each_agent(index) if was_asked(index) else ()


def told(found: tuple[Heard, ...], message: str, fix: Fix, expected: str, more: Iterable[Evidence] = ()) -> Problem:
    """The problem that some pods of a group tell of."""
    pods = tuple({one.pod.name: one.pod for one in found}.values())
    first = found[0]
    seen = Evidence(
        object=f"pod/{first.pod.name} -n {first.pod.namespace}",
        path=first.path,
        observed=first.text,
        expected=expected,
    )
    return Problem(message=message, evidence=(seen, *more), fix=fix, pods=pods, cause=message)


def unless_explained(index: Index, group: AgentGroup, says: Says) -> None:
    """Leave it to another check where the API shows the cause of what the agents say."""
    if was_probed(index):
        return  # a probe stands alone: no other check runs beside it
    cause = explanation(index, group, says)
    if cause is not None:
        reason = f"what {group.ref.address} says follows from {cause}, which has a finding of its own"
        raise NotProvedError(reason, by_choice=True)


def without_endpoint(index: Index, group: AgentGroup, says: Says, message: str) -> Problem | None:
    """The problem that an agent has with its endpoint itself, where a URL with a fixed address cures it."""
    found = heard(index, group, says)
    if not found:
        return None
    unless_explained(index, group, says)
    url, fix = use_fixed_url(index, group)
    return told(found, f"the agent says that {message}", fix, url)


def look(index: Index, group: AgentGroup, found: tuple[Heard, ...]) -> str:
    """The command that shows what was heard, whole."""
    pod = found[0].pod
    return kubectl(index, "logs", pod.name, "-n", pod.namespace, "-c", group.container.name, "--since=15m")


@check(
    "DDF801",
    "Agents say that they have an endpoint",
    trouble="Agents say that they have no endpoint of the cluster agent",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=ROUTE_NEEDS,
    nothing=NOT_ASKED,
)
def endpoint_found(index: Index, group: AgentGroup) -> Problem | None:
    """The agent says that it found no endpoint of the cluster agent.

    Symptom: `cannot get a cluster agent endpoint for kubernetes service DATADOG_CLUSTER_AGENT, env
        DATADOG_CLUSTER_AGENT_SERVICE_HOST is empty`; no orchestrator data, no cluster tags.
    Why: no URL is set and the kubelet gave no Service variables, or the URL is not https. Where the pod's settings
        show it, DDF207 or DDF208 names the cause, and this check leaves it to them.
    Verified: the agent's own log of the last 15 minutes, or a probe from inside its container.
    Fix: set `DD_CLUSTER_AGENT_URL` to a fixed ClusterIP of the cluster agent, and make new pods.
    Sources: DataDog/datadog-agent pkg/config/utils/clusteragent.go
    """
    return without_endpoint(index, group, Says.NO_ENDPOINT, "it found no endpoint of the cluster agent")


@check(
    "DDF802",
    "Agents can resolve the cluster agent's name",
    trouble="Agents say that the cluster agent's name does not resolve",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=ROUTE_NEEDS,
    nothing=NOT_ASKED,
)
def name_resolves(index: Index, group: AgentGroup) -> Problem | None:
    """The agent says that the name of the cluster agent does not resolve.

    Symptom: `dial tcp: lookup datadog-cluster-agent.datadog.svc.cluster.local: no such host`.
    Why: the pod's DNS does not know the name, or does not answer. Where the API shows it (node DNS, a name of no
        Service), DDF101, DDF201 or DDF216 names the cause, and this check leaves it to them.
    Verified: the agent's own log of the last 15 minutes, or a probe from inside its container.
    Fix: use an address, which needs no DNS: a fixed ClusterIP of the cluster agent.
    Sources: DataDog/datadog-agent pkg/util/clusteragent/clusteragent.go; Go, package net
    """
    return without_endpoint(index, group, Says.NO_SUCH_HOST, "the cluster agent's name does not resolve")


@check(
    "DDF803",
    "Agents can connect to the cluster agent",
    trouble="Agents say that they cannot connect to the cluster agent",
    severity=Severity.ERROR,
    category=Category.RUNTIME,
    over=each_asked_agent,
    needs=(*ROUTE_NEEDS, NETWORK_POLICIES, NODE_PLUGINS),
    nothing=NOT_ASKED,
)
def connects(index: Index, group: AgentGroup) -> Problem | None:
    """The agent says that connections to the cluster agent are refused, end in silence, or fail in TLS.

    Symptom: `connection refused`, `i/o timeout`, `context deadline exceeded` or `x509: …` after the URL.
    Why: where the API shows the cause (an address, a Service, a port, a NetworkPolicy, a proxy, a certificate), it
        has a finding of its own. What remains is what the API cannot show, most of all a security group.
    Verified: the agent's own log of the last 15 minutes, or a probe from inside its container.
    Fix: a probe prints what cures the cause that the API shows. Else a person decides: the commands show the
        policies on both sides and the pod with its security groups. Port 5005 must be open from the workload's
        pods to the cluster agent's.
    Sources: DataDog/datadog-agent pkg/util/clusteragent/clusteragent.go;
        https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
    """
    found = heard(index, group, Says.NO_CONNECTION)
    if not found:
        line = troubled_without_cause(index, group)
        if line is not None:
            for says in (Says.NO_ENDPOINT, Says.NO_SUCH_HOST, Says.NO_CONNECTION, *LET_IN):
                unless_explained(index, group, says)
            raise NotProvedError(
                f"{group.ref.address} does not reach the cluster agent and does not say why: {line}",
                by_choice=False,
            )
        return None
    unless_explained(index, group, Says.NO_CONNECTION)
    by_proxy = past_the_proxy(index, group, found)
    if by_proxy is not None:
        return told(found, "the agent asks a proxy, which does not lead to the cluster agent", by_proxy, "no proxy")
    cause = known_cause(index, group, found, WAY)
    message, expected = (
        "the agent says that it cannot connect to the cluster agent",
        "an answer of the cluster agent",
    )
    if cause is not None:
        return told(found, f"{message}: {cause.message}", cause.fix, expected, cause.evidence)
    way = look_at_the_way(index, group, found[0].pod, look(index, group, found))
    return told(found, message, way, expected, seen_of_the_way(index, group))
