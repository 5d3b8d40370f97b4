"""The text of each design, as golden files: `UPDATE_GOLDEN=1 pytest tests/manifests` rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from kubectl_ddfargate.manifests import desired_objects
from kubectl_ddfargate.manifests.datadog import helm_values
from kubectl_ddfargate.model.design import DatadogOwner, Design, FixedService, PolicyScope, SecretStore
from kubectl_ddfargate.render.manifest_yaml import manifest_stream
from kubectl_ddfargate.render.manifests import render_files, render_stream
from tests.manifests.designs import COREDNS, IPV6, KINDS, SERVICE, SUM, WEB, design, with_agent

GOLDEN = Path(__file__).parent / "golden"
PROFILE = PolicyScope(("kube-system", "shop"), profile_label=True)
COMMON = ("example.com/fargate", "true")
IPV6_SERVICE = replace(SERVICE, address=IPV6, ip_family="IPv6")


def _common(given: Design) -> Design:
    scope = PolicyScope(given.scope.namespaces, common_label=COMMON)
    return replace(given, scope=scope, pod_label=COMMON)


def _everything(given: Design) -> Design:
    """All that can differ."""
    scope = replace(given.scope, excluded=(("shop", (("app", "old"),)),))
    return replace(with_agent(given, read_only_root=True, env={"DD_TAGS": "team:a b,env:x"}), scope=scope)


HELM = replace(design("DatadogAgent"), datadog=DatadogOwner("helm", "datadog", "dd"), scope=PROFILE)
DESIGNS: dict[str, Design] = {
    "mutating-policy": design("MutatingPolicy"),
    "mutating-policy-profile": replace(design("MutatingPolicy"), scope=PROFILE),
    "cluster-policy": design("ClusterPolicy"),
    "cluster-policy-profile": replace(design("ClusterPolicy"), scope=PROFILE),
    "cluster-policy-everything": _everything(design("ClusterPolicy", COREDNS, WEB, SUM)),
    "admission-policy": design("MutatingAdmissionPolicy", COREDNS),
    "admission-policy-common-label": _common(design("MutatingAdmissionPolicy")),
    "admission-policy-everything": _everything(design("MutatingAdmissionPolicy", COREDNS, WEB, SUM)),
    "datadog-operator": replace(design("DatadogAgent"), scope=PROFILE),
    "datadog-operator-one": design("DatadogAgent", COREDNS),
    "datadog-by-label": design("DatadogAgent"),
    "ipv6": with_agent(
        replace(design("MutatingAdmissionPolicy", COREDNS), fixed_service=IPV6_SERVICE),
        url=f"https://[{IPV6}]:5005",
    ),
    "external-secrets": replace(
        design("MutatingAdmissionPolicy", COREDNS),
        secret_mode="external",
        secret_store=SecretStore("vault", "SecretStore", "datadog#api", "datadog/token"),
    ),
}


def _same(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DESIGNS)
def test_objects(name: str) -> None:
    _same(f"{name}.yaml", manifest_stream(one.manifest for one in desired_objects(DESIGNS[name])))


def test_helm_values() -> None:
    _same("helm-values.yaml", helm_values(HELM))
    values = yaml.safe_load(helm_values(HELM))
    injection = values["clusterAgent"]["admissionController"]["agentSidecarInjection"]
    assert injection["profiles"][0]["env"] == [
        {"name": "DD_CLUSTER_AGENT_URL", "value": "https://172.20.0.53:5005"}
    ]
    assert desired_objects(HELM)[-1].component == "kubelet_rights"


@pytest.mark.parametrize("name", ["mutating-policy", "datadog-by-label", "admission-policy-common-label"])
def test_folder(name: str) -> None:
    files = render_files(DESIGNS[name], mark="made by a test")
    text = "".join(f"==> {file} <==\n{content}" for file, content in files.items())
    _same(f"{name}.folder.txt", text)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_file_is_named_and_is_one_object(name: str) -> None:
    files = render_files(DESIGNS[name], mark="made by a test")
    listed = yaml.safe_load(files["kustomization.yaml"])["resources"]
    resources = {file for file in files if file.endswith(".yaml")} - {"kustomization.yaml", "helm-values.yaml"}

    assert sorted(listed) == sorted(file for file in resources if not file.endswith(".patch.yaml"))
    for file in resources:
        assert isinstance(yaml.safe_load(files[file]), dict)


@pytest.mark.parametrize("name", DESIGNS)
def test_the_same_design_gives_the_same_bytes_whatever_the_order_of_its_parts(name: str) -> None:
    given = DESIGNS[name]
    service = given.fixed_service
    assert isinstance(service, FixedService)
    shuffled = replace(
        given,
        targets=given.targets[::-1],
        rights=given.rights[::-1],
        secrets=given.secrets[::-1],
        scope=replace(
            given.scope,
            namespaces=given.scope.namespaces[::-1],
            label_sets=given.scope.label_sets[::-1],
        ),
        fixed_service=replace(service, selector=dict(reversed(list(service.selector.items())))),
        agent=replace(
            given.agent,
            env=dict(reversed(list(given.agent.env.items()))),
            limits=dict(reversed(list(given.agent.limits.items()))),
        ),
    )

    assert render_stream(shuffled) == render_stream(given)
    assert render_files(shuffled, mark="x") == render_files(given, mark="x")


def test_all_kinds_have_a_golden() -> None:
    assert {given.policy_kind for given in DESIGNS.values()} == set(KINDS)
