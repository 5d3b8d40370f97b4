"""`render`: a Design from settings alone, without a cluster."""

from __future__ import annotations

import ipaddress

from kubectl_ddfargate.commands.render_missing import Missing
from kubectl_ddfargate.commands.render_targets import targets_from
from kubectl_ddfargate.errors import UsageError
from kubectl_ddfargate.facts.cluster_agent import DEFAULT_PORT
from kubectl_ddfargate.facts.cluster_agent_url import url_of
from kubectl_ddfargate.model.design import (
    FIXED_SERVICE,
    SECRET,
    Agent,
    DatadogOwner,
    Design,
    FixedService,
    KubeletRight,
    Origin,
    PolicyScope,
    SecretCopy,
)
from kubectl_ddfargate.model.settings import Given, InstallSettings, ResourceSettings
from kubectl_ddfargate.resolve.label_selector import parse_label
from kubectl_ddfargate.resolve.secrets import store_of
from kubectl_ddfargate.resolve.values import AMOUNTS, SITE

_POLICIES = {
    "MutatingPolicy": "policies.kyverno.io/v1",
    "ClusterPolicy": "kyverno.io/v1",
    "MutatingAdmissionPolicy": "admissionregistration.k8s.io/v1",
    "DatadogAgent": "datadoghq.com/v2alpha1",
}
_KINDS = {"admission-policy": "MutatingAdmissionPolicy", "datadog": "DatadogAgent"}
_OPERATORS_NAME = "agent.datadoghq.com/name"


def design_from_settings(given: Given) -> Design:
    """Settle every value from what was given, else by default.

    Raises UsageError that lists all values that only a cluster could tell, with flag and key of the file, and one
    for settings that only a cluster can answer.
    """
    _refuse_questions(given)
    settings, missing = given.settings, Missing()
    injector = missing.text(
        settings.injector, flag="--injector", key="injector", what="kyverno, admission-policy or datadog"
    )
    service = _service(settings, missing)
    agent = _agent(settings, missing, service, needed=injector != "datadog")
    common = parse_label(settings.pod_label) if settings.pod_label else None
    targets = targets_from(settings, missing, labels_needed=common is None)
    if missing.found:
        raise UsageError(
            "without a cluster these settings are needed: " + "; ".join(missing.found),
            hint="give them by flags, by DDFARGATE_* variables, or in a file with -f ddfargate.yaml",
        )
    namespaces = tuple(sorted({target.namespace for target in targets}))
    sets = () if common else tuple(sorted({(target.namespace, target.labels) for target in targets}))
    kind = _policy_kind(settings, injector)
    rights = {KubeletRight(target.namespace, target.service_account) for target in targets}
    said = settings.secrets
    return Design(
        injector=injector,
        policy_kind=kind,
        policy_api_version=_POLICIES[kind],
        agent=agent,
        scope=PolicyScope(namespaces, common_label=common, label_sets=sets),
        fixed_service=service,
        targets=targets,
        secrets=tuple(SecretCopy(namespace, SECRET, {}) for namespace in namespaces),
        # without a cluster there is nothing to copy from
        secret_mode="external" if said.mode in (None, "copy") else said.mode,
        secret_store=store_of(settings),
        rights=tuple(sorted(rights)) if settings.kubelet_rights is not False else (),
        datadog=_owner(service) if injector == "datadog" else None,
        pod_label=common,
        origins=tuple(Origin(path, "", source) for path, source in sorted(given.sources.items())),
    )


def _refuse_questions(given: Given) -> None:
    """Without a cluster they would be passed over in silence, and more or less be rendered than was asked for."""
    asked = {"selector": given.settings.selector, "serviceCidr": given.settings.service_cidr}
    if found := [f"{key} ({given.source(key, 'given')})" for key, value in asked.items() if value]:
        raise UsageError(
            f"{' and '.join(found)}: no cluster is asked", hint="add --discover, or leave it out and name targets"
        )


def _service(settings: InstallSettings, missing: Missing) -> FixedService:
    said = settings.cluster_agent
    namespace = missing.text(said.namespace, flag="--cluster-agent", key="clusterAgent.namespace")
    if not said.selector:
        missing.text(None, key="clusterAgent.selector", what="the labels of the cluster agent's pods")
    address = missing.text(said.ip, flag="--cluster-agent-ip", key="clusterAgent.ip", what="an address")
    version = 4
    if address:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError as error:
            raise UsageError(
                f"{address!r} is no IP address", hint="correct --cluster-agent-ip or clusterAgent.ip"
            ) from error
        address, version = str(parsed), parsed.version
    return FixedService(
        namespace=namespace,
        name=said.service_name or FIXED_SERVICE,
        address=address,
        port=said.port or DEFAULT_PORT,
        selector=dict(said.selector or {}),
        ip_family=f"IPv{version}",
        automatic=False,
    )


def _agent(settings: InstallSettings, missing: Missing, service: FixedService, *, needed: bool) -> Agent:
    """The sidecar. Datadog's own webhook settles image and cluster name itself."""
    said, image, name = settings.agent, settings.agent.image or "", settings.cluster_name or ""
    if needed:
        name = missing.text(name, flag="--cluster-name", key="clusterName")
        image = missing.text(
            image, flag="--agent-image", key="agent.image", what="of the cluster agent's version, as …/agent:7.81.1"
        )
    requests, limits = {}, {}
    for resource, usual in AMOUNTS.items():
        request, limit = _amount(said.requests, resource), _amount(said.limits, resource)
        requests[resource] = request or limit or usual
        limits[resource] = limit or request or usual
    return Agent(
        image=image,
        url=url_of(service.address, service.port),
        cluster_name=name,
        site=settings.site or SITE,
        requests=requests,
        limits=limits,
        env=dict(sorted((said.env or {}).items())),
        read_only_root=said.read_only_root or False,
    )


def _amount(part: ResourceSettings | None, resource: str) -> str | None:
    found: str | None = getattr(part, resource) if part is not None else None
    return found


def _policy_kind(settings: InstallSettings, injector: str) -> str:
    wanted = settings.kyverno_kind
    return _KINDS.get(injector) or (wanted if wanted not in (None, "auto") else "MutatingPolicy") or ""


def _owner(service: FixedService) -> DatadogOwner:
    """Who made the cluster agent, as the labels of its pods tell: each installer has its own."""
    operators = service.selector.get(_OPERATORS_NAME)
    if operators:
        return DatadogOwner("operator", service.namespace, operators)
    release = service.selector.get("app", "").removesuffix("-cluster-agent")
    return DatadogOwner("helm", service.namespace, release or "datadog")
