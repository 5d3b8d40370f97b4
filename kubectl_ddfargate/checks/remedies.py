"""Commands and patches that cure, each complete: with context, namespace and quoting."""

from __future__ import annotations

from collections.abc import Sequence

from kubectl_ddfargate.facts.addresses import working_fixed_service
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import DEFAULT_PORT, ClusterAgent, cluster_agent, command_port_of
from kubectl_ddfargate.facts.cluster_agent_url import url_of
from kubectl_ddfargate.facts.fixed_address import suggested_address
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.injection import injected_by
from kubectl_ddfargate.facts.injectors import possible_injectors
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.facts.service_health import stable_selector
from kubectl_ddfargate.facts.workloads import RESTARTABLE, WorkloadRef
from kubectl_ddfargate.model.kinds import CRON_JOBS, POLICIES
from kubectl_ddfargate.model.kubectl_line import kubectl_line
from kubectl_ddfargate.model.report import Fix

CHANGEABLE = RESTARTABLE | {CRON_JOBS.kind}
"""Kinds whose template may be changed in place. A Job's may not."""

FIXED_SERVICE = "datadog-cluster-agent-fixed"
MANAGED_BY = "app.kubernetes.io/managed-by: kubectl-ddfargate"


def kubectl(index: Index, *words: str) -> str:
    """A kubectl command line for the cluster that was looked at."""
    return kubectl_line(index.snapshot.kubectl_flags, *words)


def apply(index: Index, manifest: str) -> str:
    """A command that applies a manifest as it stands."""
    return f"{kubectl(index, 'apply', '-f', '-')} <<'EOF'\n{manifest.rstrip()}\nEOF"


def change(index: Index, ref: WorkloadRef) -> str:
    """How a workload's spec is changed. Pods and Jobs must be made again, so they are shown only."""
    where = (ref.resource, "-n", ref.namespace)
    if ref.kind in RESTARTABLE or ref.kind == CRON_JOBS.kind:
        return kubectl(index, "edit", *where)
    return kubectl(index, "get", *where, "-o", "yaml")


def restart(index: Index, ref: WorkloadRef) -> tuple[str, ...]:
    """How new pods are made of a workload; nothing where no command does it."""
    if ref.kind not in RESTARTABLE:
        return ()
    return (rolled_out(index, ref, kubectl(index, "rollout", "restart", ref.resource, "-n", ref.namespace)),)


def rolled_out(index: Index, ref: WorkloadRef, command: str) -> str:
    """A command that makes new pods, and the wait for them: what is pasted after it must not meet them halfway."""
    if ref.kind not in RESTARTABLE:
        return command
    wait = ("rollout", "status", ref.resource, "-n", ref.namespace, "--timeout=10m")
    return f"{command} && {kubectl(index, *wait)}"


def set_variable(index: Index, group: AgentGroup, name: str, value: str) -> Fix:
    """Give a literal value to a variable of an agent, where that agent is made.

    A value with a `<placeholder>` in it is for a person to write: no command takes it.
    """
    entry = f"- name: {name}\n  value: {quoted(value)}\n"
    if "<" in value:
        by_hand = set_by_hand(index, group, entry)
        return Fix(commands=by_hand.commands or (change(index, group.ref),), patch=by_hand.patch)
    words = ("set", "env", group.ref.resource, "-n", group.namespace, "-c", group.container.name, f"{name}={value}")
    return set_at_the_source(index, group, words, entry)


def set_at_the_source(index: Index, group: AgentGroup, change_template: tuple[str, ...], entry: str) -> Fix:
    """Change the env of an agent where it is made: by a command in a template, by hand elsewhere."""
    ref = group.ref
    if injected_by(index, ref, group.container) == "template" and ref.kind in CHANGEABLE:
        return Fix(commands=(rolled_out(index, ref, kubectl(index, *change_template)),))
    by_hand = set_by_hand(index, group, entry)
    # Pods that have no agent yet need no restart for it.
    again = () if group.prospective else restart(index, ref)
    return Fix(commands=(*by_hand.commands, *again), patch=by_hand.patch)


def set_by_hand(index: Index, group: AgentGroup, entry: str) -> Fix:
    """The entry as a patch that says where it goes, and the command that opens that place where there is one."""
    ref, container = group.ref, group.container
    source = injected_by(index, ref, container)
    where = f"# in the env of container {container.name}, where it is made"
    edit: tuple[str, ...] = ()
    if source == "template":
        edit = (change(index, ref),)
    elif source == "admission-policy":
        for injector in possible_injectors(index, ref):
            if injector.kind == POLICIES.kind and container.name in injector.names:
                edit = (kubectl(index, "edit", POLICIES.resource, injector.name),)
    elif source in ("kyverno", "unknown"):
        where += _suspects(index, ref)
    elif source == "datadog":
        where = "# under agentSidecarInjection.profiles[0].env of the DatadogAgent or of the Helm values"
    return Fix(commands=edit, patch=f"{where}\n{entry}")


def _suspects(index: Index, ref: WorkloadRef) -> str:
    """What may have put the agent there, as the end of a sentence; empty where nothing is known."""
    try:
        names = [f"{injector.kind}/{injector.name}" for injector in possible_injectors(index, ref)]
    except NotReadError:
        return ""
    return f": what looks at these pods is {', '.join(names)}" if names else ""


def quoted(value: str) -> str:
    """A YAML string that no reader takes for a number or a truth value."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def working_fixed_url(index: Index) -> str | None:
    """The URL of a fixed Service that leads to the cluster agent, ready or not; None where there is none."""
    agent = cluster_agent(index)
    if agent is None:
        return None
    found = working_fixed_service(index, agent)
    return url_of(found[0].addresses()[0], found[1]) if found is not None else None


def fixed_url(index: Index) -> tuple[str, tuple[str, ...]]:
    """The URL that node-DNS workloads should use, and what must be applied before it works.

    Where no address can be suggested the URL holds a placeholder, and the command shows what to look at.
    """
    try:
        existing = working_fixed_url(index)
        if existing is not None:
            return existing, ()
        agent = cluster_agent(index)
    except NotReadError:
        return f"https://<a fixed ClusterIP of the cluster agent>:{DEFAULT_PORT}", ()
    address = suggested_address(index)
    port = command_port_of(agent) if agent else DEFAULT_PORT
    if agent is None or address is None:
        return f"https://<a fixed ClusterIP of the cluster agent>:{port}", (
            kubectl(index, "get", "services", "-A", "-o", "wide"),
        )
    return url_of(str(address), port), (apply(index, fixed_service(agent, str(address))),)


def fixed_service(agent: ClusterAgent, address: str, name: str = FIXED_SERVICE) -> str:
    """The manifest of a Service with a fixed address before the cluster agent."""
    port = command_port_of(agent)
    selector = "\n".join(f"    {key}: {quoted(value)}" for key, value in sorted(stable_selector(agent).items()))
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {agent.namespace}
  labels:
    {MANAGED_BY}
spec:
  clusterIP: {quoted(address)}
  internalTrafficPolicy: Cluster
  ports:
  - port: {port}
    protocol: TCP
    targetPort: {port}
  selector:
{selector}
"""


def use_fixed_url(index: Index, *groups: AgentGroup) -> tuple[str, Fix]:
    """The URL that groups should use, and all that makes it so."""
    url, before = fixed_url(index)
    fix = use_url(index, groups, url)
    return url, Fix(commands=(*before, *fix.commands), patch=fix.patch)


def use_url(index: Index, groups: Sequence[AgentGroup], url: str) -> Fix:
    """Give groups another URL of the cluster agent."""
    fixes = [set_variable(index, group, URL_VARIABLE, url) for group in groups]
    commands = dict.fromkeys(command for fix in fixes for command in fix.commands)
    return Fix(commands=tuple(commands), patch=next((fix.patch for fix in fixes if fix.patch), None))
