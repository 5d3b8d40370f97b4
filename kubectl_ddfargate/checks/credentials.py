"""The Secrets that agents refer to (401, 402)."""

from __future__ import annotations

from collections.abc import Iterable

from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.checks.secret_copy import copy_secret, set_key_from_cluster_agent, set_key_from_twin
from kubectl_ddfargate.checks.subjects import each_agent_now_or_next
from kubectl_ddfargate.facts.agents import AgentGroup
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.facts.secret_facts import (
    Lack,
    lacks,
)
from kubectl_ddfargate.model.kinds import PODS, SECRETS
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

NO_AGENT = "no agent on Fargate"


def _lacking(index: Index, group: AgentGroup, *, whole: bool) -> tuple[Lack, ...]:
    return tuple(lack for lack in lacks(index, group) if (lack.secret is None) is whole)


def _evidence(group: AgentGroup, found: Iterable[Lack], observed: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            object=group.ref.address,
            path=lack.use.path,
            observed=observed.format(keys=", ".join(lack.keys) or "none"),
            expected=f"secret/{lack.use.secret} -n {group.namespace}"
            + (f", key {lack.use.key}" * bool(lack.use.key)),
        )
        for lack in found
    )


@check(
    "DDF401",
    "Secrets of the agents exist",
    trouble="A Secret of the agents is missing",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=each_agent_now_or_next,
    needs=(PODS, SECRETS),
    nothing=NO_AGENT,
)
def secret_exists(index: Index, group: AgentGroup) -> Problem | None:
    """The Secret that a sidecar refers to is not in the pod's namespace.

    Symptom: the agent container waits with `CreateContainerConfigError`, and the pod is not Ready and leaves its
        Services. For CoreDNS that is DNS.
    Why: Secrets cannot be used across namespaces, so each namespace with sidecars needs a copy.
    Verified: the Secret is asked for by name.
    Fix: `kubectl ddfargate install`. By hand: create it with the keys that the sidecar wants.
    Sources: https://docs.datadoghq.com/integrations/eks_fargate/; DataDog/datadog-agent issue 52899
    """
    found = _lacking(index, group, whole=True)
    if not found:
        return None
    wanted: dict[str, dict[str, str]] = {}
    for lack in found:
        wanted.setdefault(lack.use.secret, {}).update({lack.use.key: lack.use.variable} if lack.use.key else {})
    names = " and ".join(sorted(wanted))
    missing = f"the Secret {names} is" if len(wanted) == 1 else f"the Secrets {names} are"
    when = "new pods would wait for it" if group.prospective else "a new or restarted agent waits for it"
    return Problem(
        message=f"{missing} missing in namespace {group.namespace}; {when}",
        evidence=_evidence(group, found, "no such Secret"),
        cause=f"{group.namespace}/{names}",
        fix=Fix(commands=tuple(copy_secret(index, name, group.namespace, keys) for name, keys in wanted.items())),
    )


@check(
    "DDF402",
    "Secrets of the agents have their keys",
    trouble="A Secret of the agents lacks a key",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=each_agent_now_or_next,
    needs=(PODS, SECRETS),
    nothing=NO_AGENT,
)
def secret_has_key(index: Index, group: AgentGroup) -> Problem | None:
    """The Secret is there, and lacks the key that the sidecar wants.

    Symptom: as with a missing Secret: `couldn't find key … in Secret`.
    Why: `api-key` (Helm, Datadog's webhook) and `api_key` (the Operator) are both in use.
    Verified: the names of the Secret's keys.
    Fix: `kubectl ddfargate install`. By hand: put the wanted key into the Secret: from the one with the other
        spelling, or from what the cluster agent uses. The other way is to name the key that is there.
    Sources: DataDog/datadog-operator api/datadoghq/v2alpha1/const.go; DataDog/helm-charts charts/datadog
    """
    found = _lacking(index, group, whole=False)
    if not found:
        return None
    name, key = found[0].use.secret, found[0].use.key
    have = found[0].keys
    twin = next((other for other in have if other.replace("_", "-") == key.replace("_", "-")), None)
    if twin is not None:
        command: str | None = set_key_from_twin(index, name, group.namespace, key, twin)
    else:
        command = set_key_from_cluster_agent(index, name, group.namespace, key, found[0].use.variable)
    fix = Fix(commands=(command or kubectl(index, "edit", "secret", name, "-n", group.namespace),))
    return Problem(
        message=f"the Secret {name} in namespace {group.namespace} has no key {key}",
        evidence=_evidence(group, found, "keys: {keys}"),
        cause=f"{group.namespace}/{name}/{key}",
        fix=fix,
    )
