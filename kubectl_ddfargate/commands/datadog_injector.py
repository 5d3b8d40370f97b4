"""What is different where Datadog's own webhook injects: others carry the change out, and some of it by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable

from kubectl_ddfargate.cluster.access_reviews import Permission
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.errors import ForbiddenError, NotFoundError
from kubectl_ddfargate.facts.cluster_agent import runs_cluster_agent
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.workloads import template_of
from kubectl_ddfargate.manifests.datadog import goes_by_label, helm_values
from kubectl_ddfargate.model.design import Design, TargetWorkload
from kubectl_ddfargate.model.kinds import CRON_JOBS, DEPLOYMENTS, JOBS, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.datadog import SIDECAR_LABEL, WEBHOOK
from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.plan import Note, NoteLevel

_LABEL = ": ".join(SIDECAR_LABEL)
PROFILES = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_PROFILES"


def notes_of(index: Index, design: Design) -> list[Note]:
    """What the reader must do for it: values for Helm, labels on templates. A block while one lacks it."""
    if design.injector != "datadog" or design.datadog is None:
        return []
    found = []
    owner = design.datadog
    if owner.installed_by != "operator":
        text = (
            f"the cluster agent belongs to the Helm release {owner.name} -n {owner.namespace}: give it these values"
        )
        found.append(Note(level=NoteLevel.WARNING, text=text, values=helm_values(design)))
    if goes_by_label(design):
        found += _labels_lacking(index, design.targets)
    return found


def _labels_lacking(index: Index, targets: Iterable[TargetWorkload]) -> list[Note]:
    try:
        lacking = [target for target in targets if not _has_label(index, target)]
    except NotReadError as error:
        text = f"whether templates have the label {_LABEL} is not known: you lack {error}\nnext: ask for that right"
        return [Note(level=NoteLevel.BLOCK, text=text)]
    if not lacking:
        return []
    from kubectl_ddfargate.commands.rolling import kubectl

    text = (
        f"the webhook knows pods by the label {_LABEL}, and these templates lack it: "
        f"{', '.join(one.address for one in lacking)}\nnext: set it, which rolls the pods at once; where an EKS "
        "add-on or GitOps owns the workload, set it there (podLabels); a Job must be made anew"
    )
    commands = tuple(
        kubectl(
            index.snapshot.kubectl_flags, f"patch {one.kind.lower()} {one.name} -n {one.namespace} -p '{patch}'"
        )
        for one in lacking
        if (patch := _patch(one.kind))
    )
    return [Note(level=NoteLevel.BLOCK, text=text, commands=commands)]


def _has_label(index: Index, target: TargetWorkload) -> bool:
    """By the template itself: a target's own labels are those of its selector alone."""
    from kubectl_ddfargate.commands.trying import ref_of_target

    template = template_of(index, ref_of_target(target))
    key, value = SIDECAR_LABEL
    return template is not None and (template.metadata.labels or {}).get(key) == value


def _patch(kind: str) -> str:
    """The patch that sets the label on a template; empty where a template cannot be changed."""
    template = {"template": {"metadata": {"labels": dict([SIDECAR_LABEL])}}}
    if kind == JOBS.kind:
        return ""
    return json.dumps({"spec": {"jobTemplate": {"spec": template}} if kind == CRON_JOBS.kind else template})


class _Variable(Record, frozen=True):
    name: str = ""
    value: str | None = None


class _Container(Record, frozen=True):
    env: list[_Variable] | None = None


class _PodSpec(Record, frozen=True):
    containers: list[_Container] | None = None


class _Template(Record, frozen=True):
    spec: _PodSpec = _PodSpec()


class _Spec(Record, frozen=True):
    template: _Template = _Template()


class _Deployment(Object, frozen=True):
    """The cluster agent's Deployment, for the one variable that says what it injects. It holds no credential."""

    spec: _Spec = _Spec()


def wait_rendered(
    gateway: Gateway, design: Design, *, deadline: float, pause: Callable[[float], None] = time.sleep
) -> bool:
    """Wait until the Operator gave the profile to the cluster agent. False where it did not by the deadline."""
    assert design.datadog is not None
    path = DEPLOYMENTS.path(design.datadog.namespace)
    while True:
        deployments = gateway.list(path, TemplateOwner)
        for name in (one.name for one in deployments if runs_cluster_agent(one)):
            if _has_profile(gateway.get(f"{path}/{name}", _Deployment), design.agent.url):
                return True
        if time.monotonic() >= deadline:
            return False
        pause(0.3)


def _has_profile(deployment: _Deployment, url: str) -> bool:
    containers = deployment.spec.template.spec.containers or ()
    entries = [entry for one in containers for entry in one.env or ()]
    return any(entry.name == PROFILES and url in (entry.value or "") for entry in entries)


def not_registered(gateway: Gateway) -> str:
    """Why a dry-run proves nothing yet; empty where the cluster agent has registered its webhook."""
    try:
        gateway.get(WEBHOOKS.path(name=WEBHOOK), MutatingWebhookConfiguration)
    except NotFoundError:
        return f"the cluster agent has not registered {WEBHOOK} yet"
    except ForbiddenError:
        right = Permission("get", WEBHOOKS.plural, WEBHOOKS.group).told
        return f"whether the cluster agent has registered {WEBHOOK} is not known: you lack {right}"
    return ""
