"""The pod that is not selected: the same one without the labels that the policy goes by. Pure."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kubectl_ddfargate.commands.proof_of_pod import negative
from kubectl_ddfargate.model.design import OPT_OUT_LABEL, Design, PolicyScope
from tests.manifests.designs import COREDNS, WEB, design

SIDECAR = {"agent.datadoghq.com/sidecar": "fargate"}


def _labels(given: Design, labels: dict[str, str]) -> Any:
    return negative({"metadata": {"namespace": "shop", "labels": labels}}, given)["metadata"]["labels"]


def test_without_the_labels_of_the_targets() -> None:
    assert _labels(design("MutatingPolicy", WEB), {"app": "web", "tier": "1"}) == {"tier": "1"}


def test_without_the_common_label() -> None:
    given = replace(design(), scope=PolicyScope(("shop",), common_label=("a", "b")))
    assert _labels(given, {"a": "b", "app": "web"}) == {"app": "web"}


def test_by_the_profile_it_opts_out() -> None:
    given = replace(design("MutatingPolicy"), scope=PolicyScope(("shop",), profile_label=True))
    assert _labels(given, {"app": "web"}) == {"app": "web", OPT_OUT_LABEL: "false"}


def test_without_datadogs_own_label() -> None:
    assert _labels(design("DatadogAgent", COREDNS, WEB), {"app": "web", **SIDECAR}) == {"app": "web"}


def test_datadogs_selector() -> None:
    assert _labels(design("DatadogAgent", WEB), {"app": "web", **SIDECAR}) == SIDECAR
