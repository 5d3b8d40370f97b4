"""The trace and the answer of a probe as JSON: what the schemas say, and no more than they promise."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml

from kubectl_ddfargate.model.trace import StepState
from kubectl_ddfargate.render import as_json, as_yaml
from kubectl_ddfargate.render.presentation import Presentation
from tests.doctor.running import ddfargate
from tests.trace.example import BROKEN, COREDNS, trace_of
from tests.trace.running import schema

pytestmark = pytest.mark.computes


def test_the_document_is_what_the_schema_says() -> None:
    document = json.loads(as_json.render(trace_of(), Presentation()))

    jsonschema.validate(document, schema("trace"))
    assert yaml.safe_load(as_yaml.render(trace_of(), Presentation())) == document
    assert (document["kind"], document["brokenAt"]) == ("Trace", BROKEN)


@pytest.mark.parametrize("key", ["steps", "brokenAt", "findings", "workload"])
def test_a_key_that_is_missing_is_no_trace(key: str) -> None:
    document = json.loads(as_json.render(trace_of(), Presentation()))
    del document[key]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("trace"))


def test_the_chain_is_told_step_by_step() -> None:
    followed = trace_of()
    names = [step.name for step in followed.steps]
    at = names.index(BROKEN)

    assert names[:3] == ["template", "admission", "pods"]
    assert [step.after_break for step in followed.steps] == [False] * (at + 1) + [True] * (len(names) - at - 1)
    assert followed.steps[at].state is StepState.BROKEN
    assert {step.state for step in followed.steps[:at]} & {StepState.BROKEN} == set()
    told = {id_ for step in followed.steps for id_ in step.findings}
    assert told <= {finding.id for finding in followed.findings}
    assert {one.id for one in followed.findings if one.severity.value == "error"} <= told


def test_every_workload_of_the_example_can_be_followed() -> None:
    assert trace_of("karpenter/deployment/karpenter").workload.namespace == "karpenter"


def test_from_a_file_and_as_a_process() -> None:
    namespace, kind, name = COREDNS.split("/")
    run = ddfargate("doctor", "--example", f"{kind}/{name}", "-n", namespace, "-o", "json")

    assert run.code == 1
    jsonschema.validate(run.report, schema("trace"))


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("deployment/corends", "-n", "kube-system"), "did you mean"),
        (("deployment/coredns", "-n", "nowhere"), "no pods on Fargate"),
        (("deployment/coredns", "deployment/web", "-n", "kube-system"), "one workload at a time"),
        (("deployment/coredns", "-n", "kube-system", "-o", "name"), "choose one of"),
    ],
)
def test_wrong_usage_is_told_and_prints_nothing(words: tuple[str, ...], hint: str) -> None:
    run = ddfargate("doctor", "--example", *words)

    assert (run.code, run.out) == (2, "")
    assert hint in run.err


def test_the_schema_of_a_probe_is_a_schema() -> None:
    document = schema("probe")

    assert document["properties"]["kind"] == {"const": "ProbeReport"}
    assert document["$defs"]["StepPart"]["properties"]["step"]["enum"][:3] == ["endpoint", "proxy", "resolve"]
