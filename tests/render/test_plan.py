"""Plans as text, diff, JSON and YAML: `UPDATE_GOLDEN=1 pytest tests/render` rewrites the golden files."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import click
import jsonschema
import msgspec
import pytest
import yaml

from kubectl_ddfargate.model.plan import Change, NoteLevel, Op, Plan
from kubectl_ddfargate.render.plan import renderer
from kubectl_ddfargate.render.plan.as_diff import beside_a_diff
from kubectl_ddfargate.render.presentation import Presentation
from tests.render import plans

GOLDEN = Path(__file__).parent / "golden"
PIPED = Presentation(connection="--context prod-eu")
PLANS = {"same": plans.same(), "full": plans.full(), "stopped": plans.stopped(), "leaving": plans.leaving()}
CASES: dict[str, tuple[Plan, str, Presentation]] = {
    **{f"plan-{name}": (plan, "text", PIPED) for name, plan in PLANS.items()},
    "plan-full-80": (plans.full(), "text", replace(PIPED, width=80)),
    "plan-full-ascii": (plans.full(), "text", replace(PIPED, ascii=True)),
    "plan-full-diff": (plans.full(), "diff", PIPED),
    "plan-stopped-diff": (plans.stopped(), "diff", PIPED),
    "plan-stopped-diff-60": (plans.stopped(), "diff", replace(PIPED, width=60)),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    plan, output, presentation = CASES[name]
    text = renderer(output)(plan, presentation)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("output", ["text", "diff"])
def test_colour_changes_nothing_but_colour(output: str, name: str) -> None:
    plain = renderer(output)(PLANS[name], PIPED)
    assert click.unstyle(renderer(output)(PLANS[name], replace(PIPED, color=True))) == plain


@pytest.mark.parametrize("output", ["text", "diff"])
def test_there_is_colour_where_it_is_wanted(output: str) -> None:
    assert "\x1b[32m" in renderer(output)(plans.full(), replace(PIPED, color=True))


def test_ascii_output_is_ascii() -> None:
    assert renderer("text")(plans.full(), replace(PIPED, ascii=True)).isascii()


@pytest.mark.parametrize("name", PLANS)
def test_the_reason_of_each_change_is_read_on_a_narrow_terminal(name: str) -> None:
    text = renderer("text")(PLANS[name], replace(PIPED, width=60))
    words = " ".join(text.split())
    for change in PLANS[name].changes:
        assert change.address in words
        assert " ".join((change.message or change.why).split()) in words


def test_what_stops_the_plan_comes_last() -> None:
    text = renderer("text")(plans.stopped(), PIPED)
    first, last = text.index("a note that comes first"), text.index("you lack these rights")
    assert first < last


def test_context_and_server_are_named_first() -> None:
    first = renderer("text")(plans.full(), PIPED).splitlines()[0]
    assert "prod-eu" in first
    assert plans.SERVER in first


def test_nothing_that_the_cluster_says_reaches_the_terminal_as_control() -> None:
    change = msgspec.structs.replace(plans.stopped().changes[0], message="a\x1b[2Jb\rc\x9bd")
    plan = msgspec.structs.replace(plans.stopped(), changes=(change,))
    for output in ("text", "diff"):
        assert "a?[2Jb?c?d" in renderer(output)(plan, PIPED)


def test_a_diff_of_nothing_is_empty() -> None:
    assert renderer("diff")(plans.same(), PIPED) == ""


def test_a_diff_begins_with_what_keeps_it_from_being_applied() -> None:
    plan = msgspec.structs.replace(
        plans.full(), changes=(*plans.full().changes, *plans.stopped().changes), notes=plans.stopped().notes
    )
    lines = renderer("diff")(plan, PIPED).splitlines()
    assert [line.split()[1].rstrip(":") for line in lines[:3]] == ["conflict", "blocked", "blocked"]
    assert not any(line.startswith(("# conflict", "# blocked")) for line in lines[3:])
    assert beside_a_diff(plan)[:3] == tuple(line.removeprefix("# ") for line in lines[:3])


@pytest.mark.parametrize(
    ("asked", "says"), [(False, "then, only with --restart,"), (True, "then, after the policy is proved,")]
)
def test_the_restarts_are_said_to_come_as_they_were_asked_for(asked: bool, says: str) -> None:
    plan = msgspec.structs.replace(plans.full(), restarts_asked=asked)
    (line,) = [line for line in renderer("text")(plan, PIPED).splitlines() if "one after the other" in line]
    assert line.startswith(f"  {says}")


def test_a_diff_has_what_cannot_be_shown_as_comments() -> None:
    text = renderer("diff")(plans.stopped(), PIPED)
    for line in text.splitlines():
        assert line.startswith("# ")
    assert "# conflict service/fixed -n datadog: helm holds .spec.ports" in text
    assert "# blocked: you lack these rights: patch services -n datadog" in text


@pytest.fixture(scope="module")
def validator() -> Any:
    text = (resources.files("kubectl_ddfargate") / "data" / "plan.schema.json").read_text("utf-8")
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", PLANS)
def test_json_is_valid_by_the_shipped_schema_and_gives_the_plan_back(name: str, validator: Any) -> None:
    text = renderer("json")(PLANS[name], PIPED)
    validator.validate(json.loads(text))
    assert msgspec.json.decode(text, type=Plan) == PLANS[name]


@pytest.mark.parametrize("name", PLANS)
def test_yaml_is_the_same_document(name: str) -> None:
    assert yaml.safe_load(renderer("yaml")(PLANS[name], PIPED)) == json.loads(renderer("json")(PLANS[name], PIPED))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("kind",), "Report"),
        (("action",), "upgrade"),
        (("changes", 0, "op"), "replace"),
        (("notes", 0, "level"), "fatal"),
        (("changes", 0, "validated"), "yes"),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(
    path: tuple[str | int, ...], value: object, validator: Any
) -> None:
    document: Any = json.loads(renderer("json")(plans.full(), PIPED))
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document)


def test_every_op_and_level_is_among_the_plans() -> None:
    changes: list[Change] = [change for plan in PLANS.values() for change in plan.changes]
    assert {change.op for change in changes} == set(Op)
    assert {note.level for plan in PLANS.values() for note in plan.notes} == set(NoteLevel)
