"""From a cluster and the user's settings to a design with every value settled."""

from __future__ import annotations

import ipaddress

import msgspec

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent
from kubectl_ddfargate.facts.cluster_agent_url import url_of
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.design import Agent, Design
from kubectl_ddfargate.model.plan import Note, PlannedTarget
from kubectl_ddfargate.model.settings import Given
from kubectl_ddfargate.resolve.address import Settled, settle_address
from kubectl_ddfargate.resolve.cluster_agent import settle_cluster_agent
from kubectl_ddfargate.resolve.desk import DEFAULT, GIVEN, Desk
from kubectl_ddfargate.resolve.discovered import already_injecting, discovered_engines
from kubectl_ddfargate.resolve.image import settle_image
from kubectl_ddfargate.resolve.injector import settle_injector
from kubectl_ddfargate.resolve.kept_amounts import KeptAmounts, kept_amounts
from kubectl_ddfargate.resolve.rights import settle_rights
from kubectl_ddfargate.resolve.scope import planned, settle_pod_label, settle_scope, tell_what_else_is_taken
from kubectl_ddfargate.resolve.secrets import secret_mode, secret_store, settle_secrets
from kubectl_ddfargate.resolve.sizes import with_sizes
from kubectl_ddfargate.resolve.targets import settle_targets
from kubectl_ddfargate.resolve.values import settle_cluster_name, settle_env, settle_resources, settle_site


class Resolved(msgspec.Struct, frozen=True):
    """What came of it."""

    design: Design | None
    """None where a blocking note says why it cannot be settled."""
    notes: tuple[Note, ...] = ()
    injector_why: str = ""
    address_text: str = ""
    """`172.20.0.53 (static band 172.20.0.1–172.20.1.0, free)`."""
    planned_targets: tuple[PlannedTarget, ...] = ()


def resolve(index: Index, given: Given) -> Resolved:
    """Settle every value: as it was given, else as the cluster shows it, else by default.

    What the cluster lacks or hides is never guessed, and never raises: it is a blocking note. All questions are
    asked, so that a reader meets all that is wrong at once.
    """
    desk = Desk(index, given)
    _tell_range(desk)
    chosen = settle_cluster_agent(desk)
    agent = chosen.agent if chosen is not None else None
    engines = discovered_engines(desk, agent)
    kyverno = engines.kyverno if engines is not None else None
    targets = settle_targets(desk, agent, engine_namespace=kyverno.namespace if kyverno is not None else None)
    present = already_injecting(desk, targets)
    choice = None
    if engines is not None and present is not None:
        choice = settle_injector(desk, msgspec.structs.replace(engines, present=present))
    address = settle_address(desk, chosen) if chosen is not None else None
    common = settle_pod_label(desk)
    injector = choice.injector if choice is not None else ""
    scope = settle_scope(desk, targets, injector=injector, common=common, cluster_agent=chosen)
    if scope is not None:
        tell_what_else_is_taken(desk, scope, targets)
    listed = planned(scope, targets)
    design = None
    if agent is not None:
        mode = secret_mode(desk)
        secrets = settle_secrets(desk, agent, {target.namespace for target in targets}, mode)
        sidecar = _sidecar(desk, agent, address, injector, kept_amounts(desk.index, targets))
        rights = settle_rights(desk, targets)
        if sidecar is not None:
            listed = with_sizes(desk, listed, targets, sidecar)
        if choice and scope and address and sidecar and targets:
            design = Design(
                injector=injector,
                policy_kind=choice.policy.kind,
                policy_api_version=choice.policy.api_version,
                agent=sidecar,
                scope=scope,
                fixed_service=address.service,
                targets=targets,
                secrets=secrets,
                secret_mode=mode,
                secret_store=secret_store(desk),
                rights=rights,
                datadog=engines.datadog if engines is not None and injector == "datadog" else None,
                pod_label=common,
                origins=tuple(desk.origins),
            )
    return Resolved(
        design=design,
        notes=tuple(desk.notes),
        injector_why=choice.why if choice is not None else "",
        address_text=address.text if address is not None else "",
        planned_targets=listed,
    )


def _sidecar(
    desk: Desk, agent: ClusterAgent, address: Settled | None, injector: str, kept: KeptAmounts | None
) -> Agent | None:
    """The agent; None, with a note, where something that it needs is not known.

    Datadog's own webhook settles image and cluster name itself.
    """
    needed = injector != "datadog"
    image = settle_image(desk, agent, needed=needed)
    cluster_name = settle_cluster_name(desk, agent, needed=needed)
    site = settle_site(desk, agent)
    requests, limits = settle_resources(desk, kept)
    env = settle_env(desk)
    read_only = desk.settings.agent.read_only_root or False
    desk.settle("agent.readOnlyRoot", "true" if read_only else "false", DEFAULT)
    if address is None or site is None or (needed and not (image and cluster_name)):
        return None
    return Agent(
        image=image,
        url=url_of(address.service.address, address.service.port),
        cluster_name=cluster_name,
        site=site,
        requests=requests,
        limits=limits,
        env=env,
        read_only_root=read_only,
    )


def _tell_range(desk: Desk) -> None:
    """Let the facts know the range that the settings tell."""
    told = desk.settings.service_cidr
    if not told:
        return
    try:
        for part in told.split(","):
            ipaddress.ip_network(part.strip())
    except ValueError as error:
        desk.block(f"the service range cannot be used: {error}", next_step="write it as 172.20.0.0/16")
        told = None
    else:
        desk.settle("serviceCidr", told, GIVEN)
    if desk.index.snapshot.service_cidr != told:
        desk.index = Index(msgspec.structs.replace(desk.index.snapshot, service_cidr=told))
