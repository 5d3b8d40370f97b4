"""The credentials that agents are given (404, 406, 408). Only names, lengths and hashes are ever compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kubectl_ddfargate.checks.credentials import NO_AGENT
from kubectl_ddfargate.checks.literals import reference_for
from kubectl_ddfargate.checks.references import Reference, secrets_first, set_references
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl, restart
from kubectl_ddfargate.checks.secret_copy import set_key_from_cluster_agent
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.secret_facts import (
    TOKEN_VARIABLE,
    Token,
    absent_credentials,
    cluster_agent_token,
    token_of,
)
from kubectl_ddfargate.facts.variables import SecretUse, variable
from kubectl_ddfargate.model.kinds import CONFIG_MAPS, PODS, SECRETS
from kubectl_ddfargate.model.redaction import TOKEN_MINIMUM
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

LONG_ENOUGH = "32-or-more"


def _each_with_a_token(index: Index) -> Iterator[AgentGroup]:
    for group in each_agent_now_or_next(index):
        try:
            token = token_of(index, group)
        except NotReadError:
            yield group  # the check then says what it lacks
        else:
            if token is not None:
                yield group


@check(
    "DDF404",
    "Tokens are long enough",
    trouble="A token is too short",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=_each_with_a_token,
    needs=(PODS, SECRETS, CONFIG_MAPS),
    nothing="no agent on Fargate has a token",
)
def token_length(index: Index, group: AgentGroup) -> Problem | None:
    """The token is shorter than the agent takes.

    Symptom: `cluster agent authentication token length must be greater than 32`.
    Why: agent and cluster agent refuse tokens below 32 characters; exactly 32 pass.
    Verified: the length class of the value; the value itself is never kept.
    Fix: put the cluster agent's own token there; where that is too short, make a longer one for both.
    Sources: DataDog/datadog-agent pkg/api/security/security.go
    """
    token = token_of(index, group)
    if token is None or token.mark.length == LONG_ENOUGH:
        return None
    where = f"secret/{token.secret} -n {group.namespace}" if token.secret else group.ref.address
    path = f"data.{token.key}" if token.secret else token.path
    observed = "empty" if token.mark.length == "empty" else f"shorter than {TOKEN_MINIMUM} characters"
    seen = Evidence(object=where, path=path, observed=observed, expected=f"{TOKEN_MINIMUM} characters or more")
    return Problem(
        message=f"the token in {where} is {observed}",
        evidence=(seen,),
        fix=_longer_token(index, group, token),
    )


def _longer_token(index: Index, group: AgentGroup, token: Token) -> Fix:
    """The cluster agent's own token in its place, where that one is long enough. A restart makes agents read it."""
    if token.secret is None or token.key is None:
        return set_references(index, group, {TOKEN_VARIABLE: reference_for(TOKEN_VARIABLE)})
    try:
        own = cluster_agent_token(index)
    except NotReadError:
        own = None
    if own is not None and own.mark.length == LONG_ENOUGH:
        command = set_key_from_cluster_agent(index, token.secret, group.namespace, token.key, TOKEN_VARIABLE)
        if command is not None:
            return Fix(commands=(command, *restart(index, group.ref)))
    return Fix(commands=(kubectl(index, "edit", "secret", token.secret, "-n", group.namespace),))


@check(
    "DDF406",
    "Agents read the token from the right variable",
    trouble="The token stands in a variable that no agent reads",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=each_agent_now_or_next,
    needs=(PODS, SECRETS, CONFIG_MAPS),
    nothing=NO_AGENT,
)
def token_variable(index: Index, group: AgentGroup) -> Problem | None:
    """`DD_CLUSTER_AGENT_TOKEN` is set, and the variable that the agent reads is not.

    Symptom: `empty cluster_agent.auth_token`, although a token was given.
    Why: the agent has no such setting. Its name is `DD_CLUSTER_AGENT_AUTH_TOKEN`.
    Verified: the names of the container's variables.
    Fix: `kubectl ddfargate install`. By hand: rename the variable.
    Sources: DataDog/datadog-agent pkg/config/setup
    """
    wrong = variable(index, group.namespace, group.container, "DD_CLUSTER_AGENT_TOKEN")
    if wrong is None or variable(index, group.namespace, group.container, TOKEN_VARIABLE) is not None:
        return None
    seen = Evidence(
        object=group.ref.address, path=wrong.path, observed="DD_CLUSTER_AGENT_TOKEN", expected=TOKEN_VARIABLE
    )
    if wrong.secret is not None and wrong.secret.key:
        reference: Reference = {"secretKeyRef": {"name": wrong.secret.secret, "key": wrong.secret.key}}
    else:
        reference = reference_for(TOKEN_VARIABLE)
    return Problem(
        message=f"DD_CLUSTER_AGENT_TOKEN is no setting of the agent; {TOKEN_VARIABLE} is not set",
        evidence=(seen,),
        fix=set_references(index, group, {TOKEN_VARIABLE: reference}),
    )


@check(
    "DDF408",
    "Agents have an API key and a token",
    trouble="An agent has no API key or no token",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=each_agent_now_or_next,
    needs=(PODS, SECRETS, CONFIG_MAPS),
    nothing=NO_AGENT,
)
def has_credentials(index: Index, group: AgentGroup) -> Problem | None:
    """The agent has no API key, or it is told to use a cluster agent and has no token for it.

    Symptom: nothing arrives at all; or `empty cluster_agent.auth_token`, and pods hang in Datadog without their
        cluster.
    Why: the variable was left out or is empty, or its reference is optional and the Secret is not there: then the
        container starts all the same.
    Verified: the names of the container's variables, the keys of Secrets behind optional references, and whether a
        volume stands where the agent reads its files (then nothing is said). A Secret that keeps the container from
        starting is DDF401 or DDF402, a token in another variable DDF406.
    Fix: `kubectl ddfargate install`. By hand: take both from a Secret in the pod's namespace.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/; DataDog/datadog-agent pkg/config/setup
    """
    absent = absent_credentials(index, group)
    if not absent:
        return None
    path = f"spec.containers[{group.container.name}].env"
    what = {"DD_API_KEY": "API key", TOKEN_VARIABLE: "token for the cluster agent"}
    return Problem(
        message=f"the agent has no {' and no '.join(what[name] for name in absent)}",
        evidence=tuple(
            Evidence(
                object=group.ref.address,
                path=f"{path}[{name}]",
                observed="not set" if use is None else f"optional, and secret/{use.secret} has no key {use.key}",
                expected="a value from a Secret",
            )
            for name, use in absent.items()
        ),
        fix=_give(index, group, absent),
    )


def _give(index: Index, group: AgentGroup, absent: Mapping[str, SecretUse | None]) -> Fix:
    """References to a Secret; where they are there already it is the Secret that lacks."""
    references: dict[str, Reference] = {
        name: {"secretKeyRef": {"name": use.secret, "key": use.key}} if use else reference_for(name)
        for name, use in absent.items()
    }
    if all(absent.values()):
        again = () if group.prospective else restart(index, group.ref)
        return Fix(commands=(*secrets_first(index, group.namespace, references), *again))
    return set_references(index, group, references)
