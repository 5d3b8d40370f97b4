"""What runs where the image has no Python."""

from __future__ import annotations

import shutil

import pytest

from kubectl_ddfargate.cluster.probing import bash_script
from tests.cluster_access.recording_server import RecordingServer
from tests.probe.scripts import Steps, tried

OK = ("ok", "")
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, {"endpoint": ("failed", "none")}),
        ("https://127.0.0.1", {"endpoint": ("failed", "form")}),
        ("https://no-such-host.invalid:5005", {"endpoint": OK, "proxy": OK, "resolve": ("failed", "dns")}),
        ("https://127.0.0.1:1", {"endpoint": OK, "proxy": OK, "resolve": OK, "tcp": ("failed", "refused")}),
    ],
)
def test_bash_does_names_and_connections(url: str | None, expected: Steps) -> None:
    assert tried(["bash", "-c", bash_script()], {"DD_CLUSTER_AGENT_URL": url} if url else {}) == expected


def test_bash_reaches_a_server() -> None:
    server = RecordingServer(None)
    url = server.url.replace("http:", "https:")
    steps = tried(["bash", "-c", bash_script()], {"DD_CLUSTER_AGENT_URL": url})
    server.stop()

    assert steps["tcp"] == ("ok", "")


@pytest.mark.parametrize(
    ("spared", "result"),
    [
        ("", "untested"),
        ("other.invalid,,", "untested"),
        ("*", "ok"),
        ("no-such-host.invalid", "ok"),
        ("x, .invalid", "ok"),
        ("*.invalid", "ok"),
        ("host.invalid", "untested"),
    ],
)
def test_bash_goes_straight_only_where_the_agent_does(spared: str, result: str) -> None:
    env = {"DD_CLUSTER_AGENT_URL": "https://no-such-host.invalid:5005", "https_proxy": "http://127.0.0.1:1"}

    steps = tried(["bash", "-c", bash_script()], env | {"NO_PROXY": spared})

    assert steps["proxy"][0] == result
    assert ("resolve" in steps) == (result == "ok")
