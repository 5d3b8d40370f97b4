"""What is shown and advised where agents do not get through to the cluster agent (803)."""

from __future__ import annotations

from kubectl_ddfargate.checks.remedies import kubectl, set_variable
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import cluster_agent
from kubectl_ddfargate.facts.heard import BY_PROXY, Heard, was_probed
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.proxy import NO_PROXY, proxied
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.variables import text_of
from kubectl_ddfargate.model.kube.pods import Pod
from kubectl_ddfargate.model.report import Evidence, Fix


def past_the_proxy(index: Index, group: AgentGroup, found: tuple[Heard, ...]) -> Fix | None:
    """What keeps the agent from asking the proxy, where a probe met one."""
    url = route(index, group).url
    if url is None or not all(one.path.endswith(BY_PROXY) for one in found):
        return None
    proxy = proxied(index, group, url)
    if proxy is None:
        return None
    name = proxy.exceptions.name if proxy.exceptions else NO_PROXY[0]
    return set_variable(index, group, name, ",".join(filter(None, (text_of(proxy.exceptions), url.host))))


def look_at_the_way(index: Index, group: AgentGroup, pod: Pod, logs: str) -> Fix:
    """The commands that show the policies on both sides, and the pod with its security groups."""
    try:
        agent = cluster_agent(index)
    except NotReadError:
        agent = None
    places = dict.fromkeys((*((agent.namespace,) if agent else ()), group.namespace))
    policies = [kubectl(index, "get", "networkpolicies", "-n", place, "-o", "wide") for place in places]
    pods = [kubectl(index, "get", "pod", pod.name, "-n", group.namespace, "-o", "yaml")]
    flags = index.snapshot.kubectl_flags
    probe = f"kubectl ddfargate probe {group.ref.resource} -n {group.namespace} {flags}".rstrip()
    proof = () if was_probed(index) else (probe,)
    return Fix(commands=(*proof, *policies, *pods, logs))


def seen_of_the_way(index: Index, group: AgentGroup) -> tuple[Evidence, ...]:
    """What the API shows of the route: what remains when all of it is well."""
    try:
        known = route(index, group)
    except NotReadError:
        return ()
    if known.service is None or known.reaches != "cluster-agent":
        return ()
    service = known.service
    return (
        Evidence(
            object=f"service/{service.name} -n {service.namespace}",
            path="spec",
            observed=f"{known.value} leads to the cluster agent, which is ready",
            expected="what remains: security groups, or what else stands in the network",
        ),
    )
