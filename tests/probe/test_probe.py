"""`probe` as a user runs it. What containers answer was prepared; all between is real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from tests.cluster import canary
from tests.cluster.agent import FIXED_ADDRESS
from tests.cluster.cluster import Cluster
from tests.cluster.reference import fixed_service, load
from tests.probe.running import BASH, CHECKS, GOOD, PYTHON, answer, run


def test_all_is_reached(probed: Cluster) -> None:
    done = run(probed, "--yes", "-o", "json")

    assert done.code == 0, done.err
    assert done.report["kind"] == "ProbeReport"
    assert [done.status(id_) for id_ in CHECKS] == ["pass"] * 5 + ["skip"]
    assert {pod["outcome"] for pod in done.report["pods"]} == {"answered"}
    assert {pod["target"]["workload"] for pod in done.report["pods"]} >= {"deployment/coredns", "deployment/web"}


@pytest.mark.parametrize(
    ("step", "code", "id_"),
    [
        ("endpoint", "none", "DDF801"),
        ("resolve", "dns", "DDF802"),
        ("proxy", "refused", "DDF803"),
        ("tcp", "timeout", "DDF803"),
        ("tls", "tls", "DDF803"),
        ("version", "timeout", "DDF803"),
        ("version", "403", "DDF804"),
        ("version", "401", "DDF804"),
    ],
)
def test_the_step_that_fails_names_the_check(step: str, code: str, id_: str, probed: Cluster) -> None:
    probed.set_exec("shop", "web-", "datadog-agent", PYTHON, stdout=answer(step, code, "it broke here"))

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    assert done.code == 1, done.err
    assert done.findings("error") == {id_: ["web"]}
    assert "it broke here" in done.out


def test_a_proxy_that_lets_through_leaves_the_name_untold(probed: Cluster) -> None:
    through = GOOD.replace("resolve|ok|", "resolve|untested|proxy")
    probed.set_exec("shop", "web-", "datadog-agent", PYTHON, stdout=through)

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    assert done.code == 0
    assert [done.status(id_) for id_ in CHECKS] == ["pass", "skip", "pass", "pass", "pass", "skip"]


def test_the_kubelet_that_refuses(probed: Cluster) -> None:
    refused = GOOD.replace("kubelet|ok|", "kubelet|failed|403")
    probed.set_exec("kube-system", "coredns-", "datadog-agent", PYTHON, stdout=refused)

    done = run(probed, "--yes", "-o", "yaml", "-n", "kube-system")

    assert done.code == 1
    assert [finding["id"] for finding in yaml.safe_load(done.out)["findings"]] == ["DDF805"]


@pytest.fixture
def broken(probed: Cluster) -> Iterator[Cluster]:
    """The fixed Service leads nowhere and nobody may ask the kubelet, until the end of the test."""
    probed.delete("ClusterRoleBinding", "datadog-agent-fargate")
    wrong = {"spec": {"selector": {"agent.datadoghq.com/name": "other"}}}
    probed.patch("Service", "self-managed-datadog-cluster-agent", "datadog", wrong)
    yield probed
    probed.apply([*load("kubelet-rights"), *fixed_service(FIXED_ADDRESS)])


def test_the_cause_that_the_api_shows_is_told_and_cured(broken: Cluster) -> None:
    said = answer("tcp", "timeout").replace("kubelet|ok|", "kubelet|failed|403")
    broken.set_exec("shop", "web-", "datadog-agent", PYTHON, stdout=said)

    done = run(broken, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    cures = {one["id"]: (one["message"], "\n".join(one["fix"]["commands"])) for one in done.report["findings"]}
    assert cures.keys() == {"DDF803", "DDF805"}
    assert "does not select it" in cures["DDF803"][0]
    assert " patch service " in cures["DDF803"][1]
    assert "lack" in cures["DDF805"][0]
    assert "kind: ClusterRoleBinding" in cures["DDF805"][1]


def test_the_text_names_what_was_tried_and_what_to_do(probed: Cluster) -> None:
    probed.set_exec(
        "kube-system", "coredns-", "datadog-agent", PYTHON, stdout=answer("tcp", "timeout", "timed out")
    )

    done = run(probed, "--yes", "-n", "kube-system", "deployment/coredns")

    assert done.code == 1
    assert "√ resolve" in done.out
    assert "× tcp       timeout: timed out" in done.out
    assert "DDF803" in done.out
    assert "get networkpolicies -n datadog" in done.out
    assert "reads" in done.err
    assert "deployment/coredns" in done.err


def test_an_image_with_bash_alone_is_tried_in_part(probed: Cluster) -> None:
    told = "DDF|endpoint|ok||x\nDDF|proxy|ok||x\nDDF|resolve|ok||x\nDDF|tcp|ok||x\n"
    probed.set_exec("shop", "web-", "datadog-agent", PYTHON, stderr="exec: not found", exit_code=127)
    probed.set_exec("shop", "web-", "datadog-agent", BASH, stdout=told)

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    assert done.code == 3
    assert [done.status(id_) for id_ in CHECKS] == ["pass", "pass", "pass", "unknown", "unknown", "skip"]
    assert "not testable with what the image has: version" in done.out


def test_an_image_with_nothing_says_so(probed: Cluster) -> None:
    probed.set_exec("shop", "web-", "datadog-agent", PYTHON, exit_code=126)
    probed.set_exec("shop", "web-", "datadog-agent", BASH, exit_code=126)

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    assert done.code == 3
    assert [done.status(id_) for id_ in CHECKS] == ["unknown"] * 5 + ["skip"]
    assert "not testable with what the image has" in done.out


def test_what_a_container_prints_is_not_trusted(probed: Cluster) -> None:
    loud = f"DDF|tcp|failed|{canary.TOKEN}|key {canary.API_KEY} \x1b[2J\nDDF|evil|ok||\nDDF|tls|maybe||\nDDF|x\n"
    probed.set_exec("shop", "web-", "datadog-agent", PYTHON, stdout=loud)

    done = run(probed, "--yes", "-o", "json", "-n", "shop", "deployment/web")

    assert done.code == 1
    assert done.findings("error") == {"DDF803": ["web"]}
    assert "\\u001b" not in done.out
    assert "evil" not in done.out
