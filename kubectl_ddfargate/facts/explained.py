"""What the API shows that explains what an agent says: then that is the cause, and what it says follows from it.

What could not be read explains nothing: what the agent says is certain, whatever the cause.
"""

from __future__ import annotations

from collections.abc import Callable

from kubectl_ddfargate.facts.agent_log import LET_IN, Says
from kubectl_ddfargate.facts.agents import AgentGroup, has_token
from kubectl_ddfargate.facts.certificate import is_certified
from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, agent_for, cluster_agent
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.kubelet_rights import lacking_rights
from kubectl_ddfargate.facts.network_policies import enforcer, is_let_in
from kubectl_ddfargate.facts.proxy import proxied
from kubectl_ddfargate.facts.route import route
from kubectl_ddfargate.facts.route_start import Link
from kubectl_ddfargate.facts.secret_facts import TOKEN_VARIABLE, absent_credentials, cluster_agent_token, token_of
from kubectl_ddfargate.facts.variables import is_true, text_of, variable

NODE_NAME = "DD_KUBERNETES_KUBELET_NODENAME"
MISNAMED = "DD_CLUSTER_AGENT_TOKEN"
VERIFY = "DD_CLUSTER_TRUST_CHAIN_ENABLE_TLS_VERIFICATION"

Cause = Callable[[Index, AgentGroup], str | None]


def explanation(index: Index, group: AgentGroup, says: Says) -> str | None:
    """The cause of what a group says, in plain words; None where the API shows none."""
    for cause in _CAUSES.get(says, ()):
        try:
            found = cause(index, group)
        except NotReadError:
            continue
        if found is not None:
            return found
    return None


def _broken_at(*links: Link) -> Cause:
    def cause(index: Index, group: AgentGroup) -> str | None:
        broken = route(index, group).broken
        return broken.value if broken in links and broken is not None else None

    return cause


def _agent(index: Index, group: AgentGroup) -> ClusterAgent | None:
    service = route(index, group).service
    return agent_for(index, service) if service is not None else cluster_agent(index)


def _policy(index: Index, group: AgentGroup) -> str | None:
    agent = _agent(index, group)
    # Where nothing is seen that enforces it, that the agent is shut out is news.
    if agent is None or is_let_in(index, agent, group) or enforcer(index, agent) is None:
        return None
    return "a NetworkPolicy"


def _proxy(index: Index, group: AgentGroup) -> str | None:
    url = route(index, group).url
    return "a proxy" if url is not None and proxied(index, group, url) is not None else None


def _certificate(index: Index, group: AgentGroup) -> str | None:
    verifies = is_true(text_of(variable(index, group.namespace, group.container, VERIFY)))
    agent, url = _agent(index, group), route(index, group).url
    if not verifies or agent is None or url is None or is_certified(index, agent, url):
        return None
    return "the cluster agent's certificate"


def _token(index: Index, group: AgentGroup) -> str | None:
    if TOKEN_VARIABLE in absent_credentials(index, group):
        return "a token that is not there"
    if variable(index, group.namespace, group.container, TOKEN_VARIABLE) is None and (
        variable(index, group.namespace, group.container, MISNAMED) is not None
    ):
        return f"a token in {MISNAMED}, which no agent reads"
    own, agent = token_of(index, group), _agent(index, group)
    if own is None:
        return None
    if own.mark.length != "32-or-more":
        return "a token that is too short"
    theirs = cluster_agent_token(index, agent) if agent is not None else None
    return "a token that differs" if theirs is not None and own.mark.digest != theirs.mark.digest else None


def _rights(index: Index, group: AgentGroup) -> str | None:
    if not has_token(group.container):
        return "a ServiceAccount token that is not mounted"
    if variable(index, group.namespace, group.container, NODE_NAME) is None:
        return f"{NODE_NAME} that is not set"
    return "rights that are lacking" if lacking_rights(index, group.namespace, group.service_account) else None


_CAUSES: dict[Says, tuple[Cause, ...]] = {
    Says.NO_ENDPOINT: (_broken_at(Link.URL_FORM, Link.NO_URL),),
    Says.NO_SUCH_HOST: (_broken_at(Link.NAME, Link.SERVICE_NAME, Link.ABSENT),),
    Says.NO_CONNECTION: (
        _broken_at(Link.URL_FORM, Link.NAME, Link.ABSENT, Link.ADDRESS, Link.SERVICE),
        _certificate,
        _proxy,
        _policy,
    ),
    **dict.fromkeys(LET_IN, (_token,)),
    Says.KUBELET_REFUSES: (_rights,),
}
