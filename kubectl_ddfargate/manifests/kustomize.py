"""The folder for GitOps: which objects go into which file. A Secret is never among them."""

from __future__ import annotations

import re

import msgspec

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.manifests.datadog import goes_by_label, helm_values
from kubectl_ddfargate.manifests.secret import required_secrets
from kubectl_ddfargate.model.design import API_KEY, TOKEN, Design
from kubectl_ddfargate.model.eks_addon import addon_label
from kubectl_ddfargate.model.kube.datadog import SIDECAR_LABEL
from kubectl_ddfargate.model.objects import Desired, Manifest

KUSTOMIZATION = "kustomization.yaml"
_NEWEST_KYVERNO = "policies.kyverno.io/v1"
_ODD = re.compile(r"[^A-Za-z0-9.-]+")


class Folder(msgspec.Struct, frozen=True):
    """The files of the folder."""

    objects: dict[str, Manifest]
    """The kustomization, and one file for each object."""
    patches: dict[str, Manifest]
    """Fields of objects of another owner: no resources, but patches for where those objects are kept."""
    texts: dict[str, str]
    """For other tools: Helm values, an add-on's configuration."""
    remarks: tuple[str, ...]
    """What must be done beside applying: the head of the kustomization, and of the stream."""


def rendered_objects(design: Design) -> tuple[Desired, ...]:
    """What may be committed: everything but Secrets."""
    return tuple(one for one in desired_objects(design) if one.ref.kind != "Secret")


def folder(design: Design) -> Folder:
    """The files, in the order of applying."""
    objects = {file_name(one): one.manifest for one in rendered_objects(design) if one.owned}
    patches = {file_name(one): one.manifest for one in rendered_objects(design) if not one.owned}
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(objects),
    }
    return Folder({KUSTOMIZATION: kustomization, **objects}, patches, _texts(design), remarks(design))


def file_name(desired: Desired) -> str:
    """`service-datadog-datadog-cluster-agent-fixed.yaml`; a patch says so."""
    ref = desired.ref
    parts = [ref.kind.lower(), *([ref.namespace] if ref.namespace else []), ref.name]
    return _ODD.sub("-", "-".join(parts)) + (".yaml" if desired.owned else ".patch.yaml")


def remarks(design: Design) -> tuple[str, ...]:
    """What the manifests rest on and do not hold."""
    found = [
        f"Secret {one.namespace}/{one.name} must exist, with the keys {API_KEY} and {TOKEN}."
        for one in required_secrets(design)
    ]
    for one in rendered_objects(design):
        if not one.owned:
            found.append(f"The fields of {one.ref.kind} {one.ref.namespace}/{one.ref.name} are a patch of it.")
    if design.policy_api_version == _NEWEST_KYVERNO:  # kyverno/kyverno: the CRDs of each release
        found.append(
            f"{_NEWEST_KYVERNO} is served by Kyverno 1.17 and later; for 1.16 write {_NEWEST_KYVERNO}beta1, which "
            "has the same shape, or let --discover find it."
        )
    if design.datadog is not None and design.policy_kind == "DatadogAgent":
        if goes_by_label(design):
            found.append(
                f"The templates of the workloads must have the label {SIDECAR_LABEL[0]}: {SIDECAR_LABEL[1]}."
            )
        if design.datadog.installed_by != "operator":
            found.append(f"Values for the Helm release {design.datadog.name} -n {design.datadog.namespace}:")
            found += [f"  {line}" for line in helm_values(design).splitlines()]
    if design.pod_label is not None:
        addon = addon_label(design.pod_label)
        found += [f"{addon.remark[0].upper()}{addon.remark[1:]}:", f"  {addon.command}"]
    return tuple(found)


def _texts(design: Design) -> dict[str, str]:
    texts: dict[str, str] = {}
    if design.datadog is not None and design.datadog.installed_by != "operator" and design.injector == "datadog":
        texts["helm-values.yaml"] = helm_values(design)
    if design.pod_label is not None:
        texts["coredns-addon.json"] = addon_label(design.pod_label).configuration + "\n"
    return texts
