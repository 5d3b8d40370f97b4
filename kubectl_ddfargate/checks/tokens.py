"""The token that agents and the cluster agent share (403, 407)."""

from __future__ import annotations

from collections.abc import Iterator

from kubectl_ddfargate.checks.literals import reference_for
from kubectl_ddfargate.checks.references import set_references
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.secret_copy import set_key_from_cluster_agent
from kubectl_ddfargate.checks.subjects import ROUTE_NEEDS, each_agent_now_or_next, object_subject
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, agent_for, cluster_agent, cluster_agents
from kubectl_ddfargate.facts.fargate import fargate_workloads
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.secret_facts import TOKEN_VARIABLE, Token, cluster_agent_token, token_of
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, DEPLOYMENTS, PODS, SECRETS, SERVICES
from kubectl_ddfargate.model.kube.config import Secret
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

LONG_ENOUGH = "32-or-more"
HELM = "Helm"


def _with_both_tokens(index: Index) -> Iterator[AgentGroup]:
    for group in each_agent_now_or_next(index):
        token = token_of(index, group)
        if token is not None and token.mark.length == LONG_ENOUGH and cluster_agent_token(index) is not None:
            yield group


@check(
    "DDF403",
    "Agents and cluster agent have the same token",
    trouble="The token differs from the cluster agent's",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=_with_both_tokens,
    needs=(*ROUTE_NEEDS, SECRETS),
    nothing="no agent whose token and whose cluster agent's token are known",
)
def same_token(index: Index, group: AgentGroup) -> Problem | None:
    """The token that an agent shows is not the cluster agent's.

    Symptom: `"https://…:5005/version" is unavailable: 403 Forbidden`.
    Why: a Secret was copied once, and the cluster agent has got a new token since; or it was copied from another
        cluster.
    Verified: by a hash under a key that lives as long as this run. Neither token is kept or shown. What an agent
        read at its start may be older still than what its Secret holds now.
    Fix: put the cluster agent's token into the Secret, and restart the workload.
    Sources: DataDog/datadog-agent pkg/util/clusteragent; pkg/api/util
    """
    found = route(index, group)
    agent = agent_for(index, found.service) if found.service is not None else cluster_agent(index)
    own, theirs = token_of(index, group), cluster_agent_token(index, agent)
    if own is None or theirs is None or agent is None or own.mark.digest == theirs.mark.digest:
        return None
    where = f"secret/{own.secret} -n {group.namespace}" if own.secret else group.ref.address
    seen = Evidence(
        object=where,
        path=f"data.{own.key}" if own.secret else own.path,
        observed="another token than the cluster agent's",
        expected=f"the token of {_home(agent, theirs)}",
    )
    return Problem(
        message=f"the token in {where} is not the cluster agent's", evidence=(seen,), fix=_same(index, group, own)
    )


def _home(agent: ClusterAgent, token: Token) -> str:
    return f"secret/{token.secret} -n {agent.namespace}, key {token.key}" if token.secret else agent.address


def _same(index: Index, group: AgentGroup, own: Token) -> Fix:
    if own.secret is None or own.key is None:
        return set_references(index, group, {TOKEN_VARIABLE: reference_for(TOKEN_VARIABLE)})
    command = set_key_from_cluster_agent(index, own.secret, group.namespace, own.key, TOKEN_VARIABLE)
    if command is None:
        return Fix(commands=(kubectl(index, "edit", "secret", own.secret, "-n", group.namespace),))
    return Fix(commands=(command, *(() if group.prospective else restart(index, group.ref))))


def _with_a_secret(index: Index) -> Iterator[ClusterAgent]:
    if not fargate_workloads(index):
        return
    for agent in cluster_agents(index):
        token = cluster_agent_token(index, agent)
        if token is not None and token.secret is not None:
            yield agent


@check(
    "DDF407",
    "The cluster agent's token outlives an upgrade",
    trouble="The token is made anew at each upgrade of the chart",
    severity=Severity.INFO,
    category=Category.CREDENTIALS,
    over=_with_a_secret,
    needs=(PODS, SECRETS, CONFIG_MAPS, DEPLOYMENTS, SERVICES),
    nothing="no cluster agent whose token comes from a Secret",
)
def token_stays(index: Index, agent: ClusterAgent) -> Problem | None:
    """The token's Secret is the chart's own.

    Symptom: after an upgrade of the chart all agents on Fargate get 403, until the copies are made anew.
    Why: the chart makes a random token each time it is rendered, unless one is fixed. Copies in other namespaces
        know nothing of it.
    Verified: the labels and the name of the Secret that the cluster agent takes its token from. Whether a token is
        fixed in the values is not visible.
    Fix: let the chart take the token from a Secret of your own.
    Sources: DataDog/helm-charts charts/datadog/templates/secret-cluster-agent-token.yaml
    """
    token = cluster_agent_token(index, agent)
    secret: Secret | None = index.get(SECRETS, agent.namespace, token.secret) if token and token.secret else None
    if token is None or secret is None or not _is_the_charts(secret):
        return None
    seen = Evidence(
        object=f"secret/{secret.name} -n {secret.namespace}",
        path="metadata.labels",
        observed=f"app.kubernetes.io/managed-by: {HELM}",
        expected="a Secret that no chart makes",
    )
    own = "datadog-cluster-agent-token"
    where = "# in the values of the chart, with a Secret of this name and the key token"
    patch = f"{where}\nclusterAgent:\n  tokenExistingSecret: {own}\n"
    return Problem(
        message="the token's Secret is the chart's own: an upgrade makes a new token, and copies go stale",
        evidence=(seen,),
        fix=Fix(patch=patch),
        subjects=(object_subject(secret, SECRETS),),
    )


def _is_the_charts(secret: Secret) -> bool:
    labels = secret.labels
    return labels.get("app.kubernetes.io/managed-by") == HELM and secret.name.endswith("-cluster-agent")
