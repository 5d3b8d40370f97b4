"""The server's warnings: those answered to our reads are the user's only where they ask for them."""

from __future__ import annotations

import io
from typing import Any

import click
import pytest

from kubectl_ddfargate.cli.messages import Messages
from kubectl_ddfargate.cli.watching import verbosity_option
from kubectl_ddfargate.cluster.api_warnings import OfARead
from tests.cluster_access.conftest import Open
from tests.cluster_access.recording_server import RecordingServer, Reply

POLICIES = "/apis/kyverno.io/v1/clusterpolicies"
TEXT = "ClusterPolicy (kyverno.io) is deprecated"


def test_a_warning_of_a_read_is_marked_and_that_of_a_write_is_told_beside_it(
    server: RecordingServer, gateway_to: Open, warnings: list[str]
) -> None:
    server.on(POLICIES, Reply(headers=(("Warning", f'299 - "{TEXT}"'),)))
    gateway = gateway_to(server)
    gateway.get(POLICIES, dict)
    gateway.get(POLICIES, dict)
    gateway.post(POLICIES, {}, dict)
    assert warnings == [TEXT, TEXT]
    assert [isinstance(one, OfARead) for one in warnings] == [True, False]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["Warning: of a write"]),
        (["-v", "0"], ["Warning: of a write"]),
        (["-v", "1"], ["Warning: of a read", "Warning: of a write"]),
        (["--v=8"], ["Warning: of a read", "Warning: of a write"]),
    ],
)
def test_what_a_command_shows(words: list[str], expected: list[str]) -> None:
    stream = io.StringIO()

    @click.command()
    @verbosity_option
    def command() -> None:
        with Messages(stream) as messages:
            messages.warn(OfARead("of a read"))
            messages.warn("of a write")

    answer: Any = command.main(words, standalone_mode=False)
    assert answer is None
    assert stream.getvalue().splitlines() == expected
