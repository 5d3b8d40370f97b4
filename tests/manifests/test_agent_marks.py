"""A policy takes for an agent what doctor takes for one: else a pod would get two, or none and no finding."""

from __future__ import annotations

import re

import pytest

from kubectl_ddfargate.facts import agents
from kubectl_ddfargate.manifests import agent_marks
from kubectl_ddfargate.manifests.json_patch import expression
from kubectl_ddfargate.model.cel_text import read_expression
from kubectl_ddfargate.model.kube.pods import Container
from tests.manifests.designs import AGENT, design, with_agent

IMAGES = [
    "agent",
    "agent:7",
    "datadog-agent",
    "datadog-agent:7@sha256:" + "0" * 64,
    "datadog/agent",
    "datadog/agent:7.81.1",
    "gcr.io/datadoghq/agent:7",
    "public.ecr.aws/datadog/agent@sha256:" + "0" * 64,
    "registry.example:5000/datadog/agent",
    "registry.example:5000/mirror/agent:7-datadog",
    "registry.example/datadog-mirror/agent:latest",
    "registry.example/x/agent@datadog",
    "docker.io/grafana/agent:v1",
    "datadog/agent-data-plane:1",
    "datadog/my-agent:1",
    "datadog/cluster-agent:7.81.1",
    "cluster-agent@sha256:" + "0" * 64,
    "datadog/cluster-agent/agent:1",
    "registry.example/app:1",
    "",
]


def _marked(name: str, image: str) -> bool:
    """What the conditions say of a container without variables."""
    if re.search(agent_marks.CLUSTER_AGENT_IMAGE, image):
        return False
    by_image = re.search(agent_marks.AGENT_IMAGE, image) and re.search(agent_marks.DATADOG_IMAGE, image)
    return name in agent_marks.NAMES or bool(by_image)


@pytest.mark.parametrize("name", ["app", "datadog-agent", "datadog-agent-injected"])
@pytest.mark.parametrize("image", IMAGES)
def test_images(name: str, image: str) -> None:
    assert _marked(name, image) == agents.is_agent(Container(name=name, image=image))


def test_both_answers_are_among_the_images() -> None:
    assert {_marked("app", image) for image in IMAGES} == {True, False}


def test_names_and_variables() -> None:
    assert set(agent_marks.NAMES) == agents.NAMES
    assert set(agent_marks.VARIABLES) == agents.MARKING_VARIABLES


def test_doctor_reads_the_agent_out_of_our_own_policy() -> None:
    read = read_expression(expression(with_agent(design(), read_only_root=True)))

    assert "datadog-agent" in read.names
    found = {variable.name: variable.value for variable in read.variables}
    assert found["DD_CLUSTER_AGENT_URL"] == AGENT.url
    assert found["DD_SITE"] == AGENT.site
    assert not [variable for variable in read.variables if variable.literal is not None]
