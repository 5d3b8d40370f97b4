"""JSON, YAML and the shipped schema: the contract for scripts."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from kubectl_ddfargate.model.report import Report
from kubectl_ddfargate.render.formats import FORMATS, renderer
from kubectl_ddfargate.render.presentation import Presentation
from tests.render import reports

REPORTS = {
    "healthy": reports.healthy(),
    "broken": reports.broken(),
    "unreadable": reports.unreadable(),
    "empty": reports.report(),
}
PLAIN = Presentation()


@pytest.fixture(scope="module")
def validator() -> Any:
    text = (resources.files("kubectl_ddfargate") / "data" / "report.schema.json").read_text("utf-8")
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", REPORTS)
def test_json_is_valid_by_the_shipped_schema(name: str, validator: Any) -> None:
    validator.validate(json.loads(renderer("json")(REPORTS[name], PLAIN)))


@pytest.mark.parametrize("name", REPORTS)
def test_json_gives_the_report_back(name: str) -> None:
    text = renderer("json")(REPORTS[name], PLAIN)
    assert msgspec.json.decode(text, type=Report) == REPORTS[name]


@pytest.mark.parametrize("name", REPORTS)
def test_yaml_is_the_same_document(name: str) -> None:
    text = renderer("yaml")(REPORTS[name], PLAIN)
    assert yaml.safe_load(text) == json.loads(renderer("json")(REPORTS[name], PLAIN))


def test_a_heredoc_is_readable_in_yaml() -> None:
    assert "- |-\n" in renderer("yaml")(reports.broken(), PLAIN)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "Other"),
        (("workloads", 0, "dns"), "weird"),
        (("workloads", 0, "endpoint", "reaches"), "maybe"),
        (("findings", 0, "severity"), "fatal"),
        (("summary", "errors"), -1),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(
    path: tuple[str | int, ...], value: object, validator: Any
) -> None:
    document: Any = json.loads(renderer("json")(reports.broken(), PLAIN))
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    assert not validator.is_valid(document)


def test_a_missing_key_is_refused(validator: Any) -> None:
    document = json.loads(renderer("json")(reports.healthy(), PLAIN))
    del document["unread"]
    assert not validator.is_valid(document)


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_every_format_renders_every_report(output: str, name: str) -> None:
    text = renderer(output)(REPORTS[name], PLAIN)
    assert text == "" or text.endswith("\n")
    assert "\n\n\n" not in text
