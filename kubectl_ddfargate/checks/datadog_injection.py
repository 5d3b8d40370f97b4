"""Datadog's own injection (313, 314)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kubectl_ddfargate.checks.injection import NEEDS
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import fixed_url, kubectl, quoted
from kubectl_ddfargate.checks.subjects import each_workload
from kubectl_ddfargate.facts.cluster_agent_url import ClusterAgentUrl, parse_url, service_named
from kubectl_ddfargate.facts.datadog_agent import DatadogInjection, datadog_injection, takes_by_datadog
from kubectl_ddfargate.facts.dns import effective_dns
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route_start import URL_VARIABLE
from kubectl_ddfargate.model.kinds import DATADOG_AGENTS, SERVICES
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity, Subject

DATADOG_NEEDS = (*NEEDS, DATADOG_AGENTS, SERVICES)
_FEATURE = "spec.features.admissionController.agentSidecarInjection"


def _served_by_datadog(index: Index) -> Iterator[Workload]:
    """The workloads with node DNS that Datadog's own injection is meant for."""
    found = datadog_injection(index)
    if found is None or not found.enabled:
        return
    for workload in each_workload(index):
        if takes_by_datadog(index, found, workload.ref) and not _knows_names(index, workload):
            yield workload


def _knows_names(index: Index, workload: Workload) -> bool:
    return effective_dns(index, workload.pods[0].spec).knows_cluster_names


@check(
    "DDF313",
    "Datadog's injection gives node-DNS workloads an address",
    trouble="Datadog's injection gives node-DNS workloads a name",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=_served_by_datadog,
    needs=DATADOG_NEEDS,
    nothing="no workload with node DNS that Datadog's own injection is meant for",
)
def gives_an_address(index: Index, _: Workload) -> Problem | None:
    """Datadog's own injection serves a workload with node DNS, and no profile overrides the URL.

    Symptom: `no such host` in the agent's log: the webhook sets the cluster agent's DNS name.
    Why: the webhook knows one URL for all pods, a name that only the cluster's DNS knows.
    Verified: the profile in the DatadogAgent, or that Helm gave the cluster agent none, against the workload's DNS.
    Fix: `kubectl ddfargate install --injector datadog`. By hand: a profile that sets the URL to a fixed address.
    Sources: DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar
    """
    found = datadog_injection(index)
    if found is None or _is_good(found):
        return None
    url, before = fixed_url(index)
    seen = Evidence(
        object=_holder(found),
        path=f"{_FEATURE}.profiles" if found.installed_by == "operator" else "clusterAgent.admissionController",
        observed=f"DD_CLUSTER_AGENT_URL {found.url}" if found.url else "no profile sets DD_CLUSTER_AGENT_URL",
        expected=f"DD_CLUSTER_AGENT_URL {url}",
    )
    return Problem(
        message="Datadog's injection gives pods with node DNS a URL that they cannot resolve",
        evidence=(seen,),
        fix=Fix(commands=(*before, *_set_url(index, found, url)), patch=_profile(found, url)),
    )


def _is_good(found: DatadogInjection) -> bool:
    if found.url is None:
        return found.profiles is None  # a text of JSON in Helm's values, which is not read
    parsed = parse_url(found.url)
    return isinstance(parsed, ClusterAgentUrl) and (
        parsed.address is not None or service_named(parsed.host, found.namespace) is None
    )


def _holder(found: DatadogInjection) -> str:
    kind = "datadogagent" if found.installed_by == "operator" else "Helm release"
    return f"{kind}/{found.name} -n {found.namespace}"


def _set_url(index: Index, found: DatadogInjection, url: str) -> tuple[str, ...]:
    """The command that gives a DatadogAgent's profile the URL; none for Helm, and where there are several."""
    if found.installed_by != "operator" or found.profiles not in (0, 1):
        return ()
    entry = {"name": URL_VARIABLE, "value": url}
    change: dict[str, object] = {"op": "add", "path": f"/{_FEATURE.replace('.', '/')}/profiles"}
    if found.profiles == 0:
        change["value"] = [{"env": [entry]}]
    elif not found.variables:
        change |= {"path": f"{change['path']}/0/env", "value": [entry]}
    elif URL_VARIABLE not in found.variables:
        change |= {"path": f"{change['path']}/0/env/-", "value": entry}
    else:
        place = found.variables.index(URL_VARIABLE)
        change |= {"op": "replace", "path": f"{change['path']}/0/env/{place}", "value": entry}
    where = (DATADOG_AGENTS.resource, found.name, "-n", found.namespace)
    return (kubectl(index, "patch", *where, "--type", "json", "-p", json.dumps([change])),)


def _profile(found: DatadogInjection, url: str) -> str:
    where = "the DatadogAgent" if found.installed_by == "operator" else "the values of the chart"
    root = "spec:\n  features:\n    " if found.installed_by == "operator" else "clusterAgent:\n  "
    pad = "    " if found.installed_by == "operator" else "  "
    lines = [
        "admissionController:",
        f"{pad}  agentSidecarInjection:",
        f"{pad}    profiles:",
        f"{pad}    - env:",
        f"{pad}      - name: {URL_VARIABLE}",
        f"{pad}        value: {quoted(url)}",
    ]
    return f"# in {where}\n{root}" + "\n".join(lines) + "\n"


def _settings(index: Index) -> Iterator[DatadogInjection]:
    if fargate_workloads(index):
        found = datadog_injection(index)
        if found is not None and found.wanted:
            yield found


@check(
    "DDF314",
    "Datadog's injection is set so that it works",
    trouble="Datadog's injection is set so that it does nothing",
    severity=Severity.ERROR,
    category=Category.INJECTION,
    over=_settings,
    needs=DATADOG_NEEDS,
    nothing="Datadog's own injection is not switched on",
)
def settings_work(index: Index, found: DatadogInjection) -> Problem | None:
    """Datadog's own injection is switched on, with settings that keep it from doing anything.

    Symptom: `configuring more than 1 selector is not supported`, `only 1 profile is supported` or `agent sidecar
        provider is not supported` in the cluster agent's log, and no agents.
    Why: the webhook takes one selector and one profile at most, and knows one provider: fargate. It also needs the
        admission controller itself.
    Verified: the DatadogAgent. Of Helm only what stands in the cluster agent's variables.
    Fix: `kubectl ddfargate install --injector datadog`. By hand: leave one of each, and name the provider.
    Sources: DataDog/datadog-agent pkg/clusteragent/admission/mutate/agent_sidecar
    """
    wrong = found.faults()
    if not wrong:
        return None
    seen = tuple(
        Evidence(object=_holder(found), path=f"{_FEATURE}.{path}", observed=observed, expected=expected)
        for path, observed, expected in wrong
    )
    if found.installed_by == "operator":
        fix = Fix(commands=(kubectl(index, "edit", DATADOG_AGENTS.resource, found.name, "-n", found.namespace),))
    else:
        fix = Fix(commands=(f"helm get values {found.name} -n {found.namespace}",))
    subject = Subject(
        api_version=DATADOG_AGENTS.api_version,
        kind=DATADOG_AGENTS.kind if found.installed_by == "operator" else "HelmRelease",
        namespace=found.namespace,
        name=found.name,
    )
    return Problem(
        message=f"Datadog's injection is switched on and does nothing: {wrong[0][1]}",
        evidence=seen,
        fix=fix,
        subjects=(subject,),
    )
