"""The command of DDF313 changes the profile that is there, and nothing else of it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import msgspec
import pytest

from kubectl_ddfargate.checks import BY_ID
from kubectl_ddfargate.checks.runner import run_checks
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import DATADOG_AGENTS
from kubectl_ddfargate.model.snapshot import decode_snapshot
from tests.grid.recorded import recorded

ROOT = "/spec/features/admissionController/agentSidecarInjection/profiles"
OTHER = {"name": "DD_LOG_LEVEL", "value": "debug"}
BY_NAME = {"name": "DD_CLUSTER_AGENT_URL", "value": "https://datadog-cluster-agent.datadog.svc.cluster.local:5005"}
ENTRY = {"name": "DD_CLUSTER_AGENT_URL", "value": "https://172.20.0.53:5005"}


@pytest.mark.parametrize(
    ("profiles", "change"),
    [
        ([], {"op": "add", "path": ROOT, "value": [{"env": [ENTRY]}]}),
        ([{}], {"op": "add", "path": f"{ROOT}/0/env", "value": [ENTRY]}),
        ([{"env": [OTHER]}], {"op": "add", "path": f"{ROOT}/0/env/-", "value": ENTRY}),
        ([{"env": [OTHER, BY_NAME]}], {"op": "replace", "path": f"{ROOT}/0/env/1", "value": ENTRY}),
    ],
)
def test_one_change(profiles: list[Any], change: dict[str, Any]) -> None:
    plain = json.loads(msgspec.json.encode(recorded("DDF313")))
    (agent,) = plain["objects"][DATADOG_AGENTS.key]
    agent["spec"]["features"]["admissionController"]["agentSidecarInjection"]["profiles"] = profiles
    index = Index(decode_snapshot(json.dumps(plain).encode()))

    (finding,) = run_checks(index, [BY_ID["DDF313"]]).findings

    assert json.loads(shlex.split(finding.fix.commands[-1])[-1]) == [change]
