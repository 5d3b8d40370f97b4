"""Credentials as plain text (405)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kubectl_ddfargate.checks.references import Reference, secrets_first, set_references
from kubectl_ddfargate.checks.registry import Problem, check
from kubectl_ddfargate.checks.remedies import change, kubectl
from kubectl_ddfargate.checks.subjects import object_subject, subjects_of
from kubectl_ddfargate.facts.fargate import Workload, fargate_workloads
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.literals import LAST_APPLIED, Literal, literals_of_policy, literals_of_workload
from kubectl_ddfargate.facts.secret_facts import TOKEN_VARIABLE
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, PODS, POLICIES, STATEFUL_SETS
from kubectl_ddfargate.model.kube.admission import MutatingAdmissionPolicy
from kubectl_ddfargate.model.report import Category, Evidence, Fix, Severity

SECRET = "datadog-secret"  # noqa: S105 (a name)
KEYS = {"DD_API_KEY": "api-key", TOKEN_VARIABLE: "token", "DD_CLUSTER_AGENT_TOKEN": "token"}
"""Datadog's own webhook uses these names (agent_sidecar.go), so everybody can agree on them."""


def reference_for(variable: str) -> Reference:
    """What takes a variable from the Secret that everybody can agree on."""
    return {"secretKeyRef": {"name": SECRET, "key": _key(variable)}}


def _key(variable: str) -> str:
    return KEYS.get(variable, variable.removeprefix("DD_").lower().replace("_", "-"))


def _policies_and_workloads(index: Index) -> Iterable[MutatingAdmissionPolicy | Workload]:
    workloads = fargate_workloads(index)
    yield from workloads
    if workloads:
        yield from index.all(POLICIES)


@check(
    "DDF405",
    "No credentials stand in clear",
    trouble="Credentials stand in clear",
    severity=Severity.ERROR,
    category=Category.CREDENTIALS,
    over=_policies_and_workloads,
    needs=(PODS, DEPLOYMENTS, STATEFUL_SETS, JOBS, CRON_JOBS, POLICIES),
)
def no_literals(index: Index, thing: MutatingAdmissionPolicy | Workload) -> Problem | None:
    """An API key or token stands as plain text in a pod, a template, a policy or a last-applied annotation.

    Symptom: none; whoever may read pods can read it.
    Why: reading pods is a right that many have, reading Secrets one that few have. It also ends up in Git, in
        audit logs and in `kubectl describe`.
    Verified: `value` of the credential variables. The text is dropped while it is read.
    Fix: `kubectl ddfargate install`. By hand: put it into a Secret, refer to it, and make a new key: this one is
        known.
    Sources: https://kubernetes.io/docs/concepts/configuration/secret/
    """
    if isinstance(thing, Workload):
        found = literals_of_workload(index, thing)
        where = thing.ref.address
        place: tuple[str, ...] = (thing.ref.resource, "-n", thing.ref.namespace)
        edit = change(index, thing.ref)
        subjects = subjects_of(thing, None)
    else:
        found = literals_of_policy(thing)
        where = f"{POLICIES.resource}/{thing.name}"
        place = (POLICIES.resource, thing.name)
        edit = kubectl(index, "edit", *place)
        subjects = (object_subject(thing, POLICIES),)
    if not found:
        return None
    names = sorted({literal.variable for literal in found})
    stand = "stand" if len(names) > 1 else "stands"
    return Problem(
        message=f"{' and '.join(names)} {stand} as plain text",
        evidence=tuple(_shown(where, literal) for literal in found),
        cause="literal " + " ".join(names),
        subjects=subjects,
        fix=_fix(index, thing, found, edit=edit, forget=kubectl(index, "annotate", *place, f"{LAST_APPLIED}-")),
    )


def _shown(where: str, literal: Literal) -> Evidence:
    expected = f"secretKeyRef to {SECRET}, key {_key(literal.variable)}"
    return Evidence(object=where, path=literal.path, observed="plain text (not shown)", expected=expected)


def _fix(
    index: Index,
    thing: MutatingAdmissionPolicy | Workload,
    found: tuple[Literal, ...],
    *,
    edit: str,
    forget: str,
) -> Fix:
    """At the source first, then the copy that `kubectl apply` keeps: it outlives the change."""
    written = [literal for literal in found if not literal.in_annotation]
    names = sorted({literal.variable for literal in written})
    commands: tuple[str, ...] = ()
    patch = _references(names) if names else None
    group = next((literal.group for literal in written if literal.group is not None), None)
    references = {name: reference_for(name) for name in names}
    if group is not None:
        fix = set_references(index, group, references)
        commands, patch = fix.commands, fix.patch
    elif written:
        commands = (*_before(index, thing, references), edit)
    if len(written) < len(found):
        commands = (*commands, forget)
    return Fix(commands=commands, patch=patch)


def _before(
    index: Index, thing: MutatingAdmissionPolicy | Workload, references: Mapping[str, Reference]
) -> tuple[str, ...]:
    """The Secret comes first where the namespace is known; a policy's pods may be made in any."""
    if not isinstance(thing, Workload):
        return ()
    try:
        return secrets_first(index, thing.ref.namespace, references)
    except NotReadError:
        return (kubectl(index, "describe", "secret", SECRET, "-n", thing.ref.namespace),)


def _references(names: list[str]) -> str:
    entries = [
        f"- name: {name}\n  valueFrom:\n    secretKeyRef:\n      name: {SECRET}\n      key: {_key(name)}\n"
        for name in names
    ]
    return "# in the env of the container, where it is made\n" + "".join(entries)
