"""How the Services before the cluster agent lead to it (204, 206, 213)."""

from __future__ import annotations

import msgspec

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import fixed_url, kubectl, quoted, use_fixed_url, use_url
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, UsedService, each_used_service
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent_url import url_of
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.service_health import Fault, FaultKind, service_fault, stable_selector
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_SERVICE = "no Service that an agent uses"


def _fault(index: Index, used: UsedService, kind: FaultKind) -> Fault | None:
    fault = service_fault(index, used.agent, used.service, used.port)
    return fault if fault is not None and fault.kind is kind else None


def _problem(used: UsedService, fault: Fault, message: str, fix: Fix) -> Problem:
    address = f"service/{used.service.name} -n {used.service.namespace}"
    seen = Evidence(object=address, path=fault.path, observed=fault.observed, expected=fault.expected)
    return Problem(message=message, evidence=(seen,), fix=fix, cause=f"{address} {fault.observed}")


def _patch(index: Index, used: UsedService, patch: str, *, form: str = "merge") -> Fix:
    where = ("-n", used.service.namespace)
    words = ("patch", "service", used.service.name, *where, "--type", form, "-p", patch)
    return Fix(commands=(kubectl(index, *words),))


@check(
    "DDF204",
    "Fixed Services select the cluster agent",
    trouble="A fixed Service does not select the cluster agent",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_used_service,
    needs=ROUTE_NEEDS,
    nothing=NO_SERVICE,
)
def selects_the_agent(index: Index, used: UsedService) -> Problem | None:
    """A Service that is meant for the cluster agent selects nothing, or other pods.

    Symptom: connection refused at an address that exists, or an answer from somebody else.
    Why: the labels hang on how the cluster agent was installed: the Operator and Helm use different ones.
    Verified: the Service's selector against the labels of the cluster agent's pods.
    Fix: give the Service the selector that the installer's own Service has.
    Sources: DataDog/helm-charts charts/datadog/templates/agent-services.yaml; DataDog/datadog-operator
        internal/controller/datadogagent/component/clusteragent
    """
    fault = _fault(index, used, FaultKind.SELECTOR)
    if fault is None:
        return None
    wanted = stable_selector(used.agent)
    if used.service.namespace != used.agent.namespace:
        return _elsewhere(index, used, fault)
    gone = {key: "null" for key in used.service.spec.selector or {} if key not in wanted}
    pairs = gone | {key: quoted(value) for key, value in wanted.items()}
    body = ",".join(f"{quoted(key)}:{value}" for key, value in sorted(pairs.items()))
    fix = _patch(index, used, f'{{"spec":{{"selector":{{{body}}}}}}}')
    return _problem(used, fault, "a Service meant for the cluster agent does not select it", fix)


def _elsewhere(index: Index, used: UsedService, fault: Fault) -> Problem:
    """Another Service where the cluster agent is, for those who use this one. It keeps its address till it goes."""
    url, fix = use_fixed_url(index, *used.users)
    if not used.users:
        fix = Fix(commands=fixed_url(index)[1])
    message = (
        "a Service selects pods of its own namespace only: one that leads to the cluster agent must stand in "
        f"{used.agent.namespace}; use {url}, and take this one away when no agent uses it any more"
    )
    return _problem(used, fault, message, fix)


@check(
    "DDF206",
    "Ports lead to the cluster agent's port",
    trouble="The port does not lead to the cluster agent",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_used_service,
    needs=ROUTE_NEEDS,
    nothing=NO_SERVICE,
)
def port_is_right(index: Index, used: UsedService) -> Problem | None:
    """The URL's port is none of the Service's, or the Service sends it to a port where nobody listens.

    Symptom: connection refused or timed out, although the Service has endpoints.
    Why: the cluster agent listens on `DD_CLUSTER_AGENT_CMD_PORT` (5005 by default). A named targetPort must
        be the name of a port of its container.
    Verified: URL, Service ports, container ports and that variable.
    Fix: `kubectl ddfargate install`. By hand: mend the Service's port, or the URL's.
    Sources: DataDog/datadog-agent pkg/config/setup
    """
    fault = _fault(index, used, FaultKind.PORT)
    if fault is None:
        return None
    right = _right_port(index, used)
    if right is not None and used.users:
        return _other_port(index, used, fault, right)
    return _problem(used, fault, "the port does not lead to the cluster agent's", _mend_port(index, used, fault))


def _other_port(index: Index, used: UsedService, fault: Fault, right: int) -> Problem:
    """The Service is right and the URLs are not: the same URLs with another port."""
    message = f"the URL's port does not lead to the cluster agent; port {right} does"
    wanted: dict[str, list[AgentGroup]] = {}
    seen: list[Evidence] = []
    for group in used.users:
        found = route(index, group)
        if found.url is not None:
            url = url_of(found.url.host, right)
            wanted.setdefault(url, []).append(group)
            seen.append(Evidence(object=group.ref.address, path=found.path, observed=found.value, expected=url))
    fixes = [use_url(index, groups, url) for url, groups in wanted.items()]
    fix = Fix(commands=tuple(command for one in fixes for command in one.commands), patch=fixes[0].patch)
    problem = _problem(used, fault, message, fix)
    return msgspec.structs.replace(problem, evidence=(*problem.evidence, *seen))


def _mend_port(index: Index, used: UsedService, fault: Fault) -> Fix:
    target = int(fault.expected)
    wanted = used.port or target
    tcp = used.service.tcp_ports()
    numbers = [port.port if port in tcp else None for port in used.service.spec.ports or ()]
    if tcp and (used.port is None or used.port in numbers):
        place = numbers.index(used.port or tcp[0].port)
        patch = f'[{{"op":"add","path":"/spec/ports/{place}/targetPort","value":{target}}}]'
        return _patch(index, used, patch, form="json")
    port = f'{{"name":"agentport","port":{wanted},"protocol":"TCP","targetPort":{target}}}'
    return _patch(index, used, f'{{"spec":{{"ports":[{port}]}}}}')


def _right_port(index: Index, used: UsedService) -> int | None:
    """Another port of the Service that leads to the cluster agent; then it is the URL that is wrong."""
    for port in used.service.tcp_ports():
        fault = service_fault(index, used.agent, used.service, port.port)
        if fault is None or fault.kind is not FaultKind.PORT:
            return port.port
    return None


@check(
    "DDF213",
    "Services reach the cluster agent from other nodes",
    trouble="The Service drops traffic from other nodes",
    severity=Severity.ERROR,
    category=Category.ROUTE,
    over=each_used_service,
    needs=ROUTE_NEEDS,
    nothing=NO_SERVICE,
)
def traffic_policy(index: Index, used: UsedService) -> Problem | None:
    """`internalTrafficPolicy: Local` on the Service drops all traffic from Fargate.

    Symptom: connection timed out, although the Service has ready endpoints.
    Why: `Local` sends traffic to endpoints of the same node only, and a Fargate node runs one pod.
    Verified: the field of the Service.
    Fix: set it to `Cluster`.
    Sources: https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/
    """
    fault = _fault(index, used, FaultKind.TRAFFIC_POLICY)
    if fault is None:
        return None
    fix = _patch(index, used, '{"spec":{"internalTrafficPolicy":"Cluster"}}')
    return _problem(used, fault, "the Service keeps traffic on its own node, and a Fargate node has one pod", fix)
