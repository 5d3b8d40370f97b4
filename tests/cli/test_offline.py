"""The commands that need no cluster."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

from kubectl_ddfargate.checks import CHECKS
from tests.cli.conftest import Line


def test_the_list_of_checks(line: Line) -> None:
    assert line("checks") == 0
    assert line.out.splitlines()[0].split() == ["ID", "SEVERITY", "CATEGORY", "TITLE"]
    assert len(line.out.splitlines()) == len(CHECKS) + 1
    line("checks", "-o", "name")
    assert line.out.split() == [check.id for check in CHECKS]
    line("checks", "-o=json")
    schema = json.loads((resources.files("kubectl_ddfargate") / "data" / "checks.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(line.out))
    items = json.loads(line.out)["items"]
    assert [item["id"] for item in items] == [check.id for check in CHECKS]
    assert set(items[0]) == {"id", "title", "severity", "category", "needs", "since"}


@pytest.mark.parametrize("spelled", ["DDF101", "ddf101", "101"])
def test_a_page_is_found_however_its_id_is_spelled(line: Line, spelled: str) -> None:
    assert line("explain", spelled) == 0
    assert line.out.startswith("DDF101  ")
    for section in ("Symptom:", "Why:", "Verified:", "Fix:", "Sources:"):
        assert section in line.out


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_has_a_page(line: Line, check: object) -> None:
    assert line("explain", check.id) == 0  # type: ignore[attr-defined]


def test_snapshot_says_what_is_in_it_and_what_is_not(line: Line) -> None:
    assert line("snapshot", "-o", "my file.gz", "-n", "shop") == 0
    assert line.out == (
        "my file.gz: 3 pods, 9 objects, 2.0 KiB\n"
        "  ? not read: get secrets -n shop: Forbidden\n"
        "next: kubectl ddfargate doctor --from 'my file.gz'\n"
    )
