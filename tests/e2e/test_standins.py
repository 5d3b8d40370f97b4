"""The stand-ins against what is known of Datadog's programs: the rules for the endpoint, the words, 401 and 403.

They are run as they are, outside of pods; what a pod adds is in `test_story.py`.
"""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cluster import canary, processes
from tests.cluster.binaries.build import node_programs
from tests.cluster.node.cluster import NodeCluster
from tests.cluster.waiting import wait_for

SERVICE = "DATADOG_CLUSTER_AGENT"
HOST, PORT = f"{SERVICE}_SERVICE_HOST", f"{SERVICE}_SERVICE_PORT"
WRONG_TOKEN = "wrong-" * 6
NO_ENDPOINT = "cannot get a cluster agent endpoint"


@pytest.fixture(scope="module")
def programs(node: NodeCluster) -> Mapping[str, Path]:
    """Only where a node can run, so that all of this is left out together."""
    return node_programs()


@pytest.fixture(scope="module")
def cluster_agent(programs: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a cluster agent listens."""
    port = processes.free_port()
    environment = {"DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN, "DD_CLUSTER_AGENT_CMD_PORT": str(port)}
    log = tmp_path_factory.mktemp("cluster-agent") / "log"
    running = processes.start([programs["cluster-agent"]], log=log, environment=environment)
    wait_for(lambda: "listening" in log.read_text(encoding="utf-8"), what="the cluster agent listens")
    yield f"127.0.0.1:{port}"
    processes.end(running)


def _status(programs: Mapping[str, Path], **environment: str) -> dict[str, str]:
    command: list[str | Path] = [programs["agent"], "status", "--json"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=30)
    found: dict[str, str] = json.loads(answer.stdout)["clusterAgentStatus"]
    return found


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, f"{NO_ENDPOINT} for kubernetes service {SERVICE}, env {HOST} is empty"),
        (
            {"DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME": "my-agent"},
            f"{NO_ENDPOINT} for kubernetes service MY_AGENT, env MY_AGENT_SERVICE_HOST is empty",
        ),
        # The real one prints the empty value here, not the name.
        (
            {HOST: "172.20.0.9"},
            f"{NO_ENDPOINT} for kubernetes service {SERVICE}, env  is empty",
        ),
        (
            {"DD_CLUSTER_AGENT_KUBERNETES_SERVICE_NAME": ""},
            f"{NO_ENDPOINT}, both cluster_agent.url and cluster_agent.kubernetes_service_name are empty",
        ),
        (
            {"DD_CLUSTER_AGENT_URL": "http://172.20.0.9:5005"},
            "cannot get cluster agent endpoint, not a https scheme: http",
        ),
        (
            {"DD_CLUSTER_AGENT_URL": "https://172.20.0.9:5005", "DD_CLUSTER_AGENT_AUTH_TOKEN": "short"},
            "cluster agent authentication token length must be greater than 32, curently: 5",
        ),
        ({"DD_CLUSTER_AGENT_URL": "https://172.20.0.9:5005"}, "empty cluster_agent.auth_token and cannot find"),
    ],
)
def test_an_endpoint_that_cannot_be(
    programs: Mapping[str, Path], environment: Mapping[str, str], words: str
) -> None:
    assert _status(programs, **environment)["DetectionError"].startswith(words)


@pytest.mark.parametrize("scheme", ["", "https://"])
def test_the_url_is_taken_before_the_variables(
    programs: Mapping[str, Path], cluster_agent: str, scheme: str
) -> None:
    others = {HOST: "127.0.0.1", PORT: "1", "DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN}
    found = _status(programs, DD_CLUSTER_AGENT_URL=scheme + cluster_agent, **others)
    assert found == {"Endpoint": f"https://{cluster_agent}", "Version": "7.81.1+commit.5f1bd2a"}


def test_the_variables_of_the_namespace(programs: Mapping[str, Path], cluster_agent: str) -> None:
    host, _, port = cluster_agent.partition(":")
    found = _status(programs, **{HOST: host, PORT: port, "DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN})
    assert found["Endpoint"] == f"https://{cluster_agent}"


def test_a_wrong_token_is_told(programs: Mapping[str, Path], cluster_agent: str) -> None:
    url = f"https://{cluster_agent}"
    found = _status(programs, DD_CLUSTER_AGENT_URL=url, DD_CLUSTER_AGENT_AUTH_TOKEN=WRONG_TOKEN)
    assert found == {"DetectionError": f'"{url}/version" is unavailable: 403 Forbidden'}


@pytest.mark.parametrize(
    ("header", "status"),
    [(None, 401), (f"Basic {canary.TOKEN}", 401), (f"Bearer {WRONG_TOKEN}", 403), (f"Bearer {canary.TOKEN}", 200)],
)
def test_version_is_behind_the_token(cluster_agent: str, header: str | None, status: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, _, port = cluster_agent.partition(":")
    connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=10)
    connection.request("GET", "/version", headers={"Authorization": header} if header else {})
    answer = connection.getresponse()
    assert answer.status == status
