"""What runs in the container goes through the proxy where the agent would, and only there."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
import trustme

from kubectl_ddfargate.cluster.probing import python_script
from kubectl_ddfargate.data.in_container_proxy import spares
from kubectl_ddfargate.facts import proxy as facts
from kubectl_ddfargate.facts.cluster_agent_url import ClusterAgentUrl
from tests.cluster import canary
from tests.cluster_access.recording_proxy import RecordingProxy
from tests.cluster_access.recording_server import RecordingServer, Reply
from tests.probe.scripts import Steps, tried

NAME = "datadog-cluster-agent.datadog.svc.cluster.local"


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    """A cluster agent. Nobody here verifies its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(NAME).configure_cert(context)
    started = RecordingServer(context)
    started.on("/version", Reply(body={"Major": 7, "Minor": 81, "Patch": 1}))
    yield started
    started.stop()


@pytest.fixture
def proxy() -> Iterator[RecordingProxy]:
    """A proxy that takes every name for this machine."""
    started = RecordingProxy()
    yield started
    started.stop()


def by_python(env: dict[str, str], *, limit: str = "4.0") -> Steps:
    return tried([sys.executable, "-I", "-c", python_script().replace("LIMIT = 4.0", f"LIMIT = {limit}")], env)


def named(port: int) -> dict[str, str]:
    """An agent that is told a name."""
    return {
        "DD_CLUSTER_AGENT_URL": f"https://{NAME}:{port}",
        "DD_CLUSTER_AGENT_AUTH_TOKEN": canary.TOKEN,
    }


def test_a_name_that_only_the_proxy_knows_is_reached(server: RecordingServer, proxy: RecordingProxy) -> None:
    login = f"agent:{canary.OTHER_TOKEN}"

    steps = by_python(named(server.port) | {"HTTPS_PROXY": f"http://{login}@127.0.0.1:{proxy.port}"})

    tried_there = dict.fromkeys(("endpoint", "proxy", "tcp", "tls", "version"), ("ok", ""))
    assert {name: steps[name] for name in tried_there} == tried_there
    assert steps["resolve"] == ("untested", "proxy")
    basic = base64.b64encode(login.encode()).decode()
    assert proxy.connects == [(f"{NAME}:{server.port}", f"Basic {basic}")]
    assert [seen.authorization for seen in server.seen] == [f"Bearer {canary.TOKEN}"]


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_that_is_not_there(variable: str, scheme: str) -> None:
    steps = by_python(named(5005) | {variable: f"{scheme}127.0.0.1:1"})

    assert steps["proxy"] == ("failed", "refused")
    assert {steps[name] for name in ("resolve", "tcp", "tls", "version")} == {("untested", "after")}


def test_a_proxy_whose_name_is_not_known() -> None:
    assert by_python(named(5005) | {"HTTPS_PROXY": "no-such-host.invalid:3128"})["proxy"] == ("failed", "dns")


def test_a_proxy_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = named(5005) | {"HTTPS_PROXY": f"127.0.0.1:{silent.getsockname()[1]}"}
        assert by_python(env, limit="0.3")["proxy"] == ("failed", "timeout")


def test_what_is_no_proxy_refuses_to_connect() -> None:
    no_proxy = RecordingServer(None)
    steps = by_python(named(5005) | {"HTTPS_PROXY": no_proxy.url})
    no_proxy.stop()

    assert steps["proxy"] == ("failed", "501")


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://127.0.0.1:port"])
def test_what_cannot_be_tried_is_not_called_broken(url: str) -> None:
    assert by_python(named(5005) | {"HTTPS_PROXY": url})["proxy"] == ("untested", "image")


@pytest.mark.parametrize("other", [{"NO_PROXY": ".cluster.local"}, {"no_proxy": NAME}, {"NO_PROXY": "*"}])
def test_what_is_spared_goes_straight(proxy: RecordingProxy, other: dict[str, str]) -> None:
    steps = by_python(named(5005) | {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"} | other)

    assert (steps["proxy"], steps["resolve"]) == (("ok", ""), ("failed", "dns"))
    assert proxy.connects == []


@pytest.mark.parametrize("host", [NAME, "172.20.0.53", "fd00::53", "127.0.0.1", "datadog-cluster-agent"])
@pytest.mark.parametrize(
    "word",
    [
        *("*", "local", ".local", "*.local", "cluster.local", "ster.local", NAME, f"{NAME}:5005", f"{NAME}:5006"),
        *("172.20.0.53", "172.20.0.0/16", "172.20.0.0/24", "172.21.0.0/16", "172.20.0.53:5005", "172.20.0.53:1"),
        *("fd00::53", "fd00::/64", "[fd00::53]:5005", "[fd00::53]:1", "0.53", "datadog-cluster-agent", "x"),
    ],
)
def test_its_rules_are_those_of_doctor(word: str, host: str) -> None:
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    url = ClusterAgentUrl(host=host, port=5005, address=address)

    assert spares(word, host, "5005") == facts.spares(word, url)
