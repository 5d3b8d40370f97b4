"""What is different where Datadog's own webhook injects: others carry the change out, and some of it by hand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from kubectl_ddfargate.cluster.collect.reading import SOFT
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.facts.cluster_agent import runs_cluster_agent
from kubectl_ddfargate.manifests.datadog import SIDECAR_LABEL, goes_by_label, helm_values
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.kinds import DEPLOYMENTS, WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kube.meta import Object, Record
from kubectl_ddfargate.model.kube.workloads import TemplateOwner
from kubectl_ddfargate.model.plan import Note, NoteLevel

WEBHOOK = "datadog-webhook"
"""The cluster agent registers it (DataDog/helm-charts values.yaml; the Operator's default is the same)."""
PROFILES = "DD_ADMISSION_CONTROLLER_AGENT_SIDECAR_PROFILES"


def notes_of(design: Design, kubectl_flags: str) -> list[Note]:
    """What the reader must do for it: values for Helm, labels on templates."""
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
        key, value = SIDECAR_LABEL
        patch = {"spec": {"template": {"metadata": {"labels": {key: value}}}}}
        commands = tuple(
            f"kubectl {kubectl_flags} patch {target.kind.lower()} {target.name} -n {target.namespace} "
            f"-p '{json.dumps(patch)}'".replace("  ", " ")
            for target in design.targets
            if (key, value) not in target.labels
        )
        text = (
            f"the webhook knows pods by the label {key}: {value}: their templates must have it. These commands "
            "roll the pods at once; where an EKS add-on or GitOps owns the workload, set it there (podLabels)"
        )
        found.append(Note(level=NoteLevel.WARNING, text=text, commands=commands))
    return found


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


def is_registered(gateway: Gateway) -> bool:
    """Whether the cluster agent has registered its webhook: only then can a dry-run prove anything."""
    try:
        gateway.get(WEBHOOKS.path(name=WEBHOOK), MutatingWebhookConfiguration)
    except SOFT:
        return False
    return True
