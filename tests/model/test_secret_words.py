"""What Kubernetes says stays readable, and no credential stays in it."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.model.secret_words import clean_message, without_secrets
from tests.cluster.canary import API_KEY, APP_PASSWORD, TOKEN

ORDINARY = (
    'secret "datadog-secret" not found',
    'secret "datadog-cluster-agent" not found',
    "couldn't find key api_key in Secret kube-system/datadog-secret",
    "couldn't find key token in Secret kube-system/datadog-cluster-agent-v2",
    "Pod not supported on Fargate: volumes not supported: data is of an unsupported volume Type",
    'Back-off pulling image "602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/coredns:v1.11.4-eksbuild.2"',
    f'Back-off pulling image "public.ecr.aws/datadog/agent@sha256:{"0a" * 32}"',
    "back-off 5m0s restarting failed container=datadog-agent pod=coredns-5d78c9869d-x7k2p_kube-system",
    'Failed to create pod sandbox for "coredns-5d78c9869d-x7k2p"',
    'failed to fetch token: serviceaccounts "datadog-agent" is forbidden',
    "0/4 nodes are available: 1 node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}.",
    'MountVolume.SetUp failed for volume "kube-api-access-x7k2p" : object "kube-system"/"kube-root-ca.crt"',
    'admission webhook "validate.kyverno.svc-fail" denied the request: Pod/shop/web-5d78c9869d was blocked',
)
TELLING = (
    (f"DD_API_KEY={API_KEY} is invalid", "DD_API_KEY=… is invalid"),
    (f"bad key {API_KEY}.", "bad key …"),
    (f"[{API_KEY},x]", "[…,x]"),
    (f"no such token {TOKEN}", "no such token …"),
    (f'{{"password": "{APP_PASSWORD}"}}', '{"password": "…"}'),
    ('{\\"token\\":\\"abc\\"}', '{\\"token\\":\\"…\\"}'),
    ("--app-key=short", "--app-key=…"),
    ("dial https://user:pass@host/", "dial https://…@host/"),
)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_kubernetes_says_stays(text: str) -> None:
    assert clean_message(text) == text


@pytest.mark.parametrize(("text", "expected"), TELLING)
def test_credentials_go(text: str, expected: str) -> None:
    assert clean_message(text) == expected
    assert clean_message(expected) == expected
    assert without_secrets(text) == expected


def test_a_long_message_is_cut_once() -> None:
    cut = clean_message("word " * 1000)
    assert len(cut) == 1001
    assert clean_message(cut) == cut
