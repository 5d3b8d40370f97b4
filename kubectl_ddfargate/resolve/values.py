"""What the agent is told: the cluster's name, the site, its resources and further variables."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.facts.agents import agents
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, setting
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.quantity import parse_quantity
from kubectl_ddfargate.facts.variables import text_of, variable
from kubectl_ddfargate.model.redaction import CREDENTIAL_VARIABLES
from kubectl_ddfargate.model.settings import NONE, ResourceSettings
from kubectl_ddfargate.resolve.desk import DEFAULT, GIVEN, Desk
from kubectl_ddfargate.resolve.kept_amounts import KeptAmounts

SITE = "datadoghq.com"
AMOUNTS = {"cpu": "200m", "memory": "256Mi"}
"""What Datadog's own webhook gives its sidecar."""


def settle_cluster_name(desk: Desk, agent: ClusterAgent, *, needed: bool) -> str:
    """The cluster's name in Datadog; empty, with a note where it is needed, where nobody knows it."""
    name = "clusterName"
    said = desk.settings.cluster_name
    if said:
        desk.settle(name, said, GIVEN)
        return said
    way_on = "give it with --cluster-name"
    known = desk.ask(
        "the cluster's name", lambda: text_of(setting(desk.index, agent, "DD_CLUSTER_NAME")), otherwise=way_on
    )
    if known:
        desk.settle(name, known, agent.address)
        return known
    if known is None:
        return ""
    theirs = desk.ask("the cluster's name", lambda: _names_of_agents(desk.index), otherwise=way_on)
    if theirs and len(theirs) == 1:
        (found, where), *_ = theirs.items()
        desk.settle(name, found, where)
        return found
    if needed and theirs is not None:
        several = (
            f": the agents have {' and '.join(sorted(theirs))}" if theirs else ", and no agent knows it either"
        )
        desk.block(f"{agent.address} has no DD_CLUSTER_NAME{several}", next_step=way_on)
    return ""


def _names_of_agents(index: Index) -> dict[str, str]:
    """The names that running agents have, each with one of their workloads. Raises NotReadError."""
    found: dict[str, str] = {}
    for group in agents(index):
        text = text_of(variable(index, group.namespace, group.container, "DD_CLUSTER_NAME"))
        if text:
            found.setdefault(text, group.ref.address)
    return found


def settle_site(desk: Desk, agent: ClusterAgent) -> str | None:
    """Datadog's site; None, with a note, where the cluster agent has one that may not be read."""
    said = desk.settings.site
    if said:
        desk.settle("site", said, GIVEN)
        return said
    known = desk.ask(
        "Datadog's site", lambda: text_of(setting(desk.index, agent, "DD_SITE")), otherwise="give it with --site"
    )
    if known is not None:
        desk.settle("site", known or SITE, agent.address if known else DEFAULT)
        return known or SITE
    return None


def settle_resources(desk: Desk, kept: KeptAmounts | None = None) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Requests and limits. Where only one of the two is said the other follows it, else they could contradict.

    Of what is not said, `kept` comes before the default: what an earlier install was given stays.
    """
    said = desk.settings.agent
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}
    for resource, usual in AMOUNTS.items():
        request = _amount(said.requests, resource)
        limit = _amount(said.limits, resource)
        source = "requests and limits are alike" if request or limit else DEFAULT
        if kept is not None and not (request or limit):
            absent = NONE if resource == "cpu" else None  # an agent lives without that, not without memory
            request, limit = kept.requests.get(resource, absent), kept.limits.get(resource, absent)
            if (request or usual, limit or usual) != (usual, usual):
                source = f"kept from {kept.source}"
        request, limit = request or limit or usual, limit or request or usual
        _refuse_contradiction(desk, resource, request, limit)
        desk.settle(f"agent.requests.{resource}", request, source)
        desk.settle(f"agent.limits.{resource}", limit, source)
        requests |= {resource: request} if request != NONE else {}
        limits |= {resource: limit} if limit != NONE else {}
    return requests, limits


def _refuse_contradiction(desk: Desk, resource: str, request: str, limit: str) -> None:
    if limit == NONE:
        return
    if request == NONE:
        desk.block(
            f"the agent would request no {resource}, and its limit of {limit} is its request then",
            next_step=f"set agent.limits.{resource} to {NONE} too",
        )
        return
    try:
        if parse_quantity(request) > parse_quantity(limit):
            desk.block(
                f"the agent would request more {resource} ({request}) than its limit ({limit})",
                next_step=f"raise agent.limits.{resource}, or leave it out",
            )
    except ValueError as error:
        desk.block(f"agent {resource}: {error}", next_step="write it as Kubernetes does: 200m, 256Mi")


def _amount(part: ResourceSettings | None, resource: str) -> str | None:
    found: str | None = getattr(part, resource) if part is not None else None
    return found


def settle_env(desk: Desk) -> Mapping[str, str]:
    """Further variables. A credential among them stops the plan: a policy can be read by many."""
    said = desk.settings.agent.env or {}
    for name in sorted(CREDENTIAL_VARIABLES & set(said)):
        desk.block(
            f"agent.env sets {name} in clear, where everybody who may read the policy sees it",
            next_step="leave it out: it comes from the Secret datadog-secret",
        )
    env = {name: value for name, value in sorted(said.items()) if name not in CREDENTIAL_VARIABLES}
    if env:
        desk.settle("agent.env", ", ".join(env), GIVEN)
    return env
