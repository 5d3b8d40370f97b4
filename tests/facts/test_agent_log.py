"""The agent's own words, to the letter, and what each says."""

from __future__ import annotations

import pytest

from kubectl_ddfargate.facts.agent_log import FEW, PATTERNS, Says, Topic, gist, last_words, pattern_of
from kubectl_ddfargate.model.kube.agent_words import SaidLine
from tests.cluster import canary

URL = "https://datadog-cluster-agent.datadog.svc.cluster.local:5005/version"
LATER = "temporary failure in clusterAgentClient, will retry later: "
HEAD = "2026-11-25 08:00:00 UTC | CORE | ERROR | (pkg/kubemetadata.go:112 in Start) | "
START = f"{HEAD}Could not initialise the communication with the cluster agent: {LATER}"
NOT_READY = f"{HEAD}Cluster Agent not ready yet, skipping orchestrator_pod check run: {LATER}"
PODLIST = 'couldn\'t fetch "podlist": unexpected status code'
PROXY = "https://172.20.0.1:443/api/v1/nodes/fargate-ip-10-0-1-2.eu-central-1.compute.internal/proxy"
NO_HOST = "dial tcp: lookup datadog-cluster-agent.datadog.svc.cluster.local on 10.0.0.2:53: no such host"

SAYINGS: tuple[tuple[str, Says], ...] = (
    (
        f"{START}cannot get a cluster agent endpoint for kubernetes service DATADOG_CLUSTER_AGENT, "
        "env DATADOG_CLUSTER_AGENT_SERVICE_HOST is empty",
        Says.NO_ENDPOINT,
    ),
    (
        f"{START}cannot get a cluster agent endpoint for kubernetes service DATADOG_CLUSTER_AGENT, env  is empty",
        Says.NO_ENDPOINT,
    ),
    (
        f"{START}cannot get a cluster agent endpoint, both cluster_agent.url and "
        "cluster_agent.kubernetes_service_name are empty",
        Says.NO_ENDPOINT,
    ),
    (f"{START}cannot get cluster agent endpoint, not a https scheme: http", Says.NO_ENDPOINT),
    (f'{START}"{URL}" is unavailable: Get "{URL}": {NO_HOST}', Says.NO_SUCH_HOST),
    (f'{START}"{URL}" is unavailable: Get "{URL}": dial tcp: lookup x: i/o timeout', Says.NO_SUCH_HOST),
    (f'{START}"{URL}" is unavailable: Get "{URL}": dial tcp 172.20.0.53:5005: i/o timeout', Says.NO_CONNECTION),
    (
        f'{NOT_READY}"{URL}" is unavailable: Get "{URL}": dial tcp 172.20.0.53:5005: connect: connection refused',
        Says.NO_CONNECTION,
    ),
    (f'{START}"{URL}" is unavailable: Get "{URL}": context deadline exceeded', Says.NO_CONNECTION),
    (f'{START}"{URL}" is unavailable: Get "{URL}": x509: certificate is valid for a, not b', Says.NO_CONNECTION),
    (f'{START}"{URL}" is unavailable: 403 Forbidden', Says.TOKEN_REFUSED),
    (f'{START}"{URL}" is unavailable: 401 Unauthorized', Says.NO_TOKEN),
    (
        f"{START}cluster agent authentication token length must be greater than 32, curently: 18",
        Says.TOKEN_SHORT,
    ),
    (
        f"{START}cluster agent authentication token length must be greater than 32, currently: 18",
        Says.TOKEN_SHORT,
    ),
    (
        f'{START}empty cluster_agent.auth_token and cannot find "/etc/datadog-agent/cluster_agent.auth_token"',
        Says.NO_TOKEN,
    ),
    (f"{HEAD}Successfully connected to the Datadog Cluster Agent 7.81.1+commit.1a2b3c4", Says.WELL),
    (f"{NOT_READY}try delay not elapsed yet", Says.TROUBLE),
    (
        f"{HEAD}Permanent failure in communication with the cluster agent, will fallback to local service mapper",
        Says.TROUBLE,
    ),
    (f"{HEAD}{PODLIST} 403 on {PROXY}/pods: Forbidden", Says.KUBELET_REFUSES),
    (f"{HEAD}{PODLIST} 401 on {PROXY}/pods: Unauthorized", Says.KUBELET_REFUSES),
    (f"{HEAD}kubelet proxy mode enabled but nodename is empty - unable to query", Says.KUBELET_REFUSES),
    (
        f"{HEAD}kubernetes_kubelet_nodename is not defined, make sure DD_KUBERNETES_KUBELET_NODENAME is set via "
        "the downward API",
        Says.KUBELET_REFUSES,
    ),
    (
        f"{HEAD}API Key invalid, dropping transaction for https://7-81-1-app.agent.datadoghq.com/api/v2/series",
        Says.KEY_REFUSED,
    ),
    (f"{HEAD}No valid api key found, reporting the forwarder as unhealthy.", Says.KEY_REFUSED),
)


@pytest.mark.parametrize(("line", "says"), SAYINGS, ids=lambda value: value.name if isinstance(value, Says) else "")
def test_each_line_says_the_same_when_it_is_kept(line: str, says: Says) -> None:
    (kept,) = gist(line)

    assert kept.line in line, "nothing of it looks like a credential"
    (word,) = last_words([kept]).values()
    assert word.says is says


def test_a_path_that_looks_like_a_key_hides_nothing() -> None:
    (kept,) = gist(f"{PODLIST} 403 on https://172.20.0.1:443/api/v1/nodes/x/proxy/pods: Forbidden")

    assert "…" in kept.line
    assert last_words([kept])[Topic.KUBELET].says is Says.KUBELET_REFUSES


def test_every_pattern_stands_in_a_line() -> None:
    lines = [line for line, _ in SAYINGS]
    unused = [one for one in PATTERNS if not any(pattern_of(line) is one for line in lines)]

    assert {one.says for one in unused} <= {Says.INTAKE_UNREACHED, Says.WELL, Says.KUBELET_REFUSES}


@pytest.mark.parametrize(
    "line",
    [
        "",
        f"{HEAD}Running check cpu",
        f"{HEAD}check:nginx | Error running check: dial tcp 10.0.1.2:80: connect: connection refused",
        f"{HEAD}unexpected status code 403 on http://nginx/status",
    ],
)
def test_what_is_not_about_the_agents_own_connections_is_dropped(line: str) -> None:
    assert gist(line) == []


def test_what_a_newer_version_wrote_is_passed_over() -> None:
    assert last_words([SaidLine(topic="MOON", says="WELL", line="x"), SaidLine(topic="INTAKE", says="MOON")]) == {}


def test_the_last_word_of_a_topic_holds() -> None:
    refused, well, lost = SAYINGS[10][0], SAYINGS[15][0], SAYINGS[6][0]

    def word(*lines: str) -> Says:
        return last_words(gist("\n".join(lines)))[Topic.CLUSTER_AGENT].says

    assert word(refused, well) is Says.WELL
    assert word(well, refused) is Says.TOKEN_REFUSED
    assert word(refused, lost, refused) is Says.TOKEN_REFUSED
    assert word(lost, f"{NOT_READY}try delay not elapsed yet") is Says.NO_CONNECTION
    assert word(well, f"{NOT_READY}try delay not elapsed yet") is Says.TROUBLE


def test_a_payload_that_is_sent_again_once_is_no_trouble() -> None:
    again = f'{HEAD}error while sending transaction, rescheduling it: Post "https://x": i/o timeout\n'
    posted = f'{HEAD}Successfully posted payload to "https://x" (202 Accepted), the agent will only log …\n'

    assert last_words(gist(again)) == {}
    assert last_words(gist(again * FEW))[Topic.INTAKE].says is Says.INTAKE_UNREACHED
    assert last_words(gist(again * FEW + posted))[Topic.INTAKE].says is Says.WELL


def test_alike_lines_are_kept_once_with_the_kubelets_time() -> None:
    line = SAYINGS[10][0]
    log = f"2026-11-25T08:00:00.123456789Z {line}\n2026-11-25T08:05:00.5Z {line}\n"

    (kept,) = gist(log)

    assert (kept.times, kept.at) == (2, "2026-11-25T08:05:00Z")


@pytest.mark.parametrize("value", canary.ALL)
@pytest.mark.parametrize("form", ["?api_key={}", " api_key: {}", ' "token":"{}"', " Bearer {}", " password={}"])
def test_no_credential_stays_in_a_line(value: str, form: str) -> None:
    said = SAYINGS[22][0] + form.format(value) + " and more, " * 60

    (kept,) = gist(said)

    assert "API Key invalid" in kept.line
    assert canary.found_in(kept.line.encode()) == []
